//! The plan: one line, `ACTION NUMBER POINT`, as in `kill-before 3 write footbridge.db-wal`; `*` stands for every
//! point, and `list` alone only tells. Read anew at every point; pure. Invariant: a plan that cannot be read does
//! nothing.

use crate::point::Deed;

/// What is done at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Nothing; it is told.
    List,
    /// The process is killed before it.
    KillBefore,
    /// It is killed after half of the bytes; where there are none, before.
    KillHalf,
    /// It is killed after it.
    KillAfter,
    /// The disk is full, this once.
    FullOnce,
    /// The disk is full from here on: after half of the bytes, for all that needs room.
    FullFrom,
    /// The disk fails, this once.
    FailingOnce,
    /// The disk fails from here on, whatever is done.
    FailingFrom,
    /// What is to be made durable is said to be, and is not. For controls.
    Lie,
}

/// What is to become of one point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is done.
    Pass,
    /// The process ends here.
    KillBefore,
    /// The process ends in the middle.
    KillHalf,
    /// The process ends after it.
    KillAfter,
    /// It is refused: there is no room.
    Full,
    /// Half of it is written, and what is left finds no room.
    Half,
    /// It is refused: the disk fails.
    Failing,
    /// It is said to be done.
    Lie,
}

/// A plan that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    action: Action,
    number: u64,
    point: String,
}

impl Plan {
    /// Reads a plan.
    pub fn read(line: &str) -> Option<Self> {
        let mut words = line.trim().splitn(3, ' ');
        let action = match words.next()? {
            "list" => return Some(Self { action: Action::List, number: 0, point: String::new() }),
            "kill-before" => Action::KillBefore,
            "kill-half" => Action::KillHalf,
            "kill-after" => Action::KillAfter,
            "full-once" => Action::FullOnce,
            "full-from" => Action::FullFrom,
            "failing-once" => Action::FailingOnce,
            "failing-from" => Action::FailingFrom,
            "lie" => Action::Lie,
            _ => return None,
        };
        Some(Self { action, number: words.next()?.parse().ok()?, point: words.next()?.to_owned() })
    }

    fn means(&self, point: &str) -> bool {
        self.point == "*" || self.point == point
    }
}

/// A plan that is being carried out.
#[derive(Debug)]
pub struct Course {
    line: String,
    plan: Option<Plan>,
    met: u64,
}

impl Course {
    /// Nothing is planned.
    pub const fn new() -> Self {
        Self { line: String::new(), plan: None, met: 0 }
    }

    /// What is to become of this point, by the plan as it reads now. Another plan counts anew.
    pub fn judge(&mut self, line: &str, deed: Deed, point: &str) -> Verdict {
        if self.line != line {
            *self = Self { line: line.to_owned(), plan: Plan::read(line), met: 0 };
        }
        let Some(plan) = &self.plan else { return Verdict::Pass };
        let before = self.met;
        if plan.means(point) {
            self.met += 1;
        }
        let is_here = self.met == plan.number && self.met > before;
        let is_reached = self.met >= plan.number;
        match plan.action {
            Action::KillBefore if is_here => Verdict::KillBefore,
            Action::KillHalf if is_here => Verdict::KillHalf,
            Action::KillAfter if is_here => Verdict::KillAfter,
            Action::FullOnce if is_here => Verdict::Full,
            Action::FailingOnce if is_here => Verdict::Failing,
            Action::FullFrom if is_here && deed == Deed::Write => Verdict::Half,
            Action::FullFrom if is_reached && deed.needs_room() => Verdict::Full,
            Action::FailingFrom if is_reached => Verdict::Failing,
            Action::Lie if is_reached && deed == Deed::Sync && plan.means(point) => Verdict::Lie,
            _ => Verdict::Pass,
        }
    }
}

impl Default for Course {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Course, Deed, Verdict};

    const POINTS: [(Deed, &str); 5] = [
        (Deed::Make, "make a"),
        (Deed::Write, "write a"),
        (Deed::Sync, "sync a"),
        (Deed::Write, "write a"),
        (Deed::Remove, "remove a"),
    ];

    fn judged(line: &str) -> Vec<Verdict> {
        let mut course = Course::new();
        POINTS.iter().map(|(deed, point)| course.judge(line, *deed, point)).collect()
    }

    #[test]
    fn the_plan_meets_the_point_that_it_names_and_no_other() {
        use Verdict::{Failing, Full, Half, KillAfter, KillBefore, KillHalf, Lie, Pass};
        for line in ["", "list", "kill-before", "kill-before x write a", "burn 1 *"] {
            assert_eq!(judged(line), [Pass; 5], "{line}");
        }
        assert_eq!(judged("kill-before 2 write a"), [Pass, Pass, Pass, KillBefore, Pass]);
        assert_eq!(judged("kill-half 2 *"), [Pass, KillHalf, Pass, Pass, Pass]);
        assert_eq!(judged("kill-after 1 sync a"), [Pass, Pass, KillAfter, Pass, Pass]);
        assert_eq!(judged("full-once 1 make a"), [Full, Pass, Pass, Pass, Pass]);
        assert_eq!(judged("full-from 1 write a"), [Pass, Half, Pass, Full, Pass]);
        assert_eq!(judged("failing-once 2 write a"), [Pass, Pass, Pass, Failing, Pass]);
        assert_eq!(judged("failing-from 1 sync a"), [Pass, Pass, Failing, Failing, Failing]);
        assert_eq!(judged("lie 1 sync a"), [Pass, Pass, Lie, Pass, Pass]);
    }

    #[test]
    fn another_plan_counts_anew() {
        let mut course = Course::new();
        assert_eq!(course.judge("kill-before 2 write a", Deed::Write, "write a"), Verdict::Pass);
        assert_eq!(course.judge("kill-after 1 write a", Deed::Write, "write a"), Verdict::KillAfter);
    }
}
