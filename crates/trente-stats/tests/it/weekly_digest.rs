//! The weekly and the letters about single customers.

use std::collections::BTreeMap;

use proptest::prelude::*;
use trente_stats::aggregate::{Contribution, unpack};
use trente_stats::alerts::Rule;
use trente_stats::alerts::message::Message;
use trente_stats::weekly_digest::{self, Team, TeamError, WeeklyDigest, Words};
use trente_survey::locale::Language;
use trente_survey::wording::ReplyWording;
use trente_survey::{Answers, Cause, Class, Verdict, budget};

use crate::{contribution, response};

/// The last day of the week under test.
const UNTIL: u32 = 20_000;

fn team() -> Team {
    Team::new(["ana@olive.example", "bo@olive.example"].map(str::to_owned)).unwrap()
}

/// One response.
#[derive(Clone)]
struct Entry {
    day: u32,
    channel: u8,
    contribution: Contribution,
    verbatim: Option<String>,
}

impl Entry {
    fn verdict(&self) -> Option<Verdict> {
        let (_, family, answers) = unpack(self.contribution.key).ok()?;
        Verdict::of(&answers, family, self.contribution.elapsed, self.verbatim.is_some()).ok()
    }
}

/// The digest of these responses, counted one by one; counted together it is the same.
fn digest(entries: &[Entry], orders: Option<u64>, minimum: u64, language: Language) -> WeeklyDigest {
    let words = entries.iter().filter_map(|entry| {
        let verbatim = entry.verbatim.clone()?;
        Some(Words { day: entry.day, key: entry.contribution.key, verbatim })
    });
    let words: Vec<Words> = words.collect();
    let counts: Vec<weekly_digest::Entry> = entries
        .iter()
        .map(|entry| weekly_digest::Entry { day: entry.day, channel: entry.channel, key: entry.contribution.key, n: 1 })
        .collect();
    let mut sums: BTreeMap<(u32, u8, u32), u64> = BTreeMap::new();
    for one in &counts {
        *sums.entry((one.day, one.channel, one.key)).or_default() += one.n;
    }
    let sums: Vec<weekly_digest::Entry> =
        sums.into_iter().map(|((day, channel, key), n)| weekly_digest::Entry { day, channel, key, n }).collect();
    let of = |entries: &[weekly_digest::Entry]| {
        WeeklyDigest::of(&team(), UNTIL, entries, &words, orders, minimum, language).unwrap()
    };
    let found = of(&counts);
    assert_eq!(of(&sums), found);
    found
}

fn entry(day: u32, answers: &Answers, verbatim: Option<&str>) -> Entry {
    Entry {
        day,
        channel: 0,
        contribution: contribution(answers, Cause::Promise, 40, verbatim.is_some()),
        verbatim: verbatim.map(str::to_owned),
    }
}

fn delighted(moment: u8) -> Answers {
    Answers { satisfaction: Some(5), ease: Some(7), recommend: Some(10), moment, ..Answers::default() }
}

fn fine() -> Answers {
    Answers { satisfaction: Some(4), ease: Some(6), recommend: Some(8), ..Answers::default() }
}

fn hurt(moment: u8, forgive: u8) -> Answers {
    Answers { satisfaction: Some(1), ease: Some(2), recommend: Some(0), moment, forgive, ..Answers::default() }
}

fn weekly(entries: &[Entry]) -> WeeklyDigest {
    digest(entries, None, 1, Language::En)
}

