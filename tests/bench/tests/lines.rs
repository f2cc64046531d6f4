//! Every line runs, over real processes, with sizes that say nothing about speed: so that none of them rots. Nothing
//! here is timed.

use std::process::{Command, Output};

use serde_json::Value;

const BENCH: &str = env!("CARGO_BIN_EXE_footbridge-bench");

fn bench(arguments: &[&str]) -> Output {
    with(arguments, &[])
}

fn with(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(BENCH);
    command.arg("--folder").arg(folder.path()).args(arguments).envs(environment.iter().copied());
    command.output().expect("it runs")
}

#[test]
fn every_line_gives_its_figures() {
    let output = bench(&["--size", "tiny", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let names = [
        "save_visit",
        "open_100k",
        "open_100k_peak",
        "cold_10k",
        "cold_100k",
        "cold_100k_growth",
        "bytes_per_record",
        "warm_100",
        "edited_100_times",
        "edited_100_times_warm",
        "list_page",
        "search",
        "push_200",
        "ingest",
        "ingest_merges",
        "herd",
        "herd_memory",
        "review_page",
    ];
    for name in names {
        let figure = &figures[name];
        assert!(figure["ours"].as_f64().is_some_and(|ours| ours > 0.0), "{name}: {figure}");
        let is_beside = figure["baseline"].as_f64().is_some_and(|baseline| baseline > 0.0);
        let stands_alone = ["_peak", "ingest", "herd", "review"].iter().any(|part| name.contains(part));
        assert!(is_beside || stands_alone, "{name}: {figure}");
        assert_eq!(figure.as_object().expect("an object").len(), 5, "{name}: {figure}");
    }
    assert_eq!(figures["herd_failures"]["ours"], 0.0);
}

#[test]
fn a_line_that_is_not_there_is_named_with_those_that_are() {
    let output = bench(&["cold_1k"]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("cold_1k is no line") && said.contains("cold_10k"), "{said}");
}

#[test]
fn the_boundary_is_measured_by_players_of_other_languages_and_left_out_without_them() {
    // Rust in the place of the others: it speaks as they do.
    let player = format!("'{BENCH}' --role boundary");
    let players = [
        ("FOOTBRIDGE_BOUNDARY_KOTLIN", player.as_str()),
        ("FOOTBRIDGE_BOUNDARY_SWIFT", &player),
        ("FOOTBRIDGE_BOUNDARY_LIBRARY", BENCH),
    ];
    let arguments = ["--size", "tiny", "--json", "boundary"];
    let output = with(&arguments, &players);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    for name in ["kotlin_record", "kotlin_list", "swift_record", "swift_list"] {
        let figure = &figures[format!("boundary_{name}")];
        assert!(figure["ratio"].as_f64().is_some_and(|ratio| ratio > 0.0), "{name}: {figure}");
    }
    assert!(figures["boundary_library"]["ours"].as_f64().is_some_and(|size| size > 0.0), "{figures}");
    let output = bench(&arguments);
    assert!(output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("cargo xtask boundary"), "{said}");
}
