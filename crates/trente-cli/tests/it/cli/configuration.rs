//! One configuration from a file, the environment and the command line.

use std::fs;
use std::process::{Command, Output};

use trente_testing::Folder;

use super::TRENTE;

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

/// Neither in the address nor next to it, whatever it is written as, wherever it is said.
#[test]
fn no_secret_is_repeated_in_what_is_shown_or_refused() {
    let folder = Folder::new();
    let file = folder.path().join("trente.toml");
    for address in [
        "postgres://trente@db.example/trente?password=s3cret",
        "postgres://trente@db.example/trente?sslmode=require&sslpassword=s3cret&p%61ssword=s3cret",
        "postgres://trente:s3cret@db.example/trente?options=s3cret",
        "postgres://db.example/trente?password=a@s3cret",
        "postgres://trente:a?s3cret@db.example/trente",
        "postgres://trente:a@s3cret@db.example/trente",
        "postgres://trente:a b s3cret@db.example/trente",
        "host=db.example user=trente password=s3cret",
        "password = s3cret host=db.example",
        "jdbc:postgresql://db.example/trente?user=trente&password=s3cret",
        "mysql://trente:s3cret@db.example/trente",
    ] {
        fs::write(&file, format!("db = {address:?}\n")).unwrap();
        for output in [
            trente(&["config", "show", "--db", address], &[]),
            trente(&["config", "show"], &[("TRENTE_DB", address)]),
            trente(&["config", "show", "--config", file.to_str().unwrap()], &[]),
            trente(&["config", "check", file.to_str().unwrap()], &[]),
        ] {
            assert!(!text(&output).contains("s3cret"), "{address}: {}", text(&output));
        }
        if !address.starts_with("postgres://") {
            for arguments in [
                &["site", "list", "--db", address][..],
                &["serve", "--db", address],
                &["copy", "--from", address, "--to", "b.db"],
            ] {
                let output = trente(arguments, &[]);
                let said = text(&output);
                assert_eq!(output.status.code(), Some(2), "{said}");
                assert!(said.contains("postgres://user:password@host:port/database"), "{said}");
                assert!(!said.contains("s3cret"), "{said}");
            }
        }
    }
    let shown = text(&trente(&["config", "show", "--db", "postgres://a:s3cret@db/b?sslmode=require&password=x"], &[]));
    assert_eq!(setting(&shown, "db").0, "postgres://a:(hidden)@db/b?sslmode=require&password=(hidden)");
}

/// Every default that holds is told by --help, as it is.
#[test]
fn defaults_are_in_the_help() {
    let help = text(&trente(&["serve", "--help"], &[])).split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = text(&trente(&["config", "show"], &[]));
    for line in shown.lines() {
        let name = line.split_whitespace().next().unwrap();
        let (value, from) = setting(&format!("{line} -"), name);
        if value == "default" {
            continue;
        }
        assert!(from.starts_with("default"), "{line}");
        let flag = format!("--{} ", name.replace('_', "-"));
        let own = help.split(&flag).nth(1).unwrap().split(" --").next().unwrap();
        assert!(own.contains(&format!("[default: {value}]")), "{name} {value}: {own}");
    }
    assert_eq!(setting(&shown, "db"), ("./trente.db".to_owned(), "default".to_owned()));
    let help = text(&trente(&["site", "add", "--help"], &[]));
    assert!(help.contains("[default: ./trente.db]"), "{help}");
}

