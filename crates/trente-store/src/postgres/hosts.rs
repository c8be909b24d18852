//! Connection to several hosts in parallel: a host that is frozen accepts a connection and never answers, and must not
//! delay the one that took its place.

use tokio::task::JoinSet;
use tokio_postgres::config::Host;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, Connection, Error, Socket};

/// Connects to whichever host is the first to take writes.
///
/// # Errors
/// What the last host that answered said.
pub async fn connect<T>(config: &Config, tls: T) -> Result<(Client, Connection<Socket, T::Stream>), Error>
where
    T: MakeTlsConnect<Socket> + Clone + Send + 'static,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let mut asked = JoinSet::new();
    for host in each(config) {
        let tls = tls.clone();
        asked.spawn(async move { host.connect(tls).await });
    }
    let mut refusal = None;
    while let Some(answer) = asked.join_next().await {
        match answer {
            // The others are not waited for.
            Ok(Ok(connected)) => return Ok(connected),
            Ok(Err(error)) => refusal = Some(error),
            Err(_) => {}
        }
    }
    match refusal {
        Some(error) => Err(error),
        // There was no host to ask, which the client says best itself.
        None => config.connect(tls).await,
    }
}

/// One configuration for each host.
fn each(config: &Config) -> Vec<Config> {
    // Numbers in place of names are a pair with them; their reader wants them in order.
    if config.get_hosts().len() < 2 || !config.get_hostaddrs().is_empty() {
        return vec![config.clone()];
    }
    let ports = config.get_ports();
    let hosts = config.get_hosts().iter().enumerate();
    hosts.map(|(index, host)| alone(config, host, ports.get(index).or(ports.first()).copied())).collect()
}

/// The configuration with this host only.
fn alone(config: &Config, host: &Host, port: Option<u16>) -> Config {
    let mut one = Config::new();
    match host {
        Host::Tcp(name) => one.host(name),
        Host::Unix(path) => one.host_path(path),
    };
    if let Some(port) = port {
        one.port(port);
    }
    if let Some(user) = config.get_user() {
        one.user(user);
    }
    if let Some(password) = config.get_password() {
        one.password(password);
    }
    if let Some(database) = config.get_dbname() {
        one.dbname(database);
    }
    if let Some(options) = config.get_options() {
        one.options(options);
    }
    if let Some(name) = config.get_application_name() {
        one.application_name(name);
    }
    if let Some(timeout) = config.get_connect_timeout() {
        one.connect_timeout(*timeout);
    }
    if let Some(timeout) = config.get_tcp_user_timeout() {
        one.tcp_user_timeout(*timeout);
    }
    if let Some(interval) = config.get_keepalives_interval() {
        one.keepalives_interval(interval);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        one.keepalives_retries(retries);
    }
    one.keepalives(config.get_keepalives()).keepalives_idle(config.get_keepalives_idle());
    one.ssl_mode(config.get_ssl_mode()).ssl_negotiation(config.get_ssl_negotiation());
    one.channel_binding(config.get_channel_binding()).target_session_attrs(config.get_target_session_attrs());
    one
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;
    use std::time::Duration;

    use super::*;

    /// What a host's configuration is made of must be all that there is: compared as the client prints it.
    #[test]
    fn each_host_is_asked_with_everything_that_the_address_says() {
        let rest = "db?application_name=shop&options=-csearch_path%3Da&connect_timeout=4&channel_binding=require\
                    &target_session_attrs=read-write&sslmode=require&keepalives_idle=7&keepalives_retries=2\
                    &keepalives_interval=3&tcp_user_timeout=9&sslnegotiation=direct";
        let of = |hosts: &str| Config::from_str(&format!("postgres://user:word@{hosts}/{rest}")).unwrap();
        let each = each(&of("a:1,b:2"));
        let shown = |config: &Config| format!("{config:?}");
        assert_eq!(each.iter().map(shown).collect::<Vec<_>>(), [shown(&of("a:1")), shown(&of("b:2"))]);
        assert_eq!(each.len(), 2);
        assert_eq!(each[0].get_tcp_user_timeout(), Some(&Duration::from_secs(9)));
        assert_eq!(super::each(&of("a")).len(), 1);
    }
}
