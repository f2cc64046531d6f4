//! Footbridge for Kotlin and Swift. Called through what uniffi writes in those languages, and there by the
//! packages in `bindings/kotlin` and `bindings/swift`, which make it feel at home.
//!
//! A file holds one area of the client: our own records with a `From` that takes every field apart, and
//! methods of one line. A rule found here is in the wrong room; it belongs to the client. Invariant: every
//! call that touches the disk or the network is async and runs on the threads of `runtime`, so that no
//! thread of a phone's screen ever waits.

mod asking;
mod changes;
mod erasing;
mod error;
mod importing;
mod membership;
mod people;
mod record;
mod recording;
mod recovery;
mod runtime;
mod secrets;
mod syncing;
mod value;
mod vocabulary;
mod watching;
mod words;

use std::path::Path;
use std::sync::Arc;

use footbridge_client::{Environment, SystemRandom, secret};

pub use asking::{
    Answer, Disagreement, DisagreementPage, ExportFormat, ExportSink, ListQuery, RecordPage, SetAside, Status,
    TakenBack, TimelineEntry, TimelinePage, Unread,
};
pub use changes::{ChangeEvent, ChangeListener, Subscription};
pub use error::{FootbridgeError, PlatformError};
pub use importing::{ImportPlan, ImportReport, ReadColumn, RejectedRow, Understanding};
pub use membership::Joined;
pub use people::{Answered, Asked, Invited, Link, Quarantined, Revoked, Role};
pub use record::{Receipt, Record, Seen};
pub use recording::{Recipient, Warning};
pub use recovery::Recovered;
pub use secrets::SecretStore;
pub use syncing::{BackgroundEnd, CancelHandle, Progress, ProgressListener, Stage, SyncReport};
pub use value::Value;
pub use vocabulary::{Choice, Vocabulary};
pub use watching::{Connectivity, Network, WatchEvent, WatchListener};
pub use words::{
    Language, explain_problem, explain_refusal, field_label, kind_label, language_name, language_of, what_to_do,
};

uniffi::setup_scaffolding!();

/// The name of this build, as servers see it in their list of devices.
#[uniffi::export]
pub fn build_name() -> String {
    footbridge_client::BUILD.to_owned()
}

/// A device. Opening the same folder twice in one process is allowed and the same device.
#[derive(Debug, uniffi::Object)]
pub struct Footbridge {
    client: footbridge_client::Footbridge,
}

#[uniffi::export]
impl Footbridge {
    /// Opens the store in `folder`, or makes both; its key is what `secrets` keeps.
    #[uniffi::constructor]
    pub async fn open(folder: String, secrets: Arc<dyn SecretStore>) -> Result<Arc<Self>, FootbridgeError> {
        runtime::blocking(move || Self::open_here(Path::new(&folder), secrets)).await
    }
}

impl Footbridge {
    fn open_here(folder: &Path, secrets: Arc<dyn SecretStore>) -> Result<Arc<Self>, FootbridgeError> {
        let key = secret::key_for(folder, &secrets::Platform(secrets), &SystemRandom)?;
        // The HTTP client looks for the runtime that will drive it.
        let _on = runtime::enter();
        let client = footbridge_client::Footbridge::open(folder, &key, Environment::system()?)?;
        Ok(Arc::new(Self { client }))
    }

    /// Runs a call that waits for the disk.
    async fn on_disk<T: Send + 'static>(
        &self,
        call: impl FnOnce(footbridge_client::Footbridge) -> Result<T, FootbridgeError> + Send + 'static,
    ) -> Result<T, FootbridgeError> {
        let client = self.client.clone();
        runtime::blocking(move || call(client)).await
    }
}
