//! Waiting for the person at the terminal.

use std::io::BufRead as _;

/// Returns when the person presses Enter, closes the input or presses Ctrl-C.
pub fn wait() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (sender, entered) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            // An input that cannot be read has ended.
            let _ = std::io::stdin().lock().read_line(&mut line);
            let _ = sender.send(());
        });
        tokio::select! {
            _ = entered => Ok(()),
            interrupted = tokio::signal::ctrl_c() => interrupted.map_err(Into::into),
        }
    })
}
