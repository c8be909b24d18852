//! Limits of the stores, each with its reason.

use std::time::Duration;

/// Annotations of one day of a site.
pub const ANNOTATIONS_MAX: usize = 20;
/// Jobs that one transaction takes: above a few hundred the disk gains nothing more
/// (docs/design/collector.md#group-commit).
pub const BATCH_JOBS_MAX: usize = 1024;
/// How long jobs may wait for each other where many come at once: a commit of many costs little more than one of few.
pub const GROUP_WAIT: Duration = Duration::from_millis(1);
/// Jobs of the commit before that are many.
pub const GROUP_JOBS_MIN: usize = 16;
/// Inbox rows that one fold takes at most: more gain nothing.
pub const FOLD_ROWS_MAX: usize = 1024;
/// Inbox rows that one fold takes at least, however slow the disk is.
pub const FOLD_ROWS_MIN: usize = 32;
/// How long a fold shall take, by which its rows are chosen: an answer that comes meanwhile waits for it.
pub const FOLD_SLICE: Duration = Duration::from_millis(5);
/// The same while a crowd waits.
pub const FOLD_SLICE_CROWDED: Duration = Duration::from_millis(2);
/// Of its time the writer folds one part of so many while answers keep coming in: some thousand responses a second.
pub const FOLD_SHARE: u32 = 4;
/// The same while a crowd waits.
pub const FOLD_SHARE_CROWDED: u32 = 20;
/// Jobs of one commit that are a crowd.
pub const CROWD_JOBS_MIN: usize = 32;
/// The least time between two folds while answers keep coming in, so that a few of them are folded together.
pub const FOLD_PAUSE: Duration = Duration::from_millis(15);
/// How long a service that ends goes on folding: some hundred thousand responses. What is left is folded after the next
/// start, and nothing of it is lost.
pub const FOLD_END: Duration = Duration::from_secs(20);
/// How often the inbox is looked at where nothing is known to be in it.
pub const FOLD_EVERY: Duration = Duration::from_millis(500);
/// How long the writer waits for another job before it uses the time to fold.
pub const FOLD_IDLE: Duration = Duration::from_millis(10);
/// Pages of the write-ahead log that are copied into the database together. Fewer mean more syncs of the database, more
/// a disk that is longer busy with them.
pub const LOG_PAGES_MIN: u64 = 1000;
/// Pages that the writer may copy itself, between two commits: a millisecond.
pub const LOG_PAGES_LEFT: u64 = 256;
/// Pages above which it does so however many they are: the log is kept below what journal_size_limit leaves of it.
pub const LOG_PAGES_MAX: u64 = 16 * 1024;
/// How long the thread of checkpoints waits after it failed.
pub const LOG_PAUSE: Duration = Duration::from_millis(500);
/// Pages whose leftovers of deleted values are overwritten in one transaction: some milliseconds, so that no answer
/// waits long behind it.
pub const SWEEP_PAGES: usize = 256;
/// The least time between two looks for such leftovers, in lengths of the last look: a large database is not read all
/// the time because customers correct their words.
pub const SWEEP_REST: u32 = 20;
/// How long an erasure waits for readers that still need the write-ahead log, before it says that they do.
pub const SWEEP_WAIT: Duration = Duration::from_secs(5);
/// How often it is looked whether the readers have gone.
pub const SWEEP_AGAIN: Duration = Duration::from_millis(20);
/// How long an erasure waits for PostgreSQL to clear away what was deleted.
pub const VACUUM_WAIT: Duration = Duration::from_secs(30);
/// How often a service looks whether its database is still where it was, where no commit does so: with the half second
/// that the writer may rest, it is noticed within a second.
pub const LOOK_AT_FILES: Duration = Duration::from_millis(250);
/// How long a service whose database was taken away says so with 503, before it ends.
pub const GONE_END: Duration = Duration::from_secs(2);
/// Writers to PostgreSQL: while one waits for its commit, and for the standby's, the other takes what has come since.
pub const POSTGRES_WRITERS: usize = 2;
/// How long PostgreSQL may take over one statement or one commit before its outcome is called unknown.
///
/// Above a busy disk's stall, and short enough that a leader that is frozen is soon left for the one that took its
/// place.
pub const POSTGRES_WAIT: Duration = Duration::from_secs(5);
/// Bytes of a database that is looked through before it is served, which takes a tenth of a second; a larger one is
/// looked through while it is served.
pub const CHECK_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// How often a service that starts looks whether PostgreSQL has come.
pub const POSTGRES_PAUSE: Duration = Duration::from_secs(1);
/// Connections to the store that readers keep.
pub const READERS_MAX: usize = 4;
/// Kilobytes of pages that each of them remembers; the kernel remembers the rest.
pub const READER_CACHE_KB: i32 = 2048;
/// Inbox rows that are searched for an earlier frame of the hosted page's customer. The fold is seldom this far behind,
/// and they are read in some milliseconds.
pub const INBOX_SEARCH_MAX: usize = 16 * 1024;
/// Words that a search reads at once: some 200 kB.
pub const SEARCHED_AT_ONCE: usize = 2000;
/// Frames of one response that are kept aside, the first ones: a customer contradicts themselves once or twice, and a
/// stranger could make an export or the message of a webhook megabytes long.
pub const ASIDES_MAX: usize = 32;
/// Browsers of one account that are known: the ones that signed in last.
pub const DEVICES_MAX: u32 = 20;
/// Exact origins of a site: a merchant has some shops and their rehearsals; more are a site for any origin.
pub const ORIGINS_MAX: usize = 100;
/// Webhooks of a site: one response is so many messages at most.
pub const WEBHOOKS_MAX: usize = 10;
/// Tries that the delivery log of a webhook keeps: two messages that are tried for three days, and some that arrive.
pub const ATTEMPTS_MAX: u32 = 30;
