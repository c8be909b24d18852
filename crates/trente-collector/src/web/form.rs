//! Fields of a query or of a form, `application/x-www-form-urlencoded`.

use std::collections::HashMap;

use trente_survey::extra::ExtraKind;

/// Fields of a query or a form, each with its values in their order.
#[derive(Default)]
pub struct Fields(HashMap<String, Vec<String>>);

impl Fields {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut fields: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            fields.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Self(fields)
    }

    /// Adds a value, unless the field has the same already.
    pub fn add_once(&mut self, name: &str, value: &str) {
        let values = self.0.entry(name.to_owned()).or_default();
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }

    /// A field that stands there once; one that stands there twice is none.
    pub fn get(&self, name: &str) -> Option<&str> {
        match self.all(name) {
            [value] => Some(value),
            _ => None,
        }
    }

    /// Whether a field stands there, with anything but a no.
    pub fn says(&self, name: &str) -> bool {
        self.all(name).iter().any(|value| !["0", "false", "no", "off"].contains(&value.to_ascii_lowercase().as_str()))
    }

    /// Every value of a field, in their order.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// A code; `missing` where the field is empty or absent. None when it is neither a code nor empty.
    pub fn code(&self, name: &str, missing: u8) -> Option<u8> {
        match self.all(name) {
            [] => Some(missing),
            [text] if text.is_empty() => Some(missing),
            [text] => text.parse().ok(),
            _ => None,
        }
    }

    /// The code of the ticked boxes of this name; none ticked is no answer. None when a value is no option's.
    pub fn ticks(&self, name: &str, options: u8) -> Option<u16> {
        let mut ticks = 0;
        for text in self.all(name) {
            let option: u8 = text.parse().ok().filter(|option| (1..=options).contains(option))?;
            ticks |= 1 << (option - 1);
        }
        Some(if ticks == 0 { 0 } else { ExtraKind::choices_code(options, ticks) })
    }
}
