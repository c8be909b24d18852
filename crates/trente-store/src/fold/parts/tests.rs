use trente_stats::aggregate::key;
use trente_survey::{Answers, Cause};

use super::*;

const AT: PartKey = PartKey { survey: [1; 4], day: 20_000, verified: true, channel: 2, locale: 3 };

fn change(recommend: u8, act: Act) -> PartChange {
    let answers = Answers { satisfaction: Some(1), recommend: Some(recommend), moment: 7, ..Answers::default() };
    PartChange {
        at: AT,
        rid: [7; 8],
        key: key(false, Cause::Speed, &answers),
        elapsed: 12,
        noted: true,
        mismatch: recommend == 1,
        act,
    }
}

fn written(sheet: &Sheet) -> Vec<(PartKey, Option<Part>)> {
    sheet.written().map(|(at, part)| (at, part.cloned())).collect()
}

#[test]
fn a_part_is_stored_as_it_is() {
    let mut sheet = Sheet::default();
    for recommend in [0, 1, 1, 6] {
        sheet.apply(&change(recommend, Act::Add), true).unwrap();
    }
    let [(at, Some(part))] = &written(&sheet)[..] else { panic!("one part") };
    assert_eq!((*at, part.n()), (AT, 4));
    let bytes = part.to_bytes();
    assert_eq!(&Part::from_bytes(&bytes).unwrap(), part);
    for length in 0..bytes.len() {
        assert!(Part::from_bytes(&bytes[..length]).is_err(), "{length}");
    }
    assert!(Part::from_bytes(&[&bytes[..], &[0]].concat()).is_err());
    // A number of counts that no bytes hold asks for no memory.
    assert!(Part::from_bytes(&[1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]).is_err());
    let marks: Vec<Mark> = part.marks().collect();
    let of = marks[0].of.unwrap();
    assert!(marks.iter().all(|mark| mark.of == Some(of)), "one class and cause");
    assert_eq!(
        marks.iter().map(|mark| (mark.slot, mark.n)).collect::<Vec<_>>(),
        [(Slot::Elapsed(12), 4), (Slot::Noted, 4), (Slot::Mismatch, 2)]
    );
}

#[test]
fn what_is_taken_back_leaves_nothing() {
    let mut sheet = Sheet::default();
    sheet.apply(&change(1, Act::Add), true).unwrap();
    sheet.apply(&change(1, Act::Subtract), true).unwrap();
    assert_eq!(written(&sheet), [(AT, None)]);
    assert!(sheet.broken().is_empty());
}

#[test]
fn what_was_never_counted_breaks_its_day_and_nothing_of_it_is_written() {
    let mut sheet = Sheet::default();
    sheet.apply(&change(1, Act::Add), true).unwrap();
    // The same answers, and other marks.
    let other = PartChange { mismatch: true, elapsed: 13, ..change(1, Act::Subtract) };
    sheet.apply(&other, true).unwrap();
    assert_eq!(sheet.broken().iter().collect::<Vec<_>>(), [&(AT.survey, AT.day)]);
    assert_eq!(written(&sheet), []);
}

#[test]
fn a_response_of_before_is_moved_once() {
    let mut sheet = Sheet::default();
    let all = change(1, Act::Move);
    for (kind, key) in [(0, all.key), (1, 12), (2, NOTED), (2, MISMATCH)] {
        sheet.convert(AT, kind, key, 1).unwrap();
    }
    assert!(sheet.convert(AT, 2, 9, 1).is_err() && sheet.convert(AT, 9, 0, 1).is_err());
    sheet.apply(&all, false).unwrap();
    sheet.apply(&all, false).unwrap();
    let [(at, Some(part)), (unknown, None)] = &written(&sheet)[..] else { panic!("one part") };
    assert_eq!((*at, part.n(), unknown.locale), (AT, 1, LOCALE_UNKNOWN));
    let mut daily: Vec<_> = part.daily().collect();
    daily.sort_unstable();
    assert_eq!(daily, [(0, all.key, 1), (1, 12, 1), (2, NOTED, 1), (2, MISMATCH, 1)]);
}

#[test]
fn a_response_is_where_its_survey_is() {
    let mut due = Due::new();
    assert!(moved(&due, &[1; 4], &[0; 8]), "a survey that is not due");
    due.insert([1; 4], Vec::new());
    assert!(!moved(&due, &[1; 4], &[0; 8]));
    due.insert([1; 4], vec![5; 8]);
    assert!(moved(&due, &[1; 4], &[5; 8]) && !moved(&due, &[1; 4], &[6; 8]) && moved(&due, &[2; 4], &[6; 8]));
}
