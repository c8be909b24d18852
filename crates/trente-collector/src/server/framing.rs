//! Request smuggling protection: a second parser of where each request ends (RFC 9112 6.3 and 11.2).
//!
//! hyper lets `Transfer-Encoding` win over `Content-Length`, as the standard allows, and takes the length out of the
//! headers: a handler cannot see that both were sent. A proxy before us may have believed the other one. So the bytes
//! of a connection are looked at here on their way to hyper, and a head that says its length more than once is refused.
//! Nothing is decided by this reading alone: where it and hyper disagree about the number of requests, the request is
//! refused and the connection closed.

/// What is read of one connection, byte by byte. It lasts as long as the connection.
#[derive(Debug, Default)]
pub struct Framing {
    state: State,
    /// Of the head that is being read.
    head: Head,
    /// Heads that were read to their end and are not yet asked about.
    pending: u32,
    /// The last of them says its length twice. Nothing is read behind it.
    ambiguous: bool,
}

/// What a head has said of its body so far.
#[derive(Debug, Default)]
struct Head {
    length: u64,
    chunked: bool,
    /// Lines that say a length or a transfer encoding.
    lines: u8,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// Before a request line; empty lines are skipped.
    #[default]
    Start,
    /// In a line whose content does not matter.
    Skip,
    /// At the beginning of a header line.
    Line,
    /// In the name of a header, behind so many bytes that fit.
    Name(Field, u8),
    /// In a length.
    Length,
    /// In a body, with so many bytes to come.
    Body(u64),
    /// In the size of a chunk.
    Size(u64),
    /// Behind that size, in extensions.
    Extension(u64),
    /// In a chunk and the line end behind it.
    Chunk(u64),
    /// At the beginning of a line behind the last chunk.
    Trailer,
    /// In such a line.
    TrailerSkip,
    /// What comes is not read: hyper refuses it, or we do.
    Done,
}

/// The headers that say where a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    ContentLength,
    TransferEncoding,
}

impl Field {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::ContentLength => b"content-length",
            Self::TransferEncoding => b"transfer-encoding",
        }
    }
}

impl Framing {
    /// Reads what the client has sent next.
    pub fn read(&mut self, mut bytes: &[u8]) {
        loop {
            let taken = match self.state {
                State::Done => return,
                State::Skip | State::TrailerSkip | State::Extension(_) => match line_end(bytes) {
                    Some(end) => {
                        self.line_ended();
                        end
                    }
                    None => return,
                },
                State::Body(left) => self.pass(bytes, left, State::Body, State::Start),
                State::Chunk(left) => self.pass(bytes, left, State::Chunk, State::Size(0)),
                _ => {
                    let Some(&byte) = bytes.first() else { return };
                    self.state = self.step(byte);
                    1
                }
            };
            let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) else { return };
            bytes = rest;
        }
    }

    /// Whether the next request that hyper has read has one length. To be asked once for each, in their order.
    pub const fn is_plain(&mut self) -> bool {
        if self.pending == 0 {
            return false;
        }
        self.pending -= 1;
        !(self.ambiguous && self.pending == 0)
    }

    fn pass(&mut self, bytes: &[u8], left: u64, still: fn(u64) -> State, then: State) -> usize {
        let taken = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
        let left = left.saturating_sub(taken as u64);
        self.state = if left == 0 { then } else { still(left) };
        taken
    }

    fn line_ended(&mut self) {
        self.state = match self.state {
            State::Extension(0) | State::TrailerSkip => State::Trailer,
            // The line end behind a chunk is no part of its size.
            State::Extension(size) => size.checked_add(2).map_or(State::Done, State::Chunk),
            _ => State::Line,
        };
    }

    fn step(&mut self, byte: u8) -> State {
        match (self.state, byte) {
            (State::Start, b'\r' | b'\n') => State::Start,
            (State::Start, _) => State::Skip,
            (State::Line, b'\r') => State::Line,
            (State::Line, b'\n') => self.head_ended(),
            (State::Line, b'c' | b'C') => State::Name(Field::ContentLength, 1),
            (State::Line, b't' | b'T') => State::Name(Field::TransferEncoding, 1),
            (State::Line, _) => State::Skip,
            (State::Name(field, at), byte) => self.name(field, at, byte),
            (State::Length, b'0'..=b'9') => {
                let digit = u64::from(byte - b'0');
                match self.head.length.checked_mul(10).and_then(|length| length.checked_add(digit)) {
                    Some(length) => self.head.length = length,
                    None => return State::Done,
                }
                State::Length
            }
            (State::Length, b' ' | b'\t' | b'\r') => State::Length,
            (State::Length, b'\n') => State::Line,
            (State::Size(size), _) => match (hex(byte), byte) {
                (Some(digit), _) => {
                    let size = size.checked_mul(16).and_then(|size| size.checked_add(u64::from(digit)));
                    size.map_or(State::Done, State::Size)
                }
                (None, b';' | b' ' | b'\t' | b'\r') => State::Extension(size),
                _ => State::Done,
            },
            (State::Trailer, b'\r') => State::Trailer,
            (State::Trailer, b'\n') => State::Start,
            (State::Trailer, _) => State::TrailerSkip,
            // A length that is no number.
            _ => State::Done,
        }
    }

    fn name(&mut self, field: Field, at: u8, byte: u8) -> State {
        let name = field.name();
        match name.get(usize::from(at)) {
            Some(expected) if byte.eq_ignore_ascii_case(expected) => State::Name(field, at + 1),
            None if byte == b':' => {
                self.head.lines = self.head.lines.saturating_add(1);
                match field {
                    Field::ContentLength => {
                        self.head.length = 0;
                        State::Length
                    }
                    Field::TransferEncoding => {
                        self.head.chunked = true;
                        State::Skip
                    }
                }
            }
            _ if byte == b'\n' => State::Line,
            _ => State::Skip,
        }
    }

    fn head_ended(&mut self) -> State {
        let head = std::mem::take(&mut self.head);
        self.pending = self.pending.saturating_add(1);
        match head {
            Head { lines: 2.., .. } => {
                self.ambiguous = true;
                State::Done
            }
            Head { chunked: true, .. } => State::Size(0),
            Head { length: 0, .. } => State::Start,
            Head { length, .. } => State::Body(length),
        }
    }
}

