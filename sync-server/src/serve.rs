//! Runs the server: listens, answers, and stops gracefully on SIGTERM or SIGINT. Called by the command line. Invariant:
//! beyond loopback it listens encrypted, or when told that this is without encryption; when it has stopped, the
//! write-ahead log is empty.

mod connections;
mod redirect;
mod room;
mod steady;
mod tls;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use footbridge_protocol::invitation::is_in_the_clear;
use ipnet::IpNet;
use rusqlite::Connection;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::admin::error::AdminErrorKind;
use crate::admin::{AdminError, socket};
use crate::exposure::{self, Exposure};
use crate::state::ServerState;
use crate::storage::{StorageError, devices, server};
use crate::{checking, erasing, expiry, throttle};
use connections::Door;
use room::Room;
use tls::Tls;

pub(crate) use room::Presence;
pub use tls::TlsFiles;

/// How to run.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address in links.
    pub public_url: Option<String>,
    /// Listen beyond loopback without encryption.
    pub insecure: bool,
    /// The certificate, where connections are encrypted here.
    pub tls: Option<TlsFiles>,
    /// Where whoever comes without encryption is sent to the encrypted address.
    pub http_redirect: Option<SocketAddr>,
    /// Whose word counts about where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
    /// For how many years the audit trail is kept; absent, as before.
    pub audit_years: Option<u8>,
    /// Where the token is that opens the figures.
    pub metrics_token_file: Option<PathBuf>,
}

/// Where it listens.
#[derive(Debug, Clone)]
pub struct Listening {
    /// The address.
    pub address: SocketAddr,
    /// The same for a person.
    pub url: String,
    /// Where it sends on to it from.
    pub redirecting: Option<SocketAddr>,
}

/// Runs until it is told to stop. `ready` hears where it listens.
pub async fn run(
    state: ServerState,
    data: &Path,
    options: ServeOptions,
    ready: impl FnOnce(Listening),
) -> Result<(), AdminError> {
    let served = listen(&state, data, options, ready).await;
    state.stop().await;
    served
}

async fn listen(
    state: &ServerState,
    data: &Path,
    options: ServeOptions,
    ready: impl FnOnce(Listening),
) -> Result<(), AdminError> {
    if !options.listen.ip().is_loopback() && !options.insecure && options.tls.is_none() {
        let message = "listen: refusing to listen beyond this machine without encryption; give it a certificate with \
                       --tls-cert and --tls-key, or add --insecure where something before it (a reverse proxy, a VPN) \
                       encrypts";
        return Err(AdminError::invalid("listen", message));
    }
    let public_url = options.public_url.as_deref().map(check_url).transpose()?;
    if !options.insecure && public_url.as_deref().is_some_and(is_in_the_clear) {
        let message = "public_url: an address without encryption, which phones refuse; give one with https://, or add \
                       --insecure where everything between them and the server is yours (a VPN)";
        return Err(AdminError::invalid("public_url", message));
    }
    let tls = options.tls.clone().map(Tls::load).transpose()?.map(Arc::new);
    let (listener, address) = bind(options.listen).await?;
    let redirecting = match options.http_redirect {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let scheme = if tls.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{}", reachable(address));
    let fingerprint = tls.as_ref().and_then(|tls| tls.fingerprint());
    let (listened_at, audit_years) = (url.clone(), options.audit_years);
    let remembered = state.storage().write(move |writing| {
        let connection = writing.connection();
        let shut_out = shut_out(connection, fingerprint)?;
        server::remember_addresses(connection, &listened_at, public_url.as_deref(), fingerprint)?;
        if let Some(years) = audit_years {
            server::remember_audit_years(connection, years)?;
        }
        Ok::<_, StorageError>((server::base_url(connection)?, shut_out))
    });
    let (public, shut_out) = remembered.await?;
    warn_of_shut_out(shut_out);
    state.expose(exposure(&options, tls.as_deref(), &public)?);
    expiry::sweep(state).await?;
    tokio::spawn(expiry::keep_sweeping(state.clone()));
    tokio::spawn(throttle::keep_forgetting(state.clone()));
    tokio::spawn(checking::keep_checking(state.clone()));
    tokio::spawn(erasing::keep_empty(state.clone()));
    socket::serve(state.clone(), data.to_owned()).await?;
    if let Some(tls) = &tls {
        tokio::spawn(keep_certificate(state.clone(), Arc::clone(tls)));
    }
    let stop = stop_signal()?;
    ready(Listening { address, url, redirecting: redirecting.as_ref().map(|(_, address)| *address) });
    let stopping = state.stopping().clone();
    tokio::spawn(async move {
        stop.await;
        stopping.cancel();
    });
    open_doors(state, listener, tls, redirecting.map(|(listener, _)| listener)).await;
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), AdminError> {
    let failed =
        |error: std::io::Error| AdminError::new(AdminErrorKind::Listen, format!("cannot listen on {address}: {error}"));
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

/// Answers until the server stops.
async fn open_doors(
    state: &ServerState,
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    redirecting: Option<TcpListener>,
) {
    let crowd = state.clone();
    let room = Arc::new(Room::new(move |address| crowd.exposure().trusts(address)));
    let door = |router, tls| Door { router, tls, room: Arc::clone(&room), stopping: state.stopping().clone() };
    let main = connections::serve(listener, door(crate::router(state.clone()), tls));
    match redirecting {
        Some(listener) => {
            let beside = connections::serve(listener, door(redirect::router(state.clone()), None));
            tokio::join!(main, beside);
        }
        None => main.await,
    }
}

/// How the server stands in the network; what of it is dangerous or useless is said in the log.
fn exposure(options: &ServeOptions, tls: Option<&Tls>, public_url: &str) -> Result<Exposure, AdminError> {
    let metrics_token = match &options.metrics_token_file {
        Some(file) => {
            let token = std::fs::read_to_string(file).ok().filter(|token| token.trim().len() >= 16);
            let wrong = || {
                let message = format!("metrics_token_file: {} holds no token of 16 characters or more", file.display());
                AdminError::invalid("metrics_token_file", message)
            };
            Some(exposure::hash_of(&token.ok_or_else(wrong)?))
        }
        None => None,
    };
    let is_proxied = tls.is_none() && public_url.starts_with("https://");
    if is_proxied && options.trusted_proxies.is_empty() {
        tracing::warn!(
            "a proxy stands before this server, as its public address says, and none is named by --trusted-proxy: all \
             that it brings counts as one address"
        );
    }
    let is_strict = tls.is_some_and(|tls| tls.fingerprint().is_none());
    if tls.is_some() && !is_strict {
        tracing::warn!(
            "no public authority signed the certificate: invitations carry its fingerprint, and its key must stay when \
             it is renewed"
        );
    }
    let loopback = [IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])];
    let trusts_loopback =
        options.trusted_proxies.iter().any(|network| loopback.iter().any(|address| network.contains(address)));
    Ok(Exposure {
        trusted_proxies: options.trusted_proxies.clone(),
        metrics_token,
        has_proxy_here: is_proxied || trusts_loopback,
        is_strict,
    })
}

