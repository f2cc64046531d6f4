//! A log that was kept in a spreadsheet: `import`. What was understood is shown before anything is written,
//! where somebody is there to look; rows that were rejected are given back in a file.

mod file;
mod understood;

use std::path::Path;

use footbridge_client::FootbridgeError;
use footbridge_client::import::{Mapping, Plan, rejected_csv};
use footbridge_text::Arg;
use serde_json::{Value, json};

use super::Terminal;
use crate::exit::Failure;

impl Terminal<'_> {
    pub(super) fn import(&self, file: &Path, mapping: Option<&Path>, dry_run: bool) -> Result<(), Failure> {
        let bytes = std::fs::read(file).map_err(|_| Failure::unreadable(file))?;
        let mapping = mapping.map(read_mapping).transpose()?;
        let plan = self.phone.read_log(&bytes, mapping.as_deref()).map_err(|error| unread(error, file))?;
        let can_ask = self.output.can_ask();
        if !self.output.json && (dry_run || can_ask) {
            self.understood(&plan)?;
        }
        if dry_run {
            return self.would_import(&plan);
        }
        if can_ask {
            self.output.sentence("import-would-import", &[("count", self.new_rows(&plan).into())])?;
            if !self.output.confirm(&self.words.text("import-confirm", &[])) {
                return self.output.sentence("import-cancelled", &[]);
            }
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
        let new = self.new_rows(plan);
        let report = json!({
            "imported": new,
            "already_there": plan.repeated.saturating_add(plan.rows.len()).saturating_sub(new),
            "rejected": plan.rejected.len(),
            "rejected_file": null,
            "new_words": plan.new_words,
            "dry_run": true,
        });
        self.report_import(&report, ["import-would-import", "import-already-there", "import-rejected"])?;
        if self.output.json { Ok(()) } else { self.output.sentence("import-dry-run", &[]) }
    }

    /// How many rows are not here yet.
    fn new_rows(&self, plan: &Plan) -> usize {
        plan.rows.iter().filter(|row| self.phone.show(row.visit_id).is_err()).count()
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

/// A mapping that somebody wrote; what is wrong with it is told by its key.
fn read_mapping(file: &Path) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file).map_err(|_| Failure::unreadable(file))?;
    if let Err(error) = Mapping::parse(&text) {
        let detail = error.to_string().trim_start_matches(": ").to_owned();
        let error =
            FootbridgeError::Invalid { field: "mapping".to_owned(), problem: "wrong_form", allowed: Vec::new() };
        return Err(Failure::Known { error, key: "import-mapping-unreadable", named: vec![("detail", detail)] });
    }
    Ok(text)
}

/// Why nothing of a log was understood, with its file.
fn unread(error: FootbridgeError, file: &Path) -> Failure {
    let FootbridgeError::Invalid { field, allowed, .. } = &error else { return Failure::Core(error) };
    let about = allowed.join(", ");
    let (key, named) = match (field.as_str(), allowed.is_empty()) {
        ("file", true) => ("import-file-empty", ("file", file.display().to_string())),
        ("file", false) => ("import-mapping-column", ("column", about)),
        _ => return Failure::Core(error),
    };
    Failure::Known { error, key, named: vec![named] }
}
