//! The story itself, a chapter a method.
//!
//! Invariant: a chapter says only what it has just seen a process answer.

use std::path::Path;

use anyhow::Context as _;
use footbridge_testkit::{DISTRICTS, Needle, Phone, Programme, files_with};
use serde_json::{Value, json};

use crate::telling::{heading, quote, say};

/// Everybody in it.
pub struct Story {
    programme: Programme,
    kari: Phone,
    amina: Phone,
    leila: Phone,
    fatima: Phone,
}

/// What Amina met in the library, on several devices.
pub struct Visit {
    id: String,
    follow_up: String,
}

impl Story {
    /// The server, the programme, and everybody with a device that has joined.
    pub fn begin() -> anyhow::Result<Self> {
        heading("A programme begins");
        let programme = Programme::start();
        say(&format!("A server listens on http://{}; all its data is in one folder.", programme.server.address()));
        say(&format!("It has a programme, Stadsdelsmammor, in four districts: {}.", DISTRICTS.join(", ")));
        let kari = programme.coordinator("Kari");
        say("Kari, the coordinator, got an invitation and joined with her tablet.");
        let amina = programme.volunteer("Amina", &["Dalhem"]);
        let leila = programme.volunteer("Leila", &["Närlunda"]);
        let fatima = programme.volunteer("Fatima", &["Drottninghög"]);
        say("Three volunteers joined with their phones: Amina in Dalhem, Leila in Närlunda, Fatima in Drottninghög.");
        say("Every phone keeps an encrypted store of its own, and works without a network.");
        Ok(Self { programme, kari, amina, leila, fatima })
    }

    /// Kari imports what the office has kept so far.
    pub fn import_the_log(&self) -> anyhow::Result<()> {
        heading("Kari imports the office's log");
        let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/conversation-log.csv");
        let copy = self.kari.folder().join("conversation-log.csv");
        std::fs::copy(&log, &copy).with_context(|| format!("copying {}", log.display()))?;
        let file = copy.to_string_lossy();
        let imported = self.kari.ask(&["import", &file]);
        say(&format!(
            "It has several hands, two languages and broken rows. {} visits were imported, {} rows stood there \
             twice, and {} could not be right; those are given back in a file, each with its line and a reason.",
            imported["imported"], imported["already_there"], imported["rejected"],
        ));
        let again = self.kari.ask(&["import", &file]);
        say(&format!("Imported once more, by mistake, it adds {} visits.", again["imported"]));
        say(&format!("Kari's tablet syncs: {}.", synced(&self.kari.sync())));
        Ok(())
    }

