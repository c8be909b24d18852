//! Theme: colours, radius and font of the widget, as custom properties of its host.
//!
//! Every value is checked before it becomes CSS, and text and edges for their contrast: a merchant's theme may be ugly,
//! but it is readable. No accent is refused: the text on it is black or white, and one of them is always readable.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Light, dark, or as the page or the customer's system has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Dark ink on light paper.
    Light,
    /// Light ink on dark paper.
    Dark,
    /// As the system has it.
    System,
    /// Dark only where the page declares a dark `color-scheme` and the customer's system is dark.
    #[default]
    Page,
}

/// Colours of one scheme, as `#rrggbb`; an absent one is ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Colours {
    /// Chosen option and Send.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"))]
    pub accent: Option<String>,
    /// Paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"))]
    pub background: Option<String>,
    /// Ink.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"))]
    pub text: Option<String>,
    /// Edges of the options.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("pattern" = "^#[0-9a-fA-F]{6}$"))]
    pub border: Option<String>,
}

/// What the survey looks like. A custom property of the page wins over each of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Theme {
    /// Light, dark, or as the system has it.
    pub scheme: Scheme,
    /// Colours on light paper.
    pub light: Colours,
    /// Colours on dark paper.
    pub dark: Colours,
    /// Radius of the corners in CSS pixels, 0 to 32.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 32))]
    pub radius: Option<u8>,
    /// Value of CSS `font-family`, or `inherit` for the page's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 120))]
    pub font: Option<String>,
}

/// Our own colours, as styles/tokens.css has them: accent, background, text, border.
const LIGHT: [u32; 4] = [0x1f_40_37, 0xff_ff_ff, 0x1d_1d_1b, 0x8a_88_81];
const DARK: [u32; 4] = [0xd3_e6_dd, 0x1d_1d_1b, 0xf3_f2_ee, 0x85_83_7c];
/// WCAG 2.2, 1.4.3: text on its ground.
const TEXT_CONTRAST: f64 = 4.5;
/// WCAG 2.2, 1.4.11: edges of controls.
const EDGE_CONTRAST: f64 = 3.0;
const RADIUS_MAX: u8 = 32;
const FONT_CHARS_MAX: usize = 120;

impl Colours {
    fn named(&self) -> [(&'static str, Option<&str>); 4] {
        [
            ("accent", self.accent.as_deref()),
            ("background", self.background.as_deref()),
            ("text", self.text.as_deref()),
            ("border", self.border.as_deref()),
        ]
    }

    /// What is wrong, by field; `ours` are the colours that stand in for absent ones.
    fn problems(&self, ours: [u32; 4], scheme: &str, out: &mut Vec<(String, String)>) {
        let mut colours = ours;
        let mut sound = true;
        for ((name, value), slot) in self.named().into_iter().zip(&mut colours) {
            let Some(value) = value else { continue };
            match parse(value) {
                Some(colour) => *slot = colour,
                None => {
                    sound = false;
                    out.push((
                        alloc::format!("theme.{scheme}.{name}"),
                        alloc::format!("`{value}` is not a colour of the form #rrggbb"),
                    ));
                }
            }
        }
        if !sound {
            return;
        }
        let [_, background, text, border] = colours;
        for (name, colour, least) in [("text", text, TEXT_CONTRAST), ("border", border, EDGE_CONTRAST)] {
            let found = contrast(colour, background);
            if found < least {
                out.push((
                    alloc::format!("theme.{scheme}.{name}"),
                    alloc::format!(
                        "a contrast of {found:.1} : 1 with the background is too low to read; {least} : 1 is wanted"
                    ),
                ));
            }
        }
    }

    /// Its declarations; values that are not colours are left out, which a checked theme has none of.
    fn css(&self, out: &mut String) {
        for (name, value) in self.named() {
            if let Some(value) = value.filter(|value| parse(value).is_some()) {
                let _ = write!(out, "--trente-{name}:{value};");
            }
        }
        // Newer browsers find it themselves: styles/tokens.css.
        if let Some(accent) = self.accent.as_deref().and_then(parse) {
            let _ = write!(out, "--trente-on-accent:{};", on(accent));
        }
    }
}

impl Theme {
    /// What is wrong with it, each with the path of the field and a sentence.
    pub(super) fn problems(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        self.light.problems(LIGHT, "light", &mut out);
        self.dark.problems(DARK, "dark", &mut out);
        if let Some(radius) = self.radius.filter(|&radius| radius > RADIUS_MAX) {
            out.push(("theme.radius".into(), alloc::format!("`{radius}` is more than {RADIUS_MAX} pixels")));
        }
        if let Some(font) = self.font.as_deref().filter(|font| !is_font(font)) {
            out.push((
                "theme.font".into(),
                alloc::format!(
                    "`{font}` is not a list of font names: letters, digits, spaces, hyphens, commas and quotes"
                ),
            ));
        }
        out
    }

