//! A merchant's own survey: what it may say, and every reason why it is not published (docs/survey.md).

use serde_json::{Value, json};
use trente_survey::budget::Pace;
use trente_survey::definition::{BranchName, Checked, Definition, Draft, Severity, schema};
use trente_survey::extra::ExtraKind;
use trente_survey::locale::Language;
use trente_survey::show_if::{Condition, asked};
use trente_survey::wording::ContactWording;
use trente_survey::{Branch, Cause};

fn check(draft: Value) -> Checked {
    serde_json::from_value::<Draft>(draft).unwrap().check("olive")
}

/// A short survey in one language with these fields more.
fn draft(fields: Value) -> Value {
    let mut draft = json!({ "name": "Olive", "locales": ["en"] });
    draft.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    draft
}

/// The errors, as `path: message`.
fn errors(draft: Value) -> Vec<String> {
    let checked = check(draft);
    let is_error = |severity: Severity| severity == Severity::Error;
    assert_eq!(checked.definition.is_none(), checked.problems.iter().any(|problem| is_error(problem.severity)));
    let errors = checked.problems.into_iter().filter(|problem| is_error(problem.severity));
    errors.map(|problem| format!("{}: {}", problem.path, problem.message)).collect()
}

fn assert_error(fields: Value, start: &str) {
    let found = errors(draft(fields.clone()));
    assert!(found.iter().any(|error| error.starts_with(start)), "{fields}: {start} is not among {found:#?}");
}

fn stars() -> Value {
    json!({ "kind": "stars", "text": { "en": "How was the packaging?" } })
}

fn choice() -> Value {
    json!({
        "kind": "choice", "text": { "en": "How did you hear of us?" }, "other": true,
        "options": [{ "en": "A friend" }, { "en": "A search" }], "show_if": { "branch": ["P", "N"] }
    })
}

#[test]
fn the_shortest_draft_is_the_default_survey_under_another_name() {
    let checked = check(json!({ "name": "trente-default", "version": 2 }));
    assert_eq!(checked.problems, []);
    assert_eq!(checked.definition, Some(Definition::default_for("olive")));
    assert_eq!(checked.paths.len(), 4 * Language::ALL.len());
}

