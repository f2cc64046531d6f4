//! Who may do what: every route, and every item of a push, asked by everybody about their own record, another's and
//! another programme's. The table is `authority.md` beside this; a route that nobody has asked here fails the test.
//! `FOOTBRIDGE_WRITE_AUTHORITY=1` writes the table anew, to be read before it is kept.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use footbridge_model::document;
use footbridge_model::vocabulary::code_id;
use footbridge_model::{
    ChangeHash, Command, DocumentId, Kind, PersonId, ProgrammeId, Recipient, Role, Scope, Timestamp, TokenHash,
};
use footbridge_protocol::{
    Answer, ChangeItem, DigestsRequest, DocumentsMessage, DocumentsRequest, HelloRequest, Invitation, InvitationToken,
    Item, JoinMessage, Message, Nonce, PullRequest, QuarantineMessage, QuarantineRequest, RenewalItem, SessionToken,
    decode, encode, join, pull, quarantine, session,
};
use footbridge_server::admin::AdminRequest;
use footbridge_server::{Method, routes_table};
use serde_json::json;

use super::pages::Browser;
use super::support::{NOW, Office, Phone, Recorded, draft, draft_body, from_the_start, push_envelopes, random, set};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exchanges/authority.md");

/// What stands before the rows.
const HEAD: &str = "\
# Who may do what

Made by `authority.rs`, which walks the router and asks every route and every item of a push, and compares. A cell is
what is told: `yes`, the name of a code, `absent` where the answer leaves the record out as if there were none, or the
status of a page. Where it depends on whose record it is: her own / another's in her programme / one of another
programme.

| asked | stranger | volunteer | coordinator | revoked coordinator |
|---|---|---|---|---|
";

/// How many records of each kind there are to be asked about: one a row of the table, and some more.
const RECORDS: usize = 60;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asker {
    /// Nobody that the server knows.
    Stranger,
    Volunteer,
    Coordinator,
    /// A coordinator whose rights were taken from her, with all that she still holds.
    Revoked,
}

const ASKERS: [Asker; 4] = [Asker::Stranger, Asker::Volunteer, Asker::Coordinator, Asker::Revoked];

/// Whose record is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Own,
    Anothers,
    AnotherProgrammes,
}

const WHOSE: [Whose; 3] = [Whose::Own, Whose::Anothers, Whose::AnotherProgrammes];

