//! Lessons that no other test here shows; docs/lessons.md has them all.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use trente_survey::cause::Owner;
use trente_survey::definition::{Definition, Draft, schema};
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::lint::sincerity;
use trente_survey::locale::Language;
use trente_survey::response_id::{ResponseId, SurveyId};
use trente_survey::wording::{LetterWording, Wording};
use trente_survey::{Answers, Cause};

use crate::read_by_customers;

fn frame(answers: Answers, verbatim: Option<&str>) -> Frame {
    Frame {
        answers,
        locale: 1,
        verbatim: verbatim.map(str::to_owned),
        ..Frame::new(SurveyId([1, 2, 3, 4]), ResponseId([7; 8]))
    }
}

/// 0d: pleased customers are asked whether they would recommend, never to go and do it: no text leads elsewhere.
#[test]
fn lesson_0d_no_string_sends_anybody_anywhere() {
    for language in Language::ALL {
        let read = read_by_customers(language);
        for (name, text) in &read {
            let lower = text.to_lowercase();
            let found = ["share", "partag", "facebook", "instagram"].iter().find(|sign| lower.contains(**sign));
            assert_eq!(found, None, "{language:?}, {name}: {text}");
        }
        let letters = LetterWording::of(language);
        let read = read.iter().map(|(name, text)| (*name, text.as_str()));
        for (name, text) in read.chain(letters.strings()) {
            let lower = text.to_lowercase();
            let found = ["http", "://", "www.", ".com", ".fr", "@", "#"].iter().find(|sign| lower.contains(**sign));
            assert_eq!(found, None, "{language:?}, {name}: {text}");
            assert!(sincerity::check(text, language).is_empty(), "{language:?}, {name}: {text}");
        }
    }
}

