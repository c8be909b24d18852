//! One filter on figures and words: the daily counts and the single responses say the same, in both stores.

use serde_json::json;
use trente_stats::aggregate::{Contribution, question_key};
use trente_stats::facts::Brief;
use trente_stats::{Aggregate, Summary};
use trente_store::Store;
use trente_store::cells::Split;
use trente_store::change::Erase;
use trente_store::clock::DAY_MS;
use trente_store::fold::counts::SiteCounts;
use trente_store::inbound::Inbound;
use trente_store::model::audit::Actor;
use trente_store::search::Search;
use trente_store::wanted::{After, Wanted};
use trente_survey::frame::Frame;
use trente_survey::score::flag;
use trente_survey::{Answers, Class};
use trente_testing::backend::{Backend, Server};
use trente_testing::frames::{bytes, frame, response_key, scored, survey};
use trente_testing::on_both;
use trente_testing::stores::{WAIT, add, folded, olive, run};
use trente_testing::surveys;

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

/// What a filter counts, counted from the single responses.
async fn recount(store: &Store, site: i64, wanted: &Wanted) -> [Aggregate; 2] {
    let responses = store.responses(site, None, 10_000).await.unwrap();
    let wanted: Vec<_> = responses.iter().filter(|response| wanted.has(response).unwrap()).collect();
    [true, false].map(|verified| {
        let side = wanted.iter().filter(|response| response.verified == verified);
        Aggregate::of(side.map(|response| Contribution {
            // Answers to a merchant's own questions are of no filter.
            extra: [0; 3],
            ..response.contribution(&response.verdict().unwrap())
        }))
        .unwrap()
    })
}

async fn counted(store: &Store, site: i64, wanted: &Wanted) -> [Aggregate; 2] {
    let SiteCounts { verified, unverified } =
        store.cells(site, wanted.clone()).await.unwrap().sides(&wanted.days).unwrap();
    [verified, unverified]
}

/// Every filter of the overview, each value of each field with each of the others.
fn every_filter() -> Vec<Wanted> {
    fn each<T>(filters: Vec<Wanted>, values: &[T], set: impl Fn(&mut Wanted, &T)) -> Vec<Wanted> {
        let narrowed = filters.iter().flat_map(|filter| {
            values.iter().map(|value| {
                let mut filter = filter.clone();
                set(&mut filter, value);
                filter
            })
        });
        narrowed.chain(filters.iter().cloned()).collect()
    }
    let filters = vec![Wanted::of_days(0..=1000), Wanted::of_days(101..=102)];
    let filters = each(filters, &[true, false], |filter, verified| filter.verified = Some(*verified));
    let filters = each(filters, &[3], |filter, channel| filter.channel = Some(*channel));
    let filters = each(filters, &[1, 2], |filter, locale| filter.locale = Some(*locale));
    let filters = each(filters, &["olive"], |filter, name| filter.survey = Some(survey(name)));
    let filters = each(filters, &Class::ALL, |filter, class| filter.classes = Some(vec![*class]));
    // That of the lost customers, and one of none.
    each(filters, &[6, 1], |filter, cause| filter.cause = Some(*cause))
}

/// Compares every filter with a recount; tells how many of them want anything.
async fn compare(store: &Store, site: i64) -> usize {
    // Read once, because more than a thousand filters are compared.
    let responses = store.responses(site, None, 10_000).await.unwrap();
    let mut some = 0;
    for wanted in every_filter() {
        let n = responses.iter().filter(|response| wanted.has(response).unwrap()).count();
        let sides = counted(store, site, &wanted).await;
        if n == 0 {
            assert_eq!(sides.map(|side| side.n()), [0, 0], "{wanted:?}");
        } else {
            assert_eq!(sides, recount(store, site, &wanted).await, "{wanted:?}");
            some += 1;
        }
    }
    some
}

