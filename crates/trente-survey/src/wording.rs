//! Every string that a customer can see, per language. **Source**: docs/default-survey.md#screens and #lenses.
//!
//! A new language is one file next to `fr.rs` and a line in [`crate::locale`]; a missing string does not compile, and
//! neither does a language that a table forgets. docs/languages.md says how each is written.
//!
//! Not here: strings of the results page, which no customer sees.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod it;
mod ja;
mod letters;
mod minute;
mod nl;
mod pl;
mod pt;
mod sv;
mod zh_hans;

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::locale::Language;

/// One string: ours without allocation, or read from a definition.
pub type Text = Cow<'static, str>;

/// One string or a fixed number of them: lets [`Wording::strings`] visit both.
trait Texts {
    fn visit<'a>(&'a self, name: &'static str, out: &mut Vec<(&'static str, &'a str)>);
}

impl Texts for Text {
    fn visit<'a>(&'a self, name: &'static str, out: &mut Vec<(&'static str, &'a str)>) {
        out.push((name, self));
    }
}

impl<const N: usize> Texts for [Text; N] {
    fn visit<'a>(&'a self, name: &'static str, out: &mut Vec<(&'static str, &'a str)>) {
        out.extend(self.iter().map(|text| (name, text.as_ref())));
    }
}

