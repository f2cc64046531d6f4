//! The audit trail and the table of devices: who did what when, and nothing that anybody told.

use footbridge_model::{Command, Role};
use footbridge_protocol::Answer;
use footbridge_server::admin::{AdminRequest, execute};
use footbridge_server::reviewing;
use serde_json::{Value, json};

use super::support::{Office, set};

/// The audit trail, oldest first.
async fn trail(office: &Office) -> Vec<Value> {
    let request = AdminRequest::Audit { programme: office.programme, before: None, limit: 1000 };
    let mut items = office.ask(request).await["items"].as_array().cloned().unwrap();
    items.reverse();
    items
}

#[tokio::test]
async fn who_did_what_is_noted_and_nothing_that_was_told() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    amina.push(&office, vec![visit.item(), amina.edit(&visit, &[set("minutes", 7)]).item()]).await;
    assert_eq!(kari.push(&office, vec![kari.edit(&visit, &[set("minutes", 9)]).item()]).await, [Answer::Accepted]);
    let attribute = kari.command(visit.id, &Command::Attribute { person: amina.person });
    assert_eq!(kari.push(&office, vec![attribute.clone(), attribute]).await, [Answer::Accepted, Answer::Duplicate]);
    let link = AdminRequest::ReviewLink { programme: office.programme, person: kari.person, lasts_millis: 60_000 };
    let url = office.ask(link).await["url"].as_str().unwrap().to_owned();
    let (_, coordinator) =
        reviewing::sign_in(&office.state, url.split_once("token=").unwrap().1).await.unwrap().unwrap();
    let heads = reviewing::record(&office.state, &coordinator, visit.id).await.unwrap().heads;
    let choice = reviewing::Choice { id: visit.id, field: "minutes".to_owned(), value: json!(1234), seen: heads };
    reviewing::settle(&office.state, &coordinator, choice).await.unwrap();
    let trail = trail(&office).await;
    let told: Vec<_> =
        trail.iter().map(|item| (item["deed"].as_str().unwrap(), item["from"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("programme_made", "administrator"),
            ("invited", "administrator"),
            ("joined", "device"),
            ("invited", "administrator"),
            ("joined", "device"),
            ("attributed", "device"),
            ("review_linked", "administrator"),
            ("signed_in", "page"),
            ("answer_settled", "page"),
        ]
    );
    assert_eq!(trail[1]["detail"], json!({ "role": "volunteer", "districts": ["Dalhem"] }));
    assert_eq!((&trail[1]["about"], &trail[1]["about_name"]), (&json!(amina.person), &json!("Amina")));
    assert_eq!((&trail[5]["device"], &trail[5]["name"]), (&json!(kari.device), &json!("Kari")));
    assert_eq!((&trail[8]["about"], &trail[8]["detail"]), (&json!(visit.id), &json!({ "field": "minutes" })));
    assert!(!json!(trail).to_string().contains("1234"));
    let newest = AdminRequest::Audit { programme: office.programme, before: None, limit: 2 };
    let page = office.ask(newest).await;
    let rest = AdminRequest::Audit { programme: office.programme, before: page["next"].as_i64(), limit: 1000 };
    let rest = office.ask(rest).await;
    assert_eq!((page["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (2, 7));
    assert_eq!(rest["next"], Value::Null);
    let unknown = footbridge_model::ProgrammeId::from_bytes([1; 16]);
    assert!(execute(&office.state, AdminRequest::Audit { programme: unknown, before: None, limit: 1 }).await.is_err());
}

#[tokio::test]
async fn the_devices_of_a_programme_are_told_with_what_each_told_last() {
    let office = Office::open().await;
    let amina = office.phone(Role::Volunteer, "Amina", &["Dalhem"]).await;
    office.clock.pass(60_000);
    amina.session(&office).await.unwrap();
    let devices = office.ask(AdminRequest::Devices { programme: office.programme }).await;
    let items = devices["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!((&items[0]["device"], &items[0]["name"]), (&json!(amina.device), &json!("Amina")));
    assert_eq!((&items[0]["seen_at"], &items[0]["unsent"]), (&json!("2026-11-22T10:01:00Z"), &json!(0)));
    assert_eq!((&items[0]["build"], &items[0]["revoked_at"]), (&json!("test"), &Value::Null));
}
