//! Comment extractor: the comments of a file by line, for the rules that read prose.

use super::Source;

/// Marks of a comment by the end of a file's name: what begins one on a line, and whether `/* … */` does too.
const LANGUAGES: [(&str, &str, bool); 6] = [
    (".rs", "//", false),
    (".js", "//", true),
    (".mjs", "//", true),
    (".css", "/*", true),
    (".toml", "#", false),
    (".sql", "--", false),
];

/// The comments of a file, line by line, with their line numbers; none of a language that is not listed.
pub fn comments(source: &Source) -> Vec<(usize, &str)> {
    let Some((_, mark, blocks)) = LANGUAGES.iter().find(|(end, ..)| source.path.ends_with(end)) else {
        return Vec::new();
    };
    let mut comments = Vec::new();
    let mut in_block = false;
    // The tests of these rules have examples of what is wrong.
    let tests = if source.path.starts_with("xtask/src/tidy/") { "#[cfg(test)]" } else { "\n" };
    for (index, line) in source.text.lines().take_while(|line| *line != tests).enumerate() {
        let begins = *blocks && line.contains("/*");
        if in_block || begins {
            comments.push((index + 1, line));
            in_block = !line.contains("*/");
        } else if let Some(comment) = after_mark(line, mark) {
            comments.push((index + 1, comment));
        }
    }
    comments
}

/// What follows the mark of a comment on a line. The `//` of an address in a string is none.
fn after_mark<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let mut marks = line.match_indices(mark).map(|(at, _)| at);
    let at = marks.find(|at| !line.get(..*at).unwrap_or_default().ends_with(':'))?;
    line.get(at + mark.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        comments(&Source { path: path.to_owned(), text: text.to_owned() }).iter().map(|(line, _)| *line).collect()
    }

    #[test]
    fn a_block_is_a_comment_to_its_end() {
        assert_eq!(lines("a.rs", "f(\"https://a.example\"); // one\nf(\"https://a.example\");\n"), [1]);
        assert_eq!(lines("a.js", "/**\n * one\n */\n'no comment';\nf(); // two\n"), [1, 2, 3, 5]);
    }

    #[test]
    fn a_language_that_is_not_listed_has_none() {
        assert!(lines("a.txt", "// one\n").is_empty());
    }
}
