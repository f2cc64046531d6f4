//! Networks as they are on a bus, in a cellar, behind a café's wifi: slow, torn, dead without saying so, spoilt.
//! A proxy (Toxiproxy) stands between phone and server; `cargo xtask test networks` builds it.

#![expect(clippy::print_stdout, reason = "it tells how often each fault happened")]

use std::collections::BTreeSet;
use std::time::Instant;

use footbridge_testkit::{BadNetwork, Certificate, Phone, Programme, Request, Server, Way};
use serde_json::{Value, json};

/// The exit code of whoever does not reach the server.
const OFFLINE: i32 = 16;
/// The exit code of whoever is refused by the server.
const REFUSED: i32 = 17;

/// So many visits, one a line.
fn visits(number: usize) -> String {
    (0..number).map(|n| format!("{}\n", json!({"kind": "street", "minutes": n % 600}))).collect()
}

fn listed(phone: &Phone) -> BTreeSet<String> {
    phone.ids(&["list", "visit", "--limit", "10000"]).into_iter().collect()
}

/// Of the items that reached the server, how many were answered so.
fn answered(programme: &Programme, answer: &str) -> u64 {
    let figures = Request::get("/metrics").send(programme.server.address()).text();
    let name = format!("footbridge_pushed_items_total{{answer=\"{answer}\"}} ");
    let line = figures.lines().find_map(|line| line.strip_prefix(&name));
    line.map_or(0, |value| value.trim().parse().expect("a number"))
}

fn volunteer(programme: &Programme, network: &BadNetwork) -> Phone {
    programme.joined(network.under(Phone::new("Amina")), "volunteer", &["Dalhem"])
}

fn coordinator(programme: &Programme, network: &BadNetwork) -> Phone {
    programme.joined(network.under(Phone::new("Kari")), "coordinator", &[])
}

/// Syncs until one ends well, and says how many did not.
#[track_caller]
fn sync_until_done(phone: &Phone, attempts_at_most: usize) -> usize {
    for failed in 0..attempts_at_most {
        let ended = phone.run(&["sync"], "");
        if ended.code == Some(0) {
            return failed;
        }
        let said: Value =
            ended.stderr.lines().last().map(|line| serde_json::from_str(line).expect("JSON")).expect("why");
        assert_eq!(said["error"], json!("offline"), "a link that breaks is no other failure: {said}");
    }
    panic!("{} does not get through in {attempts_at_most} attempts: {}", phone.name(), phone.ask(&["status"]));
}

#[test]
fn on_2g_everything_arrives_and_what_is_recorded_meanwhile_does_not_wait() {
    let programme = Programme::start();
    let network = BadNetwork::to(&programme.server);
    let amina = volunteer(&programme, &network);
    amina.lines(&["add", "visit"], &visits(300));
    network.throttle_to_2g();
    let up = amina.link().up();
    let mut syncing = amina.start(&["sync"]);
    while amina.link().up() < up + 2000 {
        std::thread::yield_now();
    }
    let meanwhile = amina.visit(&json!({"minutes": 7}));
    assert_eq!(amina.show(&meanwhile)["receipt"], json!("device"), "it is kept while the rest is on its way");
    let report = syncing.value();
    assert!(report["pushed"].as_u64() >= Some(300), "{report}");
    amina.sync();
    assert_eq!(amina.ask(&["status"])["unsent"], json!(0));
    assert_eq!(answered(&programme, "duplicate"), 0, "a slow link is no reason to send twice");
    let kari = coordinator(&programme, &network);
    assert_eq!(listed(&kari), listed(&amina));
}

/// Text of which nothing can be made smaller than half: a letter of sixteen, as chance will have it.
fn noise(length: usize, seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b"abcdefghijklmnop"[usize::try_from(state >> 60).expect("a small number")])
    };
    std::iter::repeat_with(&mut next).take(length).collect()
}

