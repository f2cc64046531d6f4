//! A log that was kept in a spreadsheet: `import`. What was understood is shown before anything is written,
//! where somebody is there to look; rows that were rejected are given back in a file.

mod file;
mod understood;

use std::path::Path;

use footbridge_client::FootbridgeError;
use footbridge_client::import::{ImportError, Mapping, Plan, look, rejected_csv};
use footbridge_text::Arg;
use serde_json::{Value, json};

use super::Terminal;
use crate::exit::Failure;
use crate::wording::visible;

impl Terminal<'_> {
    pub(super) fn import(
        &self,
        file: &Path,
        mapping: Option<&Path>,
        dry_run: bool,
        repeated: bool,
    ) -> Result<(), Failure> {
        let bytes = std::fs::read(file).map_err(|_| Failure::unreadable(file))?;
        let mapping = mapping.map(read_mapping).transpose()?;
        let read = self.phone.read_log(&bytes, mapping.as_deref());
        let mut plan = read.map_err(|error| self.not_read(error, file, &bytes, mapping.as_deref()))?;
        if repeated {
            plan.take_repeated();
        }
        let can_ask = self.output.can_ask();
        if !self.output.json && (dry_run || can_ask) {
            self.understood(&plan)?;
        }
        if dry_run {
            return self.would_import(&plan);
        }
        if can_ask {
            self.output.sentence("import-would-import", &[("count", self.phone.count_new(&plan)?.into())])?;
            if !self.output.confirm(&self.words.text("import-confirm", &[])) {
                return self.output.sentence("import-cancelled", &[]);
            }
        }
        let imported = self.phone.import(&plan)?;
        let mut report = serde_json::to_value(&imported).unwrap_or_default();
        let rejected_file = match imported.rejected_rows.as_slice() {
            [] => None,
            rejected => {
                Some(file::keep(file, &self.folder, &rejected_csv(&plan.header, rejected, self.output.language))?)
            }
        };
        report["rejected_file"] = rejected_file.map_or(Value::Null, |file| file.display().to_string().into());
        self.report_import(&report, ["import-imported", "import-already-there", "import-rejected"])
    }

    /// What would be done, without doing it.
    fn would_import(&self, plan: &Plan) -> Result<(), Failure> {
        let new = self.phone.count_new(plan)?;
        let report = json!({
            "imported": new,
            "already_there": plan.repeated.len().saturating_add(plan.rows.len()).saturating_sub(new),
            "repeated": plan.repeated.iter().map(|repeated| repeated.row.line).collect::<Vec<_>>(),
            "rejected": plan.rejected.len(),
            "rejected_file": null,
            "new_words": plan.new_words,
            "dry_run": true,
        });
        self.report_import(&report, ["import-would-import", "import-already-there", "import-rejected"])?;
        if self.output.json { Ok(()) } else { self.output.sentence("import-dry-run", &[]) }
    }

    /// Why nothing of a log was understood: with its file, or with the headers that it has and those looked for.
    fn not_read(&self, error: FootbridgeError, file: &Path, bytes: &[u8], mapping: Option<&str>) -> Failure {
        let FootbridgeError::Invalid { field, .. } = &error else { return Failure::Core(error) };
        if field != "file" {
            return Failure::Core(error);
        }
        let looked =
            mapping.map_or_else(Mapping::conversation_log, Mapping::parse).map(|mapping| look(bytes, &mapping));
        let (key, named) = match looked {
            Ok(Err(ImportError::MissingColumns { wanted, found, separator, missing: _ })) => {
                let separator = match separator {
                    '\t' => self.words.text("import-tab", &[]),
                    other => other.to_string(),
                };
                let headers = |headers: &[String]| headers.iter().map(|header| visible(header)).collect::<Vec<_>>();
                let (wanted, found) = (headers(&wanted).join(", "), headers(&found).join(", "));
                ("import-no-header", vec![("wanted", wanted), ("found", found), ("separator", separator)])
            }
            Ok(Err(ImportError::RepeatedColumn { header })) => ("import-column-twice", vec![("column", header)]),
            _ => ("import-file-empty", vec![("file", file.display().to_string())]),
        };
        Failure::Known { error, key, named }
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
