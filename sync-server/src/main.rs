//! The binary `footbridge-server`: hands its arguments to the library's command line. It has an allocator of its own:
//! merging is making and dropping small things by the thousand, on several threads.

use std::process::ExitCode;

use tikv_jemalloc_ctl::{Access, AsName, Error};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// For how many milliseconds the allocator keeps pages that are free, before the kernel gets them back. Its own ten
/// seconds let a crowd with large bodies leave twice as much behind as is ever used at once; a merge is as fast.
const KEPT: isize = 0;

fn main() -> ExitCode {
    // Without it the server takes more memory, and does everything that it does.
    let _kept_longer = give_back();
    footbridge_server::command_line::run(std::env::args_os())
}

/// Has what is free given back after [`KEPT`]: in the arena of this thread, and in those that others will have.
fn give_back() -> Result<(), Error> {
    ["arena.0.dirty_decay_ms\0", "arenas.dirty_decay_ms\0"].into_iter().try_for_each(|name| name.name().write(KEPT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_free_is_given_back_by_each_thread() {
        let decay = || -> isize { "arenas.dirty_decay_ms\0".name().read().expect("a number") };
        assert!(decay() > KEPT, "it keeps more of its own accord");
        give_back().expect("an allocator that listens");
        let first: isize = "arena.0.dirty_decay_ms\0".name().read().expect("a number");
        assert_eq!((first, decay()), (KEPT, KEPT));
    }
}
