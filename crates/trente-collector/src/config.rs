//! The configuration of the service: one set of names, from a file, the environment and the command line, each of which
//! outweighs the one before.
//!
//! `rate_site` in the file is `TRENTE_RATE_SITE` in the environment and `--rate-site` on the command line. In reading
//! order: [`Settings`] is what may be said, [`mod@file`] reads it from TOML, [`Config`] is what the service runs with.
//!
//! Not here: sites and surveys, which the store has; bounds that no operator needs to change ([`crate::limits`]).

pub mod file;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;
use trente_store::Address;

use crate::domain::contact::keys::ContactKeys;
use crate::domain::origin::HostName;
use crate::domain::throttle::client::Proxies;
use crate::domain::throttle::rate::{Rate, Rates};
use crate::domain::throttle::spike::SpikeRule;
use crate::limits::Limits;
use crate::mail::server::{Author, MailHost, MailServer, Password, ResultsUrl, Security};
use crate::telemetry::{LogFormat, LogLevel};
use crate::webhooks::address::Allowed;

/// Where the data is unless something says otherwise: in the working directory.
pub const DATABASE: &str = "./trente.db";

/// What may be configured. Whatever is not said has its default.
#[derive(Clone, Debug, Default, Args, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where the data is: the path of a SQLite database, or postgres://user@host/database. [default: ./trente.db]
    #[arg(long, env = "TRENTE_DB", hide_env_values = true)]
    pub db: Option<String>,
    /// Address of the public listener: the widget, surveys, responses, the hosted page. Port 0 takes any free one.
    /// [default: 127.0.0.1:8031]
    #[arg(long, env = "TRENTE_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Address of the results, of the administration API and of /metrics. Their user signs in or shows a token;
    /// /metrics is open to programs on this machine. From elsewhere it is reached through a proxy with TLS, under another host name than the public
    /// listener. [default: 127.0.0.1:8032]
    #[arg(long, env = "TRENTE_RESULTS")]
    pub results: Option<SocketAddr>,
    /// Names under which a proxy offers the results, as in results.shop.example, separated by commas. Without one the
    /// results on the loopback interface answer to addresses and to localhost alone.
    #[arg(long, env = "TRENTE_RESULTS_NAMES", value_delimiter = ',')]
    pub results_names: Option<Vec<HostName>>,
    /// Whether every account needs a second factor. With `required`, accounts without one set it up at the next sign-in,
    /// before anything else. [default: optional]
    #[arg(long, env = "TRENTE_SECOND_FACTOR")]
    pub second_factor: Option<SecondFactor>,
    /// Networks of the reverse proxies whose X-Forwarded-For is believed, as in 10.0.0.0/8, separated by commas.
    /// [default: 127.0.0.0/8,::1/128]
    #[arg(long, env = "TRENTE_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Option<Vec<IpNet>>,
    /// Networks that are not public and that webhooks may still be sent to, as in 10.1.0.0/16, separated by
    /// commas.
    #[arg(long, env = "TRENTE_WEBHOOKS_ALLOW", value_delimiter = ',')]
    pub webhooks_allow: Option<Vec<IpNet>>,
    /// Mail server that alerts and digests are handed to, as in smtp.shop.example:587; none are sent without one.
    #[arg(long, env = "TRENTE_MAIL_SERVER")]
    pub mail_server: Option<MailHost>,
    /// How the connection to it is secured. [default: starttls]
    #[arg(long, env = "TRENTE_MAIL_SECURITY")]
    pub mail_security: Option<Security>,
    /// Account on the mail server; its password is in TRENTE_MAIL_PASSWORD or in `mail_password_file`.
    #[arg(long, env = "TRENTE_MAIL_USER")]
    pub mail_user: Option<String>,
    /// File whose first line is the password of that account.
    #[arg(long, env = "TRENTE_MAIL_PASSWORD_FILE")]
    pub mail_password_file: Option<PathBuf>,
    /// Certificates in PEM that are trusted for the mail server besides those of this machine: an authority of your own.
    #[arg(long, env = "TRENTE_MAIL_CA_FILE")]
    pub mail_ca_file: Option<PathBuf>,
    /// From whom mails come, as in Trente <trente@shop.example>.
    #[arg(long, env = "TRENTE_MAIL_FROM")]
    pub mail_from: Option<Author>,
    /// Address of the results as people open them, to which mails link. [default: https:// and the first of results_names]
    #[arg(long, env = "TRENTE_RESULTS_URL")]
    pub results_url: Option<ResultsUrl>,
    /// File with the keys that seal contacts of customers, each 64 hexadecimal digits on a line of its own; the first one
    /// seals, the others open what they have sealed. Without it, or TRENTE_CONTACT_KEY, no customer is asked for a contact.
    #[arg(long, env = "TRENTE_CONTACT_KEY_FILE")]
    pub contact_key_file: Option<PathBuf>,
    /// Frames of one network of clients, as PER_SECOND:AT_ONCE, or off. [default: 20:600]
    #[arg(long, env = "TRENTE_RATE_NETWORK")]
    pub rate_network: Option<Rate>,
    /// Signed frames of one network. [default: 200:6000]
    #[arg(long, env = "TRENTE_RATE_NETWORK_SIGNED")]
    pub rate_network_signed: Option<Rate>,
    /// Frames of one site. [default: 500:20000]
    #[arg(long, env = "TRENTE_RATE_SITE")]
    pub rate_site: Option<Rate>,
    /// Signed frames of one site. [default: 5000:100000]
    #[arg(long, env = "TRENTE_RATE_SITE_SIGNED")]
    pub rate_site_signed: Option<Rate>,
    /// Frames of all together. [default: 20000:100000]
    #[arg(long, env = "TRENTE_RATE_ALL")]
    pub rate_all: Option<Rate>,
    /// Unsigned frames of one site on one day above which only networks that sent little are accepted, as
    /// TIMES_THE_USUAL:AT_LEAST, or off. [default: 10:1000]
    #[arg(long, env = "TRENTE_UNUSUAL_DAY")]
    pub unusual_day: Option<SpikeRule>,
    /// Open connections of one listener. [default: 12288]
    #[arg(long, env = "TRENTE_CONNECTIONS")]
    pub connections: Option<usize>,
    /// Open connections of one network of clients. [default: 1024]
    #[arg(long, env = "TRENTE_CONNECTIONS_NETWORK")]
    pub connections_network: Option<usize>,
    /// Requests that may wait for the store before others are told to come back. [default: 8192]
    #[arg(long, env = "TRENTE_QUEUE")]
    pub queue: Option<usize>,
    /// How log lines look. [default: text]
    #[arg(long, env = "TRENTE_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// The least severe lines that are logged. [default: info]
    #[arg(long, env = "TRENTE_LOG_LEVEL")]
    pub log_level: Option<LogLevel>,
}