/// What is asked, in the order of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    /// A method and a path.
    Route(Method, &'static str),
    /// An item of a push.
    Item(&'static str),
}

/// Every item of a push.
const ITEMS: [&str; 18] = [
    "draft",
    "change",
    "change given back",
    "renewal",
    "give",
    "close",
    "reopen",
    "attribute",
    "erase",
    "seen",
    "role",
    "revoke",
    "reinstate",
    "invite",
    "take",
    "discard",
    "review link",
    "note on it",
];

/// A server with everybody in it, for one asker and one owner.
struct Stage {
    office: Office,
    asker: Asker,
    whose: Whose,
    /// Who asks.
    phone: Phone,
    browser: Browser,
    token: Option<SessionToken>,
    /// Whose records they are.
    owner: PersonId,
    owners_programme: ProgrammeId,
    /// Records that were not asked about yet.
    visits: Vec<Recorded>,
    follow_ups: Vec<Recorded>,
    closed: Vec<Recorded>,
    /// People who were not asked about yet, in the owner's programme.
    people: Vec<PersonId>,
    /// What a revoked device of the owner's programme handed over.
    quarantined: Vec<DocumentId>,
}

impl Stage {
    async fn set(asker: Asker, whose: Whose) -> Self {
        let office = Office::open().await;
        let mut phone = match asker {
            Asker::Stranger => Phone::new(),
            Asker::Volunteer => office.leila().await,
            Asker::Coordinator | Asker::Revoked => office.kari().await,
        };
        // Another coordinator, so that nobody is the last.
        let mut ingrid = office.phone(Role::Coordinator, "Ingrid", &[]).await;
        let is_own = whose == Whose::Own && asker != Asker::Stranger;
        let mut another = match whose {
            Whose::AnotherProgrammes => office.solveig(Role::Volunteer).await,
            Whose::Own | Whose::Anothers => office.amina().await,
        };
        let owners_programme = another.programme;
        let owner = if is_own { &mut phone } else { &mut another };
        let (mut visits, mut follow_ups) = (Vec::new(), Vec::new());
        for _ in 0..RECORDS {
            let visit = owner.visit();
            follow_ups.push(owner.record(Kind::FollowUp, json!({ "about": visit.id, "what": "studies" })));
            visits.push(visit);
        }
        let items: Vec<_> = visits.iter().chain(&follow_ups).map(Recorded::item).collect();
        assert_eq!(owner.push(&office, items).await, [Answer::Accepted; 2 * RECORDS]);
        let closed = follow_ups.split_off(RECORDS / 2);
        let close = Command::Close { outcome: None };
        let closing: Vec<_> = closed.iter().map(|record| owner.command(record.id, &close)).collect();
        assert_eq!(owner.push(&office, closing).await, [Answer::Accepted; RECORDS / 2]);
        let owner = owner.person;
        let mut people = Vec::new();
        for name in ["Fatima", "Hodan", "Zahra", "Nadia"] {
            people.push(office.phone_in(owners_programme, Role::Volunteer, name, &[]).await.person);
        }
        let quarantined = handed_over(&office, owners_programme).await;
        let is_coordinator = matches!(asker, Asker::Coordinator | Asker::Revoked);
        let browser = if is_coordinator { Browser::of(&office, &phone).await } else { Browser::new() };
        let token = match asker {
            Asker::Stranger => None,
            _ => Some(phone.session(&office).await.unwrap().token),
        };
        if asker == Asker::Revoked {
            let revoke = ingrid.command(phone.person.document(), &Command::Revoke { device: None, wipe: false });
            assert_eq!(ingrid.push(&office, vec![revoke]).await, [Answer::Accepted]);
        }
        Self {
            office,
            asker,
            whose,
            phone,
            browser,
            token,
            owner,
            owners_programme,
            visits,
            follow_ups,
            closed,
            people,
            quarantined,
        }
    }

    /// What the asker is told.
    async fn ask(&mut self, row: Row) -> String {
        match row {
            Row::Item(name) => {
                let item = self.item(name);
                self.push(item).await
            }
            Row::Route(Method::Get, path) if path.starts_with("/review") || path == "/join" => self.page(path).await,
            Row::Route(Method::Post, path) if path.starts_with("/review") => self.form(path).await,
            Row::Route(Method::Any, _) => {
                let page = self.browser.get(&self.office, "/review/nowhere").await;
                status(page.status)
            }
            Row::Route(Method::Get, path) => self.get(path).await,
            Row::Route(Method::Post, path) => self.wire(path).await,
        }
    }

    async fn get(&mut self, path: &'static str) -> String {
        let mut request = Request::get(path);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, token.to_authorization());
        }
        // Only its head is looked at: the stream of events has no end.
        let response = self.office.answer(request.body(Body::empty()).unwrap()).await;
        status(response.status())
    }

    /// Opens a page about the owner's record, and gives what stands on it.
    async fn page(&mut self, path: &'static str) -> String {
        let path = self.address(path);
        let page = self.browser.get(&self.office, &path).await;
        status(page.status)
    }

    /// Sends a form about the owner's record, as from a page of this browser.
    async fn form(&mut self, path: &'static str) -> String {
        let fields = self.fields(path);
        let path = self.address(path);
        let page = self.browser.get(&self.office, "/review").await;
        let token = page.text.split_once("name=\"token_of_this_page\" value=\"");
        let token = token.map_or("", |(_, rest)| rest.split('"').next().unwrap()).to_owned();
        let mut pairs: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        pairs.push(("token_of_this_page", &token));
        let page = self.browser.post(&self.office, &path, &pairs).await;
        let told = page.header(header::LOCATION).split_once("done=").map(|(_, told)| told);
        told.map_or_else(|| status(page.status), |told| told.split(['#', '&']).next().unwrap().to_owned())
    }

    /// An address with the owner's record in it.
    fn address(&mut self, path: &'static str) -> String {
        if path.contains("{*rest}") {
            return "/review/nowhere".to_owned();
        }
        if path == "/review/assets/{name}" {
            return "/review/assets/nothing.css".to_owned();
        }
        let id = match path {
            _ if !path.contains("{id}") => return path.replace("{list}", "topics"),
            _ if path.starts_with("/review/people/") => self.person(1),
            "/review/aside/{id}/take" => self.quarantined[2],
            "/review/aside/{id}/discard" => self.quarantined[3],
            _ if path.starts_with("/review/lists/") => code_id(self.owners_programme, "topics", "housing"),
            _ if path.ends_with("/reopen") => self.closed.pop().unwrap().id,
            _ if path.starts_with("/review/follow-ups/") => self.follow_ups.pop().unwrap().id,
            _ => self.visits.pop().unwrap().id,
        };
        path.replace("{id}", &id.to_string()).replace("{list}", "topics")
    }

    /// What a form sends.
    fn fields(&self, path: &'static str) -> Vec<(&'static str, String)> {
        match path {
            "/review/follow-ups/{id}/give" => {
                vec![("to", format!("person/{}", self.phone.person)), ("handed_on", "0".to_owned())]
            }
            "/review/people/invite" => {
                let id = PersonId::from_bytes(random());
                let anyway = ("anyway", "yes".to_owned());
                vec![
                    ("name", "Maryam".to_owned()),
                    ("person", id.to_string()),
                    ("role", "volunteer".to_owned()),
                    anyway,
                ]
            }
            "/review/people/{id}/erase" => vec![("name", "Nobody".to_owned())],
            "/review/people/{id}/name" => vec![("name", "Amina Berg".to_owned())],
            "/review/people/{id}/device" => vec![("once", "1".to_owned())],
            "/review/people/{id}/role" => vec![("role", "volunteer".to_owned())],
            "/review/lists/{list}" => vec![("label-sv", "Simning".to_owned())],
            "/review/lists/{list}/{id}" => vec![("label-sv", "Boende".to_owned()), ("seen", "0".repeat(64))],
            "/review/lists/{list}/{id}/place" => vec![("up", "true".to_owned())],
            "/review/records/{id}/answers" => {
                let (field, seen) = ("minutes".to_owned(), "0".repeat(64));
                vec![("field", field), ("value", "20".to_owned()), ("seen", seen), ("back", String::new())]
            }
            "/review/sign-in"
            | "/review/sign-out"
            | "/review/keep-notes"
            | "/review/records/{id}/erase"
            | "/review/aside/{id}/take"
            | "/review/aside/{id}/discard"
            | "/review/follow-ups/{id}/close"
            | "/review/follow-ups/{id}/reopen"
            | "/review/people/{id}/revoke"
            | "/review/people/{id}/reinstate" => Vec::new(),
            other => panic!("{other} is a new route: say here what its form sends, and write the table anew"),
        }
    }

    async fn wire(&mut self, path: &'static str) -> String {
        let scope = Scope::Person(self.owner);
        match path {
            "/v1/hello" => {
                let request = HelloRequest { client_nonce: Nonce::from_bytes(random()), versions: vec![1] };
                self.post(path, &request).await.0
            }
            join::PATH => {
                // The invitation of somebody of the owner's programme.
                let (programme, lasts_millis) = (self.owners_programme, Some(60_000));
                let asked = AdminRequest::InviteFurther { programme, person: self.people[0], lasts_millis };
                let made = self.office.ask(asked).await;
                let invitation = Invitation::parse(made["url"].as_str().unwrap()).unwrap();
                self.join(invitation.token).await
            }
            session::PATH => {
                self.phone.session(&self.office).await.map_or_else(|code| code.name().to_owned(), |_| yes())
            }
            "/v1/push" => {
                let item = self.item("change");
                self.push(item).await
            }
            pull::PATH => {
                let request = PullRequest { scopes: vec![from_the_start(scope)], first_frame_bytes: None };
                self.post(path, &request).await.0
            }
            pull::DOCUMENTS_PATH => {
                let ids = vec![self.visits[0].id];
                let (told, body) = self.post(path, &DocumentsRequest { ids }).await;
                match decode::<DocumentsMessage>(&body) {
                    Ok(found) if found.items.is_empty() => "absent".to_owned(),
                    _ => told,
                }
            }
            pull::digests::PATH => self.post(path, &DigestsRequest { scope, after: None }).await.0,
            quarantine::PATH => {
                let (told, body) = self.post(path, &QuarantineRequest { after: None }).await;
                match decode::<QuarantineMessage>(&body) {
                    Ok(found) => {
                        let here = found
                            .items
                            .iter()
                            .any(|item| self.quarantined.iter().any(|entry| entry.as_bytes() == item.id.as_bytes()));
                        if here { told } else { "absent".to_owned() }
                    }
                    Err(_) => told,
                }
            }
            other => panic!("{other} is a new route: say here how it is asked, and write the table anew"),
        }
    }

    async fn post<M: Message>(&self, path: &str, message: &M) -> (String, Vec<u8>) {
        let answered = self.office.post(path, self.token.as_ref(), encode(message).unwrap()).await;
        let told = answered.code().map_or_else(yes, |code| code.name().to_owned());
        (told, answered.body.to_vec())
    }

    async fn join(&mut self, invitation: InvitationToken) -> String {
        let message = JoinMessage {
            server_nonce: self.office.nonce().await,
            identity: self.office.state.identity().public(),
            invitation,
            device: self.phone.device,
            public_key: self.phone.key.public(),
            build: "test".to_owned(),
        };
        let answered = self.office.post(join::PATH, None, message.seal(&self.phone.key).unwrap()).await;
        answered.code().map_or_else(yes, |code| code.name().to_owned())
    }

    async fn push(&mut self, item: Item) -> String {
        let envelope = self.phone.envelope(&self.office, vec![item]);
        let pushed = push_envelopes(&self.office, &[envelope]).await;
        let envelope = pushed.envelopes.first().unwrap();
        match envelope.items.first().map_or(envelope.answer, |item| item.answer) {
            Answer::Accepted | Answer::Duplicate => yes(),
            Answer::Refused(code) => code.name().to_owned(),
            Answer::RefusedUnknown(number) => number.to_string(),
        }
    }

    fn item(&mut self, name: &'static str) -> Item {
        let now = Timestamp(NOW);
        let recipient = Recipient::Person(self.phone.person);
        let hash = || TokenHash(random());
        let expires_at = now.plus_millis(60_000);
        let changed = |stage: &mut Self| {
            let visit = stage.visits.pop().unwrap();
            stage.phone.edit(&visit, &[set("minutes", 5)])
        };
        let about = |stage: &mut Self| stage.visits.pop().unwrap().id;
        let command = match name {
            "draft" => return draft(DocumentId::from_bytes(random()), 1, None, Some(&draft_body("{}"))),
            "change" => return changed(self).item(),
            "change given back" => {
                let Item::Change(item) = changed(self).item() else { unreachable!() };
                return Item::Change(ChangeItem { given_back: Some(true), author: Some(self.owner), ..item });
            }
            "note on it" => {
                let on = about(self);
                return self.phone.record(Kind::Note, json!({ "on": on, "text": "Hon vill läsa." })).item();
            }
            "renewal" => {
                let visit = self.visits.pop().unwrap();
                let seen = document::heads(&visit.made.stored).unwrap();
                let fresh = self.phone.record(Kind::Visit, json!({ "kind": "home", "district": "Dalhem" }));
                let (kind, document) = (visit.kind.name().to_owned(), fresh.made.change);
                return Item::Renewal(RenewalItem { id: visit.id, kind, generation: 1, document, seen, drafts: None });
            }
            "give" => (self.follow_ups.pop().unwrap().id, Command::Give { to: recipient, seen: None }),
            "close" => (self.follow_ups.pop().unwrap().id, Command::Close { outcome: None }),
            "reopen" => (self.closed.pop().unwrap().id, Command::Reopen),
            "attribute" => (about(self), Command::Attribute { person: self.phone.person }),
            "erase" => (about(self), Command::Erase),
            "seen" => (about(self), Command::Seen { heads: vec![ChangeHash([0; 32])] }),
            "role" => (self.person(1), Command::Role { role: Role::Volunteer, districts: BTreeSet::new() }),
            "revoke" => (self.person(2), Command::Revoke { device: None, wipe: false }),
            "reinstate" => (self.person(3), Command::Reinstate),
            "invite" => {
                let (role, districts) = (Role::Volunteer, BTreeSet::new());
                (self.person(1), Command::Invite { token: hash(), name: None, role, districts, expires_at })
            }
            "take" => (self.quarantined[0], Command::Take),
            "discard" => (self.quarantined[1], Command::Discard),
            "review link" => (self.owner.document(), Command::ReviewLink { token: hash(), expires_at }),
            other => panic!("{other} is no item"),
        };
        self.phone.command(command.0, &command.1)
    }

    /// Herself, or somebody of the owner's programme.
    fn person(&self, number: usize) -> DocumentId {
        match self.whose {
            Whose::Own if self.asker != Asker::Stranger => self.phone.person.document(),
            _ => self.people[number].document(),
        }
    }
}

