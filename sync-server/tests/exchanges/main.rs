//! The exchanges of the protocol against the real router and a real database, in this process.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod audit;
mod authority;
mod clean_text;
mod digests;
mod drafts;
mod expiring;
mod giving_back;
mod joining;
mod lost_tablet;
mod odd_input;
mod pages;
mod pages_aside;
mod pages_finding;
mod pages_follow_ups;
mod pages_in_words;
mod pages_lists;
mod pages_people;
mod pages_signing_in;
mod pages_taken_back;
mod people;
mod people_going;
mod pulling;
mod pushing;
mod quarantine;
mod quarantine_property;
mod reviewing;
mod rights;
mod support;
mod taken_back;
