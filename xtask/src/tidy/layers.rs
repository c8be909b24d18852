//! Layers inside a crate, and import circles: what the compiler does not see because it compiles a crate as a whole.

use std::collections::BTreeSet;

use super::Source;
use super::modules::Imports;

/// Modules of the collector, and those that they must not use, by their folders in its source.
const NEVER: [(&str, &[&str]); 10] = [
    // The rules know no HTTP handlers and not the service that they are used by.
    ("domain", &["views", "web", "app", "server", "public", "inner", "jobs", "service"]),
    ("views", &["web", "app", "server", "public", "inner", "jobs", "service"]),
    ("webhooks", &["domain", "views", "web", "app", "server", "public", "inner", "jobs", "service"]),
    ("mail", &["domain", "views", "web", "app", "server", "public", "inner", "jobs", "service"]),
    ("app", &["web", "server", "public", "inner", "jobs", "service"]),
    ("web", &["views", "server", "public", "inner", "jobs", "service"]),
    // Nothing of administration is reached from where answers come in.
    ("public", &["inner", "server", "jobs", "service"]),
    ("inner", &["public", "server", "jobs", "service"]),
    ("jobs", &["web", "server", "public", "inner", "service"]),
    ("server", &["jobs", "service"]),
];
const COLLECTOR: &str = "crates/trente-collector/src/";

/// One finding for each file of the collector that uses a module above its own.
pub fn check(imports: &Imports) -> Vec<String> {
    let mut findings = Vec::new();
    for (from, targets) in imports {
        let Some((_, never)) = NEVER.iter().find(|(layer, _)| layer_of(from) == Some(layer)) else { continue };
        for to in targets.iter().filter(|to| layer_of(to).is_some_and(|layer| never.contains(&layer))) {
            findings.push(format!("{from}: must not use {to}, which is of a layer above its own"));
        }
    }
    findings
}

/// One finding for each file that changes the store without a use-case function: every act of administration is one
/// function of the collector's `domain`, which API, pages and command line call alike.
pub fn acts(source: &Source) -> Vec<String> {
    let Source { path, text } = source;
    let calls = ["crates/trente-cli/src/", COLLECTOR].iter().any(|folder| path.starts_with(folder));
    if !calls || layer_of(path) == Some("domain") || !text.contains("use trente_store::change::") {
        return Vec::new();
    }
    vec![format!("{path}: must not use trente_store::change: write a function of {COLLECTOR}domain/ops, and call it")]
}

fn layer_of(path: &str) -> Option<&str> {
    path.strip_prefix(COLLECTOR)?.split(['/', '.']).next()
}

/// One finding for each circle of imports.
pub fn circles(imports: &Imports) -> Vec<String> {
    let mut graph = imports.clone();
    let mut findings = Vec::new();
    loop {
        // What nothing leads to, or what leads nowhere, is on no circle.
        loop {
            let reached: BTreeSet<String> = graph.values().flatten().cloned().collect();
            let before: usize = graph.values().map(BTreeSet::len).sum();
            graph.retain(|from, _| reached.contains(from));
            let known: BTreeSet<String> = graph.keys().cloned().collect();
            graph.values_mut().for_each(|targets| targets.retain(|to| known.contains(to)));
            graph.retain(|_, targets| !targets.is_empty());
            if graph.values().map(BTreeSet::len).sum::<usize>() == before {
                break;
            }
        }
        let Some(start) = graph.keys().next().cloned() else { return findings };
        // Every file that is left leads to another that is left, so the walk comes back to itself.
        let mut walk = vec![start];
        while let Some(next) = walk.last().and_then(|last| graph.get(last)).and_then(BTreeSet::first).cloned() {
            let seen = walk.iter().position(|file| *file == next);
            walk.push(next);
            if let Some(begin) = seen {
                let circle = walk.split_off(begin);
                findings.push(format!("import circle: {}", circle.join(" -> ")));
                circle.iter().for_each(|file| drop(graph.remove(file)));
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(arrows: &[(&str, &str)]) -> Imports {
        let mut imports = Imports::new();
        for (from, to) in arrows {
            imports.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        imports
    }

    #[test]
    fn the_listeners_never_meet_and_the_domain_knows_no_http() {
        let file = |name: &str| format!("{COLLECTOR}{name}.rs");
        let finds = |from: &str, to: &str| check(&graph(&[(&file(from), &file(to))])).len();
        for (from, to) in [
            ("public/surveys", "inner/session"),
            ("inner", "public/routes"),
            ("domain/ingest", "web/error"),
            ("domain/catalog", "app"),
            ("domain/ops/sites", "views/site"),
            ("views/response", "app"),
        ] {
            assert_eq!(finds(from, to), 1, "{from} {to}");
        }
        for (from, to) in [("public/surveys", "web/error"), ("web/client", "app"), ("views/site", "domain/origin")] {
            assert_eq!(finds(from, to), 0, "{from} {to}");
        }
        assert_eq!(check(&graph(&[("xtask/src/domain.rs", "xtask/src/app.rs")])), Vec::<String>::new());
    }

    #[test]
    fn the_store_is_changed_by_the_domain_alone() {
        let source = |path: &str| Source { path: path.into(), text: "use trente_store::change::Change;\n".into() };
        let found = |path| acts(&source(path)).len();
        assert_eq!(found("crates/trente-collector/src/domain/ops/sites.rs"), 0);
        assert_eq!(found("crates/trente-store/src/sqlite/admin.rs"), 0);
        assert_eq!(found("crates/trente-cli/tests/it/mail.rs"), 0);
        assert_eq!(found("crates/trente-collector/src/inner/account/login.rs"), 1);
        assert_eq!(found("crates/trente-collector/src/jobs/mail/letter.rs"), 1);
        assert_eq!(found("crates/trente-cli/src/commands/site.rs"), 1);
    }

    #[test]
    fn a_circle_is_found_with_its_way_and_a_line_is_none() {
        assert_eq!(circles(&graph(&[("a", "b"), ("b", "c"), ("a", "c")])), Vec::<String>::new());
        let two = graph(&[("x", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("c", "y"), ("p", "q"), ("q", "p")]);
        assert_eq!(circles(&two), ["import circle: a -> b -> c -> a", "import circle: p -> q -> p"]);
    }
}
