//! The room of words: everything that people read (in Norwegian Bokmål, Swedish and English), names of
//! languages, days, numbers and lists as they are said, the order of words, and what a search asks for.
//!
//! Called by the client and the command line (sentences, the search), and the server's pages.
//! Pure: no clock, no file, no network, no other room but the model. What a person reads is in `catalogues/`, never in
//! code; names of languages come from CLDR, never from us.

mod catalogue;
mod dates;
mod fold;
mod labels;
mod language;
mod languages;
mod numbers;
mod ordering;
mod search;

pub use catalogue::{Arg, keys, text, try_text};
pub use dates::{Day, day, day_of_the_week, day_of_the_year, moment};
pub use fold::{FOLD_VERSION, fold, query};
pub use labels::{
    code_label, field_label, invalid, kind_label, kinds_label, list_label, reason, reason_of, receipt_label,
    role_label, state_label, what_to_do, what_to_do_of,
};
pub use language::Language;
pub use languages::{canonical_tag, endonym, is_right_to_left, known_languages, language_name, language_tag};
pub use numbers::{list, number};
pub use ordering::{Order, sort_by_words};
pub use search::{Asked, Lexicon, searched};
