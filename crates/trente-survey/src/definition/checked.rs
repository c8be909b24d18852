//! The outcome of checking a draft: what would be published, and what is wrong with it.

use alloc::vec::Vec;

use super::check::Checker;
use super::{Definition, Draft, Path, Problem, Severity};

/// A draft that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What would be published; none when a problem is an error.
    pub definition: Option<Definition>,
    /// What is wrong with it, in the order of the document; empty when nothing is.
    pub problems: Vec<Problem>,
    /// How long it takes: the required path and the longest optional one of each branch, per language. Empty when
    /// the draft cannot be put together at all.
    pub paths: Vec<Path>,
}

impl Draft {
    /// The survey that this draft makes for one merchant, with every reason why it may not be published.
    pub fn check(&self, merchant: &str) -> Checked {
        let mut checker = Checker::default();
        let definition = checker.definition(self, merchant);
        let paths = checker.rules(&definition);
        let problems = checker.problems;
        let fine = problems.iter().all(|problem| problem.severity != Severity::Error);
        Checked { definition: fine.then_some(definition), problems, paths }
    }
}