#[test]
fn a_whole_survey_is_published_and_read_again() {
    let whole = json!({
        "name": "Olive", "version": 3, "locales": ["en", "fr"], "default_locale": "fr",
        "core": {
            "questions": ["recommend", "satisfaction"], "lens": "detail",
            "wording": { "en": { "satisfaction": "How was it?" }, "fr": { "satisfaction_options": { "1": "Aucune" } } }
        },
        "follow_up": { "incident": false },
        "extra": [
            { "kind": "yes_no", "text": { "en": "Was it a present?", "fr": "Était-ce pour offrir\u{202f}?" } },
            { "kind": "text", "text": { "en": "For whom?", "fr": "Pour qui\u{202f}?" }, "show_if": { "extra": 1, "answer": 1 } }
        ],
        "display": { "mode": "banner", "position": "top", "delay_s": 3, "share": 0.25, "rest_days": 30 },
        "theme": { "scheme": "light", "light": { "accent": "#004422" }, "radius": 4, "font": "Georgia, serif" }
    });
    let checked = check(whole);
    assert_eq!(checked.problems, []);
    let definition = checked.definition.unwrap();
    let canonical = definition.canonical().unwrap();
    let again = Definition::from_published(std::str::from_utf8(&canonical).unwrap()).unwrap();
    assert_eq!(again, definition);

    let sheet = definition.sheet(Definition::id(&canonical), Language::Fr).unwrap();
    let sheet = serde_json::to_value(sheet).unwrap();
    assert_eq!(sheet["core"], json!(["satisfaction", "recommend"]), "always in the order of the survey");
    assert_eq!(sheet["lens"], json!(7));
    assert_eq!(sheet["text"]["satisfaction_options"][0], "Aucune");
    assert_eq!(sheet["text"]["satisfaction_options"][1], "Faible");
    assert_eq!(sheet["follow_up"], json!({ "incident": false, "chips": true, "word": true }));
    assert_eq!(
        sheet["extra"][1],
        json!({ "kind": "text", "text": "Pour qui\u{202f}?", "show_if": { "extra": 0, "answer": 1 } })
    );
    assert_eq!(
        sheet["display"],
        json!({ "mode": "banner", "position": "top", "delay_s": 3, "share": 0.25, "rest_days": 30 })
    );
    assert_eq!(sheet["theme"]["scheme"], "light");
    let css = sheet["theme"]["css"].as_str().unwrap();
    assert!(
        css.starts_with(
            ":host{--trente-accent:#004422;--trente-on-accent:#fff;--trente-radius:4px;--trente-font:Georgia, serif;}"
        ),
        "{css}"
    );
    assert!(
        css.contains(r#":host([data-theme="dark"]){--trente-accent:initial;--trente-on-accent:initial;}"#),
        "dark paper keeps its own accent: {css}"
    );

    let layout = definition.layout();
    assert_eq!(layout.kinds().collect::<Vec<_>>(), [ExtraKind::YesNo, ExtraKind::Text]);
    assert_eq!(layout.family(trente_survey::response_id::ResponseId([0; 8])), Cause::Detail);
}

#[test]
fn an_older_document_is_still_read() {
    let mut old = serde_json::to_value(Definition::default_for("olive")).unwrap();
    for field in ["core", "follow_up", "extra", "display", "theme"] {
        old.as_object_mut().unwrap().remove(field);
    }
    assert_eq!(Definition::from_published(&old.to_string()).unwrap(), Definition::default_for("olive"));
    let mut newer = serde_json::to_value(Definition::default_for("olive")).unwrap();
    newer["display"]["moon"] = json!("full");
    newer["sound"] = json!(true);
    assert_eq!(Definition::from_published(&newer.to_string()).unwrap(), Definition::default_for("olive"));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    assert_error(json!({ "name": "" }), "name:");
    assert_error(json!({ "locales": [] }), "locales:");
    assert_error(json!({ "locales": ["en", "xx"] }), "locales[1]: `xx` is not one of fr, en");
    assert_error(json!({ "locales": ["en", "en"] }), "locales[1]: `en` stands there twice");
    assert_error(json!({ "default_locale": "fr" }), "default_locale:");
    assert_error(json!({ "core": { "questions": [] } }), "core.questions:");
    assert_error(json!({ "core": { "questions": ["ease", "ease"] } }), "core.questions: a question is asked once");
    let words = |words: Value| json!({ "core": { "wording": words } });
    assert_error(words(json!({ "fr": { "ease": "Facile." } })), "core.wording.fr: the survey is not asked");
    assert_error(words(json!({ "en": { "eese": "Easy." } })), "core.wording.en.eese: there is no such string");
    assert_error(words(json!({ "en": { "ease": " " } })), "core.wording.en.ease: the text is empty");
    assert_error(words(json!({ "en": { "ease": ["Easy."] } })), "core.wording.en.ease: one string is wanted");
    assert_error(words(json!({ "en": { "lens": ["Kept."] } })), "core.wording.en.lens: a list of 8 strings is wanted");
    assert_error(words(json!({ "en": { "lens": { "nice": "It was." } } })), "core.wording.en.lens: `nice` names none");
    assert_error(words(json!({ "en": { "end": "Sent!" } })), "core.wording.en.end: Trente says this of itself");
    assert_error(
        words(json!({ "en": { "word_left": "Some left" } })),
        "core.wording.en.word_left: the string needs `{n}`",
    );
    let nine = "One two three four five six seven eight nine";
    assert_error(
        words(json!({ "en": { "lens": { "promise": nine } } })),
        "core.wording.en.lens: a lens has at most 8 words",
    );
    let japanese = |length: usize| json!({ "locales": ["ja"], "core": { "wording": { "ja": { "lens": { "promise": "あ".repeat(length) } } } } });
    assert_error(japanese(21), "core.wording.ja.lens: a lens has at most 20 characters");
    let fits = errors(draft(japanese(20)));
    assert!(!fits.iter().any(|error| error.contains("characters")), "{fits:#?}");
    assert_error(
        words(json!({ "en": { "skip": "x".repeat(61) } })),
        "core.wording.en.skip: 61 characters are too many",
    );
}

#[test]
fn extra_questions_have_the_fields_of_their_kind() {
    let extra = |fields: Value| {
        let mut question = json!({ "kind": "stars", "text": { "en": "Well?" } });
        question.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({ "extra": [question] })
    };
    let two = json!([{ "en": "One" }, { "en": "Two" }]);
    assert_error(extra(json!({ "text": { "fr": "Bien\u{202f}?" } })), "extra[0].text: the text in `en` is missing");
    assert_error(extra(json!({ "text": { "en": "Well?", "fr": "Bien\u{202f}?" } })), "extra[0].text.fr:");
    assert_error(extra(json!({ "text": { "en": "Well?\n" } })), "extra[0].text.en: the text has a control character");
    assert_error(extra(json!({ "points": 5 })), "extra[0].points: a question of kind `stars` has none");
    assert_error(extra(json!({ "kind": "scale" })), "extra[0].points: a scale needs it");
    assert_error(extra(json!({ "kind": "scale", "points": 12 })), "extra[0].points: `12` is not 2 to 11");
    assert_error(extra(json!({ "kind": "choice" })), "extra[0].options: 0 options; 2 to 15");
    assert_error(extra(json!({ "options": two })), "extra[0].options: a question of kind `stars` has none");
    assert_error(extra(json!({ "kind": "choices", "options": two, "other": true })), "extra[0].other:");
    let thirteen: Vec<_> = (0..13).map(|number| json!({ "en": format!("{number}") })).collect();
    assert_error(extra(json!({ "kind": "choices", "options": thirteen })), "extra[0].options: 13 options; 2 to 12");
    assert_error(json!({ "extra": [stars(), stars(), stars(), stars()] }), "extra: at most 3");
    for condition in [json!({}), json!({ "branch": ["D"], "extra": 1, "answer": 1 }), json!({ "extra": 1 })] {
        assert_error(extra(json!({ "show_if": condition })), "extra[0].show_if: a condition names either");
    }
    assert_error(
        extra(json!({ "show_if": { "extra": 1, "answer": 1 } })),
        "extra[0].show_if.extra: `1` is not the number",
    );
    let later = |answer: u8| {
        json!({ "extra": [choice(), { "kind": "stars", "text": { "en": "Well?" },
        "show_if": { "extra": 1, "answer": answer } }] })
    };
    assert_error(later(4), "extra[1].show_if.answer: `4` is not an answer to question 1, which has 3");
    assert_eq!(errors(draft(later(3))), Vec::<String>::new(), "“Other” is the third");
}

#[test]
fn display_and_theme_are_checked() {
    assert_error(json!({ "display": { "share": 1.5 } }), "display.share:");
    assert_error(json!({ "display": { "delay_s": 601 } }), "display.delay_s:");
    assert_error(json!({ "display": { "rest_days": 367 } }), "display.rest_days:");
    assert_error(json!({ "display": { "mode": "card", "position": "top" } }), "display.position:");
    assert_error(json!({ "display": { "mode": "card", "target": "#a" } }), "display.target:");
    assert_error(json!({ "theme": { "light": { "accent": "red" } } }), "theme.light.accent: `red` is not a colour");
    assert_error(json!({ "theme": { "light": { "text": "#999999" } } }), "theme.light.text: a contrast of 2.8 : 1");
    for accent in ["#ffd500", "#ffffff", "#333333", "#000000"] {
        let draft =
            json!({ "name": "Any accent", "theme": { "light": { "accent": accent }, "dark": { "accent": accent } } });
        assert!(check(draft).definition.is_some(), "{accent}: the text on it is black or white");
    }
    assert_error(json!({ "theme": { "radius": 33 } }), "theme.radius:");
    assert_error(json!({ "theme": { "font": "x;} * { color: red" } }), "theme.font:");
    assert_error(json!({ "theme": { "font": "\"Open" } }), "theme.font:");
}

/// Lesson 0f: no merchant's words may solicit, and there is no field for a reward, a redirect or a filter.
#[test]
fn nothing_is_solicited_or_rewarded() {
    assert_error(
        json!({ "core": { "wording": { "en": { "delight_intro": "Thanks! A coupon awaits you." } } } }),
        "core.wording.en.delight_intro: “coupon”",
    );
    assert_error(
        json!({ "extra": [{ "kind": "yes_no", "text": { "en": "Would you leave a Google review?" } }] }),
        "extra[0].text.en: “google review”",
    );
    for field in ["reward", "redirect", "only_to", "show_only_to"] {
        let unknown = serde_json::from_value::<Draft>(draft(json!({ field: "x" }))).unwrap_err();
        assert!(unknown.to_string().contains(field), "{unknown}");
    }
}

/// Lesson 2e: the merchant is warned, with the text as it should be, and may still publish.
#[test]
fn french_typography_is_a_warning_with_the_corrected_text() {
    let warning = |text: &str| {
        let checked =
            check(json!({ "name": "Olive", "locales": ["fr"], "core": { "wording": { "fr": { "ease": text } } } }));
        assert!(checked.definition.is_some());
        let [problem] = checked.problems.as_slice() else { panic!("{:?}", checked.problems) };
        assert_eq!((problem.severity, problem.path.as_str()), (Severity::Warning, "core.wording.fr.ease"));
        problem.clone()
    };
    let both = warning("Service à tout heures ?");
    assert_eq!(both.correction.as_deref(), Some("Service à toute heure\u{202f}?"));
    for part in ["U+202F", "grammar", "write “Service à toute heure\u{202f}?”"] {
        assert!(both.message.contains(part), "{both}");
    }
    assert!(!both.message.contains("author"), "{both}");
    let torn = warning("C'est un des client fidèle.");
    assert_eq!(torn.correction.as_deref(), Some("C’est un des client fidèle."));
    assert!(torn.message.ends_with("only its author can: the grammar wants another look"), "{torn}");
    let hopeless = warning("Un des client fidèle.");
    assert!(hopeless.correction.is_none() && hopeless.message.contains("only its author can"), "{hopeless}");
}

#[test]
fn the_thirty_seconds_are_enforced() {
    let long = "Overall, when you think back of everything that happened before, during and after your purchase with us, \
                how satisfied are you today?";
    let found = errors(draft(json!({ "core": { "wording": { "en": { "satisfaction": long } } } })));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("seconds.en: the required questions take 30"), "{found:?}");
    assert!(found[0].contains("ease 5281 ms"), "names the screens and their milliseconds: {found:?}");

    // An incident's two questions leave room for one short question, not for two.
    assert_eq!(errors(draft(json!({ "extra": [stars()] }))), Vec::<String>::new());
    let found = errors(draft(json!({ "extra": [stars(), stars()] })));
    assert!(found.len() == 1 && found[0].contains("branch D") && found[0].contains("extra 2"), "{found:?}");
    assert_eq!(errors(draft(json!({ "extra": [stars(), choice()] }))), Vec::<String>::new(), "on other branches only");
}

