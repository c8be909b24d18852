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
pub enum NetworkFault {
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
    /// None, until the proxy is paused.
    Nothing,
}

/// Pieces after which a slow connection ends, so that its client meets another fault.
const DELAYED_MAX: usize = 20;

/// How often a paused connection looks whether it may go on.
const PAUSED_POLL: Duration = Duration::from_millis(20);

/// A proxy; dropping it closes its door.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    /// Into how many connections a fault was injected.
    pub faults: Arc<AtomicU64>,
    closed: Arc<AtomicBool>,
    paused: Arc<AtomicBool>,
}

impl Proxy {
    /// Before `target`; `choose` decides about each connection.
    pub fn start(target: SocketAddr, choose: impl Fn(&mut Random) -> NetworkFault + Send + 'static) -> Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], port()?));
        let listener = TcpListener::bind(address)?;
        let (closed, faults) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let paused = Arc::new(AtomicBool::new(false));
        let (done, counted, silent) = (Arc::clone(&closed), Arc::clone(&faults), Arc::clone(&paused));
        thread::spawn(move || {
            let mut random = Random(7);
            for client in listener.incoming().map_while(Result::ok) {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                let fault = choose(&mut random);
                counted.fetch_add(1, Ordering::Relaxed);
                // A service that is down is a connection that breaks.
                let Ok(server) = TcpStream::connect(target) else { continue };
                let silent = Arc::clone(&silent);
                thread::spawn(move || carry(&client, &server, fault, &silent));
            }
        });
        Ok(Self { address, faults, closed, paused })
    }

    /// Lets nothing through, as a network does that is parted, until it is told otherwise: what was said meanwhile then
    /// arrives.
    pub fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        self.pause(false);
        // Wakes the listener, which then sees that it is closed.
        let _ = TcpStream::connect(self.address);
    }
}

fn carry(client: &TcpStream, server: &TcpStream, fault: NetworkFault, paused: &AtomicBool) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    thread::scope(|scope| {
        scope.spawn(|| requests(client, server, fault, paused));
        replies(server, client, fault, paused);
        // Whichever way ends first ends both, but for a half-closed one, whose answers come later.
        let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
    });
}

fn wait(fault: NetworkFault, paused: &AtomicBool) {
    if let NetworkFault::Delay(time) = fault {
        thread::sleep(time);
    }
    while paused.load(Ordering::Relaxed) {
        thread::sleep(PAUSED_POLL);
    }
}

fn requests(mut client: &TcpStream, mut server: &TcpStream, fault: NetworkFault, paused: &AtomicBool) {
    let (mut piece, mut total, mut pieces) = ([0; 4096], 0usize, 0);
    while let Ok(length @ 1..) = client.read(&mut piece) {
        wait(fault, paused);
        let allowed = match fault {
            NetworkFault::CutRequest(most) => most.saturating_sub(total).min(length),
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
        let ends = matches!(fault, NetworkFault::Delay(_)) && pieces == DELAYED_MAX;
        if fault == NetworkFault::HalfClose || ends {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Write);
}

fn replies(mut server: &TcpStream, mut client: &TcpStream, fault: NetworkFault, paused: &AtomicBool) {
    let (mut piece, mut total) = ([0; 4096], 0usize);
    while let Ok(length @ 1..) = server.read(&mut piece) {
        wait(fault, paused);
        let allowed = match fault {
            NetworkFault::LoseReply => 0,
            NetworkFault::CutReply(most) => most.saturating_sub(total).min(length),
            _ => length,
        };
        total += length;
        if client.write_all(piece.get(..allowed).unwrap_or_default()).is_err() || allowed < length {
            return;
        }
    }
}
