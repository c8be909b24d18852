//! Commands of administration: each act is a [`Change`] or has a type of its own, and has its line of the audit log.
//!
//! There is one way to make an act: in a transaction that also writes the line of the audit log. So no act goes without
//! its line, and a line names nothing but what `told.rs` gives. A [`Change`] has no outcome but that it is done; an act
//! that tells its caller more has a type of its own, so that no caller meets the outcome of another act.

mod told;
mod typed;

use trente_stats::zone::Zone;
use trente_survey::definition::Preset;

use crate::StoreError;
use crate::key::ResponseKey;
use crate::limits::ORIGINS_MAX;
use crate::model::account::{Device, Rights, Stage};
use crate::model::mail::{MailChoice, Subscription};
use crate::model::recovery::RecoveryAct;
use crate::model::second_factor::{Proof, Shared};
use crate::model::secret::SecretHash;
use crate::model::site::{NewSite, Publication};
use crate::model::token::TokenRow;

pub(crate) use self::told::Audited;
pub use self::typed::{AddWebhook, Erase, EraseAgain, Publish};

/// An act of administration that is done or fails, and tells its caller nothing more.
pub enum Change {
    /// An account is added.
    AddAccount {
        /// The name.
        name: String,
        /// The hash of the password.
        hash: String,
        /// What they may do.
        rights: Rights,
    },
    /// The first account of all is added; it may do everything.
    AddFirstAccount {
        /// The name.
        name: String,
        /// The hash of the password.
        hash: String,
    },
    /// An account's rights change from now on.
    SetRights {
        /// The name.
        name: String,
        /// What they may do.
        rights: Rights,
    },
    /// An account is removed; its sessions end.
    RemoveAccount {
        /// The name.
        name: String,
    },
    /// Another password; every session but `keep` ends, and every other browser is forgotten.
    SetPassword {
        /// The name.
        name: String,
        /// The hash of the password.
        hash: String,
        /// The session in which it was changed.
        keep: Option<SecretHash>,
    },
    /// What an account is sent by mail, in the place of what it said before.
    ChooseMail(MailChoice),
    /// One of the two things that an account is sent ends.
    StopMail {
        /// Whose.
        account: String,
        /// Which.
        subscription: Subscription,
    },
    /// A session begins; the one before it, which the same browser had, ends.
    SignIn {
        /// The new session.
        session: SecretHash,
        /// Whose.
        account: String,
        /// The one before.
        before: Option<SecretHash>,
        /// The device cookie that the browser gets.
        device: Option<Device>,
        /// How far it has come.
        stage: Stage,
        /// What shows that they have the second factor; it is used up.
        proof: Option<Proof>,
    },
    /// An app is to be the second factor, once it shows a code.
    BeginSecondFactor {
        /// Whose.
        account: String,
        /// What the app and we share.
        shared: Shared,
    },
    /// The app has shown a code, and is the second factor from now on.
    ConfirmSecondFactor {
        /// Whose.
        account: String,
        /// The step of the code.
        step: u64,
        /// Recovery codes, by their hashes, in the place of any before.
        codes: Vec<SecretHash>,
        /// The session that goes on; the others end.
        keep: SecretHash,
    },
    /// Other recovery codes.
    RenewRecoveryCodes {
        /// Whose.
        account: String,
        /// By their hashes, in the place of any before.
        codes: Vec<SecretHash>,
    },
    /// No second factor any more; every session but `keep` ends.
    RemoveSecondFactor {
        /// Whose.
        account: String,
        /// The session in which it was removed.
        keep: Option<SecretHash>,
    },
    /// A session ends.
    SignOut {
        /// Whose.
        account: String,
        /// The session, by its hash.
        session: SecretHash,
        /// Whether its browser is forgotten too, as it is when another browser ends it.
        forget: bool,
    },
    /// Every session of an account ends, but one; every other browser is forgotten.
    SignOutOthers {
        /// Whose.
        account: String,
        /// The one that goes on.
        keep: SecretHash,
    },
    /// A token is handed out.
    AddToken(TokenRow),
    /// A token ends.
    RevokeToken {
        /// What its owner calls it.
        name: String,
    },
    /// A site with a key of its own and the default survey.
    AddSite {
        /// The site.
        site: NewSite,
        /// Signs its orders.
        key: [u8; 32],
        /// Its first survey.
        publication: Publication,
    },
    /// Other origins.
    SetOrigins {
        /// Public name.
        site: String,
        /// Exact origins, all of them.
        origins: Vec<String>,
        /// Whether the widget may stand anywhere.
        any_origin: bool,
    },
    /// Another key; the one before stays valid until it is retired.
    RotateKey {
        /// Public name.
        site: String,
        /// The new key.
        key: [u8; 32],
    },
    /// The key before the last rotation ends.
    RetireKey {
        /// Public name.
        site: String,
    },
    /// How long single responses are kept.
    SetRetention {
        /// Public name.
        site: String,
        /// Days; none keeps them.
        days: Option<u32>,
    },
    /// How long the recovery desk keeps what it has.
    SetDeskRetention {
        /// Public name.
        site: String,
        /// Days.
        days: u32,
    },
    /// How long contacts of customers are kept.
    SetContactRetention {
        /// Public name.
        site: String,
        /// Days.
        days: u32,
    },
    /// The shop does something about one customer to put right.
    Recover {
        /// Public name.
        site: String,
        /// The response.
        place: ResponseKey,
        /// What.
        act: RecoveryAct,
    },
    /// A line on the chart of the results.
    Annotate {
        /// Public name.
        site: String,
        /// Days since 1970.
        day: u32,
        /// One line.
        text: String,
    },
    /// One less.
    RemoveAnnotation {
        /// Public name.
        site: String,
        /// Days since 1970.
        day: u32,
        /// Its number among those of the day.
        id: i64,
    },
    /// How many orders were asked, in the place of what was said before.
    SetOrders {
        /// Public name.
        site: String,
        /// The first day, in days since 1970.
        first: u32,
        /// Of each day from the first on.
        each: Vec<u64>,
    },
    /// What was said of the orders of some days is forgotten.
    ForgetOrders {
        /// Public name.
        site: String,
        /// The first day, in days since 1970.
        first: u32,
        /// The last day.
        last: u32,
    },
    /// Another time zone, from now on.
    SetTimeZone {
        /// Public name.
        site: String,
        /// The zone.
        zone: Zone,
    },
    /// The site asks no customer and takes no answer from now on; what was answered stays. One that is closed already
    /// stays so since then.
    CloseSite {
        /// Public name.
        site: String,
    },
    /// A site that was closed asks again.
    ReopenSite {
        /// Public name.
        site: String,
    },
    /// The answers of the site are invented, and every page of it says so from now on.
    MarkDemonstration {
        /// Public name.
        site: String,
    },
    /// A webhook is removed.
    RemoveWebhook {
        /// Public name of the site.
        site: String,
        /// The number of the webhook.
        id: i64,
    },
    /// A webhook ends because its receiver answered 410 Gone; it stays in the list until it is removed.
    EndWebhook {
        /// Public name of the site.
        site: String,
        /// The number of the webhook.
        id: i64,
        /// Its host, for the audit log.
        host: String,
    },
    /// Every message that waits for a webhook is due now.
    SendAgain {
        /// Public name of the site.
        site: String,
        /// The number of the webhook.
        id: i64,
    },
    /// Orders were signed for a program: nothing changes, but it is written down.
    Sign {
        /// Public name of the site.
        site: String,
        /// How many.
        orders: usize,
    },
    /// What is kept of an order or a response was looked up: nothing changes, but it is written down.
    LookUp {
        /// Public name of the site.
        site: String,
    },
    /// Responses were read one by one: nothing changes, but it is written down.
    Export {
        /// Public name of the site.
        site: String,
    },
    /// Words of customers were read on the results pages: nothing changes, but it is written down.
    ReadWords {
        /// Public name of the site.
        site: String,
    },
    /// A mail with words of a customer goes out: nothing changes, but it is written down.
    MailWords {
        /// Public name of the site.
        site: String,
        /// To whom.
        account: String,
    },
    /// A caller was refused: nothing changes, but it is written down.
    Refused {
        /// What failed.
        act: &'static str,
        /// To whom, and how often.
        subject: String,
    },
}

