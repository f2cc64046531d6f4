//! The threads on which everything runs that waits. Called by every area. Invariant: a call that its caller
//! lets go of ends at its next step; a phone's own threads carry nothing but the hand-over.

use std::future::Future;
use std::sync::OnceLock;

use tokio::runtime::{Builder, EnterGuard, Runtime};
use tokio::task::JoinHandle;

use crate::error::FootbridgeError;

/// Enough for a sync, a watch and the events beside each other; what waits for the disk has threads of its own.
const WORKERS: usize = 2;
/// Readers of the store beside each other; more would only wait for it.
const BLOCKING_MAX: usize = 16;

#[expect(clippy::expect_used, reason = "without threads nothing can be answered, not even with an error")]
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(WORKERS).max_blocking_threads(BLOCKING_MAX).thread_name("footbridge").enable_all();
        builder.build().expect("the system gives threads")
    })
}

/// Makes the threads known to what is built meanwhile.
pub(crate) fn enter() -> EnterGuard<'static> {
    runtime().enter()
}

/// Starts something that nobody waits for.
pub(crate) fn start(future: impl Future<Output = ()> + Send + 'static) {
    drop(runtime().spawn(future));
}

/// Runs what waits for the disk, or calls back into the phone.
pub(crate) async fn blocking<T: Send + 'static>(
    call: impl FnOnce() -> Result<T, FootbridgeError> + Send + 'static,
) -> Result<T, FootbridgeError> {
    finished(runtime().spawn_blocking(call).await)
}

/// Runs what waits for the network; it ends where its caller lets go.
pub(crate) async fn waiting<T: Send + 'static>(
    future: impl Future<Output = Result<T, FootbridgeError>> + Send + 'static,
) -> Result<T, FootbridgeError> {
    let mut task = AbortOnDrop(runtime().spawn(future));
    finished((&mut task.0).await)
}

struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn finished<T>(ended: Result<Result<T, FootbridgeError>, tokio::task::JoinError>) -> Result<T, FootbridgeError> {
    match ended {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            // Goes on to the caller, as if it had run there; uniffi makes an error of it.
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(FootbridgeError::Refused { code: "cancelled".to_owned() }),
        },
    }
}
