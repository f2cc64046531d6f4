//! The example that a newcomer runs first, `core/client/examples`: a visit recorded without network, found again, and
//! sent. The packages of Kotlin and Swift run theirs in their own tests.

use std::process::Command;

use footbridge_testkit::{Programme, example};

#[test]
fn the_example_finds_its_visit_again_and_sends_it() {
    let programme = Programme::start();
    let kari = programme.coordinator("Kari");
    let alone = told(&[]);
    assert_eq!(
        alone,
        ["visits on this phone: 1", "found by \"lasa kval\": 1", "records that are on this phone alone: 2"]
    );
    let sent = told(&[&programme.invitation("volunteer", "Amina", &["Dalhem"])]);
    assert_eq!(sent[2..], ["joined as volunteer, 2 items sent", "records that are on this phone alone: 0"]);
    kari.sync();
    assert_eq!((kari.ids(&["list", "visit"]).len(), kari.ids(&["list", "note"]).len()), (1, 1));
}

#[track_caller]
fn told(arguments: &[&str]) -> Vec<String> {
    let ran = Command::new(example("first_visit")).args(arguments).output().expect("the example starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8_lossy(&ran.stdout).lines().map(str::to_owned).collect()
}
