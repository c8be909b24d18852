//! Import graph of the Rust files: which file of a crate names which other one, read from `use` and from paths.

use std::collections::{BTreeMap, BTreeSet};

use super::Source;

/// Arrows between the files of one crate, by their paths. Between a module and one that it contains there is none: parent
/// and child are one idea.
pub type Imports = BTreeMap<String, BTreeSet<String>>;

/// A piece of code that matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Name(&'a str),
    /// `::`
    Joint,
    Other(char),
}

/// The module of a file: the folder of its crate, and its path in it. None for tests and for what is no module.
fn module(path: &str) -> Option<(String, Vec<String>)> {
    let inside = path.strip_suffix(".rs")?;
    let (root, rest) = match inside.strip_prefix("src/") {
        Some(rest) => ("src/".to_owned(), rest),
        None => {
            let (root, rest) = inside.split_once("/src/")?;
            (format!("{root}/src/"), rest)
        }
    };
    let names = match rest {
        "lib" | "main" => Vec::new(),
        _ => rest.split('/').map(str::to_owned).collect(),
    };
    (names.last().is_none_or(|name| name != "tests")).then_some((root, names))
}

/// The arrows between all files.
pub fn imports(sources: &[Source]) -> Imports {
    let modules: BTreeMap<(String, Vec<String>), &str> =
        sources.iter().filter_map(|source| Some((module(&source.path)?, &*source.path))).collect();
    let mut imports = Imports::new();
    for source in sources {
        let Some((root, from)) = module(&source.path) else { continue };
        let (uses, paths) = paths(&source.text);
        let uses: Vec<_> = uses.iter().filter_map(|path| resolve(path, &from, &source.text)).collect();
        // A path may begin with a module that was imported: `use crate::{fold};`, then `fold::read()`.
        let begun = paths.iter().filter_map(|path| {
            let (first, rest) = path.split_first()?;
            let used = uses.iter().find(|used| used.last() == Some(first))?;
            Some([used, rest].concat())
        });
        let named = paths.iter().filter_map(|path| resolve(path, &from, &source.text));
        for path in begun.chain(named).chain(uses.iter().cloned()) {
            // The longest part of the path that is a file: what follows is in it.
            let found = (0..=path.len()).rev().find_map(|length| {
                let to = path.get(..length)?.to_vec();
                modules.get(&(root.clone(), to.clone())).map(|file| (to, *file))
            });
            let Some((to, file)) = found else { continue };
            if !from.starts_with(&to) && !to.starts_with(&from) {
                imports.entry(source.path.clone()).or_default().insert(file.to_owned());
            }
        }
    }
    imports
}

/// The path from the crate's root; none where it leads out of the crate.
fn resolve(path: &[String], from: &[String], text: &str) -> Option<Vec<String>> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => Some(rest.to_vec()),
        "self" => Some([from, rest].concat()),
        "super" => {
            let supers = path.iter().take_while(|name| *name == "super").count();
            let parent = from.get(..from.len().checked_sub(supers)?)?;
            Some([parent, path.get(supers..)?].concat())
        }
        child if ["", "pub "].iter().any(|seen| text.contains(&format!("\n{seen}mod {child};"))) => {
            Some([from, path].concat())
        }
        _ => None,
    }
}

/// Every path of a file's code without its tests: each leaf of a `use`, and the other paths.
fn paths(text: &str) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let code = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let tokens = tokens(code);
    let (mut uses, mut paths) = (Vec::new(), Vec::new());
    let mut rest = &tokens[..];
    let mut before = Token::Other(';');
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        match token {
            Token::Name("use") if matches!(before, Token::Other(';' | '}' | '{' | ')' | ']') | Token::Name("pub")) => {
                tree(&mut rest, &[], &mut uses);
            }
            Token::Name(name) if before != Token::Joint => {
                let mut path = vec![(*name).to_owned()];
                while let [Token::Joint, Token::Name(next), ..] = rest {
                    path.push((*next).to_owned());
                    rest = rest.get(2..).unwrap_or_default();
                }
                paths.extend((path.len() > 1).then_some(path));
            }
            _ => {}
        }
        before = *token;
    }
    (uses, paths)
}

