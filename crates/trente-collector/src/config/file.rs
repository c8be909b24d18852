//! The configuration file: TOML, one name a line, every problem with its place.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Settings;

/// A file that was read.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// What it says.
    pub settings: Settings,
    /// The line of each name, from 1.
    pub lines: BTreeMap<String, usize>,
}

/// What is wrong in a file, and where: line and column from 1, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// Reads the file at a path, and then its text.
///
/// # Errors
/// When there is no such file, or it cannot be read.
pub fn open(path: &Path) -> io::Result<Result<File, Vec<Problem>>> {
    Ok(read(&std::fs::read_to_string(path)?))
}

/// Reads the text of a file.
///
/// # Errors
/// Every problem: the first of its syntax, or one for each name that is unknown or has a value that cannot be its own.
pub fn read(text: &str) -> Result<File, Vec<Problem>> {
    let problem = |at: usize, message: String| {
        let before = text.get(..at).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Problem { line, column, message }
    };
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            return Err(vec![problem(at, error.message().trim().to_owned())]);
        }
    };
    let (mut file, mut problems) = (File::default(), Vec::new());
    for (name, value) in table {
        let (at, value_at) = (name.span().start, value.span());
        match alone(&name, value) {
            Ok(settings) => {
                file.settings = settings.over(&file.settings);
                file.lines.insert(name.get_ref().to_string(), problem(at, String::new()).line);
            }
            Err(message) if message.starts_with("unknown field") => problems.push(problem(at, message)),
            Err(message) => problems.push(problem(value_at.start, format!("`{}`: {message}", name.get_ref()))),
        }
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    if problems.is_empty() { Ok(file) } else { Err(problems) }
}

/// The settings of one line, so that a mistake in one does not hide those after it.
fn alone(name: &Spanned<std::borrow::Cow<'_, str>>, value: Spanned<DeValue<'_>>) -> Result<Settings, String> {
    let mut table = DeTable::new();
    table.insert(name.clone(), value);
    let place = name.span();
    let reader = toml::de::Deserializer::from(Spanned::new(place, table));
    serde::Deserialize::deserialize(reader).map_err(|error: toml::de::Error| error.message().trim().to_owned())
}
