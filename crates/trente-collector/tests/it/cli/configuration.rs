//! One configuration from a file, the environment and the command line.

use std::fs;
use std::process::{Command, Output};

use super::TRENTE;
use crate::support::Folder;

fn trente(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(TRENTE);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRENTE_")) {
        command.env_remove(name);
    }
    command.args(arguments).envs(environment.iter().copied()).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap()
}

/// The value and the origin of a setting, as `config show` prints them.
fn setting(shown: &str, name: &str) -> (String, String) {
    let line = shown.lines().find(|line| line.split_whitespace().next() == Some(name)).unwrap();
    let mut words = line.split_whitespace().skip(1);
    (words.next().unwrap().to_owned(), words.collect::<Vec<_>>().join(" "))
}

#[test]
fn the_command_line_outweighs_the_environment_and_that_the_file() {
    let folder = Folder::new();
    let file = folder.path().join("trente.toml");
    fs::write(
        &file,
        "# ours\ndb = \"/var/lib/trente/trente.db\"\nlisten = \"127.0.0.1:9001\"\nrate_site = \"7:700\"\nqueue = 99\n\
         trusted_proxies = [\"10.0.0.0/8\", \"192.0.2.7/32\"]\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let environment = [("TRENTE_LISTEN", "127.0.0.1:9002"), ("TRENTE_QUEUE", "98"), ("TRENTE_CONFIG", file)];
    let output = trente(&["config", "show", "--listen", "127.0.0.1:9003"], &environment);
    let shown = text(&output);
    assert!(output.status.success(), "{shown}");
    let is = |name: &str, value: &str, from: &str| {
        assert_eq!(setting(&shown, name), (value.to_owned(), from.to_owned()), "{shown}");
    };
    is("listen", "127.0.0.1:9003", "--listen");
    is("queue", "98", "TRENTE_QUEUE");
    is("rate_site", "7:700", &format!("{file}:4"));
    is("db", "/var/lib/trente/trente.db", &format!("{file}:2"));
    is("trusted_proxies", "10.0.0.0/8,192.0.2.7/32", &format!("{file}:6"));
    is("rate_network", "20:600", "default");
    is("log_format", "text", "default");
}

#[test]
fn passwords_are_not_shown() {
    let output = trente(&["config", "show", "--db", "postgres://trente:s3cret@db1.example,db2.example/trente"], &[]);
    let shown = text(&output);
    assert_eq!(setting(&shown, "db").0, "postgres://trente:(hidden)@db1.example,db2.example/trente");
    assert!(!shown.contains("s3cret"));
}

#[test]
fn every_problem_of_a_file_has_its_place() {
    let folder = Folder::new();
    let file = folder.path().join("trente.toml");
    let name = file.to_str().unwrap();
    let check = |content: &str| {
        fs::write(&file, content).unwrap();
        let output = trente(&["config", "check", name], &[]);
        (output.status.code(), text(&output))
    };
    let (code, found) = check("listen = \"0.0.0.0:8031\"\ntrusted_proxies = []\n");
    assert_eq!((code, found), (Some(0), format!("{name}: 2 settings, no problem\n")));

    let (code, found) = check(
        "listen = \"here\"\nlisten_on = 1\nrate_site = \"20\"\nqueue = -1\nlog_level = \"loud\"\nresults_names = [\"https://a.example\"]\n",
    );
    assert_eq!(code, Some(2));
    let lines: Vec<_> = found.lines().collect();
    for (line, (place, words)) in lines.iter().zip([
        ("1:10", "`listen`"),
        ("2:1", "unknown field `listen_on`"),
        ("3:13", "`20` is no rate"),
        ("4:9", "`queue`"),
        ("5:13", "unknown variant `loud`"),
        ("6:17", "`https://a.example` is no name of a host"),
    ]) {
        assert!(line.starts_with(&format!("{name}:{place}: ")) && line.contains(words), "{line}");
    }
    assert_eq!(lines.len(), 6, "{found}");

    let (code, found) = check("listen = \"127.0.0.1:1\"\n\nresults = 12 13\n");
    assert_eq!(code, Some(2));
    assert!(found.starts_with(&format!("{name}:3:")), "{found}");
    let (code, found) = check("listen = \"127.0.0.1:81\"\nresults = \"127.0.0.1:81\"\n");
    assert!(code == Some(2) && found.contains("the same address"), "{found}");
    let (code, found) = check("queue = 0\n");
    assert!(code == Some(2) && found.contains("`queue` is 0"), "{found}");
}

#[test]
fn a_service_without_a_database_or_with_a_bad_file_says_so_and_does_not_start() {
    let folder = Folder::new();
    let output = trente(&["serve"], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("nothing says where the data is"), "{}", text(&output));
    let file = folder.path().join("trente.toml");
    fs::write(&file, "bd = \"x\"\n").unwrap();
    let output = trente(&["serve", "--config", file.to_str().unwrap()], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("trente.toml:1:1: unknown field `bd`"), "{}", text(&output));
    let output = trente(&["serve", "--config", "/nowhere/trente.toml"], &[]);
    assert!(text(&output).contains("cannot read /nowhere/trente.toml"), "{}", text(&output));
}
