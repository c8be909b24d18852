//! Progress output: what is being done, how long it has taken so far, and how long it took.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::Result;

/// How often a long step says that it goes on.
const BEAT: Duration = Duration::from_secs(20);

/// Runs one step, with a line before, a line after, and one every [`BEAT`] between.
pub fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("▸ {name}");
    let start = Instant::now();
    let value = {
        let _heartbeat = Heartbeat::of(name);
        work()?
    };
    println!("  {name}: {}", seconds(start.elapsed()));
    Ok(value)
}

/// Seconds with one decimal.
pub fn seconds(elapsed: Duration) -> String {
    format!("{:.1} s", elapsed.as_secs_f64())
}

/// A thread that says at intervals that a step goes on; dropping it ends it.
pub struct Heartbeat {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Heartbeat {
    /// Prints `… NAME, N s so far` every [`BEAT`].
    pub fn of(name: &str) -> Self {
        let name = name.to_owned();
        Self::start(BEAT, move |elapsed| println!("  … {name}, {:.0} s so far", elapsed.as_secs_f64()))
    }

    /// Calls `say` every `beat` with the time since now.
    fn start(beat: Duration, mut say: impl FnMut(Duration) + Send + 'static) -> Self {
        let (stop, stopped) = channel();
        let start = Instant::now();
        let thread = thread::spawn(move || {
            while stopped.recv_timeout(beat) == Err(RecvTimeoutError::Timeout) {
                say(start.elapsed());
            }
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        // The thread wakes at once when its sender is gone.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has printed why.
            let _panicked = thread.join();
        }
    }
}

/// How long something is expected to take, in minutes on two cores: at least and at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minutes(pub u32, pub u32);

impl Minutes {
    /// `3 to 6 minutes`, `less than a minute`.
    pub fn text(self) -> String {
        match self {
            Self(_, 0) => "a few seconds".to_owned(),
            Self(0, 1) => "less than a minute".to_owned(),
            Self(1, 1) => "about a minute".to_owned(),
            Self(0, most) => format!("up to {most} minutes"),
            Self(least, most) => format!("{least} to {most} minutes"),
        }
    }
}

impl std::iter::Sum for Minutes {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, each| Self(sum.0 + each.0, sum.1 + each.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_takes_long_says_so_until_it_ends() {
        let (said, heard) = channel();
        let heartbeat = Heartbeat::start(Duration::from_millis(1), move |elapsed| {
            let _gone = said.send(elapsed);
        });
        let (first, second) = (heard.recv().unwrap(), heard.recv().unwrap());
        assert!(first < second);
        drop(heartbeat);
        while heard.try_recv().is_ok() {}
        assert_eq!(heard.try_recv(), Err(std::sync::mpsc::TryRecvError::Disconnected));
    }

    #[test]
    fn a_step_that_is_short_says_nothing() {
        let (said, heard) = channel();
        drop(Heartbeat::start(Duration::from_secs(3600), move |elapsed| {
            let _gone = said.send(elapsed);
        }));
        assert!(heard.recv().is_err());
    }

    #[test]
    fn minutes_are_said_as_people_say_them() {
        let all = [Minutes(0, 1), Minutes(3, 6), Minutes(1, 2)];
        assert_eq!(all.map(Minutes::text), ["less than a minute", "3 to 6 minutes", "1 to 2 minutes"]);
        assert_eq!(all.into_iter().sum::<Minutes>(), Minutes(4, 9));
        assert_eq!(Minutes::default().text(), "a few seconds");
        assert_eq!(Minutes(0, 3).text(), "up to 3 minutes");
    }
}