/// Who needs a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Accounts that have set one up.
    Optional,
    /// Every account.
    Required,
}

/// What the service runs with.
pub struct Config {
    /// Where the data is.
    pub db: Address,
    /// Address of the public listener.
    pub listen: SocketAddr,
    /// Address of the inner listener.
    pub results: SocketAddr,
    /// Names of the inner listener besides addresses and localhost.
    pub results_names: Vec<HostName>,
    /// Bounds.
    pub limits: Limits,
    /// Whose word on the client is believed.
    pub proxies: Proxies,
    /// Where webhooks may be sent to besides public addresses.
    pub webhooks: Allowed,
    /// Where mails are handed to; none are sent without it.
    pub mail: Option<MailServer>,
    /// Seal contacts of customers; none are asked for without them.
    pub contact_keys: Option<ContactKeys>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// The least severe lines that are logged.
    pub log_level: LogLevel,
}

/// Why settings make no configuration.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The PostgreSQL address is wrong.
    #[error("`db`: {0}")]
    Database(String),
    /// Two listeners on one address.
    #[error("`listen` and `results` are the same address, {0}")]
    SameAddress(SocketAddr),
    /// A bound of 0 would serve no client.
    #[error("`{0}` is 0, so no client would be served")]
    Zero(&'static str),
    /// A setting of the mails that another one needs.
    #[error("`{0}` needs `{1}`")]
    Needs(&'static str, &'static str),
    /// A password would be sent without TLS.
    #[error("`mail_user` with `mail_security` \"none\" would send the password in the clear")]
    Clear,
    /// The password of the mail server cannot be had, or a certificate cannot be read.
    #[error("{0}")]
    File(String),
}

