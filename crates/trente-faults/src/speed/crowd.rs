//! Many connections: some send without a pause, most just often enough to be kept alive.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use super::paced::{ask, request};

/// Below the five seconds after which the service closes an idle connection.
const KEEP: Duration = Duration::from_secs(3);
const GREETING: &[u8] = b"OPTIONS /v1/responses HTTP/1.1\r\nHost: test\r\n\r\n";

/// Connections that are held until it is dispersed.
pub struct Crowd {
    runtime: Runtime,
    answers: Arc<AtomicU64>,
    broken: Arc<AtomicU64>,
}

impl Crowd {
    /// Opens every connection.
    pub fn gather(address: SocketAddr, survey: [u8; 4], busy: usize, idle: usize) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (answers, broken) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        runtime.block_on(async {
            for index in 0..busy + idle {
                let mut stream = TcpStream::connect(address).await.with_context(|| format!("connection {index}"))?;
                let (answers, broken) = (Arc::clone(&answers), Arc::clone(&broken));
                tokio::spawn(async move {
                    loop {
                        let answer = if index < busy {
                            ask(&mut stream, &request(survey)).await
                        } else {
                            ask(&mut stream, GREETING).await
                        };
                        if answer.ok() != Some(204) {
                            broken.fetch_add(1, Ordering::Relaxed);
                            return;
                        }
                        answers.fetch_add(1, Ordering::Relaxed);
                        if index >= busy {
                            tokio::time::sleep(KEEP).await;
                        }
                    }
                });
            }
            anyhow::Ok(())
        })?;
        Ok(Self { runtime, answers, broken })
    }

    /// Closes every connection; returns the answers they had, and connections that broke before.
    pub fn disperse(self) -> (u64, u64) {
        let seen = (self.answers.load(Ordering::Relaxed), self.broken.load(Ordering::Relaxed));
        self.runtime.shutdown_background();
        seen
    }
}
