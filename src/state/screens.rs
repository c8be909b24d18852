//! Sequence of a dialogue's screens, and what a screen shows of an earlier answer.

use trente_survey::Branch;
use trente_survey::extra::ExtraKind;
use trente_survey::limits::REV_MAX;

use super::{Aside, Screen, State};
use crate::plan::Core;

impl State {
    /// The screens of these answers, in their order.
    pub(super) fn screens(&self) -> Vec<Screen> {
        let (plan, branch) = (&self.plan, self.branch());
        let mut screens: Vec<Screen> = plan.core.iter().map(|&core| Screen::Core(core)).collect();
        if plan.asks_moment(branch) {
            screens.push(Screen::Moment);
            if branch == Branch::Incident {
                screens.push(Screen::Forgive);
            }
        }
        let asked = plan.extras(&self.said.answers, &self.said.extra);
        screens
            .extend(asked.into_iter().enumerate().filter(|(_, asked)| *asked).map(|(index, _)| Screen::Extra(index)));
        if plan.word {
            screens.push(Screen::Verbatim);
        }
        if self.asks_contact() {
            screens.push(Screen::Contact);
        }
        screens.push(Screen::End);
        screens
    }

    /// Whether this customer is asked where to reply: one who would forgive if they are put right.
    fn asks_contact(&self) -> bool {
        self.plan.contact && self.branch() == Branch::Incident && self.said.answers.forgive == 2
    }

    /// The screen after this one, whatever could be sent of it.
    pub(super) fn following(&self) -> Screen {
        self.neighbour(1)
    }

    fn neighbour(&self, by: isize) -> Screen {
        let screens = self.screens();
        let here = screens.iter().position(|&screen| screen == self.screen);
        let there = here.and_then(|here| screens.get(here.checked_add_signed(by)?));
        there.copied().unwrap_or(Screen::End)
    }

    pub(super) fn step(&mut self, by: isize) {
        // Never ask what could not be sent any more. A contact can be: it is no revision.
        let spent =
            by > 0 && self.rev == Some(REV_MAX) && self.place().is_none_or(|place| place + 1 == self.plan.core.len());
        self.show(match spent {
            false => self.neighbour(by),
            true if self.asks_contact() && self.screen != Screen::Contact => Screen::Contact,
            true => Screen::End,
        });
    }

    /// Keeps what stands on this screen for when the customer comes back to it; a contact that was not sent on is kept
    /// nowhere.
    pub(super) fn set_aside(&mut self) {
        if self.stands() && self.screen != Screen::Contact {
            let Self { screen, marked, ticked, .. } = *self;
            self.asides.push(Aside { screen, marked, ticked, draft: std::mem::take(&mut self.draft) });
        }
    }

    /// Shows a screen, with what stood there when Back was pressed, or else what was answered there before.
    pub(super) fn show(&mut self, screen: Screen) {
        self.screen = screen;
        let said = &self.said;
        let code = |code: u8| (code != 0).then_some(code);
        self.ticked = 0;
        self.draft = match self.screen {
            Screen::Verbatim => said.verbatim.clone().unwrap_or_default(),
            Screen::Extra(index) => said.extra_text.get(index).cloned().flatten().unwrap_or_default(),
            _ => String::new(),
        };
        self.marked = match self.screen {
            Screen::Core(question) => {
                let none = question == Core::Lens && self.lens_none && said.answers.lens.is_none();
                said.answers.rating(question).or(none.then_some(0))
            }
            Screen::Moment => code(said.answers.moment),
            Screen::Forgive => code(said.answers.forgive),
            Screen::Extra(index) => {
                let said = said.extra.get(index).copied().unwrap_or(0);
                match self.plan.kind(index) {
                    Some(kind @ ExtraKind::Choices(options)) => {
                        let ticks = (1..=options).filter(|&option| kind.holds(said, option));
                        self.ticked = ticks.fold(0, |ticked, option| ticked | 1 << (option - 1));
                        None
                    }
                    _ => code(said as u8),
                }
            }
            Screen::Verbatim | Screen::Contact | Screen::End => None,
        };
        if let Some(at) = self.asides.iter().position(|aside| aside.screen == screen) {
            let aside = self.asides.swap_remove(at);
            (self.marked, self.ticked, self.draft) = (aside.marked, aside.ticked, aside.draft);
        }
    }
}
