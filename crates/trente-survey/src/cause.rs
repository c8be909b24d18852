//! Families of causes, the moments that point at them, their owners and first remedies. **Source**:
//! docs/default-survey.md#lenses, docs/score.md#diagnosis.
//!
//! A failure is a symptom: the customer names a moment, the diagnosis names a cause, the cause has an owner and
//! a smallest first remedy.

use crate::locale::Language;

/// A family of causes, in the order that breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Cause {
    /// f0: what was promised was not passed on.
    Promise = 0,
    /// f1: a mission without means.
    Means = 1,
    /// f2: no one on the staff had thirty seconds.
    Availability = 2,
    /// f3: an attention that was feigned.
    Sincerity = 3,
    /// f4: the staff did not know.
    Competence = 4,
    /// f5: a rule said no.
    Policy = 5,
    /// f6: it took too long.
    Speed = 6,
    /// f7: a lack of care.
    Detail = 7,
}

/// Who can remove a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Those who set promises, means, incentives and rules.
    Direction,
    /// The manager of the place.
    Manager,
    /// The team together with its manager.
    TeamAndManager,
}

/// The question to management and the smallest first remedy for one cause, in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// Who can act.
    pub owner: Owner,
    /// What to ask management.
    pub question: &'static str,
    /// What can be done within a day.
    pub first_step: &'static str,
}

impl Cause {
    /// All eight, by family number.
    pub const ALL: [Self; 8] = [
        Self::Promise,
        Self::Means,
        Self::Availability,
        Self::Sincerity,
        Self::Competence,
        Self::Policy,
        Self::Speed,
        Self::Detail,
    ];

    /// The cause of a family number; only the three low bits count, so every byte is valid.
    pub const fn from_family(family: u8) -> Self {
        match family & 7 {
            0 => Self::Promise,
            1 => Self::Means,
            2 => Self::Availability,
            3 => Self::Sincerity,
            4 => Self::Competence,
            5 => Self::Policy,
            6 => Self::Speed,
            _ => Self::Detail,
        }
    }

    /// The family number, 0..=7.
    pub const fn family(self) -> u8 {
        self as u8
    }

    /// The stable English name, as in exports and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Promise => "promise",
            Self::Means => "means",
            Self::Availability => "availability",
            Self::Sincerity => "sincerity",
            Self::Competence => "competence",
            Self::Policy => "policy",
            Self::Speed => "speed",
            Self::Detail => "detail",
        }
    }

    /// Who can remove it. Lesson 4h: never less than a manager.
    pub const fn owner(self) -> Owner {
        match self {
            Self::Promise | Self::Means | Self::Sincerity | Self::Policy => Owner::Direction,
            Self::Availability | Self::Competence | Self::Speed => Owner::Manager,
            Self::Detail => Owner::TeamAndManager,
        }
    }

    /// The question to management and the smallest first remedy. French for French, English for the rest.
    pub const fn remedy(self, language: Language) -> Remedy {
        let (question, first_step) = match language {
            Language::Fr => remedy_fr(self),
            _ => remedy_en(self),
        };
        Remedy { owner: self.owner(), question, first_step }
    }
}

const fn remedy_en(cause: Cause) -> (&'static str, &'static str) {
    match cause {
        Cause::Promise => (
            "Who, at this post and hour, knows what we promise?",
            "Read the promise aloud at the next briefing, or take the sign down.",
        ),
        Cause::Means => {
            ("What did the person lack to say yes?", "Give the change, the stock view, the refund right, today.")
        }
        Cause::Availability => ("Who had thirty seconds?", "Name who greets when everyone is busy."),
        Cause::Sincerity => {
            ("What do our incentives make people fake?", "Stop the score target today; recruit for liking people.")
        }
        Cause::Competence => ("What was not known?", "Write one answer card today, then train."),
        Cause::Policy => ("Which rule said no?", "Let the front line waive it under a cap."),
        Cause::Speed => ("Where did they wait?", "Say the true waiting time first."),
        Cause::Detail => ("What did they see that we no longer see?", "Reread one page or label a day."),
    }
}

const fn remedy_fr(cause: Cause) -> (&'static str, &'static str) {
    match cause {
        Cause::Promise => (
            "Qui, à ce poste et à cette heure, sait ce que nous promettons\u{202f}?",
            "Lire la promesse à voix haute au prochain point d’équipe, ou retirer l’affiche.",
        ),
        Cause::Means => (
            "Que manquait-il à la personne pour dire oui\u{202f}?",
            "Donner dès aujourd’hui la monnaie, la vue du stock, le droit de rembourser.",
        ),
        Cause::Availability => {
            ("Qui avait trente secondes\u{202f}?", "Nommer qui accueille quand tout le monde est occupé.")
        }
        Cause::Sincerity => (
            "Que nos primes poussent-elles à feindre\u{202f}?",
            "Suspendre dès aujourd’hui l’objectif de note\u{202f}; recruter qui aime les gens.",
        ),
        Cause::Competence => {
            ("Qu’est-ce qui n’était pas connu\u{202f}?", "Écrire une fiche de réponse aujourd’hui, puis former.")
        }
        Cause::Policy => ("Quelle règle a dit non\u{202f}?", "Laisser l’équipe y déroger sous un plafond."),
        Cause::Speed => ("Où a-t-on attendu\u{202f}?", "Annoncer d’abord le vrai délai."),
        Cause::Detail => {
            ("Que voit le client que nous ne voyons plus\u{202f}?", "Relire une page ou une étiquette par jour.")
        }
    }
}

/// Points that a moment of an incident gives to each family.
///
/// **Shape**: one row per moment 0..=10, eight families each. **Source**: docs/score.md#diagnosis.
pub(crate) const fn moment_points(moment: u8) -> [u8; 8] {
    match moment {
        1 => [4, 0, 0, 2, 0, 1, 0, 0],
        2 => [1, 4, 0, 0, 0, 2, 0, 0],
        3 => [0, 1, 4, 2, 0, 0, 0, 0],
        4 => [0, 0, 0, 4, 0, 2, 0, 0],
        5 => [0, 1, 0, 0, 4, 0, 0, 2],
        6 => [1, 2, 0, 0, 0, 4, 0, 0],
        7 => [0, 2, 0, 0, 0, 1, 4, 0],
        8 => [0, 0, 0, 1, 2, 0, 0, 4],
        9 => [2, 0, 0, 4, 1, 0, 0, 0],
        _ => [0; 8],
    }
}