/// Lessons 0k, 1l, 0a: thanks come first, and those that the customer put in words before those without words.
#[test]
fn lesson_0k_the_weekly_opens_with_thanks() {
    let entries = [
        entry(UNTIL, &hurt(2, 3), Some("Le magasin était vide.")),
        entry(UNTIL, &Answers { recommend: Some(9), ..fine() }, Some("Karim, au comptoir.")),
        entry(UNTIL - 6, &delighted(0), None),
        entry(UNTIL - 1, &delighted(4), None),
        entry(UNTIL - 2, &delighted(4), Some("Léa m’a sauvé la journée.")),
    ];
    let found = weekly(&entries);
    let thanks: Vec<_> = found.thanks.iter().map(|thanks| (thanks.moment, thanks.verbatim.as_deref())).collect();
    assert_eq!(
        thanks,
        [(4, Some("Léa m’a sauvé la journée.")), (4, None), (0, None), (0, Some("Karim, au comptoir."))]
    );
    assert_eq!((found.delights, found.n, found.lost), (3, 5, 1));
    // Those without words stand there once, with their number.
    let again: Vec<_> =
        [&entries[..], &vec![entry(UNTIL, &delighted(0), None); 7], &[entry(UNTIL, &delighted(4), None)]].concat();
    let counts = |found: WeeklyDigest| found.thanks.iter().map(|thanks| thanks.count).collect::<Vec<_>>();
    assert_eq!((counts(found.clone()), counts(weekly(&again))), (vec![1, 1, 1, 1], vec![1, 2, 8, 1]));
    // The fields are read in their order.
    let json = serde_json::to_string(&found).unwrap();
    let at = |name: &str| json.find(&format!("\"{name}\":")).unwrap();
    assert!(at("thanks") < at("action") && at("action") < at("n") && at("n") < at("alerts"), "{json}");
}

/// Lesson 0j: no person can be pointed at: what those who complain wrote goes to the owner, not to the team.
#[test]
fn lesson_0j_a_complaint_is_not_read_out() {
    let entries =
        [entry(UNTIL, &hurt(9, 3), Some("canary: Paul était odieux")), entry(UNTIL, &hurt(9, 2), Some("canary: Paul"))];
    let json = serde_json::to_string(&weekly(&entries)).unwrap();
    assert!(!json.contains("canary"), "{json}");
}

proptest! {
    /// Lesson 1l: a team that delights a customer reads so: at least one thanks as soon as there is a delight.
    #[test]
    fn lesson_1l_at_least_one_thanks_where_anybody_was_delighted(
        responses in prop::collection::vec((response(), 0u32..20, any::<bool>()), 0..40),
    ) {
        let entries: Vec<_> = responses
            .into_iter()
            .map(|(contribution, back, written)| Entry {
                day: UNTIL - back,
                channel: 0,
                contribution,
                verbatim: written.then(|| "merci".to_owned()),
            })
            .collect();
        let found = weekly(&entries);
        let class = |entry: &&Entry| entry.verdict().unwrap().class == Class::Delight && entry.day + 7 > UNTIL;
        prop_assert_eq!(found.delights, entries.iter().filter(class).count() as u64);
        prop_assert!(found.delights == 0 || !found.thanks.is_empty());
        prop_assert!(found.thanks.len() <= 5);
        // One action, with an effect that is exactly 100·D/n.
        if let Some(action) = &found.action {
            prop_assert!(action.incidents > 0);
            let n = found.nps.promoters + found.nps.passives + found.nps.detractors;
            let effect = action.nps_delta.map(|delta| delta * n as f64 / 100.0);
            prop_assert!(effect.is_none_or(|detractors| (detractors - detractors.round()).abs() < 1e-9));
        }
    }
}

/// Lesson 1f: one thing a week, and what it would be worth.
#[test]
fn lesson_1f_one_action_with_its_effect() {
    let mut entries = vec![entry(UNTIL, &hurt(7, 1), None), entry(UNTIL, &hurt(7, 0), None)];
    // One unforgivable incident outweighs two that are forgotten.
    entries.push(entry(UNTIL, &hurt(2, 3), None));
    entries.extend((0..5).map(|_| entry(UNTIL, &fine(), None)));
    let action = weekly(&entries).action.unwrap();
    assert_eq!((action.cause, action.owner, action.incidents), ("means", "direction", 1));
    assert_eq!(action.nps_delta, Some(100.0 / 8.0));
    assert_eq!(action.first_step, Cause::Means.remedy(Language::En).first_step);
    assert_eq!(weekly(&[entry(UNTIL, &fine(), None)]).action, None);
}

/// Lesson 0g: the results go to the whole team.
#[test]
fn lesson_0g_the_weekly_has_a_team() {
    assert_eq!(weekly(&[]).to, ["ana@olive.example", "bo@olive.example"]);
    let of = |addresses: &[&str]| Team::new(addresses.iter().map(|&address| address.to_owned()));
    assert_eq!(of(&[]), Err(TeamError::Empty));
    assert_eq!(of(&["a@b", "a@b"]).unwrap().addresses(), ["a@b"]);
    for wrong in ["", "ana", "@b", "a@", "a@b@c", "a b@c", "a@b\n", "a@b,c@d"] {
        assert_eq!(of(&["a@b", wrong]), Err(TeamError::Address(wrong.to_owned())));
    }
}