/// The place behind the next line feed.
fn line_end(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&byte| byte == b'\n').map(|at| at + 1)
}

const fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of each head, however the bytes are cut.
    fn plain(bytes: &[u8]) -> Vec<bool> {
        let said = |pieces: &mut dyn Iterator<Item = &[u8]>| {
            let mut framing = Framing::default();
            for piece in pieces {
                framing.read(piece);
            }
            (0..framing.pending).map(|_| framing.is_plain()).collect::<Vec<_>>()
        };
        let whole = said(&mut std::iter::once(bytes));
        for size in 1..8 {
            assert_eq!(said(&mut bytes.chunks(size)), whole, "in pieces of {size}");
        }
        whole
    }

    #[test]
    fn a_length_in_every_one_of_many_requests_is_plain() {
        let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let post =
            "POST / HTTP/1.1\r\nHost: a\r\ncontent-LENGTH: 40 \r\n\r\nTransfer-Encoding: chunked\r\nContent-Len:";
        let chunks = "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3;a=\"\r\nabc\r\n0a\r\n\r\n0\r\n\r\n0\r\n\r\n\
                      0 \r\nX: 1\r\nContent-Length: 5\r\n\r\n";
        assert_eq!(plain([get, post, get, chunks, "\r\n", post, chunks, get].concat().as_bytes()), [true; 7]);
    }

    #[test]
    fn two_lengths_are_not_and_nothing_is_read_behind_them() {
        let post = "POST / HTTP/1.1\r\n";
        for said in [
            "Transfer-Encoding: chunked\r\nContent-Length: 4",
            "Content-Length: 4\r\ntransfer-encoding: chunked",
            "Content-Length: 4\r\nX: y\r\nContent-Length: 4",
            "Transfer-Encoding: chunked\r\nTRANSFER-ENCODING: identity",
        ] {
            let text = format!("GET / HTTP/1.1\r\n\r\n{post}{said}\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n");
            assert_eq!(plain(text.as_bytes()), [true, false], "{said}");
        }
    }

    #[test]
    fn a_request_that_was_not_read_here_is_not_plain() {
        assert!(!Framing::default().is_plain());
        let mut framing = Framing::default();
        framing.read(b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\nGET / HTTP/1.1\r\n\r\n");
        assert!(!framing.is_plain());
    }
}
