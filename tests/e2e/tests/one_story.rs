//! The story of `tests/story`, played by Rust over phones in a terminal; and by the other languages over the same
//! server, where `FOOTBRIDGE_STORY_PLAYERS` holds a command a line (`cargo xtask test story` says them).
#![expect(clippy::print_stdout, reason = "the number of steps is told, to be compared")]

use std::collections::BTreeMap;
use std::process::Command;

use footbridge_testkit::{Phone, Programme};
use serde_json::{Value, json};

const STORY: &str = include_str!("../../story/blue_scarf.story");

/// What a step gives: nothing, or the name of the error with which it was refused.
type Played = Result<(), String>;

#[test]
fn one_story_is_the_same_in_every_language() {
    let programme = Programme::start();
    let steps = Player::new(&programme).play(STORY);
    println!("story: {steps} steps");
    assert_eq!(steps, lines(STORY).count());
    let players = std::env::var("FOOTBRIDGE_STORY_PLAYERS").unwrap_or_default();
    for player in players.lines().filter(|player| !player.is_empty()) {
        let played =
            Command::new("bash").args(["-c", player]).env("FOOTBRIDGE_STORY_DATA", programme.server.data()).output();
        let played = played.expect("the player starts");
        let said = String::from_utf8_lossy(&played.stdout);
        assert!(played.status.success(), "{player}: {said}{}", String::from_utf8_lossy(&played.stderr));
        let told: Vec<&str> = said.lines().filter(|line| line.contains("story: ")).collect();
        assert_eq!(told, [format!("story: {steps} steps")], "{player}: {said}");
        println!("{} ({})", told[0], player.split_whitespace().next().unwrap_or_default());
    }
}

#[test]
#[should_panic(expected = "no such step: dances Amina")]
fn an_unknown_step_of_a_story_fails() {
    Player::new(&Programme::start()).play("dances Amina");
}

#[test]
#[should_panic(expected = "was not refused")]
fn a_step_that_is_not_refused_as_the_story_says_fails() {
    Player::new(&Programme::start()).play("person Amina volunteer Dalhem\nrefused forbidden sync Amina");
}

#[test]
#[should_panic(expected = "shows")]
fn a_field_that_does_not_stand_as_the_story_says_fails() {
    let story = "person Amina volunteer Dalhem\nrecord Amina visit visit kind=street\nshows Amina visit kind=home";
    Player::new(&Programme::start()).play(story);
}

fn lines(story: &str) -> impl Iterator<Item = &str> {
    story.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

struct Player<'a> {
    programme: &'a Programme,
    phones: BTreeMap<String, Phone>,
    ids: BTreeMap<String, String>,
    seen: BTreeMap<String, Value>,
}

impl<'a> Player<'a> {
    fn new(programme: &'a Programme) -> Self {
        Self { programme, phones: BTreeMap::new(), ids: BTreeMap::new(), seen: BTreeMap::new() }
    }

    /// Plays every line, and gives how many there were.
    fn play(mut self, story: &str) -> usize {
        let mut steps = 0;
        for line in lines(story) {
            let words = words(line);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            assert_eq!(self.step(line, &words), Ok(()), "{line}");
            steps += 1;
        }
        steps
    }