/// Records notes of so many bytes in all, and brings them all to the server at 50 kbit/s and 600 ms.
fn all_goes_up_on_2g(notes: usize) {
    const LENGTH: usize = 9_900;
    let programme = Programme::start();
    let network = BadNetwork::to(&programme.server);
    let amina = volunteer(&programme, &network);
    let visit = amina.visit(&json!({"minutes": 5}));
    let lines: String =
        (1..=notes).map(|number| format!("{}\n", json!({"on": visit, "text": noise(LENGTH, number as u64)}))).collect();
    amina.lines(&["add", "note"], &lines);
    assert!(amina.ask(&["status"])["unsent"].as_u64() > Some(notes as u64));
    network.throttle_to_2g();
    let (up, began) = (amina.link().up(), Instant::now());
    // As long as it takes: what never ends is ended by whoever runs the tests.
    let synced = amina.call(&["sync"]).output().expect("it runs");
    assert!(synced.status.success(), "{}", String::from_utf8_lossy(&synced.stderr));
    let (sent, took) = (amina.link().up() - up, began.elapsed());
    assert_eq!(amina.ask(&["status"])["unsent"], json!(0));
    assert_eq!(answered(&programme, "accepted"), notes as u64 + 1);
    assert_eq!(answered(&programme, "duplicate"), 0, "a slow link is no reason to send twice");
    assert!(sent as usize > notes * LENGTH / 2, "the control: {sent} bytes went over the link");
    println!("{sent} bytes of {notes} notes went up in {took:?}");
}

#[test]
fn a_phone_with_much_unsent_gets_everything_through_on_2g() {
    all_goes_up_on_2g(60);
}

/// The same with ten megabytes: some twenty minutes.
#[test]
#[ignore = "takes twenty minutes: the night runs it"]
fn a_phone_with_ten_megabytes_unsent_gets_everything_through_on_2g() {
    all_goes_up_on_2g(1_060);
}

#[test]
fn a_push_that_is_torn_again_and_again_goes_on_where_it_stopped_and_sends_nothing_twice_that_was_answered() {
    let programme = Programme::start();
    let network = BadNetwork::to(&programme.server);
    let amina = volunteer(&programme, &network);
    amina.lines(&["add", "visit"], &visits(4000));
    network.break_after(Way::Up, 30_000);
    let torn = sync_until_done(&amina, 40);
    assert!(torn >= 2, "the link broke in the middle, {torn} times");
    assert_eq!(amina.ask(&["status"])["unsent"], json!(0));
    let twice = answered(&programme, "duplicate");
    assert!(twice < 400, "what was whole before the link broke was taken then, and only that came twice: {twice}");
    assert_eq!(answered(&programme, "accepted"), 4000);
    println!("torn on the way up {torn} times, {twice} items sent twice");
}

#[test]
fn an_answer_that_is_lost_on_its_way_costs_that_push_once_more_and_no_record_twice() {
    let programme = Programme::start();
    let network = BadNetwork::to(&programme.server);
    let amina = volunteer(&programme, &network);
    amina.lines(&["add", "visit"], &visits(700));
    let mut lost = 0;
    for bytes in [700, 900, 1100, 1300, 1500, 1700, 1900] {
        network.break_after(Way::Down, bytes);
        lost += usize::from(amina.run(&["sync"], "").code != Some(0));
        network.heal();
    }
    let torn = sync_until_done(&amina, 3);
    assert_eq!(torn, 0, "over a sound link it gets through at once");
    let twice = answered(&programme, "duplicate");
    assert!(lost > 0 && twice > 0, "answers were lost ({lost} syncs, {twice} items came twice)");
    assert_eq!(answered(&programme, "accepted"), 700, "each counts once");
    let kari = programme.coordinator("Kari");
    assert_eq!(listed(&kari), listed(&amina));
    println!("{lost} syncs lost an answer, {twice} items came twice and counted once");
}

#[test]
fn a_first_sync_that_is_torn_again_and_again_goes_on_from_the_last_frame() {
    let programme = Programme::start();
    let network = BadNetwork::to(&programme.server);
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    amina.lines(&["add", "visit"], &visits(6000));
    amina.sync();
    let sound = programme.coordinator("Leila");
    let whole = sound.link().down();
    let mut kari = network.under(Phone::new("Kari"));
    let url = kari.routed(&programme.server, &programme.invitation("coordinator", "Kari", &[]));
    kari.ask(&["join", &url]);
    network.break_after(Way::Down, whole / 4);
    let (mut before, mut torn) = (0, 0);
    while kari.run(&["sync"], "").code != Some(0) {
        torn += 1;
        let now = listed(&kari).len();
        assert!(now > before, "each attempt brings something: {now} after {before}");
        before = now;
    }
    assert!(torn >= 3, "it was torn {torn} times");
    assert_eq!(listed(&kari), listed(&amina));
    let down = kari.link().down();
    assert!(
        down < whole * 2,
        "of {whole} bytes, {down} came in {} pieces: what was stored is not sent again",
        torn + 1
    );
    println!("torn on the way down {torn} times; {down} bytes instead of {whole}");
}

