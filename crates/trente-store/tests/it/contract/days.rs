//! The day of a response is that of the clocks of its site, where the clocks change too.

use trente_stats::zone::Zone;
use trente_store::Store;
use trente_store::change::Change;
use trente_store::clock::{MINUTE_MS, parse_day};
use trente_store::inbound::Inbound;
use trente_store::model::audit::Actor;
use trente_store::wanted::Wanted;
use trente_survey::frame::Frame;
use trente_testing::backend::Backend;
use trente_testing::frames::{bytes, frame, survey};
use trente_testing::on_both;
use trente_testing::stores::{WAIT, folded, olive, run};

/// Milliseconds since 1970 of a minute in UTC, written as `2026-03-28 22:59`.
fn moment(text: &str) -> u64 {
    let (day, time) = text.split_once(' ').unwrap();
    let (hour, minute) = time.split_once(':').unwrap();
    let minutes: u64 = hour.parse::<u64>().unwrap() * 60 + minute.parse::<u64>().unwrap();
    (u64::from(parse_day(day).unwrap()) * 1_440 + minutes) * MINUTE_MS
}

async fn set_zone(store: &Store, zone: &str) {
    let zone = Zone::named(zone).unwrap();
    store.change(Actor::shell(), Change::SetTimeZone { site: "olive".to_owned(), zone }).await.unwrap();
}

/// Stores one answer that came at this moment and was given so many minutes before; tells the day that it is stored under.
async fn day_of(store: &Store, number: u64, came: &str, age_minutes: Option<u16>) -> u32 {
    let one = Frame { age_minutes, ..frame(survey("olive"), number) };
    let inbound = Inbound { received_ms: moment(came), verified: false, aside: false, bytes: bytes(&one) };
    store.append(vec![inbound], WAIT).await.unwrap();
    folded(store).await;
    let site = store.site("olive").await.unwrap();
    let all = store.responses(site, None, 100).await.unwrap();
    all.iter().find(|stored| stored.frame.response == one.response).unwrap().day
}

fn a_day_begins_at_midnight_of_the_site<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        set_zone(&store, "Europe/Paris").await;
        // In 2026 the clocks of Paris go forward on 29 March, which has 23 hours, and back on 25 October, which has 25.
        let moments = [
            ("2026-03-28 22:59", None, "2026-03-28"),
            ("2026-03-28 23:00", None, "2026-03-29"),
            ("2026-03-29 00:59", None, "2026-03-29"),
            ("2026-03-29 01:00", None, "2026-03-29"),
            ("2026-03-29 21:59", None, "2026-03-29"),
            ("2026-03-29 22:00", None, "2026-03-30"),
            ("2026-10-24 21:59", None, "2026-10-24"),
            ("2026-10-24 22:00", None, "2026-10-25"),
            ("2026-10-25 00:59", None, "2026-10-25"),
            ("2026-10-25 01:00", None, "2026-10-25"),
            ("2026-10-25 22:59", None, "2026-10-25"),
            ("2026-10-25 23:00", None, "2026-10-26"),
            // The age of an answer that waited is taken off before its day is looked for: 23 hours back, and 25.
            ("2026-03-29 22:00", Some(23 * 60), "2026-03-29"),
            ("2026-03-29 22:00", Some(23 * 60 + 1), "2026-03-28"),
            ("2026-10-25 23:00", Some(25 * 60), "2026-10-25"),
            ("2026-10-25 23:00", Some(25 * 60 + 1), "2026-10-24"),
        ];
        for (number, (came, age, day)) in (0..).zip(moments) {
            assert_eq!(day_of(&store, number, came, age).await, parse_day(day).unwrap(), "{came} {age:?}");
        }
        // The counts are of the same days: a week that ends on the long Sunday begins on Monday, 19 October.
        let site = store.site("olive").await.unwrap();
        let sunday = parse_day("2026-10-25").unwrap();
        let cells = store.cells(site, Wanted::of_days(sunday - 6..=sunday)).await.unwrap();
        assert_eq!(cells.brief(&(sunday..=sunday), false).n, 5);
        assert_eq!(cells.weeks(sunday, 1, false).iter().map(|week| week.n).sum::<u64>(), 7);
        assert_eq!(store.last_day(site).await.unwrap(), Some(sunday + 1));
        store.close().await;
    });
}

fn another_zone_holds_from_now_on<B: Backend>() {
    let backend = B::start();
    run(async {
        let store = olive(&backend.address()).await;
        let (before, came, after) =
            (parse_day("2026-11-21").unwrap(), "2026-11-22 02:00", parse_day("2026-11-23").unwrap());
        assert_eq!(day_of(&store, 1, came, None).await, before + 1);
        set_zone(&store, "America/New_York").await;
        assert_eq!(day_of(&store, 2, came, None).await, before);
        set_zone(&store, "Pacific/Kiritimati").await;
        assert_eq!(day_of(&store, 3, "2026-11-22 10:00", None).await, after);
        let site = store.site("olive").await.unwrap();
        let mut days: Vec<u32> =
            store.responses(site, None, 10).await.unwrap().iter().map(|stored| stored.day).collect();
        days.sort_unstable();
        assert_eq!(days, [before, before + 1, after], "what was stored keeps its day");
        store.close().await;
    });
}

on_both!(a_day_begins_at_midnight_of_the_site, another_zone_holds_from_now_on);
