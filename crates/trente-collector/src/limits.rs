//! Every bound of the service, once, with its reason.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::domain::throttle::rate::Rates;

/// Bytes of a request body.
///
/// 64 frames of the longest kind (26 bytes and a tag, 8 bytes of answers, 2,000 bytes of text with their length, a
/// full extension) are 147 kB; the next power of two leaves room for layouts to come.
pub const BODY_BYTES_MAX: usize = 256 * 1024;
/// Bytes that are read and thrown away behind an oversize body, so that the client reads its 413 instead of a
/// reset connection. A client that sends more than this gets the reset.
pub const DRAIN_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of a form of the hosted page: 500 characters of four bytes, three bytes each when percent-encoded, and
/// the other fields.
pub const FORM_BYTES_MAX: usize = 16 * 1024;
/// Headers of a request. Browsers send about twenty.
pub const HEADERS_MAX: usize = 64;
/// Bytes of a request's headers. Cookies of the same host may come along although we read none.
pub const HEADER_BYTES_MAX: usize = 16 * 1024;
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
/// How long the thread that copies the log rests after it failed.
pub const LOG_PAUSE: Duration = Duration::from_millis(500);
/// Pages whose leftovers of deleted values are overwritten in one transaction: some milliseconds, so that no answer waits
/// long behind it.
pub const SWEEP_PAGES: usize = 256;
/// The least time between two looks for such leftovers, in lengths of the last look: a large database is not read all the
/// time because customers correct their words.
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
/// How often the store is looked at for new sites and surveys: one row is read.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How soon after a look a client that asks for what is missing may cause another.
pub const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Writers to PostgreSQL: while one waits for its commit, and for the standby's, the other takes what has come since.
pub const POSTGRES_WRITERS: usize = 2;
/// How long PostgreSQL may take over one statement or one commit before its outcome is called unknown.
///
/// Above a busy disk's stall, and short enough that a leader that is frozen is soon left for the one that took its
/// place.
pub const POSTGRES_WAIT: Duration = Duration::from_secs(5);
/// How often the newest responses are looked at, to see whether “thirty seconds” is still true.
pub const JUDGE_EVERY: Duration = Duration::from_secs(60);
/// Bytes of a database that is looked through before it is served, which takes a tenth of a second; a larger one is
/// looked through while it is served.
pub const CHECK_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// How often a service that starts looks whether PostgreSQL has come.
pub const POSTGRES_PAUSE: Duration = Duration::from_secs(1);
/// Connections to the store that readers keep.
pub const READERS_MAX: usize = 4;
/// Kilobytes of pages that each of them remembers; the kernel remembers the rest.
pub const READER_CACHE_KB: i32 = 2048;
/// What `Retry-After` asks for, in seconds: long enough for a full queue to empty.
pub const RETRY_AFTER_S: u32 = 5;
/// The most that `Retry-After` asks for when there are too many frames, in seconds: the widget holds them as long.
pub const RETRY_AFTER_MAX_S: u32 = 60;
/// Networks whose buckets are remembered, of each kind: 16 bytes each, and more of them than send within the half
/// minute that a full bucket takes to fill again.
pub const PREFIXES_MAX: usize = 64 * 1024;
/// Responses whose senders are remembered, for about a day: some megabytes, see [`crate::domain::senders`]. What is forgotten
/// earlier is looked up in the store.
pub const SENDERS_MAX: usize = 32 * 1024;
/// Inbox rows that are searched for an earlier frame of the hosted page's customer. The fold is seldom this far behind,
/// and they are read in some milliseconds.
pub const INBOX_SEARCH_MAX: usize = 16 * 1024;
/// Inbox rows that wait when readiness is denied: the fold has stopped or is far behind.
pub const INBOX_READY_MAX: u64 = 1_000_000;
/// Failures to sign in with one name from one part of the network, or from one browser that is known, in
/// [`LOGIN_WINDOW`].
pub const LOGIN_TRIES: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
/// The same for one name from anywhere, and for one part of the network with any name: a house behind one address may
/// come to work in the morning.
pub const LOGIN_TRIES_WIDE: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);
/// How long failures are remembered.
pub const LOGIN_WINDOW: Duration = Duration::from_secs(15 * 60);
/// Passwords that are hashed at one time: 19 MiB each.
pub const HASHES_AT_ONCE: usize = 2;
/// Passwords that wait for their turn: a third of a second of both threads. One more is told to come back.
pub const HASHES_WAITING: usize = 16;
/// After how many seconds a client that found no room to wait is told to come back.
pub const HASHES_RETRY_S: u32 = 2;
/// Threads that read SQLite or look up names at one time. Each has a connection to the store and a stack, so without
/// this bound a crowd of requests would cost as much memory as it has heads.
pub const BLOCKING_THREADS_MAX: usize = 32;
/// Names, networks, pairs of both and browsers whose failures are remembered at one time: half a megabyte each.
pub const LOGIN_KEYS_MAX: usize = 16 * 1024;
/// How long a browser is known by its device cookie after it has signed in.
pub const DEVICE_MAX: Duration = Duration::from_secs(180 * 24 * 3600);
/// Browsers of one account that are known: the ones that signed in last.
pub const DEVICES_MAX: u32 = 20;
/// How far ahead of the clock something may have been made: another collector's clock may differ a little. What comes
/// from further ahead was made while a clock was wrong, and would outlive its time.
pub const CLOCK_AHEAD: Duration = Duration::from_secs(60);
/// How long a session may rest before it ends.
pub const SESSION_IDLE: Duration = Duration::from_secs(30 * 60);
/// How long a session may last in all.
pub const SESSION_MAX: Duration = Duration::from_secs(12 * 3600);
/// How long a person may take from the password to the second factor.
pub const STAGE_MAX: Duration = Duration::from_secs(10 * 60);
/// How exactly it is written down when a session or a token was last used: not a write for every request.
pub const SEEN_EVERY: Duration = Duration::from_secs(60);
/// Bytes of a body of the administration API: a survey of every language and every question is 60 kB.
pub const API_BYTES_MAX: usize = 256 * 1024;
/// Responses of a page of the administration API that says nothing of it.
pub const PAGE_ROWS: u32 = 100;
/// Responses of its longest page, and of one piece of an export: a megabyte with the longest texts.
pub const PAGE_ROWS_MAX: u32 = 1000;
/// Orders that one request may have signed.
pub const SIGNATURES_MAX: usize = 1000;
/// Exact origins of a site: a merchant has some shops and their rehearsals; more are a site for any origin.
pub const ORIGINS_MAX: usize = 100;
/// Webhooks of a site: one response is so many messages at most.
pub const WEBHOOKS_MAX: usize = 10;
/// Characters of a webhook's address: browsers and servers take some thousand.
pub const WEBHOOK_URL_MAX: usize = 2000;
/// Messages of one webhook that are under way at one time.
pub const WEBHOOK_AT_ONCE: usize = 4;
/// Webhooks that are told of something at one time.
pub const WEBHOOK_QUEUES_MAX: usize = 256;
/// Days that single responses may be kept at most, where it is said at all: ten years.
pub const RETENTION_DAYS_MAX: u32 = 3650;
/// How often old sessions, tombstones and responses are looked for. Days are what retention counts in; an hour is how
/// late it may be.
pub const UPKEEP_EVERY: Duration = Duration::from_secs(3600);
/// How long after the start they are first looked for.
pub const UPKEEP_FIRST: Duration = Duration::from_secs(60);
/// Responses that retention deletes in one transaction: some ten milliseconds, so that no answer waits long behind it.
pub const RETIRE_ROWS: u32 = 500;