#[test]
fn alternatives_are_not_added_up() {
    let after = |answer: u8| json!({ "kind": "yes_no", "text": { "en": "And now?" }, "show_if": { "extra": 1, "answer": answer } });
    let with = |second: u8, third: u8| {
        let first = json!({ "kind": "yes_no", "text": { "en": "Well?" } });
        let checked =
            check(draft(json!({ "extra": [first, after(second), after(third)], "follow_up": { "incident": false } })));
        let path = checked.paths.iter().find(|path| path.branch == Some(BranchName::D)).unwrap().clone();
        path.screens.iter().map(|screen| screen.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(with(1, 2), ["extra 1", "extra 3"], "either yes or no, equally long");
    assert_eq!(with(1, 1), ["extra 1", "extra 2", "extra 3"]);
}

#[test]
fn conditions_hold_on_branches_and_after_answers() {
    let condition =
        |condition: Value| serde_json::from_value::<trente_survey::definition::ShowIf>(condition).unwrap().condition();
    let second_is_asked = |condition: Condition, branch, first| {
        let questions = [(ExtraKind::Choices(3), Condition::Always), (ExtraKind::YesNo, condition)];
        asked(questions, branch, &[first, 0, 0])[1]
    };
    let on = condition(json!({ "branch": ["D", "N"] }));
    assert!(second_is_asked(on, Branch::Incident, 0) && second_is_asked(on, Branch::Neutral, 0));
    assert!(!second_is_asked(on, Branch::Promoter, 0));
    let ticked = condition(json!({ "extra": 1, "answer": 3 }));
    assert!(second_is_asked(ticked, Branch::Promoter, ExtraKind::choices_code(3, 0b101)));
    assert!(!second_is_asked(ticked, Branch::Promoter, ExtraKind::choices_code(3, 0b011)));
    assert!(!second_is_asked(ticked, Branch::Promoter, 0));
}

/// The published schema accepts what the reader accepts and refuses what it refuses.
#[test]
fn the_schema_says_what_the_reader_does() {
    let validator = jsonschema::validator_for(schema().as_value()).unwrap();
    let fine = [
        json!({ "name": "Olive" }),
        draft(
            json!({ "extra": [stars(), choice()], "core": { "wording": { "en": { "lens": { "promise": "On time." }, "skip": "Next" } } } }),
        ),
        draft(
            json!({ "theme": { "light": { "accent": "#123456" } }, "display": { "mode": "inline", "target": "#a" } }),
        ),
    ];
    for document in fine {
        assert!(
            validator.is_valid(&document) && serde_json::from_value::<Draft>(document.clone()).is_ok(),
            "{document}"
        );
    }
    let wrong = [
        json!({}),
        draft(json!({ "reward": "x" })),
        draft(json!({ "extra": [{ "kind": "moon", "text": {} }] })),
        draft(json!({ "display": { "mode": "popup" } })),
        draft(json!({ "core": { "lens": "nice" } })),
    ];
    for document in wrong {
        assert!(
            !validator.is_valid(&document) && serde_json::from_value::<Draft>(document.clone()).is_err(),
            "{document}"
        );
    }
    assert!(!validator.is_valid(&draft(json!({ "core": { "wording": { "en": { "moon": "x" } } } }))));
    assert!(!validator.is_valid(&draft(json!({ "theme": { "light": { "accent": "red" } } }))));
}

/// Off by default; a survey without it has the bytes and so the id that it always had.
#[test]
fn a_contact_is_asked_for_only_where_the_merchant_wants_it() {
    let published = |follow_up: Value| {
        let definition = check(draft(json!({ "follow_up": follow_up }))).definition.unwrap();
        String::from_utf8(definition.canonical().unwrap()).unwrap()
    };
    let (plain, off, on) =
        (published(json!({})), published(json!({ "contact": false })), published(json!({ "contact": true })));
    assert_eq!(plain, off);
    assert!(
        !plain.contains("contact")
            && on.contains(r#""follow_up":{"chips":true,"contact":true,"incident":true,"word":true}"#)
    );
    let sheet = |canonical: &str| {
        let definition = Definition::from_published(canonical).unwrap();
        serde_json::to_value(definition.sheet(Definition::id(canonical.as_bytes()), Language::En).unwrap()).unwrap()
    };
    assert_eq!(sheet(&plain).get("contact"), None);
    assert_eq!(
        sheet(&on)["contact"],
        json!({
            "label": "Where can we reply to you?",
            "purpose": "An e-mail address or phone number, only to reply to you about this, then deleted.",
        })
    );
    assert_error(json!({ "follow_up": { "contact": true, "incident": false } }), "follow_up.contact: ");
    // Trente says what becomes of a contact, so no merchant words it.
    assert_error(
        json!({ "core": { "wording": { "en": { "contact": "Your e-mail, for our newsletter" } } } }),
        "core.wording.en.contact: there is no such string",
    );
}

/// It is no part of the bounded path, as the word is none; yet no customer reads for long before they may write.
#[test]
fn the_question_for_a_contact_is_read_in_ten_seconds() {
    for language in Language::ALL {
        let contact = ContactWording::of(language);
        let ms = Pace::of(language).screen_ms([contact.label.as_ref(), contact.purpose.as_ref()].into_iter());
        println!("{}: {ms} ms", language.tag());
        assert!(ms <= 10_000, "{language:?}: {ms}");
    }
}
