//! TCP proxy that injects network faults: delays, cuts, half-closed connections.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::numbers::Random;
use crate::setup::port;

/// What may happen to one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mischief {
    /// The answer never arrives: the connection is cut when it comes.
    LoseReply,
    /// Both ways are cut after so many bytes of the request.
    CutRequest(usize),
    /// So many bytes of the answer arrive.
    CutReply(usize),
    /// Bytes wait so long, both ways.
    Delay(Duration),
    /// The client's side says that it has said everything as soon as it has.
    HalfClose,
    /// None, until the proxy is hushed.
    Nothing,
}

/// Pieces after which a slow connection ends, so that its client meets another mischief.
const DELAYED_MAX: usize = 20;

/// How often a hushed connection looks whether it may speak.
const HUSHED_LOOK: Duration = Duration::from_millis(20);

/// A proxy; dropping it closes its door.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    /// How many connections had a mischief done to them.
    pub mischiefs: Arc<AtomicU64>,
    closed: Arc<AtomicBool>,
    hushed: Arc<AtomicBool>,
}

impl Proxy {
    /// Before `target`; `choose` decides about each connection.
    pub fn start(target: SocketAddr, choose: impl Fn(&mut Random) -> Mischief + Send + 'static) -> Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], port()?));
        let listener = TcpListener::bind(address)?;
        let (closed, mischiefs) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let hushed = Arc::new(AtomicBool::new(false));
        let (done, counted, silent) = (Arc::clone(&closed), Arc::clone(&mischiefs), Arc::clone(&hushed));
        thread::spawn(move || {
            let mut random = Random(7);
            for client in listener.incoming().map_while(Result::ok) {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                let mischief = choose(&mut random);
                counted.fetch_add(1, Ordering::Relaxed);
                // A service that is down is a connection that breaks.
                let Ok(server) = TcpStream::connect(target) else { continue };
                let silent = Arc::clone(&silent);
                thread::spawn(move || carry(&client, &server, mischief, &silent));
            }
        });
        Ok(Self { address, mischiefs, closed, hushed })
    }

    /// Lets nothing through, as a network does that is parted, until it is told otherwise: what was said meanwhile then
    /// arrives.
    pub fn hush(&self, hushed: bool) {
        self.hushed.store(hushed, Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        self.hush(false);
        // Wakes the listener, which then sees that it is closed.
        let _ = TcpStream::connect(self.address);
    }
}

fn carry(client: &TcpStream, server: &TcpStream, mischief: Mischief, hushed: &AtomicBool) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    thread::scope(|scope| {
        scope.spawn(|| requests(client, server, mischief, hushed));
        replies(server, client, mischief, hushed);
        // Whichever way ends first ends both, but for a half-closed one, whose answers come later.
        let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
    });
}

fn wait(mischief: Mischief, hushed: &AtomicBool) {
    if let Mischief::Delay(time) = mischief {
        thread::sleep(time);
    }
    while hushed.load(Ordering::Relaxed) {
        thread::sleep(HUSHED_LOOK);
    }
}

fn requests(mut client: &TcpStream, mut server: &TcpStream, mischief: Mischief, hushed: &AtomicBool) {
    let (mut piece, mut total, mut pieces) = ([0; 4096], 0usize, 0);
    while let Ok(length @ 1..) = client.read(&mut piece) {
        wait(mischief, hushed);
        let allowed = match mischief {
            Mischief::CutRequest(most) => most.saturating_sub(total).min(length),
            _ => length,
        };
        total += length;
        if server.write_all(piece.get(..allowed).unwrap_or_default()).is_err() {
            break;
        }
        if allowed < length {
            let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
            return;
        }
        pieces += 1;
        let ends = matches!(mischief, Mischief::Delay(_)) && pieces == DELAYED_MAX;
        if mischief == Mischief::HalfClose || ends {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Write);
}

fn replies(mut server: &TcpStream, mut client: &TcpStream, mischief: Mischief, hushed: &AtomicBool) {
    let (mut piece, mut total) = ([0; 4096], 0usize);
    while let Ok(length @ 1..) = server.read(&mut piece) {
        wait(mischief, hushed);
        let allowed = match mischief {
            Mischief::LoseReply => 0,
            Mischief::CutReply(most) => most.saturating_sub(total).min(length),
            _ => length,
        };
        total += length;
        if client.write_all(piece.get(..allowed).unwrap_or_default()).is_err() || allowed < length {
            return;
        }
    }
}
