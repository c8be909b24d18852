//! Raw HTTP client: sends exactly the bytes that it is given, and waits for one response.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use crate::setup::ORIGIN;

/// How long an answer may take. Longer than the service may wait for its store, so that it always says what happened.
const PATIENCE: Duration = Duration::from_secs(15);

/// A connection that is kept while it works.
pub struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
}

impl Client {
    /// Not yet connected.
    pub const fn new(address: SocketAddr) -> Self {
        Self { address, stream: None }
    }

    /// Connected already, from an address of this machine's. It does not connect again.
    pub fn from(own: IpAddr, address: SocketAddr) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
        let stream = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4()?;
            socket.bind((own, 0).into())?;
            socket.connect(address).await?.into_std()
        })?;
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { address, stream: Some(stream) })
    }

    /// Posts frames and gives the status; an error when the connection broke, after which it is unknown what became of
    /// them.
    pub fn post(&mut self, body: &[u8]) -> io::Result<u16> {
        let head = format!(
            "POST /v1/responses HTTP/1.1\r\nHost: test\r\nOrigin: {ORIGIN}\r\nContent-Type: text/plain\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        self.ask(&[head.as_bytes(), body].concat()).map(|(status, _)| status)
    }

    /// Gets a path and gives the body.
    pub fn get(&mut self, path: &str) -> io::Result<(u16, String)> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        self.ask(head.as_bytes()).map(|(status, body)| (status, String::from_utf8_lossy(&body).into_owned()))
    }

    /// Sends bytes and reads one answer.
    pub fn ask(&mut self, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        let fresh = self.stream.is_none();
        let outcome = self.attempt(request);
        match outcome {
            // An idle connection may have been closed meanwhile: that is known before anything was sent in vain only
            // where nothing came back at all.
            Err(error) if !fresh && is_stale(&error) => {
                self.stream = None;
                let again = self.attempt(request);
                self.forget_if(again.is_err());
                again
            }
            other => {
                self.forget_if(other.is_err());
                other
            }
        }
    }

    fn forget_if(&mut self, broken: bool) {
        if broken {
            self.stream = None;
        }
    }

    fn attempt(&mut self, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream
            }
        };
        stream.write_all(request)?;
        let (status, body, keep) = read(&mut stream)?;
        if keep {
            self.stream = Some(stream);
        }
        Ok((status, body))
    }
}

fn is_stale(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
}

/// Status, body, and whether the connection stays.
fn read(stream: &mut impl Read) -> io::Result<(u16, Vec<u8>, bool)> {
    let (mut bytes, mut piece) = (Vec::new(), [0; 16 * 1024]);
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        more(stream, &mut bytes, &mut piece)?;
    };
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_ascii_lowercase();
    let wrong = || io::Error::other("no HTTP answer");
    let status = head.get(9..12).and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0usize);
    while bytes.len() < end + length {
        more(stream, &mut bytes, &mut piece)?;
    }
    Ok((status, bytes.split_off(end), !head.contains("connection: close")))
}

fn more(stream: &mut impl Read, bytes: &mut Vec<u8>, piece: &mut [u8]) -> io::Result<()> {
    match stream.read(piece) {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(length) => {
            bytes.extend_from_slice(piece.get(..length).unwrap_or_default());
            Ok(())
        }
        // A child that ends sends us a signal; the caller reads on.
        Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(()),
        Err(error) => Err(error),
    }
}
