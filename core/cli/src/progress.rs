//! How far a sync has come, on one line of a terminal. Where standard error is none, nothing is drawn.

use std::io::IsTerminal;
use std::time::Duration;

use footbridge_client::{Progress, Stage};
use footbridge_text::{Arg, Language, text};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output::Output;

/// The line.
pub struct Bar {
    bar: ProgressBar,
    language: Language,
}

impl Bar {
    /// A line, if somebody is there to see it.
    pub fn new(output: &Output) -> Self {
        if output.json || !std::io::stderr().is_terminal() {
            return Self { bar: ProgressBar::hidden(), language: output.language };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        bar.set_message(text(output.language, "sync-connecting", &[]));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, language: output.language }
    }

    /// Shows this.
    pub fn show(&self, progress: &Progress) {
        if self.bar.is_hidden() {
            return;
        }
        let Progress { stage, records_done, records_total, bytes_up, bytes_down } = *progress;
        let records_total = records_total.filter(|total| *total > 0);
        let key = match (stage, records_total) {
            (Stage::Connecting, _) => "sync-connecting",
            (Stage::Pushing, _) => "sync-sending",
            (Stage::Pulling, Some(_)) => "sync-receiving",
            (Stage::Pulling, None) => "sync-receiving-unknown",
        };
        let total = records_total.unwrap_or(records_done);
        let doing = text(self.language, key, &[("done", records_done.into()), ("total", total.into())]);
        let (up, down) = (bytes(bytes_up), bytes(bytes_down));
        let carried = text(self.language, "sync-bytes", &[("up", Arg::Text(&up)), ("down", Arg::Text(&down))]);
        let drawn = records_total.map(|total| drawn(records_done, total)).unwrap_or_default();
        self.bar.set_message(format!("{drawn}{doing} · {carried}"));
    }

    /// Takes the line away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// A bar of blocks.
fn drawn(done: u64, total: u64) -> String {
    const WIDTH: u64 = 24;
    if total == 0 {
        return String::new();
    }
    let full = usize::try_from(done.min(total).saturating_mul(WIDTH) / total).unwrap_or(0);
    format!("{}{} ", "█".repeat(full), "░".repeat(24_usize.saturating_sub(full)))
}

/// A number of bytes as a person says it.
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{} kB", count.div_ceil(1_000)),
        _ => format!("{} MB", count.div_ceil(1_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_said_in_few_digits() {
        assert_eq!(
            [0, 999, 1_000, 1_001, 999_999, 1_000_000].map(bytes),
            ["0 B", "999 B", "1 kB", "2 kB", "1000 kB", "1 MB"]
        );
    }

    #[test]
    fn a_bar_is_as_long_at_its_start_as_at_its_end() {
        for (done, total) in [(0, 7), (3, 7), (7, 7), (9, 7)] {
            assert_eq!(drawn(done, total).chars().count(), 25, "{done} of {total}");
        }
        assert!(drawn(7, 7).starts_with(&"█".repeat(24)));
        assert_eq!(drawn(0, 0), "");
    }
}
