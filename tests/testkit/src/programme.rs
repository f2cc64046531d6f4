//! The model programme: a server, Helsingborg's four districts, and people with their phones.
//!
//! Used by nearly every story. Invariant: whoever it hands out has joined and has synced once.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::phone::Phone;
use crate::server::Server;

/// The districts of the programme.
pub const DISTRICTS: [&str; 4] = ["Dalhem", "Drottninghög", "Fredriksdal", "Närlunda"];

/// A programme on a server that runs.
pub struct Programme {
    /// The server.
    pub server: Server,
    /// The programme's id.
    pub id: String,
}

impl Programme {
    /// The programme, with nobody in it.
    #[track_caller]
    pub fn start() -> Self {
        Self::on(Server::start())
    }

    /// The programme on this server, which runs.
    #[track_caller]
    pub fn on(server: Server) -> Self {
        let id = Self::create(&server, "Stadsdelsmammor");
        Self { server, id }
    }

    /// Makes a programme like this one, of another name; the answer is its id.
    #[track_caller]
    pub fn create(server: &Server, name: &str) -> String {
        let mut arguments = vec!["programme", "create", name, "--country", "SE", "--time-zone", "Europe/Stockholm"];
        arguments.extend(["--language", "sv", "--language", "nb", "--language", "en"]);
        for district in &DISTRICTS {
            arguments.extend(["--district", district]);
        }
        text(&server.ask(&arguments), "programme")
    }

    /// An invitation as a volunteer of these districts.
    #[track_caller]
    pub fn invitation(&self, role: &str, name: &str, districts: &[&str]) -> String {
        let mut arguments = vec!["invite", &self.id, "--role", role, "--name", name];
        for district in districts {
            arguments.extend(["--district", district]);
        }
        text(&self.server.ask(&arguments), "url")
    }

    /// A volunteer of these districts with her phone.
    #[track_caller]
    pub fn volunteer(&self, name: &str, districts: &[&str]) -> Phone {
        self.joined(Phone::new(name), "volunteer", districts)
    }

    /// A coordinator with her tablet.
    #[track_caller]
    pub fn coordinator(&self, name: &str) -> Phone {
        self.joined(Phone::new(name), "coordinator", &[])
    }

    /// Lets whoever holds this phone join.
    #[track_caller]
    pub fn joined(&self, mut phone: Phone, role: &str, districts: &[&str]) -> Phone {
        let invitation = self.invitation(role, phone.name(), districts);
        phone.join(&self.server, &invitation);
        phone.sync();
        phone
    }

    /// The id of a person of this name.
    #[track_caller]
    pub fn person(&self, name: &str) -> String {
        let people = self.people();
        people.get(name).cloned().unwrap_or_else(|| panic!("{name} is none of {people:?}"))
    }

    /// Everybody's id by name.
    #[track_caller]
    pub fn people(&self) -> BTreeMap<String, String> {
        let answer = self.server.ask(&["members", &self.id]);
        let members = answer["items"].as_array().cloned().unwrap_or_default();
        members.iter().map(|member| (text(member, "name"), text(member, "person"))).collect()
    }

    /// The path that signs a coordinator in to the review pages, and works once.
    #[track_caller]
    pub fn review_link(&self, name: &str) -> String {
        text(&self.server.ask(&["review-link", &self.id, "--person", &self.person(name)]), "url")
    }
}

#[track_caller]
fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is in the answer: {value}")).to_owned()
}
