//! Relative links in Markdown must lead to a file.

use super::Source;

/// One finding for each link to nothing; `exists` is asked with paths from the repository's root.
pub fn check(source: &Source, exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    if !source.path.ends_with(".md") {
        return Vec::new();
    }
    let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut findings = Vec::new();
    for (number, link) in links(&source.text) {
        let file = link.split_once('#').map_or(link, |(file, _)| file);
        let elsewhere = file.is_empty() || file.contains("://") || file.starts_with("mailto:");
        if !elsewhere && !resolved(folder, file).is_some_and(|path| exists(&path)) {
            findings.push(format!("{}:{number}: link to `{link}`, which is not there", source.path));
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
        let source = Source { path: "docs/a.md".to_owned(), text: text.to_owned() };
        check(&source, &|path| ["README.md", "docs/b.md"].contains(&path))
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        assert!(
            findings("[b](b.md#part) [r](../README.md \"title\") [w](https://example.org/x) [here](#x)").is_empty()
        );
        assert!(findings("[`b`](./b.md)").is_empty());
    }

    #[test]
    fn links_to_nothing_are_found_and_code_is_no_link() {
        assert_eq!(findings("x\n[`c`](c.md)"), ["docs/a.md:2: link to `c.md`, which is not there"]);
        assert_eq!(findings("[out](../../x.md)").len(), 1);
        assert!(findings("`[c](c.md)`\n```\n[c](c.md)\n```").is_empty());
    }
}
