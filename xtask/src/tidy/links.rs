//! Link checker: relative links in Markdown must lead to a file, and to a heading of it where they name one.

use super::{Source, headings};

/// One finding for each link to nothing; `exists` is asked with paths from the repository's root, and `sources` are the
/// pages whose headings are known.
pub fn check(source: &Source, sources: &[Source], exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    if !source.path.ends_with(".md") {
        return Vec::new();
    }
    let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut findings = Vec::new();
    for (number, link) in links(&source.text) {
        let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
        if file.contains("://") || file.starts_with("mailto:") {
            continue;
        }
        let path = if file.is_empty() { Some(source.path.clone()) } else { resolved(folder, file) };
        let page = sources.iter().find(|each| path.as_ref() == Some(&each.path));
        if !path.as_ref().is_some_and(|path| page.is_some() || exists(path)) {
            findings.push(format!("{}:{number}: link to `{link}`, which is not there", source.path));
        } else if page.zip(anchor).is_some_and(|(page, anchor)| !headings::has(page, anchor)) {
            findings.push(format!("{}:{number}: link to `{link}`, a heading that is not there", source.path));
        }
    }
    findings
}

/// The targets of `[text](target)` and `![text](target)` with their line numbers, outside of code.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut links = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        // Every second piece between backticks is code.
        for prose in line.split('`').step_by(2) {
            let targets = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
            // A title may follow the target.
            links.extend(targets.filter_map(|(target, _)| Some((index + 1, target.split_whitespace().next()?))));
        }
    }
    links
}

/// `link`, seen from `folder`, as a path from the root; nothing when it leads out of the repository.
fn resolved(folder: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = if link.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [source("docs/a.md", text), source("docs/b.md", "# B\n\n## Part\n")];
        check(&sources[0], &sources, &|path| path == "README.md")
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        let here = "## X\n[b](b.md#part) [r](../README.md \"title\") [w](https://example.org/x) [here](#x)";
        assert_eq!(findings(here), Vec::<String>::new());
        assert!(findings("[`b`](./b.md)").is_empty());
    }

    #[test]
    fn links_to_nothing_are_found_and_code_is_no_link() {
        assert_eq!(findings("x\n[`c`](c.md)"), ["docs/a.md:2: link to `c.md`, which is not there"]);
        assert_eq!(findings("[out](../../x.md)").len(), 1);
        assert_eq!(findings("[b](b.md#gone)"), ["docs/a.md:1: link to `b.md#gone`, a heading that is not there"]);
        assert_eq!(findings("[here](#gone)").len(), 1);
        assert!(findings("`[c](c.md)`\n```\n[c](c.md)\n```").is_empty());
    }
}
