//! Stands between a process and the disk, loaded into the real binaries by `LD_PRELOAD`: every call by which a process
//! writes (write, fsync, rename, unlink, making a file …) to a file of the folder under test is a *point* with a name,
//! `fdatasync footbridge.db-wal`. The points are told, in order, in a file; and at any of them the process is killed
//! or the disk fails, as a plan says. Used by the tests beside it, never by the product, which knows nothing of it.
//!
//! Invariant: what is no regular file or folder below the folder under test goes through as if nobody stood there, and
//! without a plan everything does.
//!
//! | variable | names |
//! |---|---|
//! | `FOOTBRIDGE_FAULTS_FOLDER` | the folder under test |
//! | `FOOTBRIDGE_FAULTS_PLAN` | the file with the plan ([`plan`]); it may change while the process runs |
//! | `FOOTBRIDGE_FAULTS_TOLD` | the file to which each point is added as it is met |
//! | `FOOTBRIDGE_FAULTS_DURABLE` | a folder that is given what the disk would hold if power were lost |

mod calls;
mod durable;
mod machine;
pub mod plan;
pub mod point;