#[test]
fn only_the_seven_days_count_and_no_order_of_them_matters() {
    let mut entries = vec![
        entry(UNTIL + 1, &delighted(1), None),
        entry(UNTIL, &delighted(1), None),
        entry(UNTIL - 6, &hurt(1, 2), None),
        entry(UNTIL - 7, &hurt(1, 3), None),
    ];
    let found = weekly(&entries);
    assert_eq!((found.n, found.delights, found.waiting, found.lost), (2, 1, 1, 0));
    entries.reverse();
    assert_eq!(weekly(&entries), found);
    let asked = digest(&entries, Some(8), 5, Language::Fr);
    assert_eq!((asked.response_rate.unwrap().rate, asked.nps.points), (Some(0.25), None));
    assert_eq!((weekly(&[]).nps.points, weekly(&[]).n), (None, 0));
}

/// Lesson 1k: the trend rules are looked at every week.
#[test]
fn lesson_1k_what_left_its_course_is_told() {
    let rules = |entries: &[Entry]| -> Vec<_> {
        weekly(entries).alerts.into_iter().map(|alert| (alert.rule, alert.about)).collect()
    };
    // Twelve usual weeks: one incident in ten, ten answers a day, scores that vary a little.
    let usual = |days: std::ops::Range<u32>, every: u32| -> Vec<Entry> {
        days.flat_map(|back| {
            (0..10).map(move |index| {
                let incident = (index + back) % every == 0;
                let good = Answers { ease: Some(5 + (back % 3) as u8), ..fine() };
                entry(UNTIL - back, &if incident { hurt(7, 1) } else { good }, None)
            })
        })
        .collect()
    };
    assert_eq!(rules(&usual(0..91, 10)), [], "nothing happened");
    let mut worse = usual(7..91, 10);
    worse.extend(usual(0..7, 2));
    let found = rules(&worse);
    for wanted in [("A2", Some("high")), ("A3", Some("low")), ("A5", Some("channel 0")), ("A6", None)] {
        assert!(found.iter().any(|(rule, about)| (*rule, about.as_deref()) == wanted), "{wanted:?}: {found:?}");
    }
    assert!(found.iter().all(|(rule, _)| *rule != "A4"), "{found:?}");
}

/// Rule A6 says that incidents have doubled: its baseline must be long enough to know what doubled.
#[test]
fn a_short_baseline_never_doubles_and_a_long_one_does() {
    let doubled = |before: usize, incidents_before: usize, now: usize, incidents_now: usize| {
        let days = |n: usize, incidents: usize, day: u32| {
            (0..n).map(move |index| {
                // Spread over the days, and not in a row.
                let incident = (index + 1) * incidents / n > index * incidents / n;
                entry(day - (index % 7) as u32, &if incident { hurt(7, 1) } else { fine() }, None)
            })
        };
        let entries: Vec<Entry> =
            days(before, incidents_before, UNTIL - 14).chain(days(now, incidents_now, UNTIL)).collect();
        weekly(&entries).alerts.iter().any(|alert| alert.rule == "A6")
    };
    // One happy customer, then ten of whom five, or all, complain.
    assert!(!doubled(1, 0, 10, 5) && !doubled(1, 0, 10, 10) && !doubled(1, 1, 10, 10));
    assert!(!doubled(29, 0, 40, 40) && !doubled(29, 6, 40, 40) && !doubled(40, 0, 40, 40));
    // Of 400 one in ten; of 60 now one in two, or one in ten as before.
    assert!(doubled(400, 40, 60, 30) && !doubled(400, 40, 60, 6));
    assert!(doubled(60, 12, 60, 36) && !doubled(60, 12, 60, 12));
    // A large shop whose share lies between two charts, as it ever did: the chart of 10 % signals at 14.5 %.
    assert!(!doubled(4000, 580, 600, 87) && doubled(4000, 580, 600, 174));
}