    fn step(&mut self, line: &str, words: &[&str]) -> Played {
        match words {
            ["person", who, role, district] => {
                let phone = self.programme.joined(Phone::new(who), role, &[district]);
                self.ids.insert((*who).to_owned(), self.programme.person(who));
                self.phones.insert((*who).to_owned(), phone);
            }
            ["record", who, name, kind, fields @ ..] => {
                let added = self.ask(who, &["add", kind], &self.fields(fields))?;
                self.ids.insert((*name).to_owned(), added["id"].as_str().expect("an id").to_owned());
            }
            ["edit", who, name, fields @ ..] => {
                let mut patch = self.fields(fields);
                if let Some(version) = self.seen.remove(&format!("{who} {name}")) {
                    patch["version"] = version;
                }
                self.ask(who, &["edit", self.id(name)], &patch)?;
            }
            ["sees", who, name] => {
                let version = self.show(who, name)?["version"].take();
                self.seen.insert(format!("{who} {name}"), version);
            }
            ["done", who, name] => drop(self.ask(who, &["done", self.id(name)], &Value::Null)?),
            ["withdraw", who, name] => drop(self.ask(who, &["withdraw", self.id(name)], &Value::Null)?),
            ["restore", who, name] => drop(self.ask(who, &["withdraw", self.id(name), "--undo"], &Value::Null)?),
            ["reword", who, name, fields @ ..] => {
                self.ask(who, &["reword", self.id(name)], &self.fields(fields))?;
            }
            ["delete", who, name] => drop(self.ask(who, &["delete", self.id(name)], &Value::Null)?),
            ["opens", who, name] => drop(self.show(who, name)?),
            ["give", who, name, to] => {
                let to = self.value(to);
                self.ask(who, &["give", self.id(name), "--to", to.as_str().expect("a person")], &Value::Null)?;
            }
            ["settle", who, name, answer] => {
                let (field, value) = answer.split_once('=').expect("an answer");
                self.ask(who, &["settle", self.id(name), field, &self.value(value).to_string()], &Value::Null)?;
            }
            ["sync", who] => drop(self.ask(who, &["sync"], &Value::Null)?),
            ["leave", who] => drop(self.ask(who, &["leave"], &Value::Null)?),
            ["invite", who, name, role, district] => {
                let asked = ["invite", "--name", name, "--role", role, "--district", district];
                let link = self.ask(who, &asked, &Value::Null)?;
                self.ask(who, &["sync"], &Value::Null)?;
                let mut phone = Phone::new(name);
                let joined = phone.join(&self.programme.server, link["url"].as_str().expect("a link"));
                phone.sync();
                self.ids.insert((*name).to_owned(), joined["person"].as_str().expect("a person").to_owned());
                self.phones.insert((*name).to_owned(), phone);
            }
            ["revoke", who, person] => {
                let person = self.value(person);
                let person = person.as_str().expect("a person");
                self.ask(who, &["revoke", "--person", person], &Value::Null)?;
            }
            ["takes", who, name] => {
                for item in self.items(who, &["quarantine"])?.iter().filter(|item| item["about"] == self.id(name)) {
                    self.ask(who, &["take", item["id"].as_str().expect("an entry")], &Value::Null)?;
                }
            }
            ["refused", error, step @ ..] => match self.step(line, step) {
                Err(found) => assert_eq!(found, *error, "{line}"),
                Ok(()) => panic!("{line}: was not refused"),
            },
            _ => return self.expectation(line, words),
        }
        Ok(())
    }

    fn expectation(&self, line: &str, words: &[&str]) -> Played {
        match words {
            ["shows", who, name, fields @ ..] => {
                let shown = self.show(who, name)?;
                for (field, value) in self.fields(fields).as_object().expect("fields") {
                    assert_eq!(sorted(&shown[field]), sorted(value), "{line}: {field}");
                }
            }
            ["hides", who, name] => {
                assert_eq!(self.show(who, name).map(drop), Err("not_found".to_owned()), "{line}");
            }
            ["receipt", who, name, receipt] => assert_eq!(self.show(who, name)?["receipt"], **receipt, "{line}"),
            ["seenby", who, name, people @ ..] => {
                let shown = self.show(who, name)?;
                let seen = shown["seen"].as_array().expect("who has seen it");
                same_ids(line, seen.iter().map(|seen| &seen["by"]), people.iter().map(|name| self.id(name)));
            }
            ["takenback", who, count] => {
                let status = self.ask(who, &["status"], &Value::Null)?;
                let taken_back = status["taken_back"].as_array().expect("what was taken back");
                assert_eq!(json!(taken_back.len()), self.value(count), "{line}");
            }
            ["unsent", who, count] => {
                assert_eq!(self.ask(who, &["status"], &Value::Null)?["unsent"], self.value(count), "{line}");
            }
            ["lists", who, kind, names @ ..] => self.holds(line, who, &["list", kind], names)?,
            ["finds", who, text, names @ ..] => {
                let text = self.value(text);
                self.holds(line, who, &["search", text.as_str().expect("a text")], names)?;
            }
            ["due", who, names @ ..] => self.holds(line, who, &["due"], names)?,
            ["quarantined", who, names @ ..] => {
                let items = self.items(who, &["quarantine"])?;
                same_ids(line, items.iter().map(|item| &item["about"]), names.iter().map(|name| self.id(name)));
            }
            ["emptied", who] => {
                assert_eq!(self.ask(who, &["status"], &Value::Null)?["revoked"]["emptied"], json!(true), "{line}");
            }
            ["answers", who, name, field, values @ ..] => {
                let open = self.items(who, &["conflicts"])?;
                let here = open.iter().filter(|item| item["id"] == self.id(name) && item["field"] == **field);
                let answers = here.flat_map(|item| item["answers"].as_array().cloned().unwrap_or_default());
                self.same(line, answers, values);
            }
            ["agrees", who] => assert_eq!(self.items(who, &["conflicts"])?, Vec::<Value>::new(), "{line}"),
            ["said", who, name, field, values @ ..] => {
                let said = self.items(who, &["timeline", self.id(name)])?;
                self.same(line, said.into_iter().filter(|said| said["field"] == **field), values);
            }
            _ => panic!("no such step: {line}"),
        }
        Ok(())
    }

