//! Lesson 2a, end to end: “thirty seconds” is said for as long as it is true.

use trente_survey::frame::Frame;
use trente_testing::frames::{bytes, frame, scored};
use trente_testing::stores::ORIGIN;

use crate::support::{Server, get, post};

/// Answers of one visible time, `minutes` old.
fn answer(server: &Server, from: u64, count: u64, elapsed: u8, minutes: u16) {
    for start in (from..from + count).step_by(50) {
        let frames = (start..(start + 50).min(from + count)).flat_map(|index| {
            let one = Frame { elapsed, age_minutes: Some(minutes), ..frame(server.survey(), index) };
            bytes(&scored(one))
        });
        assert_eq!(post(server.address, ORIGIN, &frames.collect::<Vec<_>>()).status, 204);
    }
    server.folded();
    server.judged();
}

fn said(server: &Server) -> [String; 2] {
    let sheet = get(server.address, "/v1/surveys/olive?lang=fr", &[]).json();
    let hosted = get(server.address, "/s/olive?l=fr", &[]);
    let head = sheet["text"]["head"].as_str().unwrap().to_owned();
    assert!(hosted.text().contains(&head), "both ways in say the same");
    assert!(head.starts_with(sheet["text"]["title"].as_str().unwrap()));
    [head, sheet["survey"].as_str().unwrap().to_owned()]
}

#[test]
fn lesson_2a_the_label_is_dropped_and_taken_up_again() {
    let server = Server::start();
    let [thirty, survey] = said(&server);
    assert_eq!(thirty, "Votre avis en trente secondes. Anonyme, sans traceur.");
    // Of fewer than thirty answers nothing is concluded.
    answer(&server, 0, 29, 61, 0);
    assert_eq!(said(&server)[0], thirty);
    answer(&server, 100, 1, 61, 0);
    assert_eq!(said(&server), ["Votre avis en une minute. Anonyme, sans traceur.".to_owned(), survey.clone()]);
    // What is asked stays the same survey, and is answered as before.
    let slow = frame(server.survey(), 200);
    assert_eq!(post(server.address, ORIGIN, &bytes(&slow)).status, 204);
    let english = get(server.address, "/v1/surveys/olive?lang=en", &[]).json();
    assert_eq!(english["text"]["head"], "Your view in one minute. Anonymous, no trackers.");
    // A hundred quick ones, and thirty seconds are true again.
    answer(&server, 1000, 100, 30, 0);
    assert_eq!(said(&server), [thirty, survey]);
}

#[test]
fn lesson_2a_only_the_newest_days_that_hold_two_hundred_count() {
    let server = Server::start();
    let day = 24 * 60;
    answer(&server, 0, 300, 62, 5 * day);
    assert!(said(&server)[0].contains("une minute"));
    answer(&server, 1000, 200, 20, 0);
    assert!(said(&server)[0].contains("trente secondes"), "what was five days ago is no longer looked at");
}
