//! Answers to a merchant's extra questions are in the daily counts, apart by survey.

use rusqlite::params;
use trente_stats::zone::Zone;
use trente_store::ALL_DAYS;
use trente_store::fold::counts::{CountDeltas, SiteCounts};
use trente_store::fold::merge::StoredResponse;
use trente_store::inbound::Inbound;
use trente_store::sqlite::{catalog, counts, schema};
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::SurveyId;
use trente_testing::Folder;
use trente_testing::frames::{frame, survey};
use trente_testing::stores::add_site;

#[test]
fn extra_questions_are_counted_taken_back_and_never_mixed() {
    let folder = Folder::new();
    add_site(&folder.database(), "olive", &["https://shop.example"]);
    let connection = schema::open(&folder.database(), false).unwrap();
    let site = catalog::find(&connection, "olive").unwrap().unwrap();
    // A second survey of the same site, whose first question is another one.
    let (first, second) = (survey("olive"), SurveyId([1, 2, 3, 4]));
    connection
        .execute(
            "insert into survey (id, site, definition, current, created_ms) values (?1, ?2, '{}', 0, 0)",
            params![second.0, site],
        )
        .unwrap();
    let candidate = |of: SurveyId, response: u64, extra: [u16; 3]| {
        let arrived = Inbound { received_ms: 0, verified: false, aside: false, bytes: Vec::new() };
        StoredResponse::new(Layout::CORE, Frame { survey: of, extra, ..frame(of, response) }, arrived, &Zone::default())
    };
    let mut changes = CountDeltas::default();
    let add = |changes: &mut CountDeltas, candidate: &StoredResponse| {
        changes.add(candidate, &candidate.verdict().unwrap());
    };
    let revised = candidate(first, 1, [5, 0, 0]);
    for one in [&revised, &candidate(first, 2, [4, 2, 0]), &candidate(second, 1, [4, 0, 8191])] {
        add(&mut changes, one);
    }
    counts::write(&connection, &changes).unwrap();
    // The next revision of the first response changes its mind.
    let mut changes = CountDeltas::default();
    changes.subtract(&revised, &revised.verdict().unwrap());
    add(&mut changes, &candidate(first, 1, [4, 0, 0]));
    counts::write(&connection, &changes).unwrap();

    let counts = SiteCounts::of(counts::of_site(&connection, site, &ALL_DAYS).unwrap()).unwrap();
    let codes = |of, question| counts.unverified.question(of, question).codes().collect::<Vec<_>>();
    assert_eq!((counts.unverified.n(), counts.verified.n()), (3, 0));
    assert_eq!((codes(first, 0), codes(first, 1), codes(first, 2)), (vec![(4, 2)], vec![(2, 1)], vec![]));
    assert_eq!((codes(second, 0), codes(second, 2)), (vec![(4, 1)], vec![(8191, 1)]));
}