/// Reads the certificate again when it changes; invitations made from then on carry what it is known by.
async fn keep_certificate(state: ServerState, tls: Arc<Tls>) {
    let changed = |fingerprint| {
        let state = state.clone();
        async move {
            let written = state.storage().write(move |writing| {
                let shut_out = shut_out(writing.connection(), fingerprint)?;
                server::remember_fingerprint(writing.connection(), fingerprint)?;
                Ok::<_, StorageError>(shut_out)
            });
            match written.await {
                Ok(shut_out) => warn_of_shut_out(shut_out),
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "the fingerprint could not be remembered")
                }
            }
        }
    };
    tls.keep_reading(state.stopping().clone(), changed).await;
}

/// How many devices know the certificate by another key than the one that it now has.
fn shut_out(connection: &Connection, fingerprint: Option<[u8; 32]>) -> Result<u64, StorageError> {
    if server::fingerprint(connection)? == fingerprint { Ok(0) } else { devices::count_active(connection) }
}

fn warn_of_shut_out(devices: u64) {
    if devices > 0 {
        tracing::warn!(
            devices,
            "the certificate has another key: devices that joined before are shut out until they open a new invitation; \
             put the key from before back, or send each a link"
        );
    }
}

/// Resolves when the process is told to stop.
fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, AdminError> {
    let listen = |kind| {
        signal(kind).map_err(|error| AdminError::new(AdminErrorKind::Listen, format!("cannot hear signals: {error}")))
    };
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    })
}

/// Everywhere is nowhere to go to: a link names this machine then.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn check_url(url: &str) -> Result<String, AdminError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match rest {
        Some(rest) if !rest.is_empty() && !rest.contains(['?', '#', ' ', '@']) => {
            Ok(url.trim_end_matches('/').to_owned())
        }
        _ => {
            Err(AdminError::invalid("public_url", "public_url: an address such as https://bru.example, without ? or #"))
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    #[test]
    fn a_public_address_is_an_address() {
        assert_eq!(check_url("https://bru.example/").unwrap(), "https://bru.example");
        assert_eq!(check_url("http://10.0.0.1:80/bru").unwrap(), "http://10.0.0.1:80/bru");
        for wrong in ["bru.example", "ftp://bru.example", "https://", "https://a b", "https://bru.example/?x"] {
            assert!(check_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_link_never_leads_to_everywhere() {
        assert_eq!(reachable("0.0.0.0:80".parse().unwrap()).to_string(), "127.0.0.1:80");
        assert_eq!(reachable("[::]:80".parse().unwrap()).to_string(), "[::1]:80");
        assert_eq!(reachable("10.1.2.3:80".parse().unwrap()).to_string(), "10.1.2.3:80");
    }
}
