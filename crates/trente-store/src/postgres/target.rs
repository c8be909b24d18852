//! Parser of a PostgreSQL address: hosts, database, user, and whether the connection is encrypted.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

/// How long one host may take to answer at all before the next is tried.
const CONNECT: Duration = Duration::from_secs(3);
/// How long sent bytes may go without an acknowledgement, and how soon a silent connection is asked whether it lives.
const SILENCE: Duration = Duration::from_secs(10);

/// Why an address is none.
#[derive(Debug, Error)]
pub enum TargetError {
    /// It cannot be read. The reason never holds the password.
    #[error("the PostgreSQL address cannot be read: write postgres://user:password@host:port/database ({0})")]
    Address(#[source] tokio_postgres::Error),
    /// It is a connection string of libpq.
    #[error(
        "this is a connection string of keywords, not a path: write the path of a file, or \
         postgres://user:password@host:port/database"
    )]
    Keywords,
    /// It has the scheme of another program.
    #[error(
        "`{0}://` is not the address of a store: write the path of a file, or postgres://user:password@host:port/database"
    )]
    Scheme(String),
    /// It is empty.
    #[error("it is empty: write the path of a file, or postgres://user:password@host:port/database")]
    Empty,
    /// `sslmode` has another value.
    #[error(
        "sslmode is `disable`, `require` or `verify-full`, not `{0}`: what only prefers to encrypt protects no data"
    )]
    SslMode(String),
    /// The file of certificates cannot be read.
    #[error("no certificate can be read from `{0}`: {1}")]
    Certificates(String, String),
    /// The machine has no certificates of authorities.
    #[error("this machine has no certificate of any authority; name the server's with sslrootcert=FILE")]
    NoRoots,
    /// TLS cannot be set up.
    #[error("tls: {0}")]
    Tls(#[from] rustls::Error),
}

/// A PostgreSQL address.
#[derive(Clone)]
pub struct Target {
    /// As the client takes it.
    pub(super) config: Config,
    /// How to encrypt, unless it is switched off.
    pub(super) tls: Option<Arc<ClientConfig>>,
    shown: String,
}

impl Target {
    /// Reads `postgres://user:password@host:port,host:port/database?option=value`.
    ///
    /// Whichever host takes writes is used. The connection is encrypted and the server's certificate checked against
    /// its name, unless `sslmode=disable` says otherwise or every host is this machine itself.
    ///
    /// # Errors
    /// [`TargetError`]
    pub fn parse(url: &str) -> Result<Self, TargetError> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut sslmode, mut roots) = (None, None);
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "sslmode" => sslmode = Some(value.into_owned()),
                "sslrootcert" => roots = Some(PathBuf::from(value.as_ref())),
                _ => {
                    rest.append_pair(&name, &value);
                }
            }
        }
        // The client reads %20, and takes a plus for itself.
        let rest = rest.finish().replace('+', "%20");
        let plain = if rest.is_empty() { place.to_owned() } else { format!("{place}?{rest}") };
        let mut config = Config::from_str(&plain).map_err(TargetError::Address)?;
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        config.keepalives_idle(SILENCE).keepalives_interval(SILENCE / 2).keepalives_retries(3);
        let encrypted = match sslmode.as_deref() {
            None => !config.get_hosts().iter().all(is_here),
            Some("disable") => false,
            Some("require" | "verify-full") => true,
            Some(other) => return Err(TargetError::SslMode(other.to_owned())),
        };
        config.ssl_mode(if encrypted { SslMode::Require } else { SslMode::Disable });
        let tls = encrypted.then(|| client(roots)).transpose()?;
        Ok(Self { shown: shown(&config), config, tls })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

/// Whether a host is this machine, to which there is no listener on the way.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
    }
}

/// The address without user and password.
fn shown(config: &Config) -> String {
    let (hosts, ports) = (config.get_hosts(), config.get_ports());
    let places = hosts.iter().enumerate().map(|(index, host)| {
        let port = ports.get(index).or(ports.first()).copied().unwrap_or(5432);
        match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            Host::Unix(path) => format!("{}:{port}", path.display()),
        }
    });
    let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
    format!("postgres://{}/{database}", places.collect::<Vec<_>>().join(","))
}

fn client(file: Option<PathBuf>) -> Result<Arc<ClientConfig>, TargetError> {
    let mut roots = RootCertStore::empty();
    match file {
        Some(file) => {
            let unreadable =
                |error: &dyn fmt::Display| TargetError::Certificates(file.display().to_string(), error.to_string());
            for certificate in CertificateDer::pem_file_iter(&file).map_err(|error| unreadable(&error))? {
                roots.add(certificate.map_err(|error| unreadable(&error))?)?;
            }
            if roots.is_empty() {
                return Err(unreadable(&"there is none in it"));
            }
        }
        None => {
            // What cannot be read of the system's certificates is left out, as every other client does.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err(TargetError::NoRoots);
            }
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_hosts_are_read_and_the_password_is_not_shown() {
        let url = "postgresql://trente:s3cret%21@127.0.0.1:5432,127.0.0.1:5433/shop?application_name=my%20shop";
        let target = Target::parse(url).unwrap();
        assert_eq!(target.to_string(), "postgres://127.0.0.1:5432,127.0.0.1:5433/shop");
        assert_eq!(format!("{target:?}"), target.to_string());
        assert_eq!(target.config.get_application_name(), Some("my shop"));
        assert_eq!(target.config.get_password(), Some(&b"s3cret!"[..]));
        assert_eq!(target.config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
    }

    #[test]
    fn another_machine_is_reached_encrypted_unless_told_otherwise() {
        let encrypts = |url: &str| Target::parse(url).map(|target| target.tls.is_some()).map_err(|e| e.to_string());
        assert_eq!(encrypts("postgres://a@localhost,127.0.0.1,[::1]/b"), Ok(false));
        assert_eq!(encrypts("postgres://a@%2Frun%2Fpostgresql/b"), Ok(false));
        assert_eq!(encrypts("postgres://a@db.example/b?sslmode=disable"), Ok(false));
        for mode in ["prefer", "allow", "verify-ca", ""] {
            let error = encrypts(&format!("postgres://a@localhost/b?sslmode={mode}")).unwrap_err();
            assert!(error.contains(&format!("not `{mode}`")), "{error}");
        }
        let error = encrypts("postgres://a@db.example/b?sslrootcert=/nowhere.pem").unwrap_err();
        assert!(error.contains("`/nowhere.pem`"), "{error}");
        let error = encrypts("postgres://a:s3cret@db.example:port/b").unwrap_err();
        assert!(error.contains("postgres://user:password@host") && !error.contains("s3cret"), "{error}");
    }
}