fn every_filter_counts_what_the_responses_count<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = fill(&store).await;
        assert!(compare(&store, site).await > 30);
        assert_eq!(backend.recount_differs(&backend.address()), 0);
        let all = Wanted::of_days(0..=1000);
        let of = async |wanted: Wanted| counted(&store, site, &wanted).await.iter().map(Aggregate::n).sum::<u64>();
        assert_eq!(of(all.clone()).await, 12);
        assert_eq!(of(Wanted { days: 101..=102, ..all.clone() }).await, 6);
        assert_eq!(of(Wanted { locale: Some(2), ..all.clone() }).await, 6);
        assert_eq!(of(Wanted { classes: Some(vec![Class::Unforgivable]), ..all.clone() }).await, 6);
        assert_eq!(of(Wanted { classes: Some(Vec::new()), ..all.clone() }).await, 0);
        assert_eq!(of(Wanted { cause: Some(6), verified: Some(false), ..all.clone() }).await, 4);
        // What is told of a week or a row is what the aggregate of the same responses says.
        let cells = store.cells(site, all.clone()).await.unwrap();
        for verified in [true, false] {
            let sides = cells.sides(&(0..=1000)).unwrap();
            let side = if verified { sides.verified } else { sides.unverified };
            assert_eq!(cells.brief(&(0..=1000), verified), Brief::from(&Summary::of(&side)));
        }
        let parts = |split| cells.parts(split, &(0..=1000), false).into_iter().map(|(part, brief)| (part, brief.n));
        // Day 100 is Saturday, 11 April 1970.
        assert_eq!(parts(Split::Weekday).collect::<Vec<_>>(), [(0, 2), (1, 2), (5, 2), (6, 2)]);
        assert_eq!(parts(Split::Channel).collect::<Vec<_>>(), [(0, 2), (1, 2), (2, 2), (3, 2)]);
        assert_eq!(parts(Split::Language).collect::<Vec<_>>(), [(1, 4), (2, 4)]);
        let id = u32::from_be_bytes(survey("olive").0);
        assert_eq!(parts(Split::Survey).collect::<Vec<_>>(), [(id, 8)]);
        let weeks: Vec<u64> = cells.weeks(107, 3, false).iter().map(|week| week.n).collect();
        assert_eq!(weeks, [0, 2, 6]);
        assert_eq!(store.last_day(site).await.unwrap(), Some(103));
        add(&store, "empty").await;
        assert_eq!(store.last_day(store.site("empty").await.unwrap()).await.unwrap(), None);
        store.close().await;
    });
}

/// The database as a version before parts left it.
fn forget_parts<B: Backend>(backend: &B) {
    let at = backend.address();
    backend.sql(&at, "delete from daily_part");
    backend.sql(&at, "insert into part_due select id, '' from survey where exists (select 1 from daily where daily.survey = survey.id)".replace("''", B::NO_BYTES).as_str());
}

async fn move_all(store: &Store, rows: usize) {
    while store.move_some(rows).await.unwrap() {}
}

/// Until every response is moved, and whatever happens meanwhile, the parts are what `daily` says; then they are what they
/// would be if there had been parts from the beginning.
fn a_database_of_before_is_counted_step_by_step<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = fill(&store).await;
        let all = Wanted::of_days(0..=1000);
        let at = backend.address();
        let parts = || {
            let mut rows = backend.sql(&at, "select survey, day, verified, channel, locale, counts from daily_part");
            rows.sort();
            rows
        };
        let whole = parts();
        forget_parts(&backend);
        // Nothing is lost meanwhile: only the language, and time and words by class, are not known yet.
        let lost = Wanted { classes: Some(vec![Class::Unforgivable]), ..all.clone() };
        let cells = store.cells(site, lost.clone()).await.unwrap();
        assert_eq!((cells.brief(&all.days, false).n, cells.without_marks(&all.days)), (4, 6));
        assert_eq!(counted(&store, site, &all).await, recount(&store, site, &all).await);
        let french = Wanted { locale: Some(2), ..all.clone() };
        assert_eq!(store.cells(site, french.clone()).await.unwrap().without_language(&all.days), 12);
        move_all(&store, 5).await;
        assert_eq!(parts(), whole);
        assert_eq!(store.cells(site, french).await.unwrap().without_language(&all.days), 0);

        // Half of them are moved; then come a revision of one that is and of one that is not, a new one at each end, and an
        // erasure of each.
        forget_parts(&backend);
        assert!(store.move_some(6).await.unwrap());
        let revised = |index: u64| {
            let words = Some("et puis".to_owned());
            bytes(&scored(Frame {
                rev: 1,
                verbatim: words,
                locale: 3,
                channel: Some(2),
                ..frame(survey("olive"), index)
            }))
        };
        let came = |bytes| Inbound { received_ms: 101 * DAY_MS, verified: true, aside: false, bytes };
        let frames = [1, 10, u64::MAX, 1 << 3].map(|index| came(revised(index)));
        store.append(frames.to_vec(), WAIT).await.unwrap();
        folded(&store).await;
        assert_eq!(counted(&store, site, &all).await, recount(&store, site, &all).await);
        for index in [0u64, 11] {
            let place = response_key("olive", index);
            store.erase(Actor::shell(), Erase::forever("olive".to_owned(), vec![place], None)).await.unwrap();
        }
        assert_eq!(counted(&store, site, &all).await, recount(&store, site, &all).await);
        assert_eq!(backend.recount_differs(&backend.address()), 0);
        move_all(&store, 3).await;
        assert_eq!(backend.count("part_due"), 0);
        compare(&store, site).await;
        store.close().await;
    });
}

