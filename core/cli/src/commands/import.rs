//! A log that was kept in a spreadsheet: `import`. What was understood is shown before anything is written,
//! where somebody is there to look; rows that were rejected are given back in a file.

mod file;
mod understood;

use std::path::Path;

use footbridge_client::FootbridgeError;
use footbridge_client::import::{Plan, rejected_csv};
use footbridge_text::Arg;
use serde_json::{Value, json};

use super::Terminal;
use crate::exit::Failure;

impl Terminal<'_> {
    pub(super) fn import(&self, file: &Path, mapping: Option<&Path>, dry_run: bool) -> Result<(), Failure> {
        let bytes = std::fs::read(file).map_err(|_| Failure::unreadable(file))?;
        let mapping = mapping.map(|mapping| std::fs::read_to_string(mapping).map_err(|_| Failure::unreadable(mapping)));
        let plan = self.phone.read_log(&bytes, mapping.transpose()?.as_deref()).map_err(|error| unread(error, file))?;
        let can_ask = self.output.can_ask();
        if !self.output.json && (dry_run || can_ask) {
            self.understood(&plan)?;
        }
        if dry_run {
            return self.would_import(&plan);
        }
        if can_ask && !self.output.confirm(&self.words.text("import-confirm", &[])) {
            return self.output.sentence("import-cancelled", &[]);
        }
        let imported = self.phone.import(&plan)?;
        let mut report = serde_json::to_value(&imported).unwrap_or_default();
        let rejected_file = match imported.rejected_rows.as_slice() {
            [] => None,
            rejected => Some(file::keep(file, &self.folder, &rejected_csv(&plan.header, rejected))?),
        };
        report["rejected_file"] = rejected_file.map_or(Value::Null, |file| file.display().to_string().into());
        self.report_import(&report, ["import-imported", "import-already-there", "import-rejected"])
    }

    /// What would be done, without doing it.
    fn would_import(&self, plan: &Plan) -> Result<(), Failure> {
        let there = plan.rows.iter().filter(|row| self.phone.show(row.visit_id).is_ok()).count();
        let report = json!({
            "imported": plan.rows.len().saturating_sub(there),
            "already_there": plan.repeated.saturating_add(there),
            "rejected": plan.rejected.len(),
            "rejected_file": null,
            "new_words": plan.new_words,
            "dry_run": true,
        });
        self.report_import(&report, ["import-would-import", "import-already-there", "import-rejected"])?;
        if self.output.json { Ok(()) } else { self.output.sentence("import-dry-run", &[]) }
    }

    fn report_import(&self, report: &Value, sentences: [&str; 3]) -> Result<(), Failure> {
        if self.output.json {
            return self.output.value(report);
        }
        for (key, name) in sentences.into_iter().zip(["imported", "already_there", "rejected"]) {
            let count = report.get(name).and_then(Value::as_i64).unwrap_or(0);
            self.output.sentence(key, &[("count", Arg::Number(count))])?;
        }
        match report.get("rejected_file").and_then(Value::as_str) {
            Some(file) => self.output.sentence("import-rejected-file", &[("file", Arg::Text(file))]),
            None => Ok(()),
        }
    }
}

/// Why nothing of a log was understood, with its file.
fn unread(error: FootbridgeError, file: &Path) -> Failure {
    let FootbridgeError::Invalid { field, allowed, .. } = &error else { return Failure::Core(error) };
    let about = allowed.join(", ");
    let (key, named) = match (field.as_str(), allowed.is_empty()) {
        ("mapping", _) => ("import-mapping-unreadable", ("detail", about)),
        (_, true) => ("import-file-empty", ("file", file.display().to_string())),
        (_, false) => ("import-mapping-column", ("column", about)),
    };
    Failure::Known { error, key, named: vec![named] }
}
