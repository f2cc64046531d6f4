//! A first visit: recorded without network, found again, and synced where an invitation's link is given.
#![expect(clippy::print_stdout, reason = "an example speaks on its standard output")]

use std::error::Error;

use footbridge_client::key::StoreKey;
use footbridge_client::{CancellationToken, Environment, Fields, Footbridge, ListQuery};
use footbridge_text::Language;
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    // An app keeps its key in the Keystore or Keychain; this store goes when the example is over.
    let phone = Footbridge::open(folder.path(), &StoreKey::from_bytes([7; 32]), Environment::system()?)?;

    let visit = phone.add("visit", &fields(json!({"kind": "street", "topics": ["work"], "minutes": 20})))?;
    phone.add("note", &fields(json!({"on": visit.to_string(), "text": "Hon vill läsa svenska på kvällen."})))?;

    let visits = phone.list(&ListQuery { kind: "visit".to_owned(), ..ListQuery::default() })?;
    println!("visits on this phone: {}", visits.items.len());
    println!("found by \"lasa kval\": {}", phone.search("lasa kval", 50, None)?.items.len());

    if let Some(link) = std::env::args().nth(1) {
        let joined = phone.join(&link).await?;
        let report = phone.sync(&|_| {}, &CancellationToken::new()).await?;
        println!("joined as {}, {} items sent", joined.role.name(), report.pushed);
    }
    println!("records that are on this phone alone: {}", phone.status(Language::English)?.unsent);
    Ok(())
}

fn fields(json: serde_json::Value) -> Fields {
    match json {
        serde_json::Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}
