//! Webhook sender: delivers one message to one receiver.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderName};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use thiserror::Error;
use trente_store::clock::now_ms;
use trente_store::model::webhook_secret::WebhookSecret;

use super::address;
use super::address::{AddressError, Allowed};

/// How long a receiver may take to answer. **Source**: Standard Webhooks recommends 15 to 30 s; ours says nothing that
/// takes longer to note down.
const TIMEOUT: Duration = Duration::from_secs(15);

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// Why a message is not delivered.
#[derive(Debug, Error)]
pub enum SendError {
    /// The address is not one that may be called.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The receiver answered something else than 2xx.
    #[error("the receiver answered {0}")]
    Status(StatusCode),
    /// The machine's root certificates cannot be read.
    #[error("no root certificates: {0}")]
    Roots(Arc<reqwest::Error>),
    /// There was no answer.
    #[error("the receiver did not answer")]
    Network(#[from] reqwest::Error),
}

impl SendError {
    /// Whether the receiver wants no more messages, ever: `410 Gone`.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Status(StatusCode::GONE))
    }

    /// What the delivery log says of it: the status that the receiver answered, else what kept it from answering.
    pub fn said(&self) -> String {
        match self {
            Self::Status(status) => status.as_str().to_owned(),
            other => other.kind().to_owned(),
        }
    }

    /// What went wrong, in a word for the log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Status(_) => "status",
            Self::Roots(_) => "roots",
            Self::Network(error) if error.is_timeout() => "timeout",
            Self::Network(_) => "network",
        }
    }
}

/// Sends messages.
#[derive(Clone, Debug)]
pub struct Sender {
    allowed: Allowed,
    /// Made for the first message: reading the machine's root certificates takes longer than the service's start.
    clients: Arc<OnceLock<Result<Clients, Arc<reqwest::Error>>>>,
}

#[derive(Debug)]
struct Clients {
    secure: Client,
    plain: Client,
}

/// Looks names up and keeps only addresses that may be called; the connection goes to one of these.
struct Lookup {
    allowed: Allowed,
    /// Without TLS: only to what the host of the service has named.
    plain: bool,
}

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let (allowed, plain) = (self.allowed.clone(), self.plain);
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // All of them, or none: a name that leads inside as well as outside is not to be trusted.
            found.iter().try_for_each(|found| allowed.check(found.ip(), plain)).map_err(io::Error::other)?;
            if found.is_empty() {
                return Err(io::Error::other(AddressError::Unknown).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

impl Clients {
    fn new(allowed: &Allowed) -> Result<Self, reqwest::Error> {
        // The first caller has installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = |plain: bool| {
            Client::builder()
                .dns_resolver(Lookup { allowed: allowed.clone(), plain })
                .https_only(!plain)
                // A redirection could lead inside, and a proxy of the environment would look names up itself.
                .redirect(Policy::none())
                .no_proxy()
                .referer(false)
                .timeout(TIMEOUT)
                .user_agent(concat!("trente/", env!("CARGO_PKG_VERSION")))
                .build()
        };
        Ok(Self { secure: client(false)?, plain: client(true)? })
    }
}

impl Sender {
    /// A sender to public addresses, and to those networks.
    pub fn new(allowed: Allowed) -> Self {
        Self { allowed, clients: Arc::default() }
    }

    /// Looks at an address as far as that is possible without its name's addresses.
    ///
    /// # Errors
    /// [`AddressError`]
    pub fn check(&self, text: &str) -> Result<Url, AddressError> {
        let url = address::parse(text)?;
        let literal = url.host_str().and_then(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().ok());
        let plain = url.scheme() == "http";
        // The form first: without TLS no public address is called, and no other where none was allowed.
        if plain && self.allowed.0.is_empty() {
            return Err(AddressError::Form);
        }
        literal.map_or(Ok(()), |address| self.allowed.check(address, plain))?;
        Ok(url)
    }

    /// Sends a message and waits for a 2xx.
    ///
    /// # Errors
    /// [`SendError`]
    pub async fn send(&self, url: &str, secret: &WebhookSecret, id: &str, body: Vec<u8>) -> Result<(), SendError> {
        let url = self.check(url)?;
        let clients = self.clients.get_or_init(|| Clients::new(&self.allowed).map_err(Arc::new));
        let clients = clients.as_ref().map_err(|error| SendError::Roots(Arc::clone(error)))?;
        let client = if url.scheme() == "https" { &clients.secure } else { &clients.plain };
        let at_s = now_ms() / 1000;
        let answer = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(ID, id)
            .header(TIMESTAMP, at_s.to_string())
            .header(SIGNATURE, secret.sign(id, at_s, &body))
            .body(body)
            .send()
            .await?;
        // What the receiver says beyond its status is not read.
        if answer.status().is_success() { Ok(()) } else { Err(SendError::Status(answer.status())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong is said of what is wrong: the scheme, of a public address without TLS.
    #[test]
    fn the_scheme_is_judged_before_the_address() {
        let allowed = || Allowed(vec!["10.1.0.0/16".parse().unwrap()]);
        for (list, url, said) in [
            (Allowed::default(), "http://93.184.216.34/x", Some("https://host/path")),
            (Allowed::default(), "http://10.1.2.3/x", Some("https://host/path")),
            (Allowed::default(), "https://10.1.2.3/x", Some("10.1.2.3 is not a public address")),
            (Allowed::default(), "https://93.184.216.34/x", None),
            (allowed(), "http://93.184.216.34/x", Some("https://host/path")),
            (allowed(), "http://10.2.2.3/x", Some("10.2.2.3 is not a public address")),
            (allowed(), "http://10.1.2.3/x", None),
        ] {
            let found = Sender::new(list).check(url).err().map(|error| error.to_string());
            let as_said = match (&found, said) {
                (Some(found), Some(said)) => found.contains(said),
                (found, said) => found.is_none() && said.is_none(),
            };
            assert!(as_said, "{url}: {found:?}");
        }
    }

    #[tokio::test]
    async fn no_way_leads_inside() {
        let sender = Sender::new(Allowed::default());
        let secret = WebhookSecret([7; 32]);
        for url in [
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://0x7f000001/",
            "https://2130706433/",
            "http://hooks.example/",
        ] {
            let refused = sender.send(url, &secret, "msg_1", Vec::new()).await;
            assert!(matches!(refused, Err(SendError::Address(_))), "{url}: {refused:?}");
        }
        // A name that leads inside is found out when it is looked up.
        let refused = sender.send("https://localhost:9/", &secret, "msg_1", Vec::new()).await.unwrap_err();
        let mut causes = Vec::new();
        let mut cause: Option<&dyn std::error::Error> = Some(&refused);
        while let Some(one) = cause {
            causes.push(one.to_string());
            cause = one.source();
        }
        assert!(causes.iter().any(|cause| cause.contains("is not a public address")), "{causes:?}");
    }
}
