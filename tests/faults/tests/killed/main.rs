//! Killed anywhere: the two binaries are ended by SIGKILL at every point where they write, and at random moments,
//! while they do what they are for. What was answered is there; nothing is half there; the next call needs no repair.
//!
//! A kill leaves what the kernel had not written yet to the kernel; a loss of power does not. So some stories go on
//! with what the disk had been asked to keep, and nothing else.
//!
//! Each story prints how often it was killed at which point.

mod backups;
mod damaged;
mod devices;
mod disks;
mod full;
mod hits;
mod imports;
mod looking;
#[path = "../../src/plan.rs"]
mod plan;
#[expect(dead_code, reason = "only its own tests are run here")]
#[path = "../../src/point.rs"]
mod point;
mod power;
mod servers;
