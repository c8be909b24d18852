//! Mail bodies for the people of a shop, line by line, as plain text and as simple HTML.
//!
//! [`digest`] is the week for the team, [`customer`] one customer to put right, [`day`] the alerts of a day, [`test_mail`]
//! a test mail. [`texts`] is what they say in English and French; what the digest says is in
//! `trente_survey::wording`.
//!
//! Not here: to whom they go, and sending them.

pub mod customer;
pub mod day;
pub mod digest;
pub mod test_mail;
pub mod texts;

use askama::Template;
use trente_survey::locale::Language;

use self::texts::Texts;

/// One paragraph of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A line.
    Line(String),
    /// Some room between two lines.
    Gap,
    /// What follows is not part of the news.
    Rule,
    /// One of several.
    Item(String),
    /// A customer's own words, byte for byte.
    Quote(String),
    /// A text and the address that it leads to.
    Link(String, String),
}

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// In which language.
    pub language: Language,
    /// What it is about, on one line.
    pub subject: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// Who gets a letter, and where what stands at its foot leads.
#[derive(Clone, Debug)]
pub struct Foot<'a> {
    /// The account.
    pub account: &'a str,
    /// The page on which they choose what they get.
    pub change: &'a str,
    /// The link that ends letters of this kind.
    pub stop: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    lang: &'static str,
    letter: &'a Letter,
}

impl Letter {
    /// The letter with why it came, and how to end it.
    #[must_use]
    pub fn with_foot(mut self, foot: &Foot<'_>) -> Self {
        let texts = Texts::of(self.language);
        self.blocks.push(Block::Rule);
        self.blocks.push(Block::Line(texts.why.replace("{account}", foot.account)));
        self.blocks.push(Block::Link(texts.change.to_owned(), foot.change.to_owned()));
        if let Some(stop) = foot.stop {
            self.blocks.push(Block::Link(texts.stop.to_owned(), stop.to_owned()));
        }
        self
    }

    /// As plain text, with a line feed at its end.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for block in &self.blocks {
            match block {
                Block::Heading(heading) => text.extend(["\n", heading]),
                Block::Line(line) => text.push_str(line),
                Block::Gap => {}
                Block::Rule => text.push_str("\n—"),
                Block::Item(item) => text.extend(["- ", item]),
                Block::Quote(words) => text.extend(["\n", words, "\n"]),
                Block::Link(name, address) => text.extend([name, " ", address]),
            }
            text.push('\n');
        }
        text
    }

    /// The same in HTML; empty when the template fails, which it cannot.
    pub fn html(&self) -> String {
        Html { lang: self.language.tag(), letter: self }.render().unwrap_or_default()
    }
}

/// A customer's words on one line, without what a terminal would obey.
fn quoted(words: &str, language: Language) -> String {
    let words: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match language {
        Language::Fr => format!("«\u{a0}{words}\u{a0}»"),
        _ => format!("“{words}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_says_the_same_as_text_and_as_html() {
        let letter = Letter {
            language: Language::Fr,
            subject: "olive".into(),
            blocks: vec![
                Block::Line("Un client est perdu.".into()),
                Block::Quote("<b>Jamais</b>\n  plus & adieu".into()),
                Block::Item("un".into()),
            ],
        };
        let foot = Foot { account: "ada", change: "https://r.example/account/mail", stop: Some("https://r.example/x") };
        let letter = letter.with_foot(&foot);
        let text = letter.text();
        assert!(text.starts_with("Un client est perdu.\n\n<b>Jamais</b>\n  plus & adieu\n\n- un\n\n—\n"), "{text}");
        assert!(text.ends_with("https://r.example/x\n"), "{text}");
        let html = letter.html();
        assert!(html.contains("<html lang=\"fr\">") && html.contains("href=\"https://r.example/x\""), "{html}");
        assert!(!html.contains("<b>") && html.contains("&#60;b&#62;Jamais"), "{html}");
        assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("src="), "nothing is fetched");
    }
}
