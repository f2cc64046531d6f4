//! What a coordinator asks of the server from her phone: `invite`, `role`, `revoke`, `reinstate` and `review`.
//! Each is asked at once where there is a network, and otherwise at the next sync.

use std::collections::BTreeSet;

use footbridge_client::{
    Answered, Asked, CancellationToken, DeviceId, FootbridgeError, INVITATION_DAYS, Invited, Link, PersonId, Role,
};
use footbridge_text::{Arg, role_label};
use qrcode::QrCode;
use qrcode::render::unicode;
use serde_json::json;

use super::Terminal;
use crate::arguments::{Invite, RoleName};
use crate::exit::Failure;

impl Terminal<'_> {
    pub(super) fn invite(&self, invite: Invite) -> Result<(), Failure> {
        let Invite { name, role, districts, person, days } = invite;
        let whom = match person {
            Some(person) => Invited::Known(self.person_named("person", &person)?),
            None => Invited::New {
                name: name.clone().unwrap_or_default(),
                role: role.map_or(Role::Volunteer, Role::from),
                districts: districts.into_iter().collect(),
            },
        };
        if !self.is_meant_so(&whom)? {
            self.output.aside(&self.words.text("cli-not-saved", &[]));
            return Ok(());
        }
        let link = self.phone.invite(&whom, days.unwrap_or(INVITATION_DAYS))?;
        let is_sent = self.ask_at_once(&link.asked)?;
        let name = match whom {
            Invited::New { name, .. } => name,
            Invited::Known(person) => self.words.person(&person.to_string()),
        };
        if self.output.json {
            let expires_at = link.expires_at.to_string();
            return self.output.value(
                &json!({"url": link.url, "person": link.person.to_string(), "expires_at": expires_at, "sent": is_sent}),
            );
        }
        self.square(&link)?;
        let until = self.words.moment(&link.expires_at.to_string());
        self.output.sentence("cli-invitation", &[("name", Arg::Text(&name)), ("expires", Arg::Text(&until))])?;
        self.output.line(&link.url)?;
        self.output.sentence(if is_sent { "cli-invitation-holds" } else { "cli-link-waits" }, &[])
    }

    /// Warns where somebody of that name is there already, or a volunteer would see no district. A person who is there
    /// is asked; a script's invitation is made.
    fn is_meant_so(&self, whom: &Invited) -> Result<bool, Failure> {
        let Invited::New { name, role, districts } = whom else { return Ok(true) };
        let mut warned = Vec::new();
        if let Some(first) = self.phone.namesakes(name)?.first() {
            let who = self.words.headline(first);
            warned.push(("namesake", "name", self.words.text("cli-invite-namesake", &[("name", Arg::Text(&who))])));
        }
        if *role == Role::Volunteer && districts.is_empty() && !self.phone.districts()?.is_empty() {
            warned.push(("no_district", "district", self.words.text("cli-invite-no-district", &[])));
        }
        let mut is_meant = true;
        for (warning, field, message) in warned {
            self.output.warning(warning, field, None, &message);
            if is_meant && self.output.can_ask() {
                let ask = self.words.text("cli-invite-anyway", &[]);
                is_meant = self.output.confirm(&format!("{ask} {}", self.words.text("cli-yes-or-no", &[])));
            }
        }
        Ok(is_meant)
    }

    pub(super) fn review(&self) -> Result<(), Failure> {
        let link = self.phone.review_link()?;
        let is_sent = self.ask_at_once(&link.asked)?;
        if self.output.json {
            let expires_at = link.expires_at.to_string();
            return self.output.value(&json!({"url": link.url, "expires_at": expires_at, "sent": is_sent}));
        }
        let until = self.words.moment(&link.expires_at.to_string());
        self.output.sentence("cli-review-link", &[("expires", Arg::Text(&until))])?;
        self.output.line(&link.url)?;
        if is_sent { Ok(()) } else { self.output.sentence("cli-link-waits", &[]) }
    }

    pub(super) fn role(&self, person: &str, role: RoleName, districts: Vec<String>) -> Result<(), Failure> {
        let person = self.person_named("person", person)?;
        let (role, districts): (Role, BTreeSet<_>) = (role.into(), districts.into_iter().collect());
        let asked = self.phone.set_role(person, role, &districts)?;
        let name = self.words.person(&person.to_string());
        let label = role_label(self.output.language, role.name());
        self.asked(person, &asked, "cli-role-set", &[("name", Arg::Text(&name)), ("role", Arg::Text(&label))])
    }

    pub(super) fn revoke(&self, person: &str, device: Option<&str>, wipe: bool) -> Result<(), Failure> {
        let person = self.person_named("person", person)?;
        let device: Option<DeviceId> =
            device.map(|typed| typed.trim().parse().map_err(|_| Failure::invalid("device", Vec::new()))).transpose()?;
        let asked = self.phone.revoke(person, device, wipe)?;
        let name = self.words.person(&person.to_string());
        if device.is_some() {
            return self.asked(person, &asked, "cli-device-revoked", &[("name", Arg::Text(&name))]);
        }
        let waiting = self.phone.waiting_with(person)?;
        if self.output.json {
            let is_sent = self.ask_at_once(&asked)?;
            let ids: Vec<_> = waiting.iter().filter_map(|item| item.get("id")).collect();
            return self.output.value(&json!({"id": person.to_string(), "sent": is_sent, "follow_ups": ids}));
        }
        self.asked(person, &asked, "cli-person-revoked", &[("name", Arg::Text(&name))])?;
        if waiting.is_empty() {
            return Ok(());
        }
        self.output.line("")?;
        self.output.sentence("cli-left-follow-ups", &[("count", waiting.len().into()), ("name", Arg::Text(&name))])?;
        self.due_table(&waiting)
    }

    pub(super) fn reinstate(&self, person: &str) -> Result<(), Failure> {
        let person = self.person_named("person", person)?;
        let asked = self.phone.reinstate(person)?;
        let name = self.words.person(&person.to_string());
        self.asked(person, &asked, "cli-reinstated", &[("name", Arg::Text(&name))])
    }

    fn asked(&self, about: PersonId, asked: &Asked, key: &str, named: &[(&str, Arg<'_>)]) -> Result<(), Failure> {
        let is_sent = self.ask_at_once(asked)?;
        self.told_of_asking(&about.to_string(), is_sent, key, named)
    }

    /// Says that something was asked of the server, and whether it is done.
    pub(super) fn told_of_asking(
        &self,
        id: &str,
        is_sent: bool,
        key: &str,
        named: &[(&str, Arg<'_>)],
    ) -> Result<(), Failure> {
        if self.output.json {
            return self.output.value(&json!({"id": id, "sent": is_sent}));
        }
        self.output.sentence(key, named)?;
        if is_sent { Ok(()) } else { self.output.sentence("cli-asked-waits", &[]) }
    }

    /// Lets the server hear of it now, if it can be reached. Says whether it has carried it out; what it
    /// refuses is told here, and waits for nothing more.
    pub(super) fn ask_at_once(&self, asked: &Asked) -> Result<bool, Failure> {
        // Whatever keeps the phone from syncing now, the next sync asks again.
        drop(self.runtime.block_on(self.phone.sync(&|_| {}, &CancellationToken::new())));
        match self.phone.answered(asked)? {
            Answered::Done => Ok(true),
            Answered::Waiting => Ok(false),
            Answered::Refused(code) => {
                self.phone.forget_refused(asked)?;
                Err(FootbridgeError::Refused { code }.into())
            }
        }
    }

    /// The link as a square that a phone reads, where somebody is there to hold a phone before it.
    fn square(&self, link: &Link) -> Result<(), Failure> {
        match QrCode::new(link.url.as_bytes()) {
            Ok(code) if self.output.is_terminal() => {
                let square = code.render::<unicode::Dense1x2>().quiet_zone(true).build();
                self.output.line(&format!("{square}\n"))
            }
            _ => Ok(()),
        }
    }
}
