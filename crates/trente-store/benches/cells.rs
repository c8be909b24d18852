//! Benchmark of what the overview reads, at many responses: every filter from the daily counts alone, compared with a
//! count of the responses in the same run.
//!
//! `cargo bench -p trente-store --bench cells -- 4000000`, or `cargo xtask bench results 4000000`. The responses are
//! invented, a year of them, and come in as others do. Before anything is measured the table of single responses is
//! taken away: a query that reads it fails. A second argument is a file that keeps the responses for the next run.

use std::error::Error;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use trente_stats::Summary;
use trente_store::cells::Split;
use trente_store::clock::DAY_MS;
use trente_store::inbound::Inbound;
use trente_store::model::audit::Actor;
use trente_store::model::site::NewSite;
use trente_store::wanted::Wanted;
use trente_store::{Address, Store};
use trente_survey::definition::Definition;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::{ResponseId, SurveyId};
use trente_survey::{Answers, Cause, Class};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Days of the year, and the first of them.
const DAYS: u64 = 365;
const FIRST: u64 = 20_000;
/// Responses where the command says nothing.
const RESPONSES: u64 = 200_000;
/// Frames that are appended at a time.
const APPENDED: u64 = 4_096;
/// Rounds of each measurement, of which the shortest counts: what else the machine does can only add to it.
const ROUNDS: usize = 5;

