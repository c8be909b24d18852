//! `trente stats`: what many answers mean.
//!
//! Results are JSON on standard output. Whatever is wrong with the input is told on standard error with its line, and
//! nothing is printed: a number that some lines are missing from is not the number that was asked for.

pub mod chart;
pub mod drivers;
pub mod fold;
pub mod numbers;
mod series;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use thiserror::Error;
use trente_stats::aggregate::{BytesError, COUNT_MAX};
use trente_stats::importance::ImportanceError;
use trente_stats::{Aggregate, CountError, Report, Summary};

use super::lines::LineError;

/// The arguments of `trente stats`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Stats {
    #[command(subcommand)]
    command: Option<StatsCommand>,
    #[command(flatten)]
    output: Output,
}

/// What is made of an aggregate.
#[derive(Debug, Args)]
struct Output {
    /// Leave numbers of fewer answers out; 5 is what the results pages do.
    #[arg(long, value_name = "N", default_value_t = 1)]
    min: u64,
    /// Also write the aggregate to a file, for `trente stats merge`.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum StatsCommand {
    /// Add up aggregates that were saved, and summarise the sum.
    Merge {
        /// Files of `trente stats --save`.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
    /// NPS with its adjusted Wald interval.
    Nps {
        #[command(flatten)]
        counts: numbers::Counts,
        /// Also tell how many answers a margin of so many points takes.
        #[arg(long, value_name = "POINTS", value_parser = numbers::margin)]
        margin: Option<f64>,
    },
    /// The share of K in N with Wilson's interval.
    Wilson {
        /// Hits.
        #[arg(value_parser = clap::value_parser!(u64).range(..=COUNT_MAX))]
        k: u64,
        /// Answers.
        #[arg(value_parser = clap::value_parser!(u64).range(..=COUNT_MAX))]
        n: u64,
    },
    /// Whether a first NPS differs from a second: promoters, passives and detractors of both.
    Compare {
        #[command(flatten)]
        first: numbers::Counts,
        #[command(flatten)]
        second: numbers::SecondCounts,
    },
    /// What drives a target, by correlation, LMG and Johnson's relative weights, from a CSV file with a header.
    Drivers {
        /// The file: numbers, empty where there is no answer.
        file: PathBuf,
        /// The column that is to be explained.
        #[arg(long, value_name = "COLUMN")]
        target: String,
    },
    /// Whether a series on standard input left its usual course.
    Chart(chart::Chart),
}

/// Why `trente stats` prints nothing.
#[derive(Debug, Error)]
pub enum StatsError {
    /// Lines of the input are wrong: the first of them, and how many there are.
    #[error("{}", wrong_lines(.0, *.1))]
    Lines(Vec<(usize, LineError)>, u64),
    /// The input is wrong at a line.
    #[error("line {0}: {1}")]
    Line(u64, String),
    /// The input is wrong as a whole.
    #[error("{0}")]
    Input(String),
    /// A file cannot be read or written.
    #[error("{}", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// A file holds no aggregate.
    #[error("{}", .0.display())]
    Aggregate(PathBuf, #[source] BytesError),
    /// The counts do not fit.
    #[error(transparent)]
    Count(#[from] CountError),
    /// The importance of columns cannot be told.
    #[error(transparent)]
    Importance(#[from] ImportanceError),
    /// Reading standard input or writing standard output fails.
    #[error("input or output failed")]
    Io(#[from] io::Error),
}

fn wrong_lines(first: &[(usize, LineError)], all: u64) -> String {
    let mut text = match all {
        1 => "one line is wrong, so there is no summary".to_owned(),
        all => format!("{all} lines are wrong, so there is no summary"),
    };
    for (number, error) in first {
        text.push_str(&format!("\n  line {number}: {error}"));
    }
    if all > first.len() as u64 {
        text.push_str("\n  …");
    }
    text
}

/// Runs `trente stats`.
///
/// # Errors
/// [`StatsError`]
pub fn run(stats: &Stats, input: impl Read, output: &mut impl Write) -> Result<(), StatsError> {
    match &stats.command {
        None => summarise(&fold::fold(input)?, &stats.output, output),
        Some(StatsCommand::Merge { files, output: options }) => summarise(&merge(files)?, options, output),
        Some(StatsCommand::Nps { counts, margin }) => print(output, &numbers::nps(&counts.nps(), *margin)),
        Some(StatsCommand::Wilson { k, n }) => print(output, &numbers::wilson(*k, *n)?),
        Some(StatsCommand::Compare { first, second }) => print(output, &numbers::compare(&first.nps(), &second.nps())),
        Some(StatsCommand::Drivers { file, target }) => {
            let opened = File::open(file).map_err(|error| StatsError::File(file.clone(), error))?;
            print(output, &drivers::drivers(opened, target)?)
        }
        Some(StatsCommand::Chart(chart)) => {
            let mut series = Vec::new();
            let mut input = input;
            input.read_to_end(&mut series)?;
            print(output, &chart.draw(&series)?)
        }
    }
}

fn summarise(aggregate: &Aggregate, options: &Output, output: &mut impl Write) -> Result<(), StatsError> {
    if let Some(path) = &options.save {
        fs::write(path, aggregate.to_bytes()).map_err(|error| StatsError::File(path.clone(), error))?;
    }
    print(output, &Report::of(&Summary::of(aggregate), options.min))
}

fn merge(files: &[PathBuf]) -> Result<Aggregate, StatsError> {
    let mut sum = Aggregate::default();
    for file in files {
        sum.merge(&saved(file)?)?;
    }
    Ok(sum)
}

fn saved(file: &Path) -> Result<Aggregate, StatsError> {
    let bytes = fs::read(file).map_err(|error| StatsError::File(file.to_owned(), error))?;
    Aggregate::from_bytes(&bytes).map_err(|error| StatsError::Aggregate(file.to_owned(), error))
}

fn print(output: &mut impl Write, value: &impl Serialize) -> Result<(), StatsError> {
    serde_json::to_writer(&mut *output, value).map_err(io::Error::from)?;
    Ok(writeln!(output)?)
}