#[test]
fn a_dead_link_is_given_up_and_said_while_the_person_goes_on_recording() {
    let programme = Programme::start();
    let network = BadNetwork::to(&programme.server);
    let amina = volunteer(&programme, &network);
    let before = amina.visit(&json!({"minutes": 5}));
    network.stall();
    let syncing = amina.start(&["sync"]);
    let meanwhile = amina.visit(&json!({"minutes": 6}));
    // The phone's own limit ends it; the test's, which is longer, would fail.
    assert_eq!(syncing.ended(), Some(OFFLINE));
    for id in [&before, &meanwhile] {
        assert_eq!(amina.show(id)["receipt"], json!("device"));
    }
    network.heal();
    amina.sync();
    for id in [&before, &meanwhile] {
        assert_eq!(amina.show(id)["receipt"], json!("server"));
    }
}

#[test]
fn whoever_watches_hears_of_news_again_once_a_dead_link_lives() {
    let programme = Programme::start();
    let network = BadNetwork::to(&programme.server);
    let kari = coordinator(&programme, &network);
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let mut watch = kari.start(&["sync", "--watch"]);
    watch.value();
    network.stall();
    let visit = amina.visit(&json!({"minutes": 5}));
    amina.sync();
    assert!(!kari.has(&visit), "nothing comes through");
    network.heal();
    while !kari.has(&visit) {
        watch.value();
    }
    assert_eq!(watch.interrupt(), Some(0));
}

#[test]
fn connections_that_are_reset_or_arrive_in_crumbs_lose_nothing() {
    let programme = Programme::start();
    let network = BadNetwork::to(&programme.server);
    let amina = volunteer(&programme, &network);
    network.split();
    for number in 0..3 {
        amina.lines(&["add", "visit"], &visits(100));
        amina.sync();
        assert_eq!(amina.ask(&["status"])["unsent"], json!(0), "round {number}");
    }
    network.heal();
    for milliseconds in [1, 20, 80] {
        amina.lines(&["add", "visit"], &visits(100));
        network.reset_after(Way::Down, milliseconds);
        amina.run(&["sync"], "");
        network.heal();
    }
    amina.sync();
    let kari = coordinator(&programme, &network);
    assert_eq!(listed(&kari), listed(&amina));
    assert_eq!(listed(&kari).len(), 600);
}

/// Spoils one byte after another of what phones send and get; each sync ends well or in one of these ways.
fn spoil_everything(amina: &Phone, kari: &Phone, may_end: &[i32]) {
    let (mut spoilt, mut failed) = (0, 0);
    for (number, after) in (0..24).map(|number| (number, 37 + number * 131)) {
        for way in [Way::Up, Way::Down] {
            let visit = amina.visit(&json!({"minutes": number}));
            amina.note(&visit, "she asked for a course");
            for phone in [amina, kari] {
                phone.link().spoil(way, after);
                let ended = phone.run(&["sync"], "");
                spoilt += usize::from(phone.link().has_spoilt(way));
                phone.link().spare();
                if ended.code != Some(0) {
                    failed += 1;
                    let is_known = ended.code.is_some_and(|code| may_end.contains(&code));
                    assert!(is_known, "spoilt {way:?} after {after}: {}", ended.stderr);
                }
            }
        }
    }
    for phone in [amina, kari, amina] {
        phone.sync();
    }
    let status = amina.ask(&["status"]);
    assert_eq!((&status["unsent"], &status["set_aside"]), (&json!(0), &json!([])), "{status}");
    assert_eq!(listed(amina).len(), 48);
    assert_eq!(listed(kari), listed(amina));
    for id in listed(amina) {
        let (hers, karis) = (amina.show(&id), kari.show(&id));
        assert_eq!(hers["fields"], karis["fields"]);
        assert_eq!(hers["notes"], karis["notes"]);
    }
    let synced = kari.sync();
    assert_eq!(synced["repaired"], json!(0), "nothing spoilt was kept: {synced}");
    assert!(spoilt > 40 && failed > 10, "{spoilt} bytes were spoilt, {failed} syncs failed for it");
    println!("{spoilt} bytes spoilt, {failed} syncs failed for it, nothing lost");
}

#[test]
fn a_spoilt_byte_is_found_and_harms_no_record_even_without_tls() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    // What it hits may also be who is asking, or what is asked for: then the server refuses.
    spoil_everything(&amina, &kari, &[OFFLINE, REFUSED]);
}

#[test]
fn under_tls_a_spoilt_byte_is_a_broken_link() {
    let certificate = Certificate::new();
    let mut server = Server::stopped();
    let options = certificate.options();
    server.serve_with(&options.each_ref().map(String::as_str));
    let programme = Programme::on(server);
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let kari = programme.coordinator("Kari");
    spoil_everything(&amina, &kari, &[OFFLINE]);
}
