//! Export of responses as CSV, JSON Lines and Parquet, in pieces, so that an export of any length takes a few megabytes
//! of memory.
//!
//! The columns are one table, [`COLUMNS`], from which CSV and Parquet are made; JSON lines are what `trente responses`
//! prints.

pub mod csv;
mod parquet;

use std::borrow::Cow;

use thiserror::Error;
use trente_survey::locale::Language;

use self::parquet::Parquet;
use super::frame::ExtraAnswer;
use super::response::ResponseRecord;

/// A format of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For spreadsheets.
    Csv,
    /// One JSON object on each line.
    Ndjson,
    /// For data programs.
    Parquet,
}

/// What separates the cells of a CSV file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Separator {
    /// As RFC 4180 has it, and as spreadsheets expect where decimals are written with a point.
    #[default]
    Comma,
    /// As spreadsheets expect where decimals are written with a comma: French, German, Italian, Spanish and others.
    Semicolon,
    /// As a paste into any spreadsheet has it.
    Tab,
}

/// How a CSV file is written; no other format looks at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// Between the cells.
    pub separator: Separator,
    /// For programs: without the byte-order mark and the apostrophes that only a spreadsheet needs to read the file
    /// rightly. Formulas stay harmless.
    pub plain: bool,
}

/// Why an export fails.
#[derive(Debug, Error)]
pub enum ExportError {
    /// A line cannot be written.
    #[error("csv: {0}")]
    Csv(#[from] ::csv::Error),
    /// An object cannot be written.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
    /// A row group cannot be written.
    #[error("parquet: {0}")]
    Parquet(#[from] ::parquet::errors::ParquetError),
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers.
    Number,
    /// Yes or no.
    Truth,
    /// Words.
    Text,
}

/// One value of a column; none where the customer did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Of a column of numbers.
    Number(Option<i32>),
    /// Of a column of truths.
    Truth(bool),
    /// Of a column of texts.
    Text(Option<Cow<'a, str>>),
}

/// A column of the table.
pub struct Column {
    /// Its name, as in JSON.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Its value in a response.
    pub of: fn(&ResponseRecord) -> Value<'_>,
}

/// Every column. A new one comes last: a reader may go by the place.
pub const COLUMNS: [Column; 26] = [
    text("survey", |response| known(&response.survey)),
    text("response", |response| known(&response.response)),
    text("received", |response| known(&response.received)),
    Column { name: "verified", kind: Kind::Truth, of: |response| Value::Truth(response.verified) },
    number("rev", |response| some(response.rev)),
    text("lang", |response| Value::Text(Some(Cow::Owned(response.lang.to_string())))),
    number("channel", |response| some(response.channel)),
    number("satisfaction", |response| maybe(response.answers.satisfaction)),
    number("ease", |response| maybe(response.answers.ease)),
    number("lens", |response| maybe(response.answers.lens)),
    number("recommend", |response| maybe(response.answers.recommend)),
    text("family", |response| known(response.answers.family)),
    number("moment", |response| some(response.answers.moment)),
    number("forgive", |response| some(response.answers.forgive)),
    number("elapsed_bucket", |response| some(response.answers.elapsed_bucket)),
    number("score", |response| maybe(response.verdict.score)),
    text("class", |response| known(response.verdict.class)),
    text("branch", |response| known(response.verdict.branch)),
    number("flags", |response| Value::Number(Some(i32::from(response.verdict.flags)))),
    text("primary", |response| Value::Text(response.verdict.primary.map(Cow::Borrowed))),
    text("secondary", |response| Value::Text(response.verdict.secondary.map(Cow::Borrowed))),
    text("verbatim", |response| Value::Text(response.answers.verbatim.as_deref().map(Cow::Borrowed))),
    text("extra_1", |response| extra(response, 0)),
    text("extra_2", |response| extra(response, 1)),
    text("extra_3", |response| extra(response, 2)),
    text("aside", aside),
];

const fn text(name: &'static str, of: fn(&ResponseRecord) -> Value<'_>) -> Column {
    Column { name, kind: Kind::Text, of }
}

const fn number(name: &'static str, of: fn(&ResponseRecord) -> Value<'_>) -> Column {
    Column { name, kind: Kind::Number, of }
}

fn known(text: &str) -> Value<'_> {
    Value::Text(Some(Cow::Borrowed(text)))
}

fn some(number: u8) -> Value<'static> {
    Value::Number(Some(i32::from(number)))
}

