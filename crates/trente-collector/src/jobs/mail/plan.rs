//! Planning of mails: queues customers as they come, and at eight o'clock of each site the alerts of the day before
//! and, on Mondays, the digest of the week.
//!
//! Planning again changes nothing: a mail's id is made of what it tells and to whom.

use std::collections::HashMap;
use std::time::Duration;

use trente_stats::zone::Zone;
use trente_store::model::access::Access;
use trente_store::model::mail::{Alerts, MailChoice, NewNotice, Notice, Untold};
use trente_store::model::recovery::Waiting;
use trente_store::model::scope::Scope;
use trente_store::model::site::SiteRow;
use trente_store::wanted::Wanted;
use trente_store::{Store, StoreError, encoding};

use crate::domain::digest;
use crate::limits::{CUSTOMER_LATE, DIGEST_LATE, MAIL_HOUR, UNTOLD_MAX};
use crate::views::letters::digest::EMPTY_WEEKS_MAX;

/// Days of a week.
const WEEK: u32 = 7;
/// Customers of one day that are counted at most.
const CUSTOMERS_MAX: usize = 10_000;

/// For which day each site was last planned, so that its counts are not read again all the time.
#[derive(Debug, Default)]
pub struct Planned(HashMap<i64, u32>);

/// Plans a mail for each customer to put right and each account that wants to be told at once; tells how many are new.
///
/// # Errors
/// Why the store fails.
pub async fn customers(store: &Store, now_ms: u64, settle: Duration) -> Result<u64, StoreError> {
    let since_ms = now_ms.saturating_sub(CUSTOMER_LATE.as_millis() as u64);
    let untold = store.untold(since_ms, UNTOLD_MAX).await?;
    let due_ms = now_ms + settle.as_millis() as u64;
    let notice = |found: Untold| {
        let place = [&found.place.survey[..], &found.place.rid[..]].concat();
        let id = format!("customer/{}/{}", encoding::hex(&place), found.account);
        NewNotice { id, account: found.account, site: found.site, notice: Notice::Customer(found.place), due_ms }
    };
    store.add_notices(untold.into_iter().map(notice).collect(), now_ms).await
}

/// Plans what is sent at an hour; tells how many mails are new.
///
/// # Errors
/// Why the store fails.
pub async fn scheduled(store: &Store, now_ms: u64, planned: &mut Planned) -> Result<u64, StoreError> {
    let mut readers = Vec::new();
    for choice in store.mail_choices().await? {
        if let Some(access) = access_of(store, &choice.account).await? {
            readers.push((choice, access));
        }
    }
    let mut added = 0;
    for site in store.sites().await? {
        let turn = turn(&site.zone(), now_ms);
        if planned.0.get(&site.id) == Some(&turn) {
            continue;
        }
        let told: Vec<&MailChoice> = readers
            .iter()
            .filter(|(_, access)| access.may(Scope::Read, &site.name))
            .map(|(choice, _)| choice)
            .collect();
        added += of_site(store, &site, turn, &told, now_ms).await?;
        planned.0.insert(site.id, turn);
    }
    Ok(added)
}

/// What an account may do now; none where there is none.
///
/// # Errors
/// Why the store fails.
pub async fn access_of(store: &Store, account: &str) -> Result<Option<Access>, StoreError> {
    let row = store.account(account.to_owned()).await?;
    Ok(row.map(|row| Access { scopes: row.rights.role.scopes(), sites: row.rights.sites }))
}

async fn of_site(
    store: &Store,
    site: &SiteRow,
    turn: u32,
    told: &[&MailChoice],
    now_ms: u64,
) -> Result<u64, StoreError> {
    let zone = site.zone();
    let mut notices = Vec::new();
    let at_ms = zone.at(turn, MAIL_HOUR);
    let alerted: Vec<_> =
        told.iter().filter(|choice| choice.alerts != Alerts::Off && choice.since_ms <= at_ms).collect();
    let day = turn.saturating_sub(1);
    if !alerted.is_empty() && happened(store, site, day).await? {
        notices.extend(alerted.iter().map(|choice| scheduled_notice("day", site, Notice::Day(day), choice, at_ms)));
    }
    let monday = Monday::before(&zone, turn);
    let reading: Vec<_> = told.iter().filter(|choice| choice.digest && choice.since_ms <= monday.at_ms).collect();
    if !reading.is_empty() && digest_goes(store, site, &monday, now_ms).await? {
        let Monday { until, at_ms } = monday;
        let digest = |choice: &&&MailChoice| scheduled_notice("digest", site, Notice::Digest(until), choice, at_ms);
        notices.extend(reading.iter().map(digest));
    }
    store.add_notices(notices, now_ms).await
}

