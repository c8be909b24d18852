//! Interpretation of HTTP responses: what one says about the frame that was sent, in one table.
//!
//! Proxies, captive portals, service workers, firewalls and sign-in pages answer in the collector's place, with any
//! status. None of them knows what became of the frame, so the table asks who speaks before it asks what is said:
//!
//! | what came back | of the frame |
//! |---|---|
//! | 204 from the network, not redirected, readable, with the collector's `Cache-Control: no-store` | stored |
//! | 4xx with JSON whose `code` refuses the contact next to it | stored |
//! | 4xx with JSON whose `code` refuses this very frame | refused for good |
//! | anything else, whatever its status | nothing: it is kept and sent again |
//!
//! Not here: sending (`browser::transport`), how long a frame is kept (`browser::outbox`).

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The collector has it on disk.
    Delivered,
    /// The collector will never take it.
    Refused,
    /// Nothing is known; it is to be sent again.
    Later,
}

/// A response, as far as it decides.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The HTTP status; 0 where the browser hides the response.
    pub status: u16,
    /// `Response.type`: `default` is a response that a service worker or the page has made up. None where the page's own
    /// `fetch` gives an object that has no type; a service worker cannot.
    pub kind: Option<&'a str>,
    /// Whether another address than the collector's answered.
    pub redirected: bool,
    /// Whether it has the collector's `Cache-Control: no-store`, which every page may read. What a service worker has made
    /// up, and the bare 204 of a firewall, a blocker or a catch-all, lacks it; some browsers give the former the type of
    /// one from the network.
    pub is_marked: bool,
    /// `code` of its JSON, if it has one.
    pub code: Option<&'a str>,
}

/// The codes by which the collector refuses a frame for what it holds, or the page for what it is. The same bytes from
/// the same page will not be taken tomorrow either.
///
/// Its other codes tell of the moment or the way (`E_RATE`, `E_BUSY`, `E_STORE`, `E_SLOW`, `E_BODY`, `E_LENGTH`,
/// `E_TYPE`, `E_HOST`, `E_PATH`, `E_METHOD`, `E_SITE`): those may be mended while the frame waits.
const FINAL: [&str; 12] = [
    "E_VERSION",
    "E_LEN",
    "E_RESERVED",
    "E_RANGE",
    "E_BRANCH",
    "E_MOMENT",
    "E_UTF8",
    "E_EXT",
    "E_SURVEY",
    "E_TAG",
    "E_SIZE",
    "E_ORIGIN",
];

/// What a response says of the frame.
pub fn judge(answer: Answer) -> Reply {
    let from_network = !answer.redirected && matches!(answer.kind, None | Some("basic" | "cors"));
    match answer.status {
        _ if !from_network => Reply::Later,
        204 if answer.is_marked => Reply::Delivered,
        400..=499 if answer.code == Some("E_CONTACT") => Reply::Delivered,
        400..=499 if answer.code.is_some_and(|code| FINAL.contains(&code)) => Reply::Refused,
        _ => Reply::Later,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trente_survey::Error;

    const fn answer(status: u16, code: Option<&str>) -> Answer<'_> {
        Answer { status, kind: Some("cors"), redirected: false, is_marked: true, code }
    }

    #[test]
    fn only_a_204_from_the_network_acknowledges() {
        for kind in [Some("cors"), Some("basic"), None] {
            assert_eq!(judge(Answer { kind, ..answer(204, None) }), Reply::Delivered, "{kind:?}");
        }
        for kind in ["default", "opaque", "opaqueredirect", "error", ""] {
            assert_eq!(judge(Answer { kind: Some(kind), ..answer(204, None) }), Reply::Later, "{kind}");
        }
        assert_eq!(judge(Answer { redirected: true, ..answer(204, None) }), Reply::Later);
        assert_eq!(judge(Answer { is_marked: false, ..answer(204, None) }), Reply::Later, "another's 204");
        for status in (0..204).chain(205..600) {
            assert_eq!(judge(answer(status, None)), Reply::Later, "a bare {status}");
        }
    }

    #[test]
    fn only_a_code_of_the_collector_refuses() {
        for (status, code) in [(400, "E_RANGE"), (403, "E_TAG"), (403, "E_ORIGIN"), (404, "E_SURVEY"), (413, "E_SIZE")]
        {
            assert_eq!(judge(answer(status, Some(code))), Reply::Refused, "{code}");
            assert_eq!(judge(Answer { redirected: true, ..answer(status, Some(code)) }), Reply::Later, "{code}");
            assert_eq!(judge(Answer { kind: Some("default"), ..answer(status, Some(code)) }), Reply::Later, "{code}");
        }
        // Codes that are not ours, and ours under a status that we never give them.
        for (status, code) in [
            (403, "rest_forbidden"),
            (401, "unauthorized"),
            (404, "not_found"),
            (400, ""),
            (400, "E_"),
            (400, "e_range"),
            (400, "E_RANGE "),
            (200, "E_RANGE"),
            (302, "E_RANGE"),
            (500, "E_RANGE"),
        ] {
            assert_eq!(judge(answer(status, Some(code))), Reply::Later, "{status} {code}");
        }
    }

    /// The frame is on disk, and the contact next to it will never be.
    #[test]
    fn a_refused_contact_is_a_stored_frame() {
        assert_eq!(judge(answer(400, Some("E_CONTACT"))), Reply::Delivered);
        assert_eq!(judge(Answer { redirected: true, ..answer(400, Some("E_CONTACT")) }), Reply::Later);
        assert_eq!(judge(answer(503, Some("E_KEY"))), Reply::Later, "a key may be put back");
    }

    /// The collector's codes that tell of the moment or of the way.
    #[test]
    fn what_may_be_mended_is_tried_again() {
        for (status, code) in [
            (429, "E_RATE"),
            (503, "E_BUSY"),
            (503, "E_STORE"),
            (408, "E_SLOW"),
            (400, "E_BODY"),
            (411, "E_LENGTH"),
            (415, "E_TYPE"),
            (421, "E_HOST"),
            (404, "E_PATH"),
            (404, "E_SITE"),
            // A site that is closed may be opened again.
            (410, "E_SITE"),
            (405, "E_METHOD"),
        ] {
            assert_eq!(judge(answer(status, Some(code))), Reply::Later, "{code}");
        }
    }

    /// Every error that a frame can have is in the table: a new one has to be decided here.
    #[test]
    fn every_error_of_a_frame_is_final() {
        let errors = [
            Error::Version { found: 2 },
            Error::Length { offset: 0 },
            Error::Reserved { offset: 0 },
            Error::Range { found: 1, max: 0 },
            Error::Branch,
            Error::Moment,
            Error::Utf8,
            Error::Extension { kind: 3 },
            Error::Survey,
            Error::Tag,
        ];
        for error in errors {
            assert!(FINAL.contains(&error.code()), "{}", error.code());
        }
    }
}
