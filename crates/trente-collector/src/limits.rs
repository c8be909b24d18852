//! Limits of the service, each once, with its reason.

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
/// Bytes of a form of the results pages: 500 characters of four bytes, three bytes each when percent-encoded, and the
/// other fields.
pub const FORM_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a form of the hosted page.
///
/// A text that is too long must come back to its customer, filled in, and not be refused as unreadable: 128 KiB are 14,000
/// characters of Japanese, or 60,000 of English.
pub const HOSTED_FORM_BYTES_MAX: usize = 128 * 1024;
/// Headers of a request. Browsers send about twenty.
pub const HEADERS_MAX: usize = 64;
/// Bytes of a request's headers. Cookies of the same host may come along although we read none.
pub const HEADER_BYTES_MAX: usize = 16 * 1024;
/// How often the store is looked at for new sites and surveys: one row is read.
pub const CATALOG_REFRESH: Duration = Duration::from_secs(1);
/// How soon after a look a client that asks for what is missing may cause another.
pub const CATALOG_REFRESH_MIN: Duration = Duration::from_millis(100);
/// How often the newest responses are looked at, to see whether “thirty seconds” is still true.
pub const TIME_LABEL_REFRESH: Duration = Duration::from_secs(60);
/// What `Retry-After` asks for, in seconds: long enough for a full queue to empty.
pub const RETRY_AFTER_S: u32 = 5;
/// The most that `Retry-After` asks for when there are too many frames, in seconds: the widget holds them as long.
pub const RETRY_AFTER_MAX_S: u32 = 60;
/// Networks whose buckets are remembered, of each kind: 16 bytes each, and more of them than send within the half
/// minute that a full bucket takes to fill again.
pub const NETWORKS_MAX: usize = 64 * 1024;
/// Responses whose senders are remembered, for about a day: twice 2.6 MB, see [`crate::domain::senders`].
///
/// What is forgotten earlier is looked up in the store. A hash table is full at seven eighths, so one more would double
/// it.
pub const SENDERS_MAX: usize = 32 * 1024 / 8 * 7;
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
/// How far ahead of the clock something may have been made: another collector's clock may differ a little. What comes
/// from further ahead was made while a clock was wrong, and would outlive its time.
pub const CLOCK_AHEAD: Duration = Duration::from_secs(60);
/// Clock skew tolerance of signatures: how long before a month begins its signatures are taken.
///
/// The clock of a shop may be ahead, or its months those of a time zone, the furthest of which is 14 hours before UTC.
pub const SIGNATURE_SKEW: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a session may rest before it ends.
pub const SESSION_IDLE: Duration = Duration::from_secs(30 * 60);
/// How long a session may last in all.
pub const SESSION_MAX: Duration = Duration::from_secs(12 * 3600);
/// How long the sign-in of a screen in the shop lasts: an account of the role `desk`, whose session its owner may end.
pub const SESSION_LASTING: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long a person may take from the password to the second factor.
pub const STAGE_MAX: Duration = Duration::from_secs(10 * 60);
/// How exactly it is written down when a session or a token was last used: not a write for every request.
pub const LAST_USED_RESOLUTION: Duration = Duration::from_secs(60);
/// Bytes of a body of the administration API: a survey of every language and every question is 60 kB.
pub const API_BYTES_MAX: usize = 256 * 1024;
/// Responses of a page of the administration API that says nothing of it.
pub const PAGE_ROWS: u32 = 100;
/// Responses of its longest page, and of one piece of an export: a megabyte with the longest texts.
pub const PAGE_ROWS_MAX: u32 = 1000;
/// Orders that one request may have signed.
pub const SIGNATURES_MAX: usize = 1000;
/// Characters of a webhook's address: browsers and servers take some thousand.
pub const WEBHOOK_URL_MAX: usize = 2000;
/// Messages of one webhook that are under way at one time.
pub const WEBHOOK_AT_ONCE: usize = 4;
/// Webhooks that are told of something at one time.
pub const WEBHOOK_QUEUES_MAX: usize = 256;
/// Days that an API token may last at most: ten years.
pub const TOKEN_DAYS_MAX: u32 = 3650;
/// Days that single responses may be kept at most, where it is said at all: ten years.
pub const RETENTION_DAYS_MAX: u32 = 3650;
/// Days that the recovery desk may keep its customers at most: two years.
pub const DESK_DAYS_MAX: u32 = 730;
/// Days that contacts of customers may be kept at most: a year. They are for a reply, and that does not take longer.
pub const CONTACT_DAYS_MAX: u32 = 365;
/// Characters of the note on a customer to put right: a line on a phone held sideways, or three held upright.
pub const NOTE_CHARS_MAX: usize = 200;
/// Characters of an annotation on the chart: two lines below it on a phone.
pub const ANNOTATION_CHARS_MAX: usize = 120;
/// Days over which a number of orders is spread at most: ten years, as long as a period of the results.
pub const ORDER_DAYS_MAX: u32 = 3653;
/// Customers of whom the time to the first reply is told, the newest of them.
pub const REPLIES_MAX: usize = 10_000;
/// Pages of recovery desks that listen at one time; each looks into the store once in [`DESK_POLL`].
pub const DESK_LISTENERS_MAX: usize = 64;
/// How often a page of the desk is told of new customers.
pub const DESK_POLL: Duration = Duration::from_secs(3);
/// How often it hears that the connection lives, and its session is looked at: proxies end what is silent for a minute.
pub const DESK_HEARTBEAT: Duration = Duration::from_secs(25);
/// How often old sessions, tombstones and responses are looked for. Days are what retention counts in; an hour is how
/// late it may be.
pub const RETENTION_INTERVAL: Duration = Duration::from_secs(3600);
/// How long after the start they are first looked for.
pub const RETENTION_FIRST: Duration = Duration::from_secs(60);
/// Clock jump: how far the wall clock may move away from the time that has passed, between two rounds of retention.
///
/// Time servers correct seconds, changes of summer time change no clock that counts in UTC.
pub const CLOCK_JUMP_MAX: Duration = Duration::from_secs(3600);
/// How far the wall clock may be ahead of the newest time in the store when the service starts.
pub const CLOCK_GAP_MAX: Duration = Duration::from_secs(31 * 24 * 3600);
/// How long a clock that jumped, or is far ahead, must run on steadily before retention believes it.
pub const CLOCK_DOUBT: Duration = Duration::from_secs(24 * 3600);
/// Responses that retention deletes in one transaction: some ten milliseconds, so that no answer waits long behind it.
pub const RETIRE_ROWS: u32 = 500;
/// Earlier responses that are counted by language and class in one transaction.
///
/// Their ids are random, so a step writes the counts of most days; a larger one writes them less often, and an answer
/// waits longer behind it.
pub const MOVE_ROWS: usize = 20_000;
/// The pause after such a step, in which answers are written.
pub const MOVE_PAUSE: Duration = Duration::from_millis(500);
/// How often the store is told when pages asked for their survey: the light of a new site waits so long.
pub const SIGHTINGS_INTERVAL: Duration = Duration::from_secs(2);
/// How often days are looked for that an older collector has counted.
pub const MEND_INTERVAL: Duration = Duration::from_secs(600);
/// Days back that are looked at: an answer may be seven days late.
pub const MEND_DAYS: u32 = 10;

