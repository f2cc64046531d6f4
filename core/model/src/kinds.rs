//! The kinds of record, one file each. A kind is a table of its fields; everything else that handles
//! records (validation, documents, projections, the command line's schemas, exports) reads that table, so
//! a new kind is a new file here, a line in [`Kind`], and its words in the catalogues.

mod code;
mod contact;
mod follow_up;
mod note;
mod person;
mod programme;
mod visit;

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The programme itself.
    Programme,
    /// An entry of a code list.
    Code,
    /// A volunteer or coordinator.
    Person,
    /// One conversation.
    Visit,
    /// Free text on a visit or contact.
    Note,
    /// A handle by which a second conversation can be linked.
    Contact,
    /// Something promised to a woman, to be done by somebody.
    FollowUp,
}

impl Kind {
    /// Every kind that this version knows.
    pub const ALL: [Self; 7] =
        [Self::Programme, Self::Code, Self::Person, Self::Visit, Self::Note, Self::Contact, Self::FollowUp];

    /// Its description.
    pub const fn spec(self) -> &'static KindSpec {
        match self {
            Self::Programme => &programme::SPEC,
            Self::Code => &code::SPEC,
            Self::Person => &person::SPEC,
            Self::Visit => &visit::SPEC,
            Self::Note => &note::SPEC,
            Self::Contact => &contact::SPEC,
            Self::FollowUp => &follow_up::SPEC,
        }
    }

    /// Its name in documents, on the wire and on the command line.
    pub const fn name(self) -> &'static str {
        self.spec().name
    }

    /// The kind of that name; `None` where this version does not know it (a newer one may).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What there is to know about a kind.
#[derive(Debug)]
pub struct KindSpec {
    /// Its name.
    pub name: &'static str,
    /// The version of its fields that this build writes.
    pub schema: i64,
    /// Its fields, in the order in which they are shown and exported.
    pub fields: &'static [FieldSpec],
    /// The field that names the record it is on; it shares that record's audience or facts.
    pub parent: Option<&'static str>,
    /// The field by whose time it stands in lists; else when it was recorded.
    pub dated_by: Option<&'static str>,
    /// Whether it can wait as a draft that its author alone sees.
    pub drafted: bool,
}

impl KindSpec {
    /// The field of this name, if it has one.
    pub fn field(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One field of a kind.
#[derive(Debug)]
pub struct FieldSpec {
    /// Its name.
    pub name: &'static str,
    /// What it can hold.
    pub shape: Shape,
    /// Whether a record cannot be without it.
    pub required: bool,
    /// How it is set.
    pub set_by: SetBy,
    /// Whether the full-text search reads it.
    pub searched: bool,
}

impl FieldSpec {
    /// An optional field that whoever may edit the record sets.
    pub(crate) const fn new(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, required: false, set_by: SetBy::Editor, searched: false }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(crate) const fn set_by(mut self, set_by: SetBy) -> Self {
        self.set_by = set_by;
        self
    }

    pub(crate) const fn searched(mut self) -> Self {
        self.searched = true;
        self
    }
}

/// Who gives a field its value, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetBy {
    /// Whoever may edit the record.
    Editor,
    /// The record's author alone.
    Author,
    /// Whoever makes the record, once.
    Creation,
    /// The server, asked by a command.
    Command,
}

/// What a field can hold. Lengths are in characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One line of at most so many characters.
    Text {
        /// At most so many.
        max: usize,
    },
    /// Free text of at most so many characters, on as many lines as it needs.
    Prose {
        /// At most so many.
        max: usize,
    },
    /// A code of a list.
    Code {
        /// The list.
        list: &'static str,
    },
    /// A code of a list, or words of one's own.
    CodeOrText {
        /// The list.
        list: &'static str,
        /// At most so many characters of one's own.
        max: usize,
    },
    /// One of a few words that no programme changes.
    Fixed(&'static [&'static str]),
    /// Any number of codes of a list.
    CodeSet {
        /// The list.
        list: &'static str,
    },
    /// Any number of languages as BCP 47 tags.
    LanguageSet,
    /// Any number of names.
    NameSet {
        /// At most so many characters each.
        max: usize,
    },
    /// One of the programme's districts; any name before the first join.
    District,
    /// A whole number from 0 to `max`, or null for not known.
    Count {
        /// The highest that is believed.
        max: i64,
    },
    /// Yes or no.
    Flag,
    /// A day, or a time with its offset.
    Moment,
    /// A day.
    Day,
    /// The id of a record of one of these kinds.
    Reference(&'static [Kind]),
    /// What districts are called now, by their first names: an entry a district that was renamed.
    DistrictNames {
        /// Characters of a name at most.
        max: usize,
    },
    /// Labels by language.
    Labels {
        /// At most so many characters each.
        max: usize,
    },
    /// A name of the IANA time zone database.
    TimeZone,
    /// Two capital letters of ISO 3166-1.
    Country,
    /// The name of a code: small letters, digits and underscores.
    CodeName,
}

impl Shape {
    /// Whether it is a set: each member a key of its own in the document.
    pub const fn is_set(self) -> bool {
        matches!(self, Self::CodeSet { .. } | Self::LanguageSet | Self::NameSet { .. })
    }

    /// Whether each entry is a key of its own with a value (`labels/nb`).
    pub const fn is_map(self) -> bool {
        matches!(self, Self::Labels { .. } | Self::DistrictNames { .. })
    }

    /// The code list that its values come from.
    pub const fn list(self) -> Option<&'static str> {
        match self {
            Self::Code { list } | Self::CodeOrText { list, .. } | Self::CodeSet { list } => Some(list),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(Kind::from_name("multicafe"), None);
    }

    #[test]
    fn no_field_of_any_kind_takes_a_name_that_every_record_has() {
        for kind in Kind::ALL {
            for field in kind.spec().fields {
                for taken in ["id", "record", "author", "recorded_at", "receipt", "disagreements", "schema", "version"]
                {
                    assert_ne!(field.name, taken, "{}", kind.name());
                }
                assert!(!field.name.contains('/'), "{}", field.name);
            }
        }
    }

    #[test]
    fn what_a_record_is_on_is_one_of_its_fields() {
        for kind in Kind::ALL {
            if let Some(parent) = kind.spec().parent {
                let shape = kind.spec().field(parent).map(|field| field.shape);
                assert!(matches!(shape, Some(Shape::Reference(_))), "{}", kind.name());
            }
        }
    }
}