/// What retention deleted before is still counted, with what is known of it.
fn responses_that_are_gone_stay_counted<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = fill(&store).await;
        let all = Wanted::of_days(0..=1000);
        let before = counted(&store, site, &all).await;
        forget_parts(&backend);
        // All of day 100 and one more.
        let gone = [0u64, 4, 8, 5].map(|index| response_key("olive", index));
        assert_eq!(store.delete_expired(gone.to_vec(), u64::MAX >> 1).await.unwrap(), 4);
        assert_eq!(counted(&store, site, &all).await, before);
        move_all(&store, 3).await;
        assert_eq!(counted(&store, site, &all).await, before);
        let cells = store.cells(site, Wanted { locale: Some(2), ..all.clone() }).await.unwrap();
        assert_eq!(cells.without_language(&all.days), 4);
        assert_eq!(cells.parts(Split::Language, &all.days, false).len(), 1);
        let lost = Wanted { classes: Some(vec![Class::Unforgivable]), ..all.clone() };
        let cells = store.cells(site, lost).await.unwrap();
        assert_eq!(
            (cells.brief(&all.days, false).n + cells.brief(&all.days, true).n, cells.without_marks(&all.days)),
            (6, 1)
        );
        assert_eq!(cells.sides(&all.days).unwrap().unverified.n(), 4);
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
            store.voices(site, wanted, search.map(Search::new), after, most).await.unwrap()
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
        // As many as the list has, whatever the filter.
        for wanted in every_filter().into_iter().chain([all]) {
            let listed = read(wanted.clone(), None, None, 100).await.len() as u64;
            assert_eq!(store.voices_count(site, wanted.clone()).await.unwrap(), listed, "{wanted:?}");
        }
        store.close().await;
    });
}

/// Words are found whatever their case and however they were typed, in pages that do not end at what is not wanted.
fn a_search_reads_neither_case_nor_normal_form<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let said = |index: u64, words: &str| Inbound {
            received_ms: (100 + index % 3) * DAY_MS,
            verified: false,
            aside: false,
            bytes: bytes(&scored(Frame { verbatim: Some(words.to_owned()), ..frame(survey("olive"), index) })),
        };
        let mut frames = vec![said(1, "Un échange rapide"), said(2, "ÉCHANGE refusé"), said(3, "50 % d’échange_a\\b")];
        // More than are read at once.
        frames.extend((10..2310).map(|index| said(index, "Très bien")));
        store.append(frames, WAIT).await.unwrap();
        folded(&store).await;
        let site = store.site("olive").await.unwrap();
        let find = async |typed: &str, most: usize| {
            let wanted = Wanted::of_days(0..=1000);
            let found = store.voices(site, wanted, Some(Search::new(typed)), None, most).await.unwrap();
            found.iter().map(|row| u64::from_be_bytes(row.at.place.rid)).collect::<Vec<_>>()
        };
        // On days 102, 101 and 100.
        for typed in ["échange", "ÉCHANGE", "É", "e\u{301}change", "E\u{301}CHANGE"] {
            assert_eq!(find(typed, 10).await, [2, 1, 3], "{typed}");
        }
        assert_eq!(find("échange", 2).await, [2, 1]);
        assert_eq!(find("TRÈS", 5000).await.len(), 2300);
        assert_eq!((find("50 %", 10).await, find("e_A\\B", 10).await), (vec![3], vec![3]));
        for none in ["5%e", "echange", "échange?a", "r_pide"] {
            assert_eq!(find(none, 10).await, [0; 0], "{none}");
        }
        store.close().await;
    });
}

