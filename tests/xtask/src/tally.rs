//! Counting tests by the closing lines that test runners print.
//!
//! Fed by [`crate::run`] with every line of a part's output. Invariant: a line is counted once, and
//! only if it is a closing line from its first word on.

/// How many passed and how many failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
}

impl Tally {
    /// Adds another count to this one.
    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// True where nothing was counted.
    pub fn is_empty(self) -> bool {
        self == Tally::default()
    }

    /// Counts a line, where it is the closing line of cargo's test runner
    /// (`test result: ok. 3 passed; 0 failed; …`), a plain one (`3 passed, 0 failed`) or the sum of Maven's
    /// (`[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 1`); or that of one test of Swift
    /// (`✔ Test "it works" passed after 0.1 seconds.`), whose sum does not say how many failed.
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        if let Some(tally) = counted_by_maven(line).or_else(|| counted_by_swift(line)) {
            return self.add(tally);
        }
        let counts = match line.strip_prefix("test result: ") {
            Some(result) => result.split_once(". ").map(|(_, counts)| counts),
            None => Some(line),
        };
        if let Some(tally) = counts.and_then(counted) {
            self.add(tally);
        }
    }
}

/// Its lines for one class end with the time and the name of it, and are not the sum.
fn counted_by_maven(line: &str) -> Option<Tally> {
    let counts = ["[INFO] ", "[WARNING] ", "[ERROR] "].iter().find_map(|level| line.strip_prefix(level))?;
    let mut numbers = [0; 4];
    let mut pieces = counts.split(", ");
    for (number, name) in numbers.iter_mut().zip(["Tests run: ", "Failures: ", "Errors: ", "Skipped: "]) {
        *number = pieces.next()?.strip_prefix(name)?.parse::<u64>().ok()?;
    }
    let [run, failures, errors, skipped] = numbers;
    let failed = failures + errors;
    pieces.next().is_none().then(|| Tally { passed: run.saturating_sub(failed + skipped), failed })
}

fn counted_by_swift(line: &str) -> Option<Tally> {
    let (sign, told) = line.split_once(' ')?;
    let name = told.strip_prefix("Test ").filter(|name| !name.starts_with("run with "))?;
    if sign.chars().count() != 1 || sign.chars().all(char::is_alphanumeric) {
        return None;
    }
    let ended = |how: &str| name.rsplit_once(how).is_some_and(|(_, after)| after.contains(" seconds"));
    match (ended(" passed after "), ended(" failed after ")) {
        (true, false) => Some(Tally { passed: 1, failed: 0 }),
        (false, true) => Some(Tally { passed: 0, failed: 1 }),
        _ => None,
    }
}

fn counted(counts: &str) -> Option<Tally> {
    let mut pieces = counts.split([';', ',']).map(str::trim);
    let passed = pieces.next()?.strip_suffix(" passed")?.parse().ok()?;
    let failed = pieces.next()?.strip_suffix(" failed")?.parse().ok()?;
    Some(Tally { passed, failed })
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn read(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        for line in lines {
            tally.read(line);
        }
        tally
    }

    #[test]
    fn the_closing_lines_of_several_cargo_tests_add_up() {
        let tally = read(&[
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
        ]);
        assert_eq!(tally, Tally { passed: 4, failed: 2 });
    }

    #[test]
    fn a_plain_closing_line_counts() {
        assert_eq!(read(&["12 passed, 1 failed"]), Tally { passed: 12, failed: 1 });
    }

    #[test]
    fn the_sum_of_maven_counts_and_its_lines_for_a_class_do_not() {
        let tally = read(&[
            "[INFO] Tests run: 7, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1.2 s -- in org.footbridge.AloneTest",
            "[INFO] Tests run: 7, Failures: 0, Errors: 0, Skipped: 0",
            "[ERROR] Tests run: 9, Failures: 1, Errors: 2, Skipped: 1",
        ]);
        assert_eq!(tally, Tally { passed: 12, failed: 3 });
    }

    #[test]
    fn each_test_of_swift_counts_once_and_neither_its_suite_nor_the_sum_does() {
        let tally = read(&[
            "◇ Test \"it works\" started.",
            "✔ Test \"it works\" passed after 0.127 seconds.",
            "✘ Test \"it fails\" recorded an issue at A.swift:7:6: Caught error",
            "✘ Test \"it fails\" failed after 0.109 seconds with 1 issue.",
            "✘ Suite Alone failed after 1.1 seconds with 1 issue.",
            "✘ Test run with 2 tests failed after 1.1 seconds with 1 issue.",
        ]);
        assert_eq!(tally, Tally { passed: 1, failed: 1 });
    }

    #[test]
    fn other_lines_do_not_count() {
        assert!(read(&["test a_visit ... ok", "it was 3 passed, 0 failed", "", "passed, failed"]).is_empty());
    }
}