/// How long a connection may do nothing before its buffers are given back, once or twice: much longer than a client
/// waits between two requests of one page.
pub const REST_AFTER: Duration = Duration::from_millis(40);
/// Connections that the kernel holds until they are taken. With the usual 128 a few hundred customers at once would
/// wait a second for their packets to be sent again.
pub const BACKLOG: u32 = 4096;

/// The hour of the site's clocks at which digests, and the alerts of the day before, are sent.
pub const MAIL_HOUR: u8 = 8;
/// How long after their time digests are still sent where the service did not run.
pub const DIGEST_LATE: Duration = Duration::from_secs(3 * 24 * 3600);
/// How far back customers are looked for of whom accounts are to be told at once, where the service did not run.
pub const CUSTOMER_LATE: Duration = Duration::from_secs(3 * 24 * 3600);
/// Customers of one look of whom mails are made; the rest are for the next look.
pub const UNTOLD_MAX: usize = 500;
/// How long the queue remembers mails that it is done with, so that none is made twice: longer than an answer may come
/// late.
pub const NOTICE_DAYS: u64 = 100;
/// How long the mail server may take for a test mail, which a person waits for.
pub const TEST_MAIL_PATIENCE: Duration = Duration::from_secs(10);

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
    /// nevertheless, and coming back with it changes nothing.
    pub store_wait: Duration,
    /// How long requests may take after the signal to end: above `header_read` and `body_read` together.
    pub drain: Duration,
    /// Open connections: 1,000 busy and 10,000 idle ones, and some room.
    pub connections: usize,
    /// Open connections of one network, unless it is a trusted proxy's: an office has some hundred, and no client can
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
    /// How often it is looked for customers of whom accounts are to be told at once.
    pub mail_look: Duration,
    /// How long after a customer was found a mail tells of them: they may still be writing.
    pub mail_settle: Duration,
    /// How long a mail that failed waits for the second try; the waits after it are multiples.
    pub mail_retry: Duration,
    /// How long the mail server may take for one answer.
    pub mail_command: Duration,
    /// How long it may take for the answer that a mail is taken. **Source**: RFC 5321, 4.5.3.2.6: one who waits for less
    /// sends mails twice.
    pub mail_end: Duration,
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
            mail_look: Duration::from_secs(5),
            mail_settle: Duration::from_secs(30),
            mail_retry: Duration::from_secs(5),
            mail_command: Duration::from_secs(60),
            mail_end: Duration::from_secs(600),
            second_factor_required: false,
        }
    }
}