/// 0f: a survey has no place for a reward, a way out, or a choice of who may speak.
#[test]
fn lesson_0f_no_field_rewards_redirects_or_filters() {
    fn names(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| {
                if name == "properties" {
                    out.extend(value.as_object().into_iter().flat_map(|fields| fields.keys().cloned()));
                }
                names(value, out);
            }),
            Value::Array(items) => items.iter().for_each(|item| names(item, out)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    names(&serde_json::to_value(schema()).unwrap(), &mut found);
    assert!(found.iter().any(|name| name == "share") && found.len() > 30, "{found:?}");
    for word in ["reward", "coupon", "redirect", "url", "href", "only", "gate", "min_score", "threshold", "review"] {
        assert!(found.iter().all(|name| !name.contains(word)), "{word}: {found:?}");
    }
}

/// Each screen of a checked-in accessibility tree (`## name`), with its lines. The specs hold the widget to these.
fn screens(language: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/e2e/snapshots").join(format!("{language}.txt"));
    let text = ["\n", &fs::read_to_string(path).unwrap()].concat();
    let screens = text.split("\n## ").skip(1).map(|screen| screen.split_once('\n').unwrap());
    screens.map(|(name, lines)| (name.to_owned(), lines.to_owned())).collect()
}

/// 0h: leaving a question, and leaving the survey, cost one tap on every screen.
#[test]
fn lesson_0h_every_screen_has_skip_and_close() {
    for (language, skip, close) in [("fr", "Passer", "Fermer"), ("en", "Skip", "Close")] {
        let screens = screens(language);
        assert!(screens.len() >= 12, "{}", screens.len());
        for (name, lines) in screens {
            assert!(lines.contains(&format!("- button \"{close}\"")), "{language}, {name}");
            let is_end = name.ends_with(" end");
            assert_eq!(lines.contains(&format!("- button \"{skip}\"")), !is_end, "{language}, {name}");
        }
    }
}

/// 0i: the last screen sells nothing: no link, no picture, no price.
#[test]
fn lesson_0i_the_last_screen_sells_nothing() {
    let mut ends = 0;
    for language in ["fr", "en"] {
        for (name, lines) in screens(language).into_iter().filter(|(name, _)| name.ends_with(" end")) {
            ends += 1;
            for sign in ["link", "img", "€", "$", "%", "http"] {
                assert!(!lines.contains(sign), "{language}, {name}: {lines}");
            }
            assert!(!lines.contains(|sign: char| sign.is_ascii_digit()), "{language}, {name}: {lines}");
            assert_eq!(lines.matches("- button").count(), 1, "it can be closed, and nothing else");
        }
    }
    assert!(ends >= 4, "{ends}");
}

/// 0k and 1g: promoters name whom to congratulate, passives imagine the ideal service, in these words.
#[test]
fn lessons_0k_and_1g_the_words_are_asked_for() {
    let (fr, en) = (Wording::of(Language::Fr), Wording::of(Language::En));
    assert_eq!(fr.word_delight, "Qui ou quoi faut-il féliciter\u{202f}?");
    assert_eq!(en.word_delight, "Who or what deserves thanks?");
    assert_eq!(
        (fr.word_improve.as_ref(), en.word_improve.as_ref()),
        ("Le service idéal, ce serait…", "The ideal service would be…")
    );
}

/// 0l: the story in the customer's own words arrives as it was told, and no story is fine too.
#[test]
fn lesson_0l_a_story_arrives_as_it_was_told() {
    for words in [Some("Le garçon est revenu…\n« avec mon écharpe »\u{202f}! 🙂"), None] {
        let told = frame(Answers { recommend: Some(9), satisfaction: Some(5), ..Answers::default() }, words);
        let bytes = told.encode(&Layout::CORE).unwrap();
        let (found, length) = Frame::decode(&bytes, &Layout::CORE).unwrap();
        assert_eq!((found.verbatim.as_deref(), length), (words, bytes.len()));
        assert_eq!(bytes.len() > 19, words.is_some());
    }
}

/// 2g: how long it takes is said before anything is asked.
#[test]
fn lesson_2g_the_first_screen_states_the_time() {
    for (language, time) in [(Language::Fr, "trente secondes"), (Language::En, "thirty seconds")] {
        let wording = Wording::of(language);
        assert!(wording.head.contains(time) && wording.head_linked.contains(time), "{language:?}");
        let (name, first) = screens(language.tag()).swap_remove(0);
        assert!(first.contains(wording.head.split('.').next().unwrap()), "{name}: {first}");
    }
}

/// 3e: where the customer was served travels with the response, and it may be left unsaid.
#[test]
fn lesson_3e_the_channel_travels() {
    for channel in [None, Some(0), Some(2), Some(255)] {
        let sent = Frame { channel, ..frame(Answers::default(), None) };
        let (found, _) = Frame::decode(&sent.encode(&Layout::CORE).unwrap(), &Layout::CORE).unwrap();
        assert_eq!(found.channel, channel);
    }
}

/// 4e: a lens may quote one promise of the merchant's, in eight words, and then the survey is another one.
#[test]
fn lesson_4e_a_promise_is_quoted_and_hashed() {
    let of = |lens: &str| {
        let draft = json!({
            "name": "Olive", "locales": ["fr"], "core": { "lens": "promise", "wording": { "fr": { "lens": { "promise": lens } } } }
        });
        serde_json::from_value::<Draft>(draft).unwrap().check("olive")
    };
    let id = |lens: &str| Definition::id(&of(lens).definition.unwrap().canonical().unwrap());
    assert_ne!(id("« Bienvenue en France » était vrai."), id("L’accueil promis était là."));
    assert_eq!(id("L’accueil promis était là."), id("L’accueil promis était là."));
    let nine = of("Un deux trois quatre cinq six sept huit neuf.");
    assert!(
        nine.definition.is_none() && nine.problems.iter().any(|problem| problem.message.contains("at most 8 words"))
    );
}

/// 4g: no field is compulsory: a frame without any answer is a valid one, and has no score.
#[test]
fn lesson_4g_a_frame_without_an_answer_is_valid() {
    let bytes = frame(Answers::default(), None).encode(&Layout::CORE).unwrap();
    let (found, _) = Frame::decode(&bytes, &Layout::CORE).unwrap();
    assert_eq!((found.answers.answered(), found.verdict(&Layout::CORE).unwrap().score), (0, None));
}

/// 4h: those who can change a cause are responsible for it: never the person at the counter alone.
#[test]
fn lesson_4h_every_cause_has_its_owner() {
    use Owner::{Direction, Manager, TeamAndManager};
    let owners = [Direction, Direction, Manager, Direction, Manager, Direction, Manager, TeamAndManager];
    assert_eq!(Cause::ALL.map(Cause::owner), owners);
}

/// 4j: what can be done within a day comes first; recruiting, training and buying come after it.
#[test]
fn lesson_4j_the_smallest_step_comes_first() {
    let slow = [
        "recruit", "train", "hire", "buy", "invest", "build", "replace", "recrut", "form", "embauch", "achet",
        "construi",
    ];
    for cause in Cause::ALL {
        for language in [Language::Fr, Language::En] {
            let step = cause.remedy(language).first_step;
            let first = step.split([';', ',']).next().unwrap().to_lowercase();
            assert!(!slow.iter().any(|verb| first.split_whitespace().any(|word| word.starts_with(verb))), "{step}");
            assert!(trente_survey::budget::words(step) <= 15, "{step}");
        }
    }
}

/// 4k: sincerity and competence are recruited and trained, and the remedies say so in both languages.
#[test]
fn lesson_4k_remedies_mention_recruiting_and_training() {
    for (cause, language, word) in [
        (Cause::Sincerity, Language::En, "recruit"),
        (Cause::Sincerity, Language::Fr, "recruter"),
        (Cause::Competence, Language::En, "train"),
        (Cause::Competence, Language::Fr, "former"),
    ] {
        assert!(cause.remedy(language).first_step.contains(word), "{cause:?} {language:?}");
    }
}