/// The packages ship both; what is new in the command line is in them by itself.
#[test]
fn shells_and_readers_know_every_command() {
    let folder = Folder::new();
    let pages = folder.path().join("man1");
    assert!(trente(&["man", pages.to_str().unwrap()], &[]).status.success());
    let page = |name: &str| fs::read_to_string(pages.join(name)).unwrap();
    assert!(page("trente-serve.1").contains("trente.db") && page("trente-site-add.1").contains("origin"));
    for shell in ["bash", "zsh", "fish"] {
        let script = text(&trente(&["completions", shell], &[]));
        assert!(script.contains("lookup") && script.contains("rotate-key"), "{shell}");
    }
    let help = text(&trente(&["--help"], &[]));
    let commands = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let names: Vec<_> = commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")).collect();
    assert!(names.len() > 20, "{help}");
    for line in names {
        let name = line.split_whitespace().next().unwrap();
        assert!(name == "help" || page("trente.1").contains(&format!("trente\\-{name}(1)")), "{name}");
    }
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
fn a_service_with_a_bad_file_says_so_and_does_not_start() {
    let folder = Folder::new();
    let file = folder.path().join("trente.toml");
    fs::write(&file, "bd = \"x\"\n").unwrap();
    let output = trente(&["serve", "--config", file.to_str().unwrap()], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("trente.toml:1:1: unknown field `bd`"), "{}", text(&output));
    let output = trente(&["serve", "--config", "/nowhere/trente.toml"], &[]);
    assert!(text(&output).contains("cannot read /nowhere/trente.toml"), "{}", text(&output));
}

/// The file refuses unknown names; a variable that is misspelt would else be ignored without a word.
#[test]
fn a_misspelt_variable_is_told() {
    let folder = Folder::new();
    let file = folder.path().join("trente.toml");
    fs::write(&file, "queue = 99\n").unwrap();
    let name = file.to_str().unwrap();
    let wrong = [("TRENTE_LISTN", "127.0.0.1:1"), ("TRENTE_RATE_SIT", "1:2")];
    let said = [
        "the environment variable TRENTE_LISTN is no setting and changes nothing; TRENTE_LISTEN is one",
        "the environment variable TRENTE_RATE_SIT is no setting and changes nothing; TRENTE_RATE_SITE is one",
    ];
    let output = trente(&["config", "check", name], &wrong);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(text(&output).lines().collect::<Vec<_>>(), said);
    // Along with what is wrong in the file: one run tells of everything.
    fs::write(&file, "quue = 99\n").unwrap();
    let both = text(&trente(&["config", "check", name], &wrong));
    assert!(both.contains("quue") && said.iter().all(|line| both.contains(line)), "{both}");
    fs::write(&file, "queue = 99\n").unwrap();
    // The settings are told nevertheless, and stay what a program can read.
    let output = trente(&["config", "show", "--config", name], &wrong);
    assert!(output.status.success());
    let errors = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(errors.lines().collect::<Vec<_>>(), said.map(|line| format!("trente: {line}")));
    assert_eq!(setting(&text(&output), "listen"), ("127.0.0.1:8031".to_owned(), "default".to_owned()));
    // A service warns and goes on: here to the database that is none.
    let output = trente(&["serve", "--db", folder.path().to_str().unwrap()], &wrong);
    assert_eq!(output.status.code(), Some(2));
    let log = text(&output);
    assert!(said.iter().all(|line| log.contains(line)) && log.contains("WARN"), "{log}");
    // What belongs to the shop, to a secret or to a cluster is no mistake.
    let fine = [("TRENTE_KEY", "0"), ("TRENTE_PORT", "tcp://10.0.0.1:8031")];
    let output = trente(&["config", "check", name], &fine);
    assert!(output.status.success(), "{output:?}");
}

/// What cannot be written is not told as if it had been read.
#[test]
fn an_output_that_cannot_be_written_is_told_as_such() {
    let folder = Folder::new();
    let database = folder.database();
    let database = database.to_str().unwrap();
    let added = trente(&["site", "add", "olive", "--origin", "https://shop.example", "--db", database], &[]);
    assert!(added.status.success(), "{added:?}");
    let export = ["export", "--site", "olive", "--format", "csv", "--output", "/nonexistent/x", "--db", database];
    for arguments in [&export[..], &["man", "/dev/null/man1"], &["stats", "--save", "/nonexistent/x"]] {
        let output = trente(arguments, &[]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output).contains("cannot write /"), "{arguments:?}: {}", text(&output));
    }
    let full =
        trente(&["export", "--site", "olive", "--format", "csv", "--output", "/dev/full", "--db", database], &[]);
    assert!(text(&full).contains("cannot write /dev/full"), "{}", text(&full));
}
