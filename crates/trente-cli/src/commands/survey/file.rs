//! Parser of a survey file, JSON or TOML, that keeps the line of each value for error messages.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::{fs, io};

use serde::Serialize;
use serde_json::value::RawValue;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use trente_survey::definition::{Draft, Problem, Severity};

use crate::CliError;

/// The name that stands for standard input, which is JSON.
const STANDARD_INPUT: &str = "-";

/// What a merchant has written.
pub struct File {
    /// As it is called in messages.
    pub name: String,
    text: String,
    toml: bool,
}

/// A problem with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whether it keeps the survey from being published.
    pub severity: Severity,
    /// Where in the document, such as `extra[0].text.fr`; none when it is not one.
    pub path: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
    /// From 1; none for what has no place in the text, such as a time budget.
    pub line: Option<usize>,
    /// In characters, from 1.
    pub column: Option<usize>,
}

/// One step from a value to a value in it.
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl File {
    /// Reads a file, or standard input for `-`. The extension tells the language.
    ///
    /// # Errors
    /// [`CliError::File`], [`CliError::Extension`].
    pub fn read(path: &Path) -> Result<Self, CliError> {
        let name = path.display().to_string();
        if name == STANDARD_INPUT {
            let mut text = String::new();
            let wrong = |error| CliError::File("standard input".into(), error);
            io::stdin().read_to_string(&mut text).map_err(wrong)?;
            return Ok(Self::of("standard input".into(), &text, false));
        }
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let toml = match extension.to_ascii_lowercase().as_str() {
            "json" => false,
            "toml" => true,
            _ => return Err(CliError::Extension(name)),
        };
        let text = fs::read_to_string(path).map_err(|error| CliError::File(name.clone(), error))?;
        Ok(Self::of(name, &text, toml))
    }

    /// A text that was read, TOML or else JSON.
    pub fn of(name: String, text: &str, toml: bool) -> Self {
        // Some editors begin a file with a byte order mark, which is none of the document's characters.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        Self { name, text, toml }
    }

    /// The survey that it describes, unchecked.
    ///
    /// # Errors
    /// The first thing that keeps it from being read: its syntax, an unknown field, a value of the wrong kind.
    pub fn draft(&self) -> Result<Draft, Box<Finding>> {
        let (message, line, column) = if self.toml {
            match toml::from_str(&self.text) {
                Ok(draft) => return Ok(draft),
                Err(error) => {
                    let (line, column) = self.position(error.span().map_or(0, |span| span.start));
                    (error.message().to_owned(), line, column)
                }
            }
        } else {
            match serde_json::from_str(&self.text) {
                Ok(draft) => return Ok(draft),
                Err(error) => {
                    let text = error.to_string();
                    let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
                    let (line, column) = self.position(self.byte(error.line(), error.column()));
                    (message.to_owned(), line, column)
                }
            }
        };
        Err(Box::new(Finding {
            severity: Severity::Error,
            path: None,
            message,
            line: Some(line),
            column: Some(column),
        }))
    }

    /// A problem with the place of what it is about, or of what should hold it.
    pub fn finding(&self, problem: Problem) -> Finding {
        let steps = steps(&problem.path);
        let at = if self.toml { in_toml(&self.text, &steps) } else { in_json(&self.text, &steps) };
        let place = at.map(|at| self.position(at));
        Finding {
            severity: problem.severity,
            path: Some(problem.path),
            message: problem.message,
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
        }
    }

    /// The byte of a place as serde_json tells it: the line from 1, the column in bytes, 0 before the first.
    fn byte(&self, line: usize, column: usize) -> usize {
        let before = self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
        before + column.saturating_sub(1)
    }

    /// Line and column of a byte, from 1; of the end for one behind it.
    fn position(&self, at: usize) -> (usize, usize) {
        let at = self.text.floor_char_boundary(at);
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }
}

impl Finding {
    /// The finding as one line, as compilers print theirs.
    pub fn line(&self, file: &str) -> String {
        let mut line = file.to_owned();
        for number in [self.line, self.column].into_iter().flatten() {
            line.push_str(&format!(":{number}"));
        }
        line.push_str(match self.severity {
            Severity::Error => ": error: ",
            Severity::Warning => ": warning: ",
        });
        if let Some(path) = &self.path {
            line.push_str(path);
            line.push_str(": ");
        }
        line.push_str(&self.message);
        line
    }
}

/// The steps of a path such as `extra[0].text.fr`.
fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (key, indices) = part.split_once('[').unwrap_or((part, ""));
        steps.push(Step::Key(key));
        let indices = indices.split('[').filter_map(|index| index.trim_end_matches(']').parse().ok());
        steps.extend(indices.map(Step::Index));
    }
    steps
}

/// Where the deepest value on this way begins; none when the document has not even the first.
fn in_toml(text: &str, steps: &[Step<'_>]) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let (Step::Key(first), rest) = steps.split_first()? else { return None };
    let mut value: &Spanned<DeValue<'_>> = table.get_ref().get(*first)?;
    for step in rest {
        let inner = match step {
            Step::Key(key) => value.get_ref().get(*key),
            Step::Index(index) => value.get_ref().get(*index),
        };
        let Some(inner) = inner else { break };
        value = inner;
    }
    Some(value.span().start)
}

/// The same in JSON, whose raw values are slices of the text.
fn in_json(text: &str, steps: &[Step<'_>]) -> Option<usize> {
    let mut value: &RawValue = serde_json::from_str(text).ok()?;
    let mut found = None;
    for step in steps {
        let inner = match step {
            Step::Key(key) => {
                let fields: Option<BTreeMap<String, &RawValue>> = serde_json::from_str(value.get()).ok();
                fields.and_then(|fields| fields.get(*key).copied())
            }
            Step::Index(index) => {
                let items: Option<Vec<&RawValue>> = serde_json::from_str(value.get()).ok();
                items.and_then(|items| items.get(*index).copied())
            }
        };
        let Some(inner) = inner else { break };
        value = inner;
        found = value.get().as_ptr().addr().checked_sub(text.as_ptr().addr());
    }
    found
}