fn maybe(number: Option<u8>) -> Value<'static> {
    Value::Number(number.map(i32::from))
}

/// The contradicting answers that were kept aside, as a JSON array; none where there are none.
fn aside(response: &ResponseRecord) -> Value<'_> {
    let some = !response.aside.is_empty();
    Value::Text(some.then(|| serde_json::to_string(&response.aside).ok()).flatten().map(Cow::Owned))
}

/// The answer to one of the merchant's own questions: its code, the ticked options with blanks between, or its words.
fn extra(response: &ResponseRecord, index: usize) -> Value<'_> {
    let answer = response.answers.extra.get(index).map(|extra| &extra.answer);
    Value::Text(match answer {
        None => None,
        Some(ExtraAnswer::Code(code)) => code.map(|code| Cow::Owned(code.to_string())),
        Some(ExtraAnswer::Ticked(ticked)) => {
            ticked.as_ref().map(|ticked| Cow::Owned(ticked.iter().map(u8::to_string).collect::<Vec<_>>().join(" ")))
        }
        Some(ExtraAnswer::Text(text)) => text.as_deref().map(Cow::Borrowed),
    })
}

impl Separator {
    /// The separator of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "comma" => Some(Self::Comma),
            "semicolon" => Some(Self::Semicolon),
            "tab" => Some(Self::Tab),
            _ => None,
        }
    }

    /// What a spreadsheet expects in a language of the results.
    pub fn of(language: Language) -> Self {
        if language == Language::Fr { Self::Semicolon } else { Self::Comma }
    }

    /// The byte.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

impl Format {
    /// The format of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Csv, Self::Ndjson, Self::Parquet].into_iter().find(|format| format.extension() == name)
    }

    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Ndjson => "application/x-ndjson",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// How the names of files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
        }
    }
}

/// Writes one file, piece by piece.
pub struct Encoder(Form);

enum Form {
    Csv { begun: bool, dialect: Dialect },
    Ndjson,
    Parquet(Box<Parquet>),
}

impl Encoder {
    /// An empty file.
    ///
    /// # Errors
    /// [`ExportError`]
    pub fn new(format: Format, dialect: Dialect) -> Result<Self, ExportError> {
        Ok(Self(match format {
            Format::Csv => Form::Csv { begun: false, dialect },
            Format::Ndjson => Form::Ndjson,
            Format::Parquet => Form::Parquet(Box::new(Parquet::new()?)),
        }))
    }

    /// Adds responses; gives the bytes that are ready.
    ///
    /// # Errors
    /// [`ExportError`]
    pub fn push(&mut self, responses: Vec<ResponseRecord>) -> Result<Vec<u8>, ExportError> {
        match &mut self.0 {
            Form::Csv { begun, dialect } => {
                let mut bytes = if std::mem::replace(begun, true) { Vec::new() } else { csv::head(*dialect)? };
                bytes.extend(csv::body(&responses, *dialect)?);
                Ok(bytes)
            }
            Form::Ndjson => {
                let mut bytes = Vec::new();
                for response in &responses {
                    serde_json::to_writer(&mut bytes, response)?;
                    bytes.push(b'\n');
                }
                Ok(bytes)
            }
            Form::Parquet(parquet) => parquet.push(responses),
        }
    }

    /// The rest of the file.
    ///
    /// # Errors
    /// [`ExportError`]
    pub fn finish(self) -> Result<Vec<u8>, ExportError> {
        match self.0 {
            Form::Csv { begun: false, dialect } => csv::head(dialect),
            Form::Csv { begun: true, .. } | Form::Ndjson => Ok(Vec::new()),
            Form::Parquet(parquet) => parquet.finish(),
        }
    }
}