impl Settings {
    /// What holds where nothing is said.
    pub fn defaults() -> Self {
        let (limits, rates) = (Limits::default(), Rates::default());
        let local = |port| Some(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        Self {
            db: Some(DATABASE.to_owned()),
            listen: local(8031),
            results: local(8032),
            results_names: Some(Vec::new()),
            second_factor: Some(SecondFactor::Optional),
            trusted_proxies: Some(Proxies::default().into_nets()),
            webhooks_allow: Some(Vec::new()),
            mail_server: None,
            mail_security: Some(Security::Starttls),
            mail_user: None,
            mail_password_file: None,
            mail_ca_file: None,
            mail_from: None,
            results_url: None,
            contact_key_file: None,
            rate_network: Some(rates.prefix),
            rate_network_signed: Some(rates.prefix_signed),
            rate_site: Some(rates.site),
            rate_site_signed: Some(rates.site_signed),
            rate_all: Some(rates.global),
            unusual_day: Some(rates.spike),
            connections: Some(limits.connections),
            connections_network: Some(limits.connections_prefix),
            queue: Some(limits.queue),
            log_format: Some(LogFormat::Text),
            log_level: Some(LogLevel::Info),
        }
    }

    /// These settings, and where they say nothing those of `below`.
    pub fn over(&self, below: &Self) -> Self {
        let mut values = below.values();
        values.extend(self.values());
        // Both were settings, so their values are.
        serde_json::from_value(Value::Object(values)).unwrap_or_else(|_| below.clone())
    }

    /// What is said, by name.
    pub fn values(&self) -> Map<String, Value> {
        let Ok(Value::Object(values)) = serde_json::to_value(self) else { return Map::new() };
        values.into_iter().filter(|(_, value)| !value.is_null()).collect()
    }

    /// What the service runs with.
    ///
    /// # Errors
    /// [`ConfigError`], the first that applies.
    pub fn config(&self) -> Result<Config, ConfigError> {
        let (limits, rates) = (Limits::default(), Rates::default());
        let all = self.over(&Self::defaults());
        let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let (listen, results) = (all.listen.unwrap_or(local(8031)), all.results.unwrap_or(local(8032)));
        if listen == results && listen.port() != 0 {
            return Err(ConfigError::SameAddress(listen));
        }
        let at_least_one = |name, value: Option<usize>, default| match value.unwrap_or(default) {
            0 => Err(ConfigError::Zero(name)),
            value => Ok(value),
        };
        let limits = Limits {
            connections: at_least_one("connections", all.connections, limits.connections)?,
            connections_prefix: at_least_one(
                "connections_network",
                all.connections_network,
                limits.connections_prefix,
            )?,
            queue: at_least_one("queue", all.queue, limits.queue)?,
            rates: Rates {
                prefix: all.rate_network.unwrap_or(rates.prefix),
                prefix_signed: all.rate_network_signed.unwrap_or(rates.prefix_signed),
                site: all.rate_site.unwrap_or(rates.site),
                site_signed: all.rate_site_signed.unwrap_or(rates.site_signed),
                global: all.rate_all.unwrap_or(rates.global),
                spike: all.unusual_day.unwrap_or(rates.spike),
            },
            second_factor_required: all.second_factor == Some(SecondFactor::Required),
            ..limits
        };
        let mail = all.mail()?;
        let contact_keys = ContactKeys::find(all.contact_key_file.as_deref());
        let contact_keys = contact_keys.map_err(|error| ConfigError::File(error.to_string()))?;
        let db = all.db.unwrap_or_else(|| DATABASE.to_owned());
        let db = Address::parse(db.into()).map_err(|error| ConfigError::Database(error.to_string()))?;
        Ok(Config {
            db,
            listen,
            results,
            results_names: all.results_names.unwrap_or_default(),
            limits,
            proxies: all.trusted_proxies.map_or_else(Proxies::default, Proxies::new),
            webhooks: Allowed(all.webhooks_allow.unwrap_or_default()),
            mail,
            contact_keys,
            log_format: all.log_format.unwrap_or(LogFormat::Text),
            log_level: all.log_level.unwrap_or(LogLevel::Info),
        })
    }
}

impl Settings {
    /// The mail server of these settings, which have everything that holds.
    fn mail(&self) -> Result<Option<MailServer>, ConfigError> {
        let Some(host) = self.mail_server.clone() else {
            return match self.mail_user {
                Some(_) => Err(ConfigError::Needs("mail_user", "mail_server")),
                None => Ok(None),
            };
        };
        let author = self.mail_from.clone().ok_or(ConfigError::Needs("mail_server", "mail_from"))?;
        let named = self.results_names.iter().flatten().next();
        let named = named.and_then(|name| format!("https://{}", name.as_str()).parse().ok());
        let results = self.results_url.clone().or(named).ok_or(ConfigError::Needs("mail_server", "results_url"))?;
        let security = self.mail_security.unwrap_or_default();
        let sign_in = match &self.mail_user {
            Some(_) if security == Security::None => return Err(ConfigError::Clear),
            Some(user) => {
                let password = Password::find(self.mail_password_file.as_deref());
                Some((user.clone(), password.map_err(|error| ConfigError::File(error.to_string()))?))
            }
            None => None,
        };
        let read = |path: &PathBuf| {
            let wrong = |error| ConfigError::File(format!("`mail_ca_file`: cannot read {}: {error}", path.display()));
            fs::read(path).map_err(wrong)
        };
        let roots = self.mail_ca_file.as_ref().map(read).transpose()?;
        Ok(Some(MailServer { host, security, sign_in, roots, author, results }))
    }
}

/// A value as it may be shown: of the address of a database nothing that is secret, or may be.
pub fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    };
    // A path that is no address of a database is shown; whatever else is taken for one is refused, and may hold a
    // password.
    if text.is_empty() || Address::parse(text.clone().into()).is_ok_and(|address| matches!(address, Address::Sqlite(_)))
    {
        return text;
    }
    let Some((scheme, rest)) = text.split_once("://") else { return HIDDEN.to_owned() };
    // A password with `?` or `@` in it that is not encoded: where it ends cannot be told.
    if rest.contains(char::is_whitespace) || rest.find('?').is_some_and(|query| rest.rfind('@') > Some(query)) {
        return format!("{scheme}://{HIDDEN}");
    }
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let place = match place.rsplit_once('@') {
        Some((user, place)) => format!("{}:{HIDDEN}@{place}", user.split(':').next().unwrap_or_default()),
        None => place.to_owned(),
    };
    let pairs: Vec<String> =
        form_urlencoded::parse(query.as_bytes()).map(|(name, value)| parameter(&name, &value)).collect();
    let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
    format!("{scheme}://{place}{query}")
}

/// What is shown in the place of a secret.
const HIDDEN: &str = "(hidden)";

/// A parameter of an address, with its value only where that is known to be no secret.
fn parameter(name: &str, value: &str) -> String {
    const PUBLIC: [&str; 12] = [
        "host",
        "port",
        "user",
        "dbname",
        "sslmode",
        "sslrootcert",
        "application_name",
        "connect_timeout",
        "target_session_attrs",
        "keepalives",
        "keepalives_idle",
        "channel_binding",
    ];
    format!("{name}={}", if PUBLIC.contains(&name) { value } else { HIDDEN })
}
