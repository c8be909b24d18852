//! `trente stats drivers`: driver analysis of one column of a CSV file.

use std::io::Read;

use csv::{Position, ReaderBuilder, StringRecord};
use serde::Serialize;
use trente_stats::drivers::{self, PAIRS_MIN};
use trente_stats::importance::{Correlations, Importance, ImportanceError};

use super::numbers::ends;
use super::separator::Separated;
use super::{StatsError, separator};

/// Columns at most: the weights take time that grows with the cube of their number.
const COLUMNS_MAX: usize = 256;

/// What is said of all columns.
#[derive(Debug, Serialize)]
pub struct DriversRecord {
    target: String,
    /// Rows of the file.
    rows: u64,
    /// Rows with a number in every column: what LMG and Johnson are of.
    n: u64,
    /// The share of the target's variance that all columns explain; null when too few rows are complete.
    r2: Option<f64>,
    /// Most important first.
    drivers: Vec<DriverRecord>,
}

/// What is said of one column.
#[derive(Debug, Serialize)]
struct DriverRecord {
    column: String,
    /// Rows with a number in this column and the target.
    n: u64,
    r: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    /// Whether there are enough rows to rely on r.
    enough: bool,
    lmg: Option<f64>,
    lmg_share: Option<f64>,
    johnson: Option<f64>,
    johnson_share: Option<f64>,
}

/// A column with its numbers, none where the cell is empty.
struct Column {
    name: String,
    cells: Vec<Option<f64>>,
}

/// The drivers of `target` in a CSV file with a header.
///
/// # Errors
/// [`StatsError::Line`] and [`StatsError::Input`], [`StatsError::Importance`].
pub fn drivers(input: impl Read, target: &str) -> Result<DriversRecord, StatsError> {
    let mut columns = read(input)?;
    let names: Vec<_> = columns.iter().map(|column| format!("`{}`", column.name)).collect();
    let Some(at) = columns.iter().position(|column| column.name == target) else {
        return Err(StatsError::Input(format!("there is no column `{target}`; there are {}", names.join(", "))));
    };
    let target = columns.remove(at);
    if columns.is_empty() {
        return Err(StatsError::Input(format!("there is no column but `{}`", target.name)));
    }
    let complete: Vec<usize> = (0..target.cells.len())
        .filter(|&row| columns.iter().chain([&target]).all(|column| column.cell(row).is_some()))
        .collect();
    let importance = match importance(&columns, &target, &complete) {
        Ok(found) => Some(found),
        // One lens an answer leaves no complete row, and is no mistake.
        Err(ImportanceError::Rows { .. }) => None,
        Err(ImportanceError::Constant(column)) => {
            let name = columns.iter().chain([&target]).nth(column).map_or("", |column| &column.name);
            return Err(StatsError::Input(format!("column `{name}` does not vary in the complete rows")));
        }
        Err(other) => return Err(other.into()),
    };
    let (rows, n) = (target.cells.len() as u64, complete.len() as u64);
    let mut drivers: Vec<_> = columns
        .into_iter()
        .enumerate()
        .map(|(index, column)| column.driver(&target, index, importance.as_ref()))
        .collect();
    let weight = |driver: &DriverRecord| driver.lmg.or(driver.johnson).or(driver.r.map(f64::abs)).unwrap_or(-1.0);
    drivers.sort_by(|left, right| weight(right).total_cmp(&weight(left)));
    Ok(DriversRecord { target: target.name, rows, n, r2: importance.map(|found| found.r2), drivers })
}

fn importance(columns: &[Column], target: &Column, rows: &[usize]) -> Result<Importance, ImportanceError> {
    let complete = |column: &Column| rows.iter().filter_map(|&row| column.cell(row)).collect::<Vec<_>>();
    let numbers: Vec<_> = columns.iter().map(complete).collect();
    Correlations::of_columns(&numbers, &complete(target))?.importance()
}

impl Column {
    fn cell(&self, row: usize) -> Option<f64> {
        self.cells.get(row).copied().flatten()
    }

    fn driver(self, target: &Self, index: usize, importance: Option<&Importance>) -> DriverRecord {
        let pairs: Vec<_> =
            self.cells.iter().zip(&target.cells).filter_map(|(cell, target)| Some(((*cell)?, (*target)?))).collect();
        let correlation = drivers::correlation(&pairs);
        let (low, high) = ends(correlation.and_then(|found| found.interval));
        let of = |weights: Option<&Vec<f64>>| weights.and_then(|weights| weights.get(index)).copied();
        let lmg = of(importance.and_then(|found| found.lmg.as_ref()));
        let johnson = of(importance.map(|found| &found.johnson));
        let share = |weight: Option<f64>| Some(weight? / importance.map(|found| found.r2).filter(|r2| *r2 > 0.0)?);
        DriverRecord {
            column: self.name,
            n: pairs.len() as u64,
            r: correlation.map(|found| found.r),
            low,
            high,
            enough: pairs.len() as u64 >= PAIRS_MIN,
            lmg,
            lmg_share: share(lmg),
            johnson,
            johnson_share: share(johnson),
        }
    }
}

fn read(mut input: impl Read) -> Result<Vec<Column>, StatsError> {
    let mut text = Vec::new();
    input.read_to_end(&mut text)?;
    let Separated { separator, skip, lines } = separator::find(&text);
    let text = text.get(skip..).unwrap_or_default();
    let of_csv = |error: csv::Error| wrong(text, lines, error);
    let mut builder = ReaderBuilder::new();
    let mut reader = builder.delimiter(separator).has_headers(true).trim(csv::Trim::All).from_reader(text);
    let header = reader.headers().map_err(of_csv)?.clone();
    let mut columns: Vec<Column> = Vec::new();
    for name in &header {
        if name.is_empty() || columns.iter().any(|column| column.name == name) {
            return Err(StatsError::Line(lines + 1, format!("column `{name}` has no name of its own")));
        }
        columns.push(Column { name: name.to_owned(), cells: Vec::new() });
    }
    if columns.is_empty() {
        return Err(StatsError::Input("the file is empty: it needs a header".to_owned()));
    }
    if columns.len() > COLUMNS_MAX {
        return Err(StatsError::Line(
            lines + 1,
            format!("{} columns are too many: {COLUMNS_MAX} at most", columns.len()),
        ));
    }
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(of_csv)? {
        let line = lines + line(text, record.position());
        for (column, cell) in columns.iter_mut().zip(&record) {
            let number = match cell {
                "" => None,
                cell => Some(separator::number(cell, separator).ok_or_else(|| {
                    StatsError::Line(line, format!("column `{}`: `{cell}` is not a number", column.name))
                })?),
            };
            column.cells.push(number);
        }
    }
    Ok(columns)
}

/// The line that a record begins in: its position is where the one before ended, with blank lines between.
fn line(text: &[u8], position: Option<&Position>) -> u64 {
    let Some(position) = position else { return 1 };
    let rest = usize::try_from(position.byte()).ok().and_then(|start| text.get(start..)).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + blank.filter(|byte| **byte == b'\n').count() as u64
}

/// What is wrong with the file, with its line.
fn wrong(text: &[u8], lines: u64, error: csv::Error) -> StatsError {
    let line = lines + line(text, error.position());
    match error.into_kind() {
        csv::ErrorKind::Io(error) => StatsError::Io(error),
        csv::ErrorKind::Utf8 { .. } => StatsError::Line(line, "it is not UTF-8; save it as CSV UTF-8".to_owned()),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            StatsError::Line(line, format!("{len} cells, where the header has {expected_len}"))
        }
        _ => StatsError::Line(line, "it is not CSV".to_owned()),
    }
}
