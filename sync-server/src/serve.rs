//! Runs the server: listens, answers, and stops gracefully on SIGTERM or SIGINT. Called by the command line. Invariant:
//! beyond loopback it listens only when told that this is without encryption; when it has stopped, the write-ahead log
//! is empty.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::admin::error::AdminErrorKind;
use crate::admin::{AdminError, socket};
use crate::expiry;
use crate::state::ServerState;
use crate::storage::{StorageError, server};

/// How long requests that run get to finish when the server stops.
const GRACE: Duration = Duration::from_secs(10);

/// How to run.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address in links.
    pub public_url: Option<String>,
    /// Listen beyond loopback without encryption.
    pub insecure: bool,
}

/// Runs until it is told to stop. `ready` hears where it listens.
pub async fn run(
    state: ServerState,
    data: &Path,
    options: ServeOptions,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), AdminError> {
    let served = listen(&state, data, options, ready).await;
    state.stop().await;
    served
}

async fn listen(
    state: &ServerState,
    data: &Path,
    options: ServeOptions,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), AdminError> {
    let failed = |error: std::io::Error| {
        AdminError::new(AdminErrorKind::Listen, format!("cannot listen on {}: {error}", options.listen))
    };
    if !options.listen.ip().is_loopback() && !options.insecure {
        let message = "listen: refusing to listen beyond this machine without encryption; \
                       add --insecure where something before it (a reverse proxy, a VPN) encrypts";
        return Err(AdminError::invalid("listen", message));
    }
    let public_url = options.public_url.map(|url| check_url(&url)).transpose()?;
    let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let listened_at = format!("http://{}", reachable(address));
    let remembered = state.storage().write(move |writing| {
        server::remember_addresses(writing.connection(), &listened_at, public_url.as_deref())?;
        Ok::<_, StorageError>(())
    });
    remembered.await?;
    expiry::sweep(state).await?;
    tokio::spawn(expiry::keep_sweeping(state.clone()));
    socket::serve(state.clone(), data.to_owned()).await?;
    let stop = stop_signal()?;
    ready(address);
    let stopping = state.stopping().clone();
    let router = crate::router(state.clone());
    let listener = listener.tap_io(|stream| {
        // Small frames should leave at once.
        let _ = stream.set_nodelay(true);
    });
    let begin_to_stop = {
        let stopping = stopping.clone();
        async move {
            stop.await;
            stopping.cancel();
        }
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(begin_to_stop);
    tokio::select! {
        served = serving.into_future() => served.map_err(failed),
        () = async { stopping.cancelled().await; tokio::time::sleep(GRACE).await } => {
            tracing::warn!("some requests did not finish in time");
            Ok(())
        }
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
