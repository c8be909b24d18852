//! SMTP dialogue that hands one mail to the mail server, step by step. **Source**: RFC 5321, RFC 3207, RFC 4954.
//!
//! A connection for each mail: there are few. The library's own `send` hides at which step a dialogue broke off, and
//! that decides what may be done next: before the end of the data the server has nothing, and after it the server may
//! have taken the mail although its answer never came.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use thiserror::Error as ThisError;
use tokio::time::timeout;

use super::message::Written;
use super::server::{MailServer, Security};

/// How long the goodbye may take, on which nothing depends.
const QUIT: Duration = Duration::from_secs(2);

/// How long the server may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For one answer.
    pub command: Duration,
    /// For the answer to the end of the data. The longer the better: a mail whose answer is not awaited is sent again.
    /// **Source**: RFC 5321, 4.5.3.2.6, which has ten minutes.
    pub end: Duration,
}

/// A step of the dialogue, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Connecting, the greeting, and EHLO.
    Connect,
    /// STARTTLS.
    Tls,
    /// AUTH.
    SignIn,
    /// MAIL.
    Sender,
    /// RCPT.
    Recipient,
    /// DATA, before anything of the mail.
    Data,
    /// The mail and its end.
    End,
}

impl Step {
    /// Its name in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::SignIn => "sign-in",
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Data => "data",
            Self::End => "end",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Why a mail was not handed over.
#[derive(Clone, Debug, PartialEq, Eq, ThisError)]
#[error("{step}: {said}")]
pub struct Failure {
    /// How far it came.
    pub step: Step,
    /// The server's code, where it answered.
    pub code: Option<u16>,
    /// The server's own answer, else what went wrong.
    pub said: String,
}

impl Failure {
    /// Whether the server refuses this mail for good; another one it may take.
    pub fn is_refusal(&self) -> bool {
        self.step >= Step::Recipient && self.code.is_some_and(|code| code >= 500)
    }

    /// Whether the server may have taken the mail: all of it was sent, and no answer came.
    pub fn is_unanswered(&self) -> bool {
        self.step == Step::End && self.code.is_none()
    }

    /// Whether no other mail would fare better now.
    pub fn is_of_server(&self) -> bool {
        self.step < Step::Recipient || self.code.is_none() || self.code == Some(421)
    }
}

/// Hands mails to one server.
#[derive(Clone)]
pub struct Mailer {
    /// The server.
    pub server: Arc<MailServer>,
    /// Made for the first mail: reading the machine's root certificates takes a while.
    tls: Arc<OnceLock<Result<TlsParameters, String>>>,
}

impl Mailer {
    /// Of a server.
    pub fn new(server: MailServer) -> Self {
        Self { server: Arc::new(server), tls: Arc::default() }
    }

    /// Hands a mail over; tells what the server has answered.
    ///
    /// # Errors
    /// [`Failure`]
    pub async fn send(&self, mail: &Written, patience: Patience) -> Result<String, Failure> {
        let mut connection = self.connect(patience).await?;
        let sent = hand_over(&mut connection, mail, patience).await;
        // The mail's fate is known; a server that does not answer the goodbye changes nothing.
        if sent.as_ref().err().is_none_or(|failure| failure.code.is_some()) {
            let _ = timeout(QUIT, connection.quit()).await;
        }
        sent
    }

    async fn connect(&self, patience: Patience) -> Result<AsyncSmtpConnection, Failure> {
        let MailServer { host, security, sign_in, .. } = &*self.server;
        let hello = ClientId::default();
        let wait = patience.command;
        let implicit = if *security == Security::Tls { Some(self.tls(Step::Connect)?) } else { None };
        let connecting =
            AsyncSmtpConnection::connect_tokio1((host.host.as_str(), host.port), Some(wait), &hello, implicit, None);
        let mut connection = step(Step::Connect, wait, connecting).await?;
        if *security == Security::Starttls {
            let tls = self.tls(Step::Tls)?;
            step(Step::Tls, wait, connection.starttls(tls, &hello)).await?;
        }
        if let Some((user, password)) = sign_in {
            let credentials = Credentials::new(user.clone(), password.0.to_string());
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            step(Step::SignIn, wait, connection.auth(&mechanisms, &credentials)).await?;
        }
        Ok(connection)
    }

    fn tls(&self, step: Step) -> Result<TlsParameters, Failure> {
        let made = self.tls.get_or_init(|| {
            let mut builder = TlsParameters::builder(self.server.host.host.clone());
            if let Some(pem) = &self.server.roots {
                builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(|error| error.to_string())?);
            }
            builder.build().map_err(|error| error.to_string())
        });
        made.clone().map_err(|said| Failure { step, code: None, said })
    }
}

async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    mail: &Written,
    patience: Patience,
) -> Result<String, Failure> {
    let wait = patience.command;
    step(Step::Sender, wait, connection.command(Mail::new(Some(mail.from.clone()), Vec::new()))).await?;
    step(Step::Recipient, wait, connection.command(Rcpt::new(mail.to.clone(), Vec::new()))).await?;
    step(Step::Data, wait, connection.command(Data)).await?;
    let answer = step(Step::End, patience.end, connection.message(&mail.bytes)).await?;
    Ok(told(&answer))
}

/// What the server has answered, on one line.
fn told(answer: &Response) -> String {
    let lines: Vec<&str> = answer.message().collect();
    format!("{} {}", answer.code(), lines.join(" ")).trim_end().to_owned()
}

/// One step, within its time.
async fn step<T>(step: Step, wait: Duration, work: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
    match timeout(wait, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            let code = error.status();
            let said = match (code, std::error::Error::source(&error)) {
                (Some(code), Some(words)) => format!("{code} {words}").replace(['\r', '\n'], " "),
                (Some(code), None) => code.to_string(),
                (None, _) => error.to_string(),
            };
            Err(Failure { step, code: code.map(u16::from), said: said.trim_end().to_owned() })
        }
        Err(_) => {
            let said = format!("the mail server did not answer within {} s", wait.as_secs_f32());
            Err(Failure { step, code: None, said })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_came_decides_what_is_done() {
        let failure = |step, code| Failure { step, code, said: String::new() };
        // A wrong password, a sender that is not allowed: nothing is lost because an operator has made a mistake.
        for step in [Step::Connect, Step::Tls, Step::SignIn, Step::Sender] {
            let failure = failure(step, Some(535));
            assert!(!failure.is_refusal() && !failure.is_unanswered() && failure.is_of_server(), "{step}");
        }
        for step in [Step::Recipient, Step::Data, Step::End] {
            assert!(failure(step, Some(550)).is_refusal() && !failure(step, Some(450)).is_refusal(), "{step}");
            assert!(!failure(step, Some(450)).is_of_server() && failure(step, Some(421)).is_of_server(), "{step}");
        }
        assert!(failure(Step::End, None).is_unanswered() && !failure(Step::Data, None).is_unanswered());
    }
}