/// What a revoked device of a programme handed over.
async fn handed_over(office: &Office, programme: ProgrammeId) -> Vec<DocumentId> {
    let mut gone = office.phone_in(programme, Role::Volunteer, "Aisha", &[]).await;
    let mut kari = office.phone_in(programme, Role::Coordinator, "Solfrid", &[]).await;
    let revoke = kari.command(gone.person.document(), &Command::Revoke { device: None, wipe: false });
    assert_eq!(kari.push(office, vec![revoke]).await, [Answer::Accepted]);
    let visits = [gone.visit(), gone.visit(), gone.visit(), gone.visit()];
    gone.push(office, visits.iter().map(Recorded::item).collect()).await;
    let token = kari.session(office).await.unwrap().token;
    let request = encode(&QuarantineRequest { after: None }).unwrap();
    let answered = office.post(quarantine::PATH, Some(&token), request).await;
    let found: QuarantineMessage = decode(&answered.body).unwrap();
    assert_eq!(found.items.len(), visits.len());
    found.items.iter().map(|item| DocumentId::from_bytes(*item.id.as_bytes())).collect()
}

fn yes() -> String {
    "yes".to_owned()
}

fn status(status: StatusCode) -> String {
    if status.is_success() || status.is_redirection() { yes() } else { status.as_u16().to_string() }
}

