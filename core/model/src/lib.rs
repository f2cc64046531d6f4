//! What Footbridge knows: the kinds of record, their form as Automerge documents, what may be written
//! in them, who may see them. Pure: no clock, no socket, no database, no randomness of its own; devices
//! and the server call it with what they read and store what it gives back.
//!
//! The room of each thing: [`kinds`] describes every kind of record, one file a kind; [`validation`]
//! turns what a person entered into [`FieldChange`]s; [`document`] turns those into Automerge changes
//! and back into a [`Projection`]; [`policy`] says who may see and do what.

pub mod clean;
pub mod command;
pub mod document;
pub mod environment;
pub mod expiry;
pub mod facts;
pub mod fields;
pub mod ids;
pub mod kinds;
pub mod language;
pub mod national_number;
pub mod outline;
pub mod policy;
pub mod projection;
pub mod starter;
pub mod time;
pub mod validation;
pub mod vocabulary;

pub use command::{Command, Recipient};
pub use environment::{Clock, RandomSource};
pub use facts::{Facts, FollowUpState, Seen};
pub use fields::{FieldChange, Fields, Scalar};
pub use ids::{Actor, ChangeHash, DeviceId, DocumentId, PersonId, ProgrammeId, QuarantineId, TokenHash};
pub use kinds::{FieldSpec, Kind, KindSpec, Shape};
pub use outline::Outline;
pub use policy::{Denied, Member, Role, Scope};
pub use projection::{PROJECTION_VERSION, Projection};
pub use time::Timestamp;
pub use validation::{Invalid, Problem};
pub use vocabulary::Vocabulary;
