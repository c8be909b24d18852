//! Text variants without “thirty seconds”, for a survey that takes longer (lesson 2a).
//!
//! Only the words for the time change, so that whatever else its first line promises stays in one place.

use alloc::borrow::Cow;
use alloc::string::String;

use super::{Text, Wording};
use crate::locale::Language;

/// The words for thirty seconds, and those for one minute in their place.
const fn times(language: Language) -> [&'static str; 2] {
    match language {
        Language::Fr => ["en trente secondes", "en une minute"],
        Language::En => ["in thirty seconds", "in one minute"],
        Language::De => ["in dreißig Sekunden", "in einer Minute"],
        Language::Es => ["en treinta segundos", "en un minuto"],
        Language::It => ["in trenta secondi", "in un minuto"],
        Language::Pt => ["em trinta segundos", "num minuto"],
        Language::Nl => ["in dertig seconden", "in één minuut"],
        Language::Pl => ["w trzydzieści sekund", "w minutę"],
        Language::Sv => ["på trettio sekunder", "på en minut"],
        Language::Ar => ["خلال ثلاثين ثانية", "خلال دقيقة واحدة"],
        Language::Ja => ["30秒で", "1分で"],
        Language::ZhHans => ["三十秒", "一分钟"],
    }
}

impl Wording {
    /// The same strings, but for title and first lines, which promise one minute.
    pub fn in_one_minute(&self, language: Language) -> Self {
        let [thirty, minute] = times(language);
        let said = |text: &Text| -> Text { Cow::Owned(String::from(text.as_ref()).replace(thirty, minute)) };
        let (title, head, head_linked) = (said(&self.title), said(&self.head), said(&self.head_linked));
        Self { title, head, head_linked, ..self.clone() }
    }
}