/// Declares a struct of strings and its visitor at once, so that no lint or test can miss a field.
macro_rules! strings {
    ($(#[$about:meta])* $kind:ident { $($(#[$doc:meta])* $name:ident $([$count:literal])?,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "definition", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "definition", serde(deny_unknown_fields))]
        pub struct $kind {
            $($(#[$doc])* pub $name: strings!(@type $($count)?),)+
        }

        impl $kind {
            /// Every string with the name of its field, in the order of the fields.
            pub fn strings(&self) -> Vec<(&'static str, &str)> {
                let mut out = Vec::new();
                $(self.$name.visit(stringify!($name), &mut out);)+
                out
            }
        }
    };
    (@type) => { Text };
    (@type $count:literal) => { [Text; $count] };
}

strings! {
    /// What the widget and the hosted page say, in one language.
    Wording {
        /// Accessible name of the form.
        title,
        /// First line of the first screen, without an order.
        head,
        /// The same with an order, signed or not: a reader who has it can find the response.
        head_linked,
        /// Question 1.
        satisfaction,
        /// Its answers, 1..=5.
        satisfaction_options[5],
        /// Question 2.
        ease,
        /// Label of 1.
        ease_low,
        /// Label of 7.
        ease_high,
        /// Question 3, by family.
        lens[8],
        /// Label of 1.
        lens_low,
        /// Label of 5.
        lens_high,
        /// The option that counts as missing.
        lens_none,
        /// Question 4.
        recommend,
        /// Label of 0.
        recommend_low,
        /// Label of 10.
        recommend_high,
        /// Paragraph before the incident questions.
        incident_intro,
        /// What went wrong.
        incident,
        /// Moments of an incident, 1..=10.
        incident_options[10],
        /// Whether it is forgivable.
        forgive,
        /// Forgiveness, 1..=3.
        forgive_options[3],
        /// Paragraph before the promoter's question.
        delight_intro,
        /// What made the difference.
        delight,
        /// Paragraph before the passive's question.
        improve_intro,
        /// What was missing most.
        improve,
        /// Moments 1..=8 and 10 off the incident branch.
        chip_options[9],
        /// The word of branch D.
        word_incident,
        /// The word of branch P.
        word_delight,
        /// The word of branch N.
        word_improve,
        /// Characters left; `{n}` is the number.
        word_left,
        /// Characters too many; `{n}` is the number.
        word_over,
        /// Last screen, once the collector has acknowledged, of branches P and N.
        end,
        /// The same of branch D.
        end_incident,
        /// Last screen while the response waits to be sent.
        end_waiting,
        /// Last screen when the collector refused the response.
        end_refused,
        /// Button: leave this question out.
        skip,
        /// The same button once an option is marked: go on with it.
        next,
        /// Where the customer is among the counted questions, in words: `{n}` of `{m}`.
        position,
        /// Spoken once where a survey comes to a page that has been read for a while.
        arrival,
        /// Button: leave the survey.
        close,
        /// Button: previous question.
        back,
        /// Button: send the text.
        send,
        /// Link of the card that stands in where WebAssembly is refused.
        link,
        /// Answer to a merchant's question of yes or no.
        yes,
        /// The other answer.
        no,
        /// Last option of a merchant's question that offers it.
        other,
        /// Before options of which several may be ticked.
        several,
        /// On every screen of a preview, whose answers are never counted.
        rehearsal,
    }
}

strings! {
    /// How a customer who asks to be put right is asked for a contact. Trente says what becomes of it, so no merchant words
    /// it, and no definition holds it.
    ContactWording {
        /// The question.
        label,
        /// What it takes and what for, in one sentence: true whatever the retention is.
        purpose,
    }
}

strings! {
    /// What the merchant may write to a customer who waits to be put right, in the customer's own language.
    ReplyWording {
        /// Subject of an e-mail.
        subject,
        /// An apology and the offer of a call, at most thirty words.
        apology,
    }
}

strings! {
    /// What only the hosted page says.
    HostedWording {
        /// Name of the list of languages.
        language,
        /// Next to each question, none of which is compulsory.
        none,
        /// Name of the text field's group.
        word,
        /// Title of the page of a survey that is not here.
        unknown_title,
        /// Its text.
        unknown,
        /// Title when the store cannot take the response.
        later_title,
        /// Its text.
        later,
        /// Its text where the form is there once more, filled in.
        unsent,
        /// Next to a text that is too long.
        long,
        /// Title when the form that came back is not one of ours.
        invalid_title,
        /// Its text.
        invalid,
        /// Title when the response has had its last revision.
        closed_title,
        /// Its text.
        closed,
    }
}

strings! {
    /// What the merchant and their team read: the weekly digest, and messages about one customer.
    LetterWording {
        /// Before the first day of the week.
        week,
        /// Between its first and its last day.
        until,
        /// Before the addresses.
        to,
        /// Heading of the thanks.
        thanks,
        /// Where no customer was delighted.
        thanks_none,
        /// Before the number of delighted customers.
        delights,
        /// Heading of the one thing to do.
        action,
        /// Where no cause was named.
        action_none,
        /// Before the name of a cause.
        cause,
        /// Before the names of other causes that cannot be told apart from it.
        tied,
        /// Names of the causes, by family.
        cause_names[8],
        /// Before the name of an owner.
        owner,
        /// Direction; manager; team and manager.
        owner_names[3],
        /// Heading of the figures.
        figures,
        /// Before the number of responses.
        responses,
        /// Before the number of orders that were asked.
        orders,
        /// Before the share of them that answered.
        rate,
        /// Before the points of the score.
        nps,
        /// Before the ends of its interval.
        interval,
        /// Between these ends.
        up_to,
        /// After a number of few answers.
        tendency,
        /// In place of a number that few answers do not carry.
        few,
        /// In place of a number of no answers.
        none,
        /// Before the number of customers who are lost.
        lost_count,
        /// Before the number of customers who wait.
        waiting_count,
        /// That no purchase of the site is proven.
        unproven,
        /// That the figures are of proven purchases alone.
        proven,
        /// Before the number of responses without a proof.
        apart,
        /// Before the points of the score of those.
        apart_nps,
        /// Heading of what left its usual course.
        alerts,
        /// Of one customer who is lost.
        lost,
        /// Of one customer who can be recovered.
        waits,
    }
}

const fn t(text: &'static str) -> Text {
    Cow::Borrowed(text)
}

impl Wording {
    /// The default survey in one language.
    pub const fn of(language: Language) -> Self {
        match language {
            Language::Fr => fr::WORDING,
            Language::En => en::WORDING,
            Language::De => de::WORDING,
            Language::Es => es::WORDING,
            Language::It => it::WORDING,
            Language::Pt => pt::WORDING,
            Language::Nl => nl::WORDING,
            Language::Pl => pl::WORDING,
            Language::Sv => sv::WORDING,
            Language::Ar => ar::WORDING,
            Language::Ja => ja::WORDING,
            Language::ZhHans => zh_hans::WORDING,
        }
    }
}

impl ContactWording {
    /// The question in one language.
    pub const fn of(language: Language) -> Self {
        match language {
            Language::Fr => fr::CONTACT,
            Language::En => en::CONTACT,
            Language::De => de::CONTACT,
            Language::Es => es::CONTACT,
            Language::It => it::CONTACT,
            Language::Pt => pt::CONTACT,
            Language::Nl => nl::CONTACT,
            Language::Pl => pl::CONTACT,
            Language::Sv => sv::CONTACT,
            Language::Ar => ar::CONTACT,
            Language::Ja => ja::CONTACT,
            Language::ZhHans => zh_hans::CONTACT,
        }
    }
}

impl ReplyWording {
    /// The reply in one language.
    pub const fn of(language: Language) -> Self {
        match language {
            Language::Fr => fr::REPLY,
            Language::En => en::REPLY,
            Language::De => de::REPLY,
            Language::Es => es::REPLY,
            Language::It => it::REPLY,
            Language::Pt => pt::REPLY,
            Language::Nl => nl::REPLY,
            Language::Pl => pl::REPLY,
            Language::Sv => sv::REPLY,
            Language::Ar => ar::REPLY,
            Language::Ja => ja::REPLY,
            Language::ZhHans => zh_hans::REPLY,
        }
    }
}

impl HostedWording {
    /// The hosted page's own strings in one language.
    pub const fn of(language: Language) -> Self {
        match language {
            Language::Fr => fr::HOSTED,
            Language::En => en::HOSTED,
            Language::De => de::HOSTED,
            Language::Es => es::HOSTED,
            Language::It => it::HOSTED,
            Language::Pt => pt::HOSTED,
            Language::Nl => nl::HOSTED,
            Language::Pl => pl::HOSTED,
            Language::Sv => sv::HOSTED,
            Language::Ar => ar::HOSTED,
            Language::Ja => ja::HOSTED,
            Language::ZhHans => zh_hans::HOSTED,
        }
    }
}

impl LetterWording {
    /// French for French, English for the rest: merchants read these two.
    pub const fn of(language: Language) -> Self {
        match language {
            Language::Fr => letters::FR,
            _ => letters::EN,
        }
    }
}

/// The moment that a chip stands for: 1..=8, then 10. Chips leave the unpleasant tone out.
pub const CHIP_MOMENTS: [u8; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 10];
