//! Answers to the merchant's own questions on the overview: every kind, few answers, versions, proofs, both languages.

use serde_json::json;
use trente_collector::domain::assets::Files;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::SurveyId;
use trente_testing::Folder;
use trente_testing::frames::frame;
use trente_testing::stores::{ORIGIN, add_site};
use trente_testing::surveys::{bytes, draft, extra, publish};

use super::{TWO_DAYS, at, words};
use crate::support::server::short;
use crate::support::{Server, post};

/// `numbers` of responses that give `extra` and, where the survey takes it, a text.
fn say(server: &Server, survey: SurveyId, layout: &Layout, numbers: std::ops::Range<u64>, extra: [u16; 3]) {
    let frames = numbers.map(|number| {
        let one = Frame { extra, age_minutes: Some(TWO_DAYS), ..frame(survey, number) };
        bytes(&one, layout)
    });
    let body: Vec<u8> = frames.flatten().collect();
    assert_eq!(post(server.address, ORIGIN, &body).status, 204);
}

#[test]
fn own_questions_are_told_with_their_shares_and_by_version() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &[ORIGIN]);
    let asked = |extra| draft(json!({ "follow_up": { "incident": false, "chips": false }, "extra": extra }));
    let (old, first) = publish(&folder.database(), "olive", asked(extra()));
    let server = Server::on(folder, short(), Files::Embedded);
    let layout = first.layout();
    let page = |query: &str| words(&at(&server, &format!("/sites/olive{query}")));
    // The first bit says that it is answered: oil and the box; olives alone.
    say(&server, old, &layout, 0..3, [0b1101, 7, 0]);
    assert!(!page("").contains("Your own questions"), "too few for figures: {}", page(""));
    say(&server, old, &layout, 3..6, [0b1101, 6, 0]);
    say(&server, old, &layout, 6..10, [0b1010, 0, 0]);
    say(&server, old, &layout, 10..12, [0, 0, 0]);
    let text = page("");
    for part in [
        "Your own questions What did you buy? 10 answers · Several may be chosen",
        "Oil 60% 6 Olives 40% 4 A box 60% 6",
        "And the box? 6 answers · Mean: 6.5",
        "1 – Poor 0% 0",
        "6 50% 3 7 – Fine 50% 3",
        "What should change? The customers’ own words",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("Version") && !text.contains("All answers of these days"), "{text}");
    let french = page("?hl=fr");
    for part in ["Vos propres questions", "Quel achat\u{202f}?", "Un coffret 60\u{a0}% 6", "Moyenne\u{a0}: 6,5"] {
        assert!(french.contains(part), "{part}: {french}");
    }
    assert!(page("?channel=0").contains("All answers of these days: channel, language, class and cause"), "told");
    assert!(!page("?verified=true").contains("Your own questions"), "none of the proven");

    // Another version: its questions are its own, whatever their number.
    let stars = json!([{ "kind": "stars", "text": { "en": "And the wrapping?", "fr": "Et l’emballage\u{202f}?" } },
        { "kind": "yes_no", "text": { "en": "Was it late?", "fr": "En retard\u{202f}?" } }]);
    let (new, second) = publish(&server.folder.database(), "olive", asked(stars));
    trente_testing::wait_for("the new survey", || {
        post(server.address, ORIGIN, &bytes(&frame(new, 90), &second.layout())).status == 204
    });
    say(&server, new, &second.layout(), 100..104, [5, 2, 0]);
    let text = page("");
    let (wrapping, bought) = (text.find("And the wrapping?").unwrap(), text.find("What did you buy?").unwrap());
    assert!(wrapping < bought, "what is asked today comes first: {text}");
    for part in ["4 answers · too few for a figure", "4 / 5 0 5 / 5 4", "Yes 0 No 4"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(text.matches("Version ").count(), 5, "{text}");
    let only = page(&format!("?version={}", trente_store::encoding::hex(&old.0)));
    assert!(only.contains("What did you buy?") && !only.contains("And the wrapping?"), "{only}");
}
