//! Waiting for the person at the terminal.

use std::io::BufRead as _;

use tokio::signal::unix::{SignalKind, signal};

use crate::telling::say;

/// Says that everything runs on, and returns when the person presses Enter, closes the input or presses
/// Ctrl-C. What it says is said after the key is listened for: somebody who presses it at once is heard.
pub fn wait() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (sender, entered) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            // An input that cannot be read has ended.
            let _ = std::io::stdin().lock().read_line(&mut line);
            let _ = sender.send(());
        });
        say("Everything runs on until you press Enter or Ctrl-C.");
        tokio::select! {
            _ = entered => {}
            _ = interrupt.recv() => {}
        }
        Ok(())
    })
}