fn scheduled_notice(kind: &str, site: &SiteRow, notice: Notice, choice: &MailChoice, due_ms: u64) -> NewNotice {
    let day = match notice {
        Notice::Digest(day) | Notice::Day(day) => day,
        Notice::Customer(_) => 0,
    };
    let id = format!("{kind}/{}/{day}/{}", site.name, choice.account);
    NewNotice { id, account: choice.account.clone(), site: site.id, notice, due_ms }
}

/// When the digest of a week goes.
pub struct Monday {
    /// The last day of the week, in days since 1970.
    pub until: u32,
    /// Eight o'clock of the Monday after it, in milliseconds since 1970.
    pub at_ms: u64,
}

impl Monday {
    /// The last one of a zone that is not after `turn`, in days since 1970.
    pub fn before(zone: &Zone, turn: u32) -> Self {
        let monday = turn - (turn + 3) % WEEK;
        Self { until: monday.saturating_sub(1), at_ms: zone.at(monday, MAIL_HOUR) }
    }
}

/// Whether the digest of a week is still to be sent: not too late, and not after too many weeks without an answer.
///
/// # Errors
/// Why the store fails.
pub async fn digest_goes(store: &Store, site: &SiteRow, monday: &Monday, now_ms: u64) -> Result<bool, StoreError> {
    let late = now_ms.saturating_sub(monday.at_ms) >= DIGEST_LATE.as_millis() as u64;
    Ok(!late && empty_weeks(store, site, monday.until).await? <= EMPTY_WEEKS_MAX)
}

/// The last day of a zone on which it has been eight o'clock.
pub fn turn(zone: &Zone, now_ms: u64) -> u32 {
    let today = zone.day(now_ms);
    if zone.at(today, MAIL_HOUR) <= now_ms { today } else { today.saturating_sub(1) }
}

/// Whether there is anything to tell of a day.
async fn happened(store: &Store, site: &SiteRow, day: u32) -> Result<bool, StoreError> {
    let (lost, waiting) = customers_of(store, site, day).await?;
    Ok(lost + waiting > 0 || !digest::news(store, site, day).await?.is_empty())
}

/// The customers of a site who came on a day of its own clocks and are lost, and who wait.
///
/// # Errors
/// Why the store fails.
pub async fn customers_of(store: &Store, site: &SiteRow, day: u32) -> Result<(u64, u64), StoreError> {
    let zone = site.zone();
    let (from_ms, until_ms) = (zone.at(day, 0), zone.at(day + 1, 0));
    let rows = store.recoveries(site.id, from_ms, Waiting::All, None, CUSTOMERS_MAX).await?;
    let of_day = rows.iter().filter(|row| row.received_ms < until_ms);
    Ok(of_day.fold((0, 0), |(lost, waiting), row| if row.lost { (lost + 1, waiting) } else { (lost, waiting + 1) }))
}

/// How many whole weeks without an answer end with a day; more than any that is told where there never was one.
async fn empty_weeks(store: &Store, site: &SiteRow, until: u32) -> Result<u32, StoreError> {
    let weeks = EMPTY_WEEKS_MAX + 1;
    let days = (until + 1).saturating_sub(weeks * WEEK)..=until;
    let cells = store.cells(site.id, Wanted::of_days(days)).await?;
    let answered = |verified| cells.weeks(until, weeks as usize, verified).into_iter().map(|week| week.n);
    let empty = answered(true).zip(answered(false)).rev().take_while(|(proven, others)| proven + others == 0);
    Ok(empty.count() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: u64 = 3_600_000;
    const DAY_MS: u64 = 24 * HOUR_MS;

    /// 2026-03-29 and 2026-10-25 are Sundays on which the clocks of Europe change, 20,541 and 20,751 days after 1970.
    #[test]
    fn eight_o_clock_is_that_of_the_site_over_both_changes_of_the_clocks() {
        let paris = Zone::named("Europe/Paris").unwrap();
        for (sunday, before, after) in [(20_541_u32, 7, 6), (20_751, 6, 7)] {
            for (day, hour) in [(sunday - 1, before), (sunday, after), (sunday + 1, after)] {
                let eight = u64::from(day) * DAY_MS + hour * HOUR_MS;
                assert_eq!((turn(&paris, eight - 1), turn(&paris, eight)), (day - 1, day), "day {day}");
            }
            let monday = sunday + 1;
            assert_eq!((monday + 3) % WEEK, 0, "a Monday");
        }
    }
}
