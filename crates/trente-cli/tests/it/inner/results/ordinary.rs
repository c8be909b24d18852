//! What the overview tells as out of the ordinary, and of words that it does not have.

use std::time::Duration;

use trente_stats::zone::Zone;
use trente_store::clock::{DAY_MS, format_day, now_ms};
use trente_store::inbound::Inbound;
use trente_survey::Answers;
use trente_survey::frame::Frame;
use trente_testing::frames::{bytes, frame, scored};
use trente_testing::stores::wait;

use super::{at, page, words};
use crate::support::Server;

/// What a letter tells of the day, the page tells as well, where it is of all answers and of days that are just over.
#[test]
fn what_a_letter_tells_stands_on_the_page() {
    let server = Server::start();
    let given_in = |channel: u8, back: u64, number: u64, answers: Answers| {
        let one = scored(Frame { answers, channel: Some(channel), ..frame(server.survey(), number) });
        let received_ms = now_ms() - back * DAY_MS;
        Inbound { received_ms, verified: false, aside: false, bytes: bytes(&one) }
    };
    let given = |back, number, answers| given_in(1, back, number, answers);
    let served = |recommend| Answers { recommend: Some(recommend), ..frame(server.survey(), 0).answers };
    let slow = Answers { satisfaction: Some(2), moment: 7, forgive: 1, ..served(3) };
    let append = |all| wait(async { server.store().append(all, Duration::from_secs(20)).await.unwrap() });
    // Of eight a day two report an incident.
    let usual = |back: u64| (0..8).map(move |index| (back, 100 * back + index, index < 2));
    let usual = (8..58).flat_map(usual);
    append(usual.map(|(back, number, bad)| given(back, number, if bad { slow } else { served(10) })).collect());
    assert!(words(&at(&server, "/sites/olive?channel=1")).contains("No week left the usual share of incidents"));
    assert!(!words(&at(&server, "/sites/olive?days=7")).contains("Drawn towards the whole"), "there is no answer");
    let quiet = words(&page(&server));
    assert!(quiet.contains("Nothing left its usual course."), "{quiet}");
    append((0..40).map(|index| given(2, 9_000 + index, served(0))).collect());
    let told = words(&page(&server));
    assert!(told.contains("Shop: the NPS went from +50 to −100 points (40 answers)."), "{told}");
    assert!(!told.contains("Nothing left"), "{told}");
    let french = words(&at(&server, "/sites/olive?hl=fr"));
    assert!(french.contains("Boutique\u{a0}: le NPS est passé de +50 à −100 points (40 réponses)."), "{french}");
    for other in ["?channel=1", "?from=2024-01-01&to=2024-02-01"] {
        assert!(!words(&at(&server, &format!("/sites/olive{other}"))).contains("the NPS went from"), "{other}");
    }
    // Each group next to the same drawn towards the whole: 40 answers at −100 and 10 at +100 are −60.
    append((0..10).map(|index| given_in(2, 2, 9_500 + index, served(10))).collect());
    let told = words(&at(&server, "/sites/olive?days=7"));
    assert!(told.contains("Drawn towards the whole Shop −92 Phone +20"), "{told}");
}

/// Figures outlive words: those who wrote are counted apart, and without words it is not said that none wrote.
#[test]
fn customers_whose_words_are_not_there_are_told_apart() {
    let server = Server::start();
    let lost = |back: u64, number: u64, said: Option<&str>| {
        let one = frame(server.survey(), number);
        let answers = Answers { satisfaction: Some(1), recommend: Some(1), moment: 7, forgive: 3, ..one.answers };
        let one = scored(Frame { answers, verbatim: said.map(str::to_owned), ..one });
        let received_ms = now_ms() - back * DAY_MS;
        Inbound { received_ms, verified: false, aside: false, bytes: bytes(&one) }
    };
    let append = |all| wait(async { server.store().append(all, Duration::from_secs(20)).await.unwrap() });
    append((0..6).map(|number| lost(2, number, (number < 2).then_some("Too slow."))).collect());
    append((10..13).map(|number| lost(20, number, Some("Too late."))).collect());
    let told = words(&at(&server, "/sites/olive?days=7"));
    assert!(told.contains("See the 2 of 6 who wrote"), "{told}");
    let told = words(&at(&server, "/sites/olive"));
    assert!(told.contains("See the 5 of 9 who wrote") && !told.contains("is kept no longer"), "{told}");
    let told = words(&at(&server, "/sites/olive?hl=fr"));
    assert!(told.contains("Voir les 5 qui ont écrit, sur 9"), "{told}");
    // The site keeps single responses for ten days.
    let sql = "update site set retention_days = 10, created_ms = 0; delete from response where verbatim = 'Too late.'";
    server.database().execute_batch(sql).unwrap();
    let told = words(&at(&server, "/sites/olive"));
    assert!(told.contains("See the 2 of 9 whose words are kept"), "{told}");
    assert!(told.contains("What customers wrote before") && told.contains("is kept no longer."), "{told}");
    assert!(!words(&at(&server, "/sites/olive?days=7")).contains("is kept no longer"));
    let day = |back: u64| format_day(Zone::default().day(now_ms() - back * DAY_MS));
    let old = format!("from={}&to={}", day(21), day(19));
    let told = words(&at(&server, &format!("/sites/olive?{old}")));
    assert!(told.contains("3, of whom no word is kept.") && !told.contains("without a word"), "{told}");
    let told = words(&at(&server, &format!("/sites/olive/voices?{old}")));
    assert!(told.contains("What customers wrote before"), "{told}");
    assert!(told.contains("Of the words that are kept, none fit") && !told.contains("No customer wrote"), "{told}");
}