impl Change {
    /// A new site, with a new key and the default survey for a moment.
    ///
    /// # Errors
    /// [`StoreError::Random`], [`StoreError::Unreadable`].
    pub fn new_site(site: NewSite, preset: Preset) -> Result<Self, StoreError> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        let publication = Publication::of(&preset.definition(&site.name))?;
        Ok(Self::AddSite { site, key, publication })
    }

    /// Whether it stays within the bounds of what is kept, as far as that can be told without the store.
    ///
    /// # Errors
    /// [`StoreError::TooMany`]
    pub const fn check(&self) -> Result<(), StoreError> {
        let origins = match self {
            Self::AddSite { site, .. } => site.origins.len(),
            Self::SetOrigins { origins, .. } => origins.len(),
            _ => 0,
        };
        if origins > ORIGINS_MAX { Err(StoreError::TooMany("origins", ORIGINS_MAX)) } else { Ok(()) }
    }

    /// Whether an account loses rights by it, so that no owner of every site may be left.
    pub const fn may_leave_no_owner(&self) -> bool {
        matches!(self, Self::SetRights { .. } | Self::RemoveAccount { .. })
    }

    /// Whether it changes what the services keep in memory.
    pub const fn concerns_catalog(&self) -> bool {
        matches!(
            self,
            Self::AddSite { .. }
                | Self::SetOrigins { .. }
                | Self::RotateKey { .. }
                | Self::RetireKey { .. }
                | Self::SetRetention { .. }
                | Self::CloseSite { .. }
                | Self::ReopenSite { .. }
        )
    }
}
