//! What people said: each answer that a device took, what its person saw in that field when she gave it, and whether it
//! must be somewhere at the end. Invariant: an answer is never forgotten here, only excused, with a reason.

use std::collections::BTreeSet;

use footbridge_model::DocumentId;

/// Why an answer need not be there at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excused {
    /// The device's files were put back to a moment before it, and the server did not have it.
    RolledBack,
    /// Its person, or a coordinator, threw it away.
    ThrownAway,
    /// The words were taken back by their author.
    TakenBack,
    /// The device was emptied as lost, or a draft went with a revoked device.
    Emptied,
    /// The server lost it, and no device that may give it back had it any more.
    NobodyHasIt,
}

/// An answer that a device took.
#[derive(Debug, Clone)]
pub struct Said {
    /// About which record.
    pub record: DocumentId,
    /// In which field.
    pub field: &'static str,
    /// The answer, which nobody else gives, but for somebody who chooses it.
    pub value: String,
    /// The places of those answers that its person saw there.
    pub saw: BTreeSet<usize>,
    /// The device that took it, by its place.
    pub device: usize,
    /// Why it need not be there.
    pub excused: Option<Excused>,
    /// It was said in a draft: the words may stand in another draft than this.
    pub in_draft: bool,
    /// It takes back what stood there, history included.
    pub is_rewording: bool,
}

/// Everything that was said, in that order.
#[derive(Debug, Clone, Default)]
pub struct Words {
    all: Vec<Said>,
}

impl Words {
    /// Everything.
    pub fn all(&self) -> &[Said] {
        &self.all
    }

    /// How much was said.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Takes an answer down.
    pub fn add(&mut self, said: Said) {
        self.all.push(said);
    }

    /// The places of what was said about a record with one of these values.
    pub fn places(&self, record: DocumentId, values: &BTreeSet<String>) -> BTreeSet<usize> {
        let is_one = |said: &Said| (said.record == record || said.in_draft) && values.contains(&said.value);
        self.all.iter().enumerate().filter(|(_, said)| is_one(said)).map(|(place, _)| place).collect()
    }

    /// The last that was said takes back what stood there.
    pub fn last_is_rewording(&mut self) {
        if let Some(said) = self.all.last_mut() {
            said.is_rewording = true;
        }
    }

    /// Excuses what is chosen of what is not excused yet.
    pub fn excuse(&mut self, why: Excused, chosen: impl Fn(usize, &Said) -> bool) {
        for (place, said) in self.all.iter_mut().enumerate() {
            if said.excused.is_none() && chosen(place, said) {
                said.excused = Some(why);
            }
        }
    }

    /// Those of `present` that nobody among them saw, nor saw in somebody else's place: the answers that are to be
    /// shown.
    pub fn standing(&self, present: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<usize> = present.iter().copied().collect();
        while let Some(said) = open.pop().and_then(|place| self.all.get(place)) {
            open.extend(said.saw.iter().copied().filter(|place| seen.insert(*place)));
        }
        present.difference(&seen).copied().collect()
    }
}
