//! The demo: a server, a coordinator's tablet and three volunteers' phones on this machine, told in plain
//! sentences as it happens.
//!
//! Started by `cargo xtask demo`. Every step is a real process over a real store and a real link on loopback;
//! nothing is staged and no step waits for show. Invariant: whatever ends it (Enter, Ctrl-C, a failed step),
//! the processes that it started and their folders go.
#![expect(clippy::print_stdout, reason = "it tells a story on its standard output")]

mod ending;
mod story;
mod telling;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use story::Story;
use telling::{heading, say};

fn main() -> ExitCode {
    match tell() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("The demo could not go on: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn tell() -> anyhow::Result<()> {
    let story = Story::begin()?;
    story.import_the_log()?;
    let visit = story.meet_in_the_library();
    let draft = story.lose_the_network(&visit);
    story.come_back_one_by_one(&draft);
    story.disagree(&visit);
    story.close_a_follow_up();
    story.search();
    story.look_at_the_disk()?;

    heading("Look around");
    story.say_where_to_look();
    if std::io::stdin().is_terminal() {
        ending::wait()?;
    } else {
        say("Nobody sits at the terminal, so the demo ends here.");
    }
    say("The server and the phones are stopped, and their folders removed.");
    Ok(())
}