/// How long a connection may do nothing before its buffers are given back, once or twice: much longer than a client waits
/// between two requests of one page.
pub const REST_AFTER: Duration = Duration::from_millis(40);
/// Connections that the kernel holds until they are taken. With the usual 128 a few hundred customers at once would
/// wait a second for their packets to be sent again.
pub const BACKLOG: u32 = 4096;

/// Bounds that tests shorten.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte of a request to the end of its headers; also how long an idle connection is kept.
    /// Five seconds are a slow phone on a bad network.
    pub header_read: Duration,
    /// From the end of the headers to the end of the body, for the same phone.
    pub body_read: Duration,
    /// How long a client may leave its reply unread when the kernel's buffers are full. Every byte that it takes starts
    /// the time again, so a slow phone may load all of the widget.
    pub write: Duration,
    /// How long a client may take over a response in all, before it has to have taken [`Self::read_rate`] of it. Only
    /// time counts in which it does not take what it is offered.
    pub read_grace: Duration,
    /// Bytes a second that a client takes at least, on average: below the slowest network that a browser meets, and so
    /// much that the widget's largest file is through, or given up, within minutes.
    pub read_rate: u64,
    /// How long an answer may wait for its commit before the client is told to come back; the frame may be stored
    /// all the same, and coming back with it changes nothing.
    pub store_wait: Duration,
    /// How long requests may take after the signal to end: above `header_read` and `body_read` together.
    pub drain: Duration,
    /// Open connections: 1,000 busy and 10,000 idle ones, and some room.
    pub connections: usize,
    /// Open connections of one network, unless it is a trusted proxy's: an office has some hundred, and nobody can
    /// keep all of them to himself.
    pub connections_prefix: usize,
    /// Jobs that wait for the writer: a tenth of a second of its best rate.
    pub queue: usize,
    /// Frames a second.
    pub rates: Rates,
    /// How long after a response came a webhook is told of it: most customers have then answered what they want to, and
    /// there is one message and not four.
    pub webhook_settle: Duration,
    /// How long a webhook that failed waits for the second try; the waits after it are multiples.
    pub webhook_retry: Duration,
    /// Whether an account without a second factor must set one up before anything else.
    pub second_factor_required: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_read: Duration::from_secs(5),
            body_read: Duration::from_secs(5),
            write: Duration::from_secs(5),
            read_grace: Duration::from_secs(30),
            read_rate: 1024,
            store_wait: Duration::from_secs(10),
            drain: Duration::from_secs(12),
            connections: 12 * 1024,
            connections_prefix: 1024,
            queue: 8192,
            rates: Rates::default(),
            webhook_settle: Duration::from_secs(30),
            webhook_retry: Duration::from_secs(5),
            second_factor_required: false,
        }
    }
}
