//! Rate-limited log of refused origins: the operator reads of each once, with the command that allows it.
//!
//! Rate-limited logging. The origin is the client's own word, and a client may say thousands: a site has so many lines
//! an hour and no more, and so many origins are remembered. Only an exact origin is written, whose characters are
//! letters, digits and a few signs, so no line can be forged.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::catalog::Site;
use super::origin::{Origin, RequestOrigin};

/// Lines of one site in [`WINDOW`].
const LINES_MAX: u32 = 10;
const WINDOW: Duration = Duration::from_secs(3600);
/// Origins of one site that are remembered: one that was told is not told again while it is.
const REMEMBERED_MAX: usize = 100;
/// The longest host name has 253 characters.
const ORIGIN_BYTES_MAX: usize = 280;

/// What was told, by the number of the site.
#[derive(Default)]
pub struct RefusedOrigins(Mutex<HashMap<i64, Told>>);

struct Told {
    since: Instant,
    lines: u32,
    /// None is a page without an origin.
    origins: VecDeque<Option<Origin>>,
}

impl RefusedOrigins {
    /// A page of `source` was refused `site`'s survey.
    pub fn refused(&self, site: &Site, source: &RequestOrigin) {
        let origin = match source {
            RequestOrigin::CrossOrigin(origin) => Some(origin),
            RequestOrigin::Opaque => None,
            RequestOrigin::Missing | RequestOrigin::SameOrigin | RequestOrigin::Malformed => return,
        };
        if origin.is_some_and(|origin| origin.as_str().len() > ORIGIN_BYTES_MAX) || !self.is_new(site.id, origin) {
            return;
        }
        let name = &site.name;
        let Some(origin) = origin else {
            tracing::warn!(
                "a page without an origin (a sandbox, a file, an application) was refused the survey of {name}; \
                 to allow every page: trente site origins {name} --any-origin"
            );
            return;
        };
        let all: String = site.origins().into_iter().chain([origin]).map(|each| format!(" --origin {each}")).collect();
        tracing::warn!(
            "a page of {origin} was refused the survey of {name}; to allow it: trente site origins {name}{all}"
        );
    }

    /// Whether this origin of this site is to be told now.
    fn is_new(&self, site: i64, origin: Option<&Origin>) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Told { since: Instant::now(), lines: 0, origins: VecDeque::new() };
        let told = told.entry(site).or_insert_with(fresh);
        if told.origins.iter().any(|known| known.as_ref() == origin) {
            return false;
        }
        if told.since.elapsed() >= WINDOW {
            (told.since, told.lines) = (Instant::now(), 0);
        }
        if told.lines >= LINES_MAX {
            return false;
        }
        told.lines += 1;
        if told.origins.len() >= REMEMBERED_MAX {
            told.origins.pop_front();
        }
        told.origins.push_back(origin.cloned());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_origin_is_told_once_and_not_more_than_so_many_an_hour() {
        let refused_origins = RefusedOrigins::default();
        let origin = |number: u32| Origin::parse(&format!("https://s{number}.example")).unwrap();
        assert!(refused_origins.is_new(1, Some(&origin(0))));
        assert!(!refused_origins.is_new(1, Some(&origin(0))), "again");
        assert!(refused_origins.is_new(2, Some(&origin(0))), "another site's");
        assert!(refused_origins.is_new(1, None));
        let told = (1..10_000).filter(|&number| refused_origins.is_new(1, Some(&origin(number)))).count();
        assert_eq!(told, LINES_MAX as usize - 2);
        // An hour later there may be more, and what was told then is not told again.
        for _ in 0..20 {
            let mut all = refused_origins.0.lock().unwrap();
            let told = all.get_mut(&1).unwrap();
            told.lines = 0;
            assert!(told.origins.len() <= REMEMBERED_MAX);
            drop(all);
            let told = (20_000..20_100).filter(|&number| refused_origins.is_new(1, Some(&origin(number)))).count();
            assert!(told <= LINES_MAX as usize);
        }
        assert_eq!(refused_origins.0.lock().unwrap().get(&1).unwrap().origins.len(), REMEMBERED_MAX);
        assert!(!refused_origins.is_new(1, Some(&origin(20_099))));
    }
}