fn main() -> Outcome<()> {
    // `cargo bench` adds `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let responses = arguments.next().map_or(Ok(RESPONSES), |argument| argument.parse())?;
    let kept = arguments.next();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let folder = std::env::temp_dir().join(format!("trente-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("trente.db");
    let outcome = runtime.block_on(async {
        match kept.as_deref().map(Path::new) {
            Some(kept) if kept.exists() => {}
            Some(kept) => fill(kept, responses).await?,
            None => fill(&path, responses).await?,
        }
        if let Some(kept) = &kept {
            std::fs::copy(kept, &path)?;
        }
        measure(&path).await
    });
    std::fs::remove_dir_all(&folder)?;
    outcome
}

async fn measure(path: &Path) -> Outcome<()> {
    let store = Store::serve(&Address::from(path), 64).await?;
    let survey = survey()?;
    let site = store.site("olive").await?;

    let connection = Connection::open(path)?;
    let count = || -> Outcome<u64> { Ok(connection.query_row("select count(*) from response", [], |row| row.get(0))?) };
    let (counted, n) = shortest(count)?;
    let tables = "select (select count(*) from daily), (select count(*) from daily_part),
                  (select sum(length(counts)) from daily_part)";
    let (daily, parts, bytes): (u64, u64, u64) =
        connection.query_row(tables, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    println!(
        "count of all {n} responses: {:.1} ms; {daily} rows of daily, {parts} parts of {bytes} bytes\n",
        ms(counted)
    );
    connection.execute_batch("alter table response rename to away")?;

    println!("| filter | days | answers | ms | of the count |\n|---|---:|---:|---:|---:|");
    let runtime = tokio::runtime::Handle::current();
    for (name, wanted) in filters(survey) {
        for days in [28, 90, 365] {
            let read = || {
                let store = store.clone();
                let wanted = wanted.clone();
                // The page's own steps, in the same order.
                tokio::task::block_in_place(|| runtime.block_on(overview(&store, site, wanted, days)))
            };
            let (time, n) = shortest(read)?;
            println!("| {name} | {days} | {n} | {:.1} | {:.2} |", ms(time), time.as_secs_f64() / counted.as_secs_f64());
        }
    }
    drop(connection);
    store.close().await;
    Ok(())
}

async fn fill(path: &Path, responses: u64) -> Outcome<()> {
    let store = Store::serve(&Address::from(path), 64).await?;
    let survey = survey()?;
    let site = NewSite { name: "olive".into(), origins: Vec::new(), any_origin: true };
    store.add_site(Actor::shell(), site).await?;
    let start = Instant::now();
    let mut dice = Dice(0x7e17_e5ee_d000_0001);
    let mut sent = 0;
    while sent < responses {
        let some: Vec<Inbound> = (sent..responses.min(sent + APPENDED))
            .map(|index| one(&mut dice, survey, index * DAYS / responses))
            .collect::<Result<_, _>>()?;
        sent += some.len() as u64;
        store.append(some, Duration::from_secs(600)).await?;
    }
    while store.lag().await?.frames > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{responses} responses of {DAYS} days, stored and folded in {seconds:.0} s");
    store.close().await;
    Ok(())
}

/// What the overview reads and computes: this period and the one before, weeks, recurring causes, parts.
async fn overview(store: &Store, site: i64, wanted: Wanted, days: u32) -> Outcome<u64> {
    let last = (FIRST + DAYS) as u32 - 1;
    let span = |until: u32, days: u32| -> RangeInclusive<u32> { until.saturating_sub(days - 1)..=until };
    let (now, before) = (span(last, days), span(last - days, days));
    let weeks = (days / 7).max(26);
    let first = (*before.start()).min(last.saturating_sub(7 * weeks - 1));
    let cells = store.cells(site, Wanted { days: first..=last, ..wanted }).await?;
    let mut n = 0;
    for days in [&now, &before] {
        let sides = cells.sides(days)?;
        for side in [&sides.verified, &sides.unverified] {
            n = n.max(Summary::of(side).n);
        }
    }
    let briefs = cells.weeks(last, weeks as usize, true).len() as u64;
    let recent = cells.brief(&span(last, 28), true).n + cells.brief(&span(last - 28, 63), true).n;
    let parts = [&now, &before].map(|days| cells.parts(Split::Channel, days, true).len() as u64);
    // Nothing of it may be left out by the compiler.
    std::hint::black_box((briefs, recent, parts));
    Ok(n)
}

fn filters(survey: SurveyId) -> Vec<(&'static str, Wanted)> {
    let all = Wanted::of_days(0..=0);
    vec![
        ("none", all.clone()),
        ("proven", Wanted { verified: Some(true), ..all.clone() }),
        ("channel", Wanted { channel: Some(1), ..all.clone() }),
        ("language", Wanted { locale: Some(2), ..all.clone() }),
        ("class", Wanted { classes: Some(vec![Class::Forgivable]), ..all.clone() }),
        ("cause", Wanted { cause: Some(Cause::Speed.family()), ..all.clone() }),
        ("version", Wanted { survey: Some(survey), ..all.clone() }),
        (
            "all of them",
            Wanted {
                verified: Some(true),
                channel: Some(1),
                locale: Some(2),
                classes: Some(vec![Class::Unforgivable]),
                cause: Some(Cause::Speed.family()),
                survey: Some(survey),
                ..all
            },
        ),
    ]
}

fn shortest<T>(mut work: impl FnMut() -> Outcome<T>) -> Outcome<(Duration, T)> {
    let mut best: Option<(Duration, T)> = None;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let value = work()?;
        let time = start.elapsed();
        if best.as_ref().is_none_or(|(best, _)| time < *best) {
            best = Some((time, value));
        }
    }
    best.ok_or_else(|| "no round".into())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn survey() -> Outcome<SurveyId> {
    Ok(Definition::id(&Definition::default_for("olive").canonical()?))
}

/// Numbers that look random and are the same each time (PCG: O'Neill 2014, the multiplier of Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// A response: four in five customers are content, and each rating is left out now and then.
fn one(dice: &mut Dice, survey: SurveyId, day: u64) -> Outcome<Inbound> {
    let content = dice.below(5) > 0;
    let (low, high) = if content { (4, 8) } else { (1, 0) };
    let maybe = |value: u64, dice: &mut Dice| (dice.below(12) > 0).then_some(value as u8);
    let (satisfaction, ease, lens, recommend) =
        (low + dice.below(2), low + dice.below(3), 1 + dice.below(5), high + dice.below(if content { 3 } else { 7 }));
    let answers = Answers {
        satisfaction: maybe(satisfaction, dice),
        ease: maybe(ease, dice),
        lens: maybe(lens, dice),
        recommend: maybe(recommend, dice),
        ..Answers::default()
    };
    let told =
        Answers { moment: dice.below(9) as u8, forgive: if content { 0 } else { dice.below(4) as u8 }, ..answers };
    let rid = dice.below(1 << 31) << 33 | dice.below(1 << 31);
    let mut frame = Frame {
        survey,
        response: ResponseId(rid.to_be_bytes()),
        answers: if told.check().is_ok() { told } else { answers },
        extra: [0; 3],
        extra_text: Default::default(),
        elapsed: (20 + dice.below(12) + dice.below(12)) as u8,
        rev: 0,
        locale: 1 + u8::from(dice.below(5) == 0),
        preview: false,
        score: 255,
        proof: None,
        verbatim: (dice.below(10) == 0).then(|| "Tout était bien, merci.".to_owned()),
        age_minutes: None,
        channel: Some(if dice.below(3) > 0 { 1 } else { 3 + dice.below(2) as u8 }),
    };
    frame.score = frame.verdict(&Layout::CORE)?.score_byte();
    let bytes = frame.encode(&Layout::CORE)?;
    let received_ms = (FIRST + day) * DAY_MS + dice.below(DAY_MS);
    Ok(Inbound { received_ms, verified: dice.below(4) > 0, aside: false, bytes })
}
