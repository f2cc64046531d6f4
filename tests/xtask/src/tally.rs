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
    /// (`test result: ok. 3 passed; 0 failed; …`) or a plain one (`3 passed, 0 failed`).
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        let counts = match line.strip_prefix("test result: ") {
            Some(result) => result.split_once(". ").map(|(_, counts)| counts),
            None => Some(line),
        };
        if let Some(tally) = counts.and_then(counted) {
            self.add(tally);
        }
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
    fn other_lines_do_not_count() {
        assert!(read(&["test a_visit ... ok", "it was 3 passed, 0 failed", "", "passed, failed"]).is_empty());
    }
}