fn answers_to_own_questions_are_counted_by_survey_day_and_proof<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let definition = surveys::checked(
            "olive",
            surveys::draft(json!({ "follow_up": { "incident": false, "chips": false }, "extra": surveys::extra() })),
        );
        let (own, _) = store.publish(Actor::shell(), "olive", &definition).await.unwrap();
        let layout = definition.layout();
        let one = |index: u64, verified, extra| Inbound {
            received_ms: (100 + index % 2) * DAY_MS,
            verified,
            aside: false,
            bytes: surveys::bytes(&Frame { extra, ..frame(own, index) }, &layout),
        };
        let (oil_and_box, olives) = ([0b1101, 7, 0], [0b1010, 0, 0]);
        store
            .append(vec![one(0, true, oil_and_box), one(1, false, olives), one(2, false, olives)], WAIT)
            .await
            .unwrap();
        folded(&store).await;
        let site = store.site("olive").await.unwrap();
        let counted = async |days| {
            let rows = store.question_counts(site, days).await.unwrap();
            let mut rows: Vec<_> = rows.into_iter().map(|row| (row.verified, row.survey, row.key, row.n)).collect();
            rows.sort_unstable();
            rows
        };
        let both = [
            (false, own.0, question_key(0, 0b1010), 2),
            (true, own.0, question_key(0, 0b1101), 1),
            (true, own.0, question_key(1, 7), 1),
        ];
        assert_eq!(counted(0..=1000).await, both);
        assert_eq!(counted(101..=101).await, [(false, own.0, question_key(0, 0b1010), 1)]);
        assert_eq!(counted(102..=1000).await, []);
        store.close().await;
    });
}

on_both!(
    answers_to_own_questions_are_counted_by_survey_day_and_proof,
    every_filter_counts_what_the_responses_count,
    a_database_of_before_is_counted_step_by_step,
    responses_that_are_gone_stay_counted,
    words_come_newest_first_and_page_by_page,
    a_search_reads_neither_case_nor_normal_form,
);

/// An older collector that runs next to this one folds into `daily` alone.
#[test]
fn what_an_older_collector_counted_is_counted_again() {
    let backend = Server::start();
    run(async {
        let store = olive(&backend.address()).await;
        let site = fill(&store).await;
        let all = Wanted::of_days(0..=1000);
        assert_eq!(store.mend_counts(0).await.unwrap(), 0);
        // As if it had folded day 102 alone, and a revision on day 103 of one that this one had folded.
        backend.sql(&backend.address(), "delete from daily_part where day = 102");
        let kept =
            backend.sql(&backend.address(), "select key, n from daily where day = 103 and kind = 0 and not verified");
        let (key, n) = kept[0].split_once('|').unwrap();
        let (key, n): (u32, u64) = (key.parse().unwrap(), n.parse().unwrap());
        assert!(n > 0);
        let other = key ^ (1 << 22);
        backend.sql(
            &backend.address(),
            &format!("update daily set key = {other} where day = 103 and kind = 0 and key = {key} and not verified"),
        );
        assert_eq!(store.mend_counts(104).await.unwrap(), 0, "days before are not looked at");
        assert_eq!(store.mend_counts(0).await.unwrap(), 2);
        assert_eq!(store.mend_counts(0).await.unwrap(), 0, "a day that is to be made again is in `daily` alone");
        assert_eq!(counted(&store, site, &all).await.map(|side| side.n()), [4, 8]);
        move_all(&store, 5).await;
        assert_eq!(store.mend_counts(0).await.unwrap(), 0);
        let of = async |wanted: Wanted| counted(&store, site, &wanted).await.iter().map(Aggregate::n).sum::<u64>();
        assert_eq!(of(Wanted { days: 102..=102, locale: Some(1), ..all.clone() }).await, 3);
        store.close().await;
    });
}
