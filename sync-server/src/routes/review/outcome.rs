//! What became of what was done, as the next page says it. Called by every route that changes something. Invariant: an
//! address can name one of these and nothing else.

/// The pair of an address that says what was just done.
pub const DONE: &str = "done";

macro_rules! outcomes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $key:literal, $good:literal;)*) => {
        /// What became of it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Outcome { $($(#[$doc])* $variant,)* }

        impl Outcome {
            const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in an address.
            pub(super) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The sentence that says it.
            pub(super) const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            /// Whether it is what was wanted.
            pub(super) const fn is_good(self) -> bool {
                match self { $(Self::$variant => $good,)* }
            }
        }
    };
}

outcomes! {
    /// An answer is chosen.
    Chosen = "chosen", "review-chosen", true;
    /// Somebody gave another answer meanwhile.
    Meanwhile = "meanwhile", "review-chosen-meanwhile", false;
    /// The programme does not allow that answer any more.
    NotAllowed = "not-allowed", "review-choice-not-allowed", false;
    /// Only its author can.
    NotHers = "not-hers", "review-author-chooses", false;
    /// A follow-up is given to somebody.
    Given = "given", "review-given", true;
    /// A follow-up is closed.
    Closed = "closed", "review-closed", true;
    /// A follow-up is open again.
    Reopened = "reopened", "review-reopened", true;
    /// Somebody was faster.
    Changed = "changed", "review-changed-meanwhile", false;
    /// It is kept.
    Saved = "saved", "review-saved", true;
    /// A code of that name is there.
    Taken = "taken", "review-code-taken", false;
    /// No name can be made of it.
    NoName = "no-name", "review-code-no-name", false;
    /// Something of it is not allowed.
    Refused = "refused", "review-refused", false;
    /// A person has a name.
    NameNeeded = "name-needed", "review-name-needed", false;
    /// The name of whom is to be erased was typed otherwise.
    NameNotTyped = "name-not-typed", "review-erase-person-not-typed", false;
    /// Her rights are taken away.
    Revoked = "revoked", "review-revoked-done", true;
    /// She has her rights again.
    Reinstated = "reinstated", "review-reinstated-done", true;
    /// What a revoked device handed over is taken over.
    TakenOver = "taken-over", "review-taken", true;
    /// Some of it could not be taken.
    TakenPartly = "taken-partly", "review-taken-partly", false;
    /// It is thrown away.
    Discarded = "discarded", "review-discarded", true;
    /// A record is gone for good.
    Erased = "erased", "review-erased", true;
    /// Notes are kept as long as before.
    NotesKept = "notes-kept", "review-notes-kept", true;
    /// The programme would be left without a coordinator.
    LastCoordinator = "last-coordinator", "review-last-coordinator", false;
}

impl Outcome {
    /// The one of that name.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_found_by_its_name_and_has_its_sentence() {
        let keys = footbridge_text::keys();
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::from_name(outcome.name()), Some(*outcome));
            assert!(keys.contains(outcome.key()), "{}", outcome.key());
        }
        assert_eq!(Outcome::from_name("<script>"), None);
    }
}
