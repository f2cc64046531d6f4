//! How the server stands in the network: which proxies it believes, from where a request comes, who may see the
//! figures. Set once by `serve`; asked by what limits and measures. Invariant: what a header says of an address counts
//! only where a proxy that the administrator named wrote it.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;
use sha2::{Digest, Sha256};

/// The other end of the connection on which a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// From where a request comes, as far as can be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller(pub(crate) IpAddr);

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What proxies add.
const OF_PROXIES: [HeaderName; 7] = [
    FORWARDED_FOR,
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("cf-connecting-ip"),
    header::FORWARDED,
    header::VIA,
];

/// How the server stands in the network.
#[derive(Debug, Default)]
pub struct Exposure {
    /// Whose word counts about where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
    /// What opens the figures from anywhere, by its hash.
    pub metrics_token: Option<[u8; 32]>,
    /// Something before this server brings it requests from this machine's own address.
    pub has_proxy_here: bool,
    /// It is reached encrypted, by a certificate that a public authority signed: a browser may remember that.
    pub is_strict: bool,
}

impl Exposure {
    /// Whether this is one of the proxies that the administrator named.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies.iter().any(|network| network.contains(&address))
    }

    /// From where a request comes: the last address that no trusted proxy vouches away.
    pub(crate) fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut address = peer.to_canonical();
        let said = headers.get_all(&FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let said: Vec<&str> = said.flat_map(|value| value.split(',')).collect();
        for hop in said.into_iter().rev() {
            if !self.trusts(address) {
                break;
            }
            let Some(before) = address_in(hop) else { break };
            address = before;
        }
        address
    }

    /// Whether the figures may be seen: by somebody at this machine itself, or with the token.
    pub(crate) fn may_measure(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let is_here = peer.to_canonical().is_loopback()
            && !self.has_proxy_here
            && !OF_PROXIES.iter().any(|name| headers.contains_key(name));
        let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = said.and_then(|value| value.strip_prefix("Bearer ")).map(hash_of);
        is_here || (token.is_some() && token == self.metrics_token)
    }
}

/// A token is compared by its hash, so that the time it takes tells nothing.
pub(crate) fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token.trim()).into()
}

/// What counts as one address: of IPv6 a household is given a whole network, often a /56.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d & 0xff00, 0, 0, 0, 0))
        }
        address => address,
    }
}

/// An address as proxies write it, with or without a port.
fn address_in(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let found = match bare {
        Some(bare) => bare.parse().ok(),
        None => text.parse().ok().or_else(|| text.rsplit_once(':')?.0.parse().ok()),
    };
    found.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use axum::http::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    fn behind(proxies: &[&str]) -> Exposure {
        let trusted_proxies = proxies.iter().map(|network| network.parse().unwrap()).collect();
        Exposure { trusted_proxies, ..Exposure::default() }
    }

    #[test]
    fn only_a_named_proxy_is_believed_about_an_address() {
        let caller = |exposure: &Exposure, peer: &str, said: &[&'static str]| {
            let said: Vec<_> = said.iter().map(|value| ("x-forwarded-for", *value)).collect();
            exposure.caller(peer.parse().unwrap(), &headers(&said)).to_string()
        };
        let nobody = behind(&[]);
        assert_eq!(caller(&nobody, "203.0.113.1", &["198.51.100.7"]), "203.0.113.1", "a stranger says what she likes");
        assert_eq!(caller(&nobody, "127.0.0.1", &["198.51.100.7"]), "127.0.0.1", "even from this machine");
        let two = behind(&["10.0.0.0/8", "fd00::/8"]);
        assert_eq!(caller(&two, "10.1.1.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(caller(&two, "::ffff:10.1.1.1", &["198.51.100.7:4711"]), "198.51.100.7");
        assert_eq!(caller(&two, "fd00::1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(caller(&two, "10.1.1.1", &["1.2.3.4, 198.51.100.7, 10.2.2.2"]), "198.51.100.7", "from the right");
        assert_eq!(caller(&two, "10.1.1.1", &["1.2.3.4", "198.51.100.7"]), "198.51.100.7", "of several lines too");
        assert_eq!(caller(&two, "10.1.1.1", &[]), "10.1.1.1");
        assert_eq!(caller(&two, "10.1.1.1", &["198.51.100.7, nonsense"]), "10.1.1.1");
    }

    #[test]
    fn the_figures_are_for_this_machine_or_for_the_token() {
        let (here, there) = ("127.0.0.1".parse().unwrap(), "203.0.113.1".parse().unwrap());
        let none = HeaderMap::new();
        let mut exposure = Exposure::default();
        assert!(exposure.may_measure(here, &none));
        assert!(!exposure.may_measure(there, &none));
        for name in ["x-forwarded-for", "forwarded", "via", "x-real-ip"] {
            assert!(!exposure.may_measure(here, &headers(&[(name, "127.0.0.1")])), "{name}: a proxy brought it");
        }
        let right = headers(&[("authorization", "Bearer secret")]);
        assert!(!exposure.may_measure(there, &right), "without a token none is right");
        exposure.metrics_token = Some(hash_of("secret\n"));
        assert!(exposure.may_measure(there, &right));
        assert!(!exposure.may_measure(there, &headers(&[("authorization", "Bearer other")])));
        assert!(!exposure.may_measure(there, &headers(&[("authorization", "Bearer ")])));
        exposure.has_proxy_here = true;
        assert!(!exposure.may_measure(here, &none), "it cannot be told from what a proxy here brings");
        assert!(exposure.may_measure(here, &right));
    }

    #[test]
    fn a_household_of_ipv6_is_one_address() {
        let network = |address: &str| network_of(address.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:aaaa::1"), network("2001:db8:1:2:bbbb::2"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:ff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:102::1"));
        assert_eq!(network("::ffff:10.0.0.1"), network("10.0.0.1"));
        assert_ne!(network("10.0.0.1"), network("10.0.0.2"));
    }
}
