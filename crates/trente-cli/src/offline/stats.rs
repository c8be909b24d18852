//! `trente stats`: computes statistics of many responses that it reads from standard input.
//!
//! Results are JSON on standard output. Whatever is wrong with the input is told on standard error with its line, and
//! nothing is printed: a number that some lines are missing from is not the number that was asked for.

pub mod chart;
pub mod drivers;
pub mod fold;
pub mod marked;
pub mod numbers;
mod separator;
mod series;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;
use thiserror::Error;
use trente_stats::aggregate::{BytesError, COUNT_MAX};
use trente_stats::detail::Detail;
use trente_stats::importance::ImportanceError;
use trente_stats::prediction::MirrorError;
use trente_stats::{Aggregate, CountError, Report, Summary};
use trente_survey::locale::Language;

use crate::json_lines::LineError;

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
    /// Also print what stands behind the numbers: spread, families, causes with and without, moments.
    #[arg(long)]
    detail: bool,
    /// How many orders were asked: the detail then says which share of them answered.
    #[arg(long, value_name = "N", requires = "detail", value_parser = clap::value_parser!(u64).range(..=COUNT_MAX))]
    orders: Option<u64>,
    /// Language of the questions and first steps in the detail: fr or en.
    #[arg(long, value_name = "LANGUAGE", requires = "detail", default_value = "en", value_parser = language)]
    lang: Language,
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
        /// The file: numbers, empty where there is no answer; separated by commas, semicolons or tabs, as its header
        /// is.
        file: PathBuf,
        /// The column that is to be explained.
        #[arg(long, value_name = "COLUMN")]
        target: String,
    },
    /// Whether a series on standard input left its usual course.
    Chart(chart::Chart),
    /// The numbers by segment: answers on standard input, each marked by one more field, as channel, lang or hour.
    Segments {
        /// The field that marks a segment: any text, number, true or false.
        #[arg(long, value_name = "FIELD")]
        by: String,
        /// Leave numbers of fewer answers out; the shrunk ones stay.
        #[arg(long, value_name = "N", default_value_t = 1)]
        min: u64,
    },
    /// Who bought again, by class: answers on standard input with `returned`, true or false. Those whose `verified` is
    /// false are left out.
    Returns,
    /// How soon those who wait were answered: `asked_ms` and `replied_ms`, null without a reply, on standard input.
    Replies,
    /// What the merchant believed, compared with what customers said: answers on standard input.
    Mirror {
        /// What they believe, as JSON: satisfaction, ease, lens and recommend, the mean answer to each. All four, or
        /// nothing is shown.
        #[arg(long, value_name = "FILE")]
        prediction: PathBuf,
    },
}

/// The languages that merchants read.
///
/// # Errors
/// What is wrong with the tag.
pub fn language(tag: &str) -> Result<Language, String> {
    match tag {
        "fr" => Ok(Language::Fr),
        "en" => Ok(Language::En),
        _ => Err("merchants read fr or en".to_owned()),
    }
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
    /// A file cannot be read.
    #[error("cannot read {}", .0.display())]
    File(PathBuf, #[source] io::Error),
    /// A file cannot be written.
    #[error("cannot write {}", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// A file holds no aggregate.
    #[error("{}", .0.display())]
    Aggregate(PathBuf, #[source] BytesError),
    /// The counts do not fit.
    #[error(transparent)]
    Count(#[from] CountError),
    /// The importance of columns cannot be told.
    #[error(transparent)]
    Importance(#[from] ImportanceError),
    /// The Mirror shows nothing.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
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
        Some(StatsCommand::Segments { by, min }) => print(output, &marked::segments(input, by, *min)?),
        Some(StatsCommand::Returns) => print(output, &marked::returns(input)?),
        Some(StatsCommand::Replies) => print(output, &marked::replies(input)?),
        Some(StatsCommand::Mirror { prediction }) => print(output, &marked::mirror(input, prediction)?),
    }
}

/// A report, and what stands behind it where that was asked for.
#[derive(Serialize)]
struct Full {
    #[serde(flatten)]
    report: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Detail>,
}

fn summarise(aggregate: &Aggregate, options: &Output, output: &mut impl Write) -> Result<(), StatsError> {
    if let Some(path) = &options.save {
        fs::write(path, aggregate.to_bytes()).map_err(|error| StatsError::Write(path.clone(), error))?;
    }
    if let Some(orders) = options.orders.filter(|orders| *orders < aggregate.n()) {
        return Err(StatsError::Input(format!("{} responses to {orders} orders: fewer than answered", aggregate.n())));
    }
    let summary = Summary::of(aggregate);
    let detail = options.detail.then(|| Detail::of(&summary, options.min, options.orders, options.lang));
    print(output, &Full { report: Report::of(&summary, options.min), detail })
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