/// Below five answers there are counts and no number (docs/metrics.md#rules-for-all-of-them): after nothing, after two
/// days that were alike, and after twelve usual weeks.
#[test]
fn one_to_four_answers_give_counts_and_no_number() {
    let few = |now: &[Answers]| -> Vec<Entry> { now.iter().map(|answers| entry(UNTIL, answers, None)).collect() };
    let alike = [entry(UNTIL - 30, &delighted(1), None), entry(UNTIL - 31, &delighted(1), None)];
    let usual: Vec<Entry> = (7..91)
        .flat_map(|back| {
            (0..10).map(move |index| entry(UNTIL - back, &[fine(), delighted(1)][(index + back) as usize % 2], None))
        })
        .collect();
    for n in 1..=4 {
        for now in [vec![hurt(7, 1); n], vec![hurt(3, 3); n], vec![delighted(1); n], vec![fine(); n]] {
            for before in [&[], &alike[..], &usual[..]] {
                let entries = [before, &few(&now)].concat();
                let found = digest(&entries, Some(4), 5, Language::En);
                assert_eq!((found.n, found.nps.points, found.nps.low), (n as u64, None, None));
                assert_eq!(found.action.as_ref().and_then(|action| action.nps_delta), None, "{now:?}");
                let rate = found.response_rate.unwrap();
                assert_eq!((rate.n, rate.rate, rate.low), (n as u64, None, None));
                // A recurrence is a count; what it is held against would be a number.
                for alert in &found.alerts {
                    assert_eq!((alert.rule, alert.found), ("A4", n as f64), "{:?}", found.alerts);
                    assert!(alert.baseline.is_none() || before.len() > 4, "{:?}", found.alerts);
                }
            }
        }
    }
    // Five carry one.
    let five = digest(&few(&[hurt(7, 1); 5]), Some(5), 5, Language::En);
    assert_eq!((five.nps.points, five.action.unwrap().nps_delta), (Some(-100.0), Some(100.0)));
    assert_eq!(five.response_rate.unwrap().rate, Some(1.0));
}

/// Lesson 3j: the same primary cause, unforgivable three times within thirty days.
#[test]
fn lesson_3j_a_recurrence_is_told() {
    let at = |days: [u32; 3]| weekly(&days.map(|back| entry(UNTIL - back, &hurt(3, 3), None))).alerts;
    let found = at([0, 12, 29]);
    let [alert] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((alert.rule, alert.about.as_deref(), alert.n), ("A4", Some("availability"), 3));
    assert_eq!(at([0, 12, 30]), []);
}

/// Lessons 3g and 3h: the owner reads the customer's own words, byte for byte, with no one in between.
#[test]
fn lesson_3g_the_owner_gets_the_words_byte_for_byte() {
    let words = "  « Il fait la queue »…\n\tet il s’en va!? \u{202f}🙃 e\u{301} ";
    let verdict = |forgive| Verdict::of(&hurt(3, forgive), Cause::Promise, 40, true).unwrap();
    let lost = Message::about("patron@olive.example", &verdict(3), Some(words), Language::Fr).unwrap();
    assert_eq!(lost.to, "patron@olive.example");
    assert_eq!(lost.verbatim.unwrap().as_bytes(), words.as_bytes());
    assert_eq!((lost.alert.rule, lost.cause, lost.reply), (Rule::Lost, Some(Cause::Availability), None));
    assert_eq!(lost.remedy, Some(Cause::Availability.remedy(Language::Fr)));
    for forgive in [0, 1] {
        assert_eq!(Message::about("a@b", &verdict(forgive), Some(words), Language::Fr), None);
    }
}

/// Lesson 3c: an apology and the offer of a call, in at most thirty words, for exactly those who wait for it.
#[test]
fn lesson_3c_an_apology_of_thirty_words_for_those_who_wait() {
    for (language, sorry, call) in [(Language::Fr, "désolés", "appeler"), (Language::En, "sorry", "call")] {
        let verdict = Verdict::of(&hurt(5, 2), Cause::Promise, 40, false).unwrap();
        let reply = Message::about("a@b", &verdict, None, language).unwrap().reply.unwrap();
        assert!(budget::words(&reply) <= 30 && reply.contains(sorry) && reply.contains(call), "{reply}");
        assert_eq!(reply, ReplyWording::of(language).apology);
    }
}
