//! Resumption of a dialogue that a reload of the page interrupted.

use super::{Screen, State};
use crate::resume::Unfinished;

impl State {
    /// Takes up what was answered before the page was left.
    pub fn resume(&mut self, unfinished: Unfinished) {
        if let Some(&core) = self.plan.core.get(unfinished.place) {
            self.said.answers = unfinished.answers;
            self.show(Screen::Core(core));
            if let Some(mark) = unfinished.marked {
                self.mark(mark);
            }
        }
    }

    /// What is to be taken up after a reload; none once the response is complete, because it is on its way by then.
    pub fn unfinished(&self, elapsed_ms: u32) -> Option<Unfinished> {
        let place = self.place().filter(|_| self.rev.is_none())?;
        Some(Unfinished { elapsed_ms, place, answers: self.said.answers, marked: self.marked })
    }
}
