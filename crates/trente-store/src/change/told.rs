//! Audit log text of an act: what was done, and to what.

use super::{AddWebhook, Change, Erase, EraseAgain, Publish};
use crate::clock::format_day;
use crate::encoding;
use crate::model::account::Stage;
use crate::model::mail::Subscription;
use crate::model::recovery::RecoveryAct;
use crate::model::second_factor::Proof;

/// An act that has a line in the audit log.
pub trait Audited {
    /// What is done, for the audit log.
    fn act(&self) -> &'static str;

    /// To what it is done, for the audit log: never a secret, never what would name an erased response.
    fn subject(&self) -> String;
}

impl Audited for Publish {
    fn act(&self) -> &'static str {
        "survey published"
    }

    fn subject(&self) -> String {
        format!("{} {}", self.site, encoding::hex(&self.publication.id.0))
    }
}

impl Audited for AddWebhook {
    fn act(&self) -> &'static str {
        "webhook added"
    }

    fn subject(&self) -> String {
        format!("{} {} {}", self.site, self.host, self.events.names().join(" "))
    }
}

impl Audited for Erase {
    fn act(&self) -> &'static str {
        "responses erased"
    }

    fn subject(&self) -> String {
        self.reason.as_ref().map_or_else(|| self.site.clone(), |reason| format!("{}, {reason}", self.site))
    }
}

impl Audited for EraseAgain {
    fn act(&self) -> &'static str {
        "erasures repeated"
    }

    fn subject(&self) -> String {
        format!("{} responses", self.erasures.len())
    }
}

