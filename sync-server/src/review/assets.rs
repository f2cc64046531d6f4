//! The files that the pages need: a style sheet, pictures, and the script of the page behind an invitation. Called by
//! the layout for their addresses and by their route for their content. Invariant: an address names a content, so that
//! a browser may keep it for ever.

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

/// Where they are.
pub const PATH: &str = "/review/assets";

/// A file.
#[derive(Debug)]
pub struct Asset {
    /// Its name.
    pub name: &'static str,
    /// Its media type.
    pub media: &'static str,
    /// What is in it.
    pub content: &'static str,
}

/// How everything looks.
pub const STYLE: Asset =
    Asset { name: "style.css", media: "text/css; charset=utf-8", content: include_str!("style.css") };

/// The picture in the browser's tab.
pub const ICON: Asset = Asset { name: "icon.svg", media: "image/svg+xml", content: include_str!("icon.svg") };

/// The bridge under the head of every page.
pub const ARCHES: Asset = Asset { name: "arches.svg", media: "image/svg+xml", content: include_str!("arches.svg") };

/// Lets the page behind an invitation copy its own address. The page says the same without it.
pub const JOIN_SCRIPT: Asset =
    Asset { name: "join.js", media: "text/javascript; charset=utf-8", content: include_str!("join.js") };

const ALL: [&Asset; 4] = [&STYLE, &ICON, &ARCHES, &JOIN_SCRIPT];

/// The file of that name.
pub fn find(name: &str) -> Option<&'static Asset> {
    ALL.into_iter().find(|asset| asset.name == name)
}

/// The address of a file below `prefix`, with the version of all of them.
pub fn address(prefix: &str, asset: &Asset) -> String {
    format!("{prefix}{PATH}/{}?v={}", asset.name, version())
}

fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut hash = Sha256::new();
        ALL.iter().for_each(|asset| hash.update(asset.content));
        hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    })
}