    /// The style sheet that the widget appends to its own: custom properties on `:host`, which the page's own
    /// rules for the element win over. Empty when nothing differs.
    pub fn css(&self) -> String {
        self.rules([":host", ":host([data-theme=\"dark\"])", ":host([data-theme=\"system\"])"])
    }

    /// The same for a page of its own, whose root element has the scheme in `data-theme` unless it is the system's.
    pub fn page_css(&self) -> String {
        self.rules([":root", ":root[data-theme=\"dark\"]", ":root:not([data-theme])"])
    }

    /// The rules for selectors of every scheme, of the dark one and of the system's.
    fn rules(&self, [every, dark_only, system]: [&str; 3]) -> String {
        let (mut light, mut dark) = (String::new(), String::new());
        self.light.css(&mut light);
        self.dark.css(&mut dark);
        if let Some(radius) = self.radius.filter(|&radius| radius <= RADIUS_MAX) {
            let _ = write!(light, "--trente-radius:{radius}px;");
        }
        if let Some(font) = self.font.as_deref().filter(|font| is_font(font)) {
            let _ = write!(light, "--trente-font:{font};");
        }
        let mut css = String::new();
        if !light.is_empty() {
            let _ = write!(css, "{every}{{{light}}}");
        }
        if self.dark != self.light {
            // What the dark scheme leaves open is ours again, not the light scheme's.
            let mut own = String::new();
            for ((name, light), (_, dark)) in self.light.named().into_iter().zip(self.dark.named()) {
                if light.is_some() && dark.is_none() {
                    let _ = write!(own, "--trente-{name}:initial;");
                    if name == "accent" {
                        own.push_str("--trente-on-accent:initial;");
                    }
                }
            }
            let dark = own + &dark;
            let _ = write!(css, "{dark_only}{{{dark}}}");
            let _ = write!(css, "@media(prefers-color-scheme:dark){{{system}{{{dark}}}}}");
        }
        css
    }
}

fn parse(colour: &str) -> Option<u32> {
    let digits = colour.strip_prefix('#')?;
    let hexadecimal = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    hexadecimal.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

fn is_font(font: &str) -> bool {
    let quotes = font.matches('"').count();
    (1..=FONT_CHARS_MAX).contains(&font.chars().count())
        && quotes.is_multiple_of(2)
        && font.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | ',' | '"'))
}

/// Black or white, whichever is readable on a colour: at least 4.58 : 1 for every one there is, because a luminance of
/// 0.179 is as far from the one as from the other.
fn on(colour: u32) -> &'static str {
    if luminance(colour) < 0.179 { "#fff" } else { "#000" }
}

/// Contrast of two colours, 1 to 21. **Source**: WCAG 2.2, definition of contrast ratio.
fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: u32) -> f64 {
    let [_, red, green, blue] = colour.to_be_bytes().map(|channel| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_every_accent_is_readable() {
        let steps = [0_u32, 17, 51, 85, 119, 120, 121, 136, 187, 221, 255];
        for red in steps {
            for green in steps {
                for blue in steps {
                    let colour = red << 16 | green << 8 | blue;
                    let text = if on(colour) == "#fff" { 0xff_ff_ff } else { 0 };
                    let found = contrast(colour, text);
                    assert!(found >= TEXT_CONTRAST, "{colour:06x}: {found}");
                }
            }
        }
    }
}
