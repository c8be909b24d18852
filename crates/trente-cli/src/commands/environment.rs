//! Check of the environment: names that begin as ours do and are of no setting, which a mistyped one would be.
//!
//! The configuration file refuses unknown names; a variable that is misspelt would be ignored without a word.

use std::env;

use clap::{Command, CommandFactory};
use trente_collector::domain::contact::keys::KEY_VARIABLE;
use trente_collector::mail::server::PASSWORD_VARIABLE;

use crate::Arguments;

const PREFIX: &str = "TRENTE_";
/// Variables of ours that this program does not read: the shop's copy of its key (docs/embed.md), and those of the
/// project's own tools and tests.
const OTHERS: [&str; 19] = [
    "TRENTE_KEY",
    "TRENTE_ALL_CASES",
    "TRENTE_BIN",
    "TRENTE_BROWSER",
    "TRENTE_DIST",
    "TRENTE_FAILED",
    "TRENTE_FILE_MS",
    "TRENTE_FLAKY",
    "TRENTE_LOADER",
    "TRENTE_POWERCUTS",
    "TRENTE_SHIM_FAIL",
    "TRENTE_SHIM_SLOW_US",
    "TRENTE_SOAK_MINUTES",
    "TRENTE_SPECS",
    "TRENTE_SPEECH",
    "TRENTE_SPEECH_ONLY",
    "TRENTE_SPEECH_PACE",
    "TRENTE_SPEECH_QUIET_MS",
    "TRENTE_TOOLS",
];
/// How alike two names are at least for the one to be meant by the other, from 0 to 1 (Jaro).
const ALIKE: f64 = 0.75;

/// What is wrong with the names in the environment, a sentence each, in the order of the names.
pub fn problems() -> Vec<String> {
    let given = env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        Some((name, value.to_string_lossy().into_owned())).filter(|(name, _)| name.starts_with(PREFIX))
    });
    unknown(given, &known())
}

/// Every variable that some command reads.
fn known() -> Vec<String> {
    let mut names = vec![PASSWORD_VARIABLE.to_owned(), KEY_VARIABLE.to_owned()];
    collect(&Arguments::command(), &mut names);
    names
}

fn collect(command: &Command, names: &mut Vec<String>) {
    names.extend(command.get_arguments().filter_map(|argument| Some(argument.get_env()?.to_str()?.to_owned())));
    command.get_subcommands().for_each(|inner| collect(inner, names));
}

fn unknown(given: impl Iterator<Item = (String, String)>, known: &[String]) -> Vec<String> {
    let mut problems: Vec<String> = given
        .filter(|(name, value)| !known.contains(name) && !OTHERS.contains(&&**name) && !is_of_a_cluster(name, value))
        .map(|(name, _)| match nearest(&name, known) {
            Some(near) => format!("the environment variable {name} is no setting and changes nothing; {near} is one"),
            None => format!("the environment variable {name} is no setting and changes nothing"),
        })
        .collect();
    problems.sort();
    problems
}

fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let bare = |name: &'a str| name.strip_prefix(PREFIX).unwrap_or(name);
    let own = name.strip_prefix(PREFIX).unwrap_or(name);
    let alike = known.iter().map(|known| (strsim::jaro(own, bare(known)), known.as_str()));
    let best = alike.filter(|(alike, _)| *alike >= ALIKE).max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.map(|(_, known)| known)
}

/// Whether Kubernetes, or a link of Docker, has made it for a service whose name begins as ours does:
/// `TRENTE_SERVICE_HOST`, `TRENTE_PORT=tcp://…`, `TRENTE_PORT_8031_TCP_ADDR`.
fn is_of_a_cluster(name: &str, value: &str) -> bool {
    let of_port = name.split("_PORT_").skip(1).any(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    let is_service = name.contains("_SERVICE_HOST") || name.contains("_SERVICE_PORT");
    is_service || of_port || (name.ends_with("_PORT") && value.contains("://"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    fn found(given: &[(&str, &str)]) -> Vec<String> {
        unknown(given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())), &known())
    }

    #[test]
    fn the_nearest_setting_is_named() {
        for (given, meant) in [
            ("TRENTE_LISTN", "TRENTE_LISTEN is one"),
            ("TRENTE_RATE_SIT", "TRENTE_RATE_SITE is one"),
            ("TRENTE_RATE_SIGNED_SITE", "TRENTE_RATE_SITE_SIGNED is one"),
            ("TRENTE_MAIL_PASS_WORD", "TRENTE_MAIL_PASSWORD is one"),
            ("TRENTE_DATABASE_URL", "changes nothing"),
        ] {
            let problems = found(&[(given, "x")]);
            assert!(problems.len() == 1 && problems[0].contains(given) && problems[0].ends_with(meant), "{problems:?}");
        }
    }

    /// A variable that a test or a tool begins to read would be told as a mistake, by every collector that they start.
    #[test]
    fn every_variable_of_the_projects_own_tools_is_known() {
        fn read(folder: &Path, texts: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let (path, kind) = (entry.path(), entry.file_type().unwrap());
                if kind.is_dir() && path.file_name().is_some_and(|name| name != "node_modules" && name != "target") {
                    read(&path, texts);
                } else if kind.is_file() {
                    texts.extend(fs::read_to_string(&path));
                }
            }
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut texts = Vec::new();
        for folder in ["tests", "xtask/src", "bench", "packaging", "crates/trente-faults", "crates/trente-testing"] {
            read(&root.join(folder), &mut texts);
        }
        let is_of_a_name = |letter: char| letter == '_' || letter.is_ascii_uppercase();
        let names = texts.iter().flat_map(|text| text.split(|letter| !is_of_a_name(letter)));
        let named: BTreeSet<&str> = names.filter(|name| name.starts_with(PREFIX) && *name != PREFIX).collect();
        assert!(named.len() > 20, "{named:?}");
        let given: Vec<(&str, &str)> = named.into_iter().map(|name| (name, "")).collect();
        assert_eq!(found(&given), [""; 0]);
    }

    #[test]
    fn what_others_set_is_no_problem() {
        let every: Vec<String> = known();
        assert!(every.len() > 25 && every.iter().any(|name| name == "TRENTE_BASE"));
        let none = [
            ("TRENTE_LISTEN", "127.0.0.1:1"),
            ("TRENTE_KEY", "00"),
            ("TRENTE_SERVICE_HOST", "10.0.0.1"),
            ("TRENTE_RESULTS_SERVICE_PORT_HTTP", "8032"),
            ("TRENTE_PORT", "tcp://10.0.0.1:8031"),
            ("TRENTE_PORT_8031_TCP_ADDR", "10.0.0.1"),
        ];
        assert_eq!(found(&none), [""; 0]);
        assert_eq!(found(&[("TRENTE_PORT", "8031")]).len(), 1);
    }
}
