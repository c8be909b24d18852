//! One filter on sums and words: the daily counts and the single responses say the same, in both stores.

use trente_store::Store;
use trente_store::clock::DAY_MS;
use trente_store::inbound::Inbound;
use trente_store::wanted::{After, Split, SumRow, Wanted};
use trente_survey::frame::Frame;
use trente_survey::score::flag;
use trente_survey::{Answers, Class};

use super::{WAIT, folded, olive, on_both, run};
use crate::support::backend::Backend;
use crate::support::frames::{bytes, frame, scored, survey};

/// Twelve responses on days 100 to 103, by turns happy and lost, proven and not, in four channels and two languages.
async fn fill(store: &Store) -> i64 {
    let one = |index: u64| {
        let happy = frame(survey("olive"), index);
        let lost = Answers { satisfaction: Some(1), recommend: Some(0), moment: 7, forgive: 3, ..happy.answers };
        let frame = Frame {
            answers: if index.is_multiple_of(2) { happy.answers } else { lost },
            channel: Some((index % 4) as u8),
            locale: 1 + (index % 2) as u8,
            verbatim: index.is_multiple_of(3).then(|| format!("Très 100%_{index}")),
            ..happy
        };
        Inbound {
            received_ms: (100 + index % 4) * DAY_MS,
            verified: index < 4,
            aside: false,
            bytes: bytes(&scored(frame)),
        }
    };
    store.append((0..12).map(one).collect(), WAIT).await.unwrap();
    folded(store).await;
    store.site("olive").await.unwrap()
}

async fn sums(store: &Store, site: i64, wanted: Wanted, split: Split) -> Vec<SumRow> {
    let mut rows = store.sums(site, wanted, split).await.unwrap();
    rows.sort_by_key(|row| (row.part, row.verified, row.kind, row.key));
    rows
}

fn n(rows: &[SumRow]) -> u64 {
    rows.iter().filter(|row| row.kind == 0).map(|row| row.n).sum()
}

fn counts_and_responses_say_the_same<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = fill(&store).await;
        let all = Wanted::of_days(0..=1000);
        // Every class is no narrower than none, and is read from the responses.
        let read = |wanted: &Wanted| Wanted { classes: Some(Class::ALL.to_vec()), ..wanted.clone() };
        for split in [Split::Whole, Split::Weeks(103), Split::Channel, Split::Survey, Split::Weekday] {
            for wanted in [
                all.clone(),
                Wanted { days: 101..=102, ..all.clone() },
                Wanted { verified: Some(true), ..all.clone() },
                Wanted { channel: Some(3), survey: Some(survey("olive")), ..all.clone() },
                Wanted { survey: Some(survey("other")), ..all.clone() },
            ] {
                let (counted, found) =
                    (sums(&store, site, wanted.clone(), split).await, sums(&store, site, read(&wanted), split).await);
                assert_eq!(counted, found, "{split:?} {wanted:?}");
            }
        }
        let of = async |wanted: Wanted| n(&sums(&store, site, wanted, Split::Whole).await);
        assert_eq!(of(all.clone()).await, 12);
        assert_eq!(of(Wanted { days: 101..=102, ..all.clone() }).await, 6);
        assert_eq!(of(Wanted { locale: Some(2), ..all.clone() }).await, 6);
        assert_eq!(of(Wanted { classes: Some(vec![Class::Unforgivable]), ..all.clone() }).await, 6);
        assert_eq!(of(Wanted { classes: Some(Vec::new()), ..all.clone() }).await, 0);
        assert_eq!(of(Wanted { cause: Some(6), verified: Some(false), ..all.clone() }).await, 4);
        assert_eq!(of(Wanted { flags: Some(flag::LOST | flag::RECOVER), channel: Some(1), ..all.clone() }).await, 3);
        // What a sum counts is what the filter of a file lets through.
        let candidates = store.responses(site, None, 100).await.unwrap();
        for wanted in
            [Wanted { cause: Some(6), ..all.clone() }, Wanted { flags: Some(1), days: 100..=101, ..all.clone() }]
        {
            let let_through = candidates.iter().filter(|candidate| wanted.has(candidate).unwrap()).count() as u64;
            assert_eq!(of(wanted).await, let_through);
        }
        let parts = |rows: &[SumRow]| {
            let mut parts: Vec<u32> = rows.iter().map(|row| row.part).collect();
            parts.dedup();
            parts
        };
        // Day 100 is Saturday, 11 April 1970.
        assert_eq!(parts(&sums(&store, site, all.clone(), Split::Weekday).await), [0, 1, 5, 6]);
        assert_eq!(parts(&sums(&store, site, all.clone(), Split::Weeks(107)).await), [0, 1]);
        assert_eq!(parts(&sums(&store, site, all.clone(), Split::Language).await), [1, 2]);
        let id = u32::from_be_bytes(survey("olive").0);
        assert_eq!(parts(&sums(&store, site, all.clone(), Split::Survey).await), [id]);
        assert_eq!(store.last_day(site).await.unwrap(), Some(103));
        super::add(&store, "empty").await;
        assert_eq!(store.last_day(store.site("empty").await.unwrap()).await.unwrap(), None);
        store.close().await;
    });
}

fn words_come_newest_first_and_page_by_page<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = fill(&store).await;
        let all = Wanted::of_days(0..=1000);
        let read = async |wanted: Wanted, search: Option<&str>, after: Option<After>, most| {
            store.voices(site, wanted, search.map(str::to_owned), after, most).await.unwrap()
        };
        let whole = read(all.clone(), None, None, 10).await;
        assert_eq!(whole.iter().map(|row| row.at.day).collect::<Vec<_>>(), [103, 102, 101, 100]);
        let mut paged = read(all.clone(), None, None, 3).await;
        paged.extend(read(all.clone(), None, paged.last().map(|row| row.at), 3).await);
        assert_eq!(paged, whole);
        assert_eq!(read(all.clone(), Some("100%_9"), None, 10).await.len(), 1);
        assert_eq!(read(all.clone(), Some("TR"), None, 10).await.len(), 4, "in either case");
        for none in ["100%%", "1__", "\\", "'; drop table response; --"] {
            assert_eq!(read(all.clone(), Some(none), None, 10).await, [], "{none}");
        }
        let lost = Wanted { flags: Some(flag::LOST), ..all.clone() };
        let found = read(lost, None, None, 10).await;
        assert_eq!(found.iter().map(|row| row.verbatim.as_str()).collect::<Vec<_>>(), ["Très 100%_3", "Très 100%_9"]);
        assert_eq!((found[0].verified, found[0].channel, found[0].locale), (true, 3, 2));
        store.close().await;
    });
}

on_both!(counts_and_responses_say_the_same, words_come_newest_first_and_page_by_page);