fn rows() -> Vec<Row> {
    let routes = routes_table().into_iter().map(|route| Row::Route(route.method, route.path));
    routes.chain(ITEMS.into_iter().map(Row::Item)).collect()
}

/// Whether who asks this may be somebody else afterwards, and is better set on a stage of her own.
fn changes_the_asker(row: Row, asker: Asker, whose: Whose) -> bool {
    match row {
        Row::Route(Method::Post, join::PATH) => asker == Asker::Stranger,
        Row::Route(Method::Post, "/review/sign-out") => asker == Asker::Coordinator,
        Row::Route(Method::Post, path) if path.ends_with("/role") || path.ends_with("/revoke") => whose == Whose::Own,
        Row::Route(_, _) => false,
        Row::Item(name) => whose == Whose::Own && matches!(name, "role" | "revoke"),
    }
}

fn name(row: Row) -> String {
    match row {
        Row::Route(Method::Get, path) => format!("`GET {path}`"),
        Row::Route(Method::Post, path) => format!("`POST {path}`"),
        Row::Route(Method::Any, path) => format!("any `{path}`"),
        Row::Item(name) => format!("push: {name}"),
    }
}

#[tokio::test]
async fn every_route_and_every_item_answers_everybody_as_the_table_says() {
    let rows = rows();
    let mut told: Vec<Vec<Vec<String>>> = vec![Vec::new(); rows.len()];
    for asker in ASKERS {
        for cells in &mut told {
            cells.push(Vec::new());
        }
        for whose in WHOSE {
            let mut stage = Stage::set(asker, whose).await;
            for (row, cells) in rows.iter().zip(&mut told) {
                let cell = if changes_the_asker(*row, asker, whose) {
                    Stage::set(asker, whose).await.ask(*row).await
                } else {
                    stage.ask(*row).await
                };
                cells.last_mut().unwrap().push(cell);
            }
        }
    }
    let mut table = String::from(HEAD);
    for (row, cells) in rows.iter().zip(told) {
        let cells = cells.into_iter().map(|mut cell| {
            // The same for everybody's record is said once.
            if cell.iter().all(|word| *word == cell[0]) {
                cell.truncate(1);
            }
            cell.join(" / ")
        });
        writeln!(table, "| {} | {} |", name(*row), cells.collect::<Vec<_>>().join(" | ")).unwrap();
    }
    if std::env::var_os("FOOTBRIDGE_WRITE_AUTHORITY").is_some() {
        std::fs::write(TABLE, &table).unwrap();
    }
    let said = std::fs::read_to_string(TABLE).unwrap();
    for (ours, theirs) in table.lines().zip(said.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(table.lines().count(), said.lines().count());
}