    /// The `value` of each of these is one of the values, in any order.
    fn same(&self, line: &str, found: impl Iterator<Item = Value>, values: &[&str]) {
        let mut found: Vec<String> = found.map(|answer| answer["value"].to_string()).collect();
        let mut expected: Vec<String> = values.iter().map(|value| self.value(value).to_string()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{line}");
    }

    fn holds(&self, line: &str, who: &str, arguments: &[&str], names: &[&str]) -> Played {
        let items = self.items(who, arguments)?;
        same_ids(line, items.iter().map(|item| &item["id"]), names.iter().map(|name| self.id(name)));
        Ok(())
    }

    fn items(&self, who: &str, arguments: &[&str]) -> Result<Vec<Value>, String> {
        Ok(self.ask(who, arguments, &Value::Null)?["items"].as_array().expect("items").clone())
    }

    fn show(&self, who: &str, name: &str) -> Result<Value, String> {
        self.ask(who, &["show", self.id(name)], &Value::Null)
    }

    /// The last value that a call of her phone prints, or the name of its error.
    fn ask(&self, who: &str, arguments: &[&str], input: &Value) -> Result<Value, String> {
        let phone = self.phones.get(who).unwrap_or_else(|| panic!("{who} has no phone"));
        let ended = phone.run(arguments, &input.to_string());
        let last = |said: &str| said.lines().rev().find_map(|line| serde_json::from_str::<Value>(line).ok());
        if ended.code == Some(0) {
            return Ok(last(&ended.stdout).unwrap_or(Value::Null));
        }
        let error = last(&ended.stderr).and_then(|value| value["error"].as_str().map(str::to_owned));
        Err(error.unwrap_or_else(|| panic!("{arguments:?}: {}", ended.stderr)))
    }

    fn id(&self, name: &str) -> &str {
        self.ids.get(name).unwrap_or_else(|| panic!("nothing is called {name}"))
    }

    fn fields(&self, words: &[&str]) -> Value {
        let field = |word: &&str| {
            let (name, value) = word.split_once('=').unwrap_or_else(|| panic!("no field: {word}"));
            (name.to_owned(), self.value(value))
        };
        Value::Object(words.iter().map(field).collect())
    }

    fn value(&self, word: &str) -> Value {
        if let Some(text) = word.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            return json!(text);
        }
        if let Some(members) = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return members.split(',').filter(|member| !member.is_empty()).collect();
        }
        if let Some(name) = word.strip_prefix('@') {
            return json!(self.id(name));
        }
        match word {
            "nothing" => Value::Null,
            "yes" => json!(true),
            "no" => json!(false),
            _ => word.parse::<i64>().map_or_else(|_| json!(word), |number| json!(number)),
        }
    }
}

fn same_ids<'a>(line: &str, found: impl Iterator<Item = &'a Value>, expected: impl Iterator<Item = &'a str>) {
    let mut found: Vec<&str> = found.filter_map(Value::as_str).collect();
    let mut expected: Vec<&str> = expected.collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected, "{line}");
}

/// A set has no order.
fn sorted(value: &Value) -> Value {
    let Value::Array(members) = value else { return value.clone() };
    let mut members = members.clone();
    members.sort_by_key(Value::to_string);
    Value::Array(members)
}

/// The words of a line, parted by spaces outside quotes; the quotes stay, for they say that it is a text.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.chars() {
        is_quoted ^= letter == '"';
        match words.last_mut() {
            Some(word) if letter != ' ' || is_quoted => word.push(letter),
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