impl Audited for Change {
    fn act(&self) -> &'static str {
        match self {
            Self::AddAccount { .. } => "account added",
            Self::AddFirstAccount { .. } => "first account added",
            Self::SetRights { .. } => "rights changed",
            Self::RemoveAccount { .. } => "account removed",
            Self::SetPassword { .. } => "password changed",
            Self::ChooseMail(_) => "mails chosen",
            Self::StopMail { .. } => "mails ended",
            Self::SignIn { stage: Stage::Full, .. } => "signed in",
            Self::SignIn { stage: Stage::Code, .. } => "password right, code asked for",
            Self::SignIn { stage: Stage::Enrol, .. } => "password right, second factor asked for",
            Self::BeginSecondFactor { .. } => "second factor begun",
            Self::ConfirmSecondFactor { .. } => "second factor set up",
            Self::RenewRecoveryCodes { .. } => "recovery codes renewed",
            Self::RemoveSecondFactor { .. } => "second factor removed",
            Self::SignOut { .. } => "session ended",
            Self::SignOutOthers { .. } => "other sessions ended",
            Self::AddToken(_) => "token added",
            Self::RevokeToken { .. } => "token revoked",
            Self::AddSite { .. } => "site added",
            Self::SetOrigins { .. } => "origins changed",
            Self::RotateKey { .. } => "key rotated",
            Self::RetireKey { .. } => "former key retired",
            Self::SetRetention { .. } => "retention changed",
            Self::SetDeskRetention { .. } => "retention of the desk changed",
            Self::SetContactRetention { .. } => "retention of contacts changed",
            Self::Recover { act: RecoveryAct::Seen, .. } => "customer to put right seen",
            Self::Recover { act: RecoveryAct::Answered, .. } => "customer to put right answered",
            Self::Recover { act: RecoveryAct::Reopened, .. } => "customer to put right reopened",
            Self::Recover { act: RecoveryAct::Note(_), .. } => "note on a customer written",
            Self::Annotate { .. } => "annotation written",
            Self::RemoveAnnotation { .. } => "annotation removed",
            Self::SetOrders { .. } => "orders asked said",
            Self::ForgetOrders { .. } => "orders asked forgotten",
            Self::SetTimeZone { .. } => "time zone changed",
            Self::CloseSite { .. } => "site closed",
            Self::ReopenSite { .. } => "site reopened",
            Self::MarkDemonstration { .. } => "marked as a demonstration",
            Self::RemoveWebhook { .. } => "webhook removed",
            Self::EndWebhook { .. } => "webhook ended by its receiver",
            Self::SendAgain { .. } => "webhook sent again",
            Self::Export { .. } => "responses exported",
            Self::ReadWords { .. } => "words read",
            Self::MailWords { .. } => "words mailed",
            Self::LookUp { .. } => "responses looked up",
            Self::Sign { .. } => "orders signed",
            Self::Refused { act, .. } => act,
        }
    }

    fn subject(&self) -> String {
        match self {
            Self::AddAccount { name, rights, .. } | Self::SetRights { name, rights } => {
                format!("{name} {} {}", rights.role, rights.sites.text())
            }
            Self::AddFirstAccount { name, .. }
            | Self::RemoveAccount { name }
            | Self::SetPassword { name, .. }
            | Self::RevokeToken { name } => name.clone(),
            Self::Refused { subject, .. } => subject.clone(),
            Self::SignIn { account, session, proof: Some(Proof::Recovery(_)), .. } => {
                format!("{account} {} with a recovery code", session.name())
            }
            Self::SignIn { account, session, .. } | Self::SignOut { account, session, .. } => {
                format!("{account} {}", session.name())
            }
            Self::ChooseMail(choice) => {
                let digest = if choice.digest { "digest" } else { "no digest" };
                format!("{} alerts {}, {digest}", choice.account, choice.alerts.name())
            }
            Self::StopMail { account, subscription: Subscription::Digest } => format!("{account} digest"),
            Self::StopMail { account, subscription: Subscription::Alerts } => format!("{account} alerts"),
            Self::MailWords { site, account } => format!("{site} to {account}"),
            Self::SignOutOthers { account, .. }
            | Self::BeginSecondFactor { account, .. }
            | Self::ConfirmSecondFactor { account, .. }
            | Self::RenewRecoveryCodes { account, .. }
            | Self::RemoveSecondFactor { account, .. } => account.clone(),
            Self::AddToken(token) => {
                format!("{} {} {}", token.name, token.scopes, token.site.as_deref().unwrap_or("every site"))
            }
            Self::AddSite { site, .. } => site.name.clone(),
            Self::SetOrigins { site, origins, any_origin } => {
                format!("{site} {}{}", origins.join(" "), if *any_origin { " and any other" } else { "" })
            }
            Self::SetRetention { site, days } => {
                days.map_or_else(|| format!("{site} for ever"), |days| format!("{site} {days} days"))
            }
            Self::SetDeskRetention { site, days } | Self::SetContactRetention { site, days } => {
                format!("{site} {days} days")
            }
            Self::Annotate { site, day, .. } | Self::RemoveAnnotation { site, day, .. } => {
                format!("{site} {}", format_day(*day))
            }
            Self::SetOrders { site, first, each } => {
                format!("{site} {} from {} on, {} days", each.iter().sum::<u64>(), format_day(*first), each.len())
            }
            Self::ForgetOrders { site, first, last } => {
                format!("{site} {} to {}", format_day(*first), format_day(*last))
            }
            Self::SetTimeZone { site, zone } => format!("{site} {zone}"),
            Self::RotateKey { site, .. }
            | Self::RetireKey { site }
            | Self::CloseSite { site }
            | Self::ReopenSite { site }
            | Self::MarkDemonstration { site }
            | Self::Export { site }
            | Self::ReadWords { site }
            | Self::LookUp { site }
            | Self::Recover { site, .. } => site.clone(),
            Self::Sign { site, orders } => format!("{site} {orders}"),
            Self::EndWebhook { site, id, host } => format!("{site} {id} {host}"),
            Self::RemoveWebhook { site, id } | Self::SendAgain { site, id } => format!("{site} {id}"),
        }
    }
}