    /// Amina records a conversation while she has a network, and Kari gets it.
    pub fn meet_in_the_library(&self) -> Visit {
        heading("Amina meets somebody in the library");
        let contact = self.amina.add(
            "contact",
            &json!({"handle": "blue scarf, library", "languages": ["ti"], "district": "Dalhem", "needs": ["work"]}),
        );
        let id = self.amina.add("visit", &json!({
            "kind": "service", "district": "Dalhem", "place": "library", "arose": "by_chance", "languages": ["ti", "sv"],
            "topics": ["work", "language_course"], "help": ["conversation"], "reached": 1, "minutes": 20,
            "contact": contact,
        }));
        self.amina.note(&id, "ብዛዕባ ቤት ትምህርቲ ቈልዓ ሓቲታ። Hon vill läsa svenska på kvällen.");
        let due = jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(7)).to_string();
        let follow_up = self.amina.add("follow_up", &json!({"about": id, "what": "language_course", "due": due}));
        say("She taps what it was about; who the woman is, stays unsaid: \"blue scarf, library\".");
        say(&format!("Her phone syncs: {}.", synced(&self.amina.sync())));
        say(&format!("Kari's tablet syncs: {}.", synced(&self.kari.sync())));
        Visit { id, follow_up }
    }

    /// The network goes; everybody goes on. The answer is the id of a draft of Fatima's.
    pub fn lose_the_network(&self, visit: &Visit) -> String {
        heading("The network is gone, and everybody goes on");
        for phone in self.everybody() {
            phone.link().cut();
        }
        let refusal = self.amina.refused(&["--lang", "en", "sync"], "");
        say(&format!("Amina's phone tries to sync and says: \"{}\"", refusal.message));
        self.amina.edit(&visit.id, &json!({"minutes": 35, "topics": {"add": ["housing"]}}));
        say("Amina remembers that it was longer, 35 minutes, and that they spoke of housing too.");
        self.kari.edit(&visit.id, &json!({"minutes": 45, "next_step": "language_course"}));
        say("Kari, who sat beside them, writes 45 minutes, and the next step: a language course.");
        self.amina.ask(&["give", &visit.follow_up, "--open", "Närlunda"]);
        say("Amina opens the follow-up to the volunteers of Närlunda, where the course is.");
        for (phone, district, note) in [
            (&self.leila, "Närlunda", "سألت عن دروس اللغة السويدية للمبتدئين وعن مواعيد المقهى."),
            (&self.fatima, "Drottninghög", "Hun vil søke barnehageplass, og lurer på hvor."),
        ] {
            let visit = phone
                .add("visit", &json!({"kind": "street", "district": district, "topics": ["children"], "minutes": 15}));
            phone.note(&visit, note);
            say(&format!("{} records a conversation in {district}, with a note.", phone.name()));
        }
        let draft = self.fatima.add("visit", &json!({"kind": "phone", "state": "draft"}));
        self.fatima.note(&draft, "Mer om dette senere.");
        say("Fatima begins another one and is interrupted: it stays a draft, for her eyes only.");
        for phone in self.everybody() {
            let status = phone.ask(&["status"]);
            say(&format!("Waiting to be sent from {}'s device: {}.", phone.name(), status["unsent"]));
        }
        draft
    }

    /// One after the other finds a network again.
    pub fn come_back_one_by_one(&self, draft: &str) {
        heading("The phones come back, one by one");
        for phone in [&self.fatima, &self.amina, &self.leila, &self.kari] {
            phone.link().mend();
            say(&format!("{} has a network again: {}.", phone.name(), synced(&phone.sync())));
        }
        self.amina.sync();
        let count = self.kari.ids(&["list", "visit", "--since", "2020-01-01", "--limit", "100"]).len();
        say(&format!("Kari now sees {count} new conversations beside the imported ones of 2019."));
        if !self.kari.has(draft) && self.fatima.has(draft) {
            say("Fatima's draft is not among them; on her own phone it waits for her.");
        }
    }

    /// Two answers to one question, shown with who and when.
    pub fn disagree(&self, visit: &Visit) {
        heading("Where two people really disagree, both answers are shown");
        let shown = self.kari.show(&visit.id);
        let topics: Vec<&str> = shown["topics"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        say(&format!(
            "Both edits are in one visit now: topics {}; next step {}. About the minutes they disagree:",
            topics.join(", "),
            text(&shown, "next_step")
        ));
        quote(&self.kari.read(&["--lang", "en", "conflicts"]));
        say("Nobody's answer is thrown away: a person chooses, on a phone or on the review page.");
    }

    /// The follow-up that Amina opened is closed by somebody else.
    pub fn close_a_follow_up(&self) {
        heading("A follow-up is closed by another volunteer");
        say("On Leila's phone this is due:");
        quote(&self.leila.read(&["--lang", "en", "due"]));
        let due = self.leila.ids(&["due"]);
        for follow_up in &due {
            self.leila.edit(follow_up, &json!({"state": "closed", "outcome": "done"}));
        }
        say("She sees a handle and a district, not the visit. She goes there, and closes it: done.");
        self.leila.sync();
        self.amina.sync();
        for follow_up in &due {
            let shown = self.amina.show(follow_up);
            say(&format!(
                "Amina's phone says of her follow-up: {}, {}.",
                text(&shown, "state"),
                text(&shown, "outcome")
            ));
        }
    }

    /// Search as people type.
    pub fn search(&self) {
        heading("Search finds what was meant");
        for words in ["soke", "ትምህር", "السويدية"] {
            let found = self.kari.items(&["search", words, "--limit", "1000"]).len();
            say(&format!("\"{words}\" finds {found} records on Kari's tablet."));
        }
    }

    /// Nothing of it can be read by whoever finds a phone.
    pub fn look_at_the_disk(&self) -> anyhow::Result<()> {
        heading("What a lost phone gives away");
        let words = ["blue scarf, library", "läsa svenska på kvällen", "barnehageplass"].map(Needle::new);
        let exported = self.kari.folder().join("export.jsonl");
        std::fs::write(&exported, self.kari.read(&["export", "--format", "jsonl", "note"]))?;
        let seen = files_with(self.kari.folder(), &words[1..]).len();
        std::fs::remove_file(&exported)?;
        let stores = self.everybody().map(Phone::store);
        let found: usize = stores.iter().map(|store| files_with(store, &words).len()).sum();
        say(&format!(
            "Words that were recorded stand in {found} files of the stores. Exported, they are found ({seen})."
        ));
        Ok(())
    }

    /// The review page, and the commands to play with.
    pub fn say_where_to_look(&self) {
        say("Kari's review page, with the disagreement to settle. The link works once:");
        say(&format!("\n    {}\n", self.programme.review_link("Kari")));
        say("Her tablet, from another terminal:");
        let footbridge = footbridge_testkit::binary("footbridge");
        quote(&format!("{} --store {} list visit", footbridge.display(), self.kari.store().display()));
    }

    fn everybody(&self) -> [&Phone; 4] {
        [&self.amina, &self.leila, &self.fatima, &self.kari]
    }
}

/// What a sync did, as part of a sentence.
fn synced(answer: &Value) -> String {
    format!(
        "{} sent, {} received, {} bytes up, {} bytes down",
        answer["pushed"], answer["pulled"], answer["bytes_up"], answer["bytes_down"]
    )
}

fn text<'a>(record: &'a Value, field: &str) -> &'a str {
    record[field].as_str().unwrap_or_default()
}