/// The leaves of a `use`, up to its end.
fn tree(rest: &mut &[Token<'_>], prefix: &[String], found: &mut Vec<Vec<String>>) {
    let mut path = prefix.to_vec();
    while let Some((token, after)) = rest.split_first() {
        match token {
            Token::Name("as") => *rest = after.get(1..).unwrap_or_default(),
            // `a::{self}` is `a`.
            Token::Name("self") if !path.is_empty() => *rest = after,
            Token::Name(name) => {
                path.push((*name).to_owned());
                *rest = after;
            }
            Token::Joint | Token::Other('*') => *rest = after,
            Token::Other('{') => {
                *rest = after;
                tree(rest, &path, found);
                path.clear();
            }
            Token::Other(',') => {
                *rest = after;
                found.extend((!path.is_empty()).then(|| std::mem::replace(&mut path, prefix.to_vec())));
                path = prefix.to_vec();
            }
            Token::Other('}') => {
                *rest = after;
                break;
            }
            Token::Other(_) => break,
        }
    }
    found.extend((path.len() > prefix.len()).then_some(path));
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for line in code.lines() {
        let mut rest = line.split("//").next().unwrap_or_default();
        while let Some(first) = rest.chars().next() {
            let length = match rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_')) {
                Some(0) if rest.starts_with("::") => 2,
                Some(0) => first.len_utf8(),
                Some(length) => length,
                None => rest.len(),
            };
            let (text, after) = rest.split_at(length);
            rest = after;
            match text {
                "::" => tokens.push(Token::Joint),
                _ if first.is_alphanumeric() || first == '_' => tokens.push(Token::Name(text)),
                _ if first.is_whitespace() => {}
                _ => tokens.push(Token::Other(first)),
            }
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(files: &[(&str, &str)]) -> Vec<String> {
        let source = |(path, text): &(&str, &str)| Source { path: (*path).to_owned(), text: (*text).to_owned() };
        let sources: Vec<Source> = files.iter().map(source).collect();
        let arrows = imports(&sources).into_iter();
        arrows.flat_map(|(from, to)| to.into_iter().map(move |to| format!("{from} -> {to}"))).collect()
    }

    #[test]
    fn every_way_to_name_another_file_is_an_arrow() {
        for text in [
            "use crate::b::C;\n",
            "use super::b;\n",
            "use crate::{\n    x,\n    b::{C, D as E},\n};\n",
            "use std::fs;\n\npub(crate) use crate::b::*;\n",
            "fn f() -> crate::b::C {\n}\n",
            "fn f() {\n    super::b::g();\n}\n",
        ] {
            let files = [("crates/k/src/lib.rs", ""), ("crates/k/src/a.rs", text), ("crates/k/src/b.rs", "")];
            assert_eq!(drawn(&files), ["crates/k/src/a.rs -> crates/k/src/b.rs"], "{text}");
        }
    }

    #[test]
    fn a_path_that_begins_with_an_imported_module_leads_into_it() {
        let files = [
            ("crates/k/src/lib.rs", ""),
            ("crates/k/src/a.rs", "use crate::{c, m};\n\nfn f() {\n    m::b::g();\n}\n"),
            ("crates/k/src/m.rs", ""),
            ("crates/k/src/m/b.rs", ""),
        ];
        assert_eq!(
            drawn(&files),
            ["crates/k/src/a.rs -> crates/k/src/m.rs", "crates/k/src/a.rs -> crates/k/src/m/b.rs"]
        );
    }

    #[test]
    fn comments_tests_other_crates_and_children_are_none() {
        let text = "//! [`crate::b`]\nmod c;\nuse c::D;\nuse std::b;\nuse other::b;\n// use crate::b;\n\n#[cfg(test)]\nmod tests {\n    \
                    use crate::b;\n}\n";
        let files = [
            ("crates/k/src/lib.rs", "mod a;\nuse a::X;\n"),
            ("crates/k/src/a.rs", text),
            ("crates/k/src/a/c.rs", "use super::X;\n"),
            ("crates/k/src/b.rs", ""),
            ("crates/k/tests/b.rs", "use crate::a;\n"),
        ];
        assert_eq!(drawn(&files), Vec::<String>::new());
    }
}
