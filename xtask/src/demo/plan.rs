//! Plan of the demo, printed first: what has to be installed and built, and how long that takes.

use anyhow::Result;

use crate::layout::Layout;
use crate::steps::Minutes;
use crate::tools::{self, Need};

/// Every step that is not done yet, with its time on two cores.
pub fn steps(layout: &Layout, needs: &[Need]) -> Result<Vec<(String, Minutes)>> {
    let mut steps: Vec<_> = tools::missing(layout, needs)?
        .into_iter()
        .map(|(name, minutes)| (format!("install {name}"), minutes))
        .collect();
    // Cargo and Trunk build what changed alone; from nothing it is everything.
    let widget = if layout.dist().is_dir() { Minutes(0, 1) } else { Minutes(1, 2) };
    let collector = if layout.collector().is_file() { Minutes(0, 1) } else { Minutes(1, 3) };
    steps.push(("build the widget".to_owned(), widget));
    steps.push(("build the collector".to_owned(), collector));
    Ok(steps)
}

/// The steps as a table, and their sum.
pub fn text(steps: &[(String, Minutes)]) -> String {
    let width = steps.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let lines: Vec<_> = steps.iter().map(|(name, minutes)| format!("  {name:<width$}  {}\n", minutes.text())).collect();
    let all: Minutes = steps.iter().map(|(_, minutes)| *minutes).sum();
    format!("Before the demo can be seen:\n{}  {:<width$}  {}, on two cores\n\n", lines.concat(), "all", all.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_names_every_step_and_the_sum_of_their_times() {
        let steps = [("install trunk".to_owned(), Minutes(2, 4)), ("build the widget".to_owned(), Minutes(1, 2))];
        assert_eq!(
            text(&steps),
            "Before the demo can be seen:\n  install trunk     2 to 4 minutes\n  build the widget  1 to 2 minutes\n  \
             all               3 to 6 minutes, on two cores\n\n"
        );
    }
}
