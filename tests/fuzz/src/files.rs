//! What lies in files: the layout of an office's log, the log, and a document as it is packed in the store.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use footbridge_client::import::{Context, Mapping, read, rejected_csv};
use footbridge_store::packing;
use jiff::tz::TimeZone;

/// A mapping is refused by the name of a key, or reads any file.
pub(crate) fn mapping(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(mapping) = Mapping::parse(text) {
        drop(read("Datum;Plats\n2026-01-02;Biblioteket\n".as_bytes(), &mapping, &context()));
    }
}

/// Every row of data is in the plan exactly once.
pub(crate) fn table(bytes: &[u8]) {
    static MAPPING: LazyLock<Mapping> = LazyLock::new(|| Mapping::conversation_log().expect("the shipped mapping"));
    let Ok(plan) = read(bytes, &MAPPING, &context()) else { return };
    assert_eq!(plan.rows.len() + plan.repeated.len() + plan.rejected.len(), plan.understood.data_rows);
    drop(rejected_csv(&plan.header, &plan.rejected, footbridge_text::Language::Swedish));
    for row in &plan.rows {
        let given = row.visit.clone();
        assert!(given.contains_key("happened_at") && given.contains_key("kind"));
    }
}

/// What was packed comes back, and what was not inflates to no more than a megabyte.
pub(crate) fn packed(bytes: &[u8]) {
    if let Ok(document) = packing::unpack(bytes) {
        assert!(document.len() <= 1024 * 1024 || document.len() < bytes.len());
    }
    let packed = packing::pack(bytes);
    assert!(packed.len() <= bytes.len() + 1);
    assert_eq!(packing::unpack(&packed).expect("what was packed"), bytes);
}

fn context() -> Context {
    Context {
        now: "2026-11-22T10:00:00Z".parse().expect("a moment"),
        today: "2026-11-22".parse().expect("a day"),
        time_zone: TimeZone::UTC,
        known: BTreeMap::new(),
        districts: None,
    }
}
