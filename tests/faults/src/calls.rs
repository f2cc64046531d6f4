//! The functions of libc that are stood before. Called by the process under test, from any thread; its own calls go to
//! the kernel by their numbers, so that nobody need look for the next library. Invariant: what no plan names does what
//! libc's function does.

#![expect(unsafe_code, reason = "these are functions of C, with pointers")]

use std::ffi::CStr;
use std::os::raw::{c_char, c_int, c_long, c_uint};
use std::sync::{Mutex, OnceLock, PoisonError};

use libc::{AT_FDCWD, AT_REMOVEDIR, O_CREAT, O_EXCL, O_TRUNC, iovec, mode_t, off_t, size_t, ssize_t};

use crate::plan::{Course, Verdict};
use crate::point::{Deed, role};
use crate::{durable, machine};

struct Watched {
    folder: String,
    plan: Option<String>,
    told: Option<String>,
}

static WATCHED: OnceLock<Option<Watched>> = OnceLock::new();
static COURSE: Mutex<Course> = Mutex::new(Course::new());

fn watched() -> Option<&'static Watched> {
    let watched = WATCHED.get_or_init(|| {
        let folder = machine::variable(c"FOOTBRIDGE_FAULTS_FOLDER")?;
        let plan = machine::variable(c"FOOTBRIDGE_FAULTS_PLAN");
        Some(Watched { folder, plan, told: machine::variable(c"FOOTBRIDGE_FAULTS_TOLD") })
    });
    watched.as_ref()
}

/// A call that is about to be made.
struct Call<'a> {
    deed: Deed,
    path: String,
    from: Option<String>,
    /// Does half of it, and gives how much that was; nothing where there are no halves.
    half: Option<&'a dyn Fn() -> c_long>,
}

/// What becomes of this call.
fn stand(call: &Call<'_>, real: impl FnOnce() -> c_long) -> c_long {
    let Some(watched) = watched() else { return real() };
    let Some(role) = role(&watched.folder, &call.path) else { return real() };
    let plan = watched.plan.as_deref().and_then(machine::read);
    let verdict = match plan.as_deref().map(str::from_utf8) {
        Some(Ok(line)) => judged(watched, line, call.deed, &role),
        _ => Verdict::Pass,
    };
    let done = || {
        let result = real();
        if result >= 0 {
            durable::note(&watched.folder, call.deed, &call.path, call.from.as_deref());
        }
        result
    };
    match verdict {
        Verdict::Pass => done(),
        Verdict::KillBefore => machine::kill(),
        Verdict::KillHalf => {
            call.half.map(|half| half());
            machine::kill()
        }
        Verdict::KillAfter => {
            done();
            machine::kill()
        }
        Verdict::Half => match call.half.map(|half| half()) {
            Some(count) if count > 0 => count,
            _ => machine::refuse(libc::ENOSPC),
        },
        Verdict::Full => machine::refuse(libc::ENOSPC),
        Verdict::Failing => machine::refuse(libc::EIO),
        Verdict::Lie => 0,
    }
}

/// Judges a point, and tells of it before anything becomes of it.
fn judged(watched: &Watched, line: &str, deed: Deed, role: &str) -> Verdict {
    let point = format!("{} {role}", deed.word());
    let mut course = COURSE.lock().unwrap_or_else(PoisonError::into_inner);
    let verdict = course.judge(line, deed, &point);
    if let Some(told) = &watched.told {
        let mark = if verdict == Verdict::Pass { "" } else { "! " };
        machine::write(told, format!("{mark}{point}\n").as_bytes(), true);
    }
    verdict
}

/// A call on an open file.
fn on_open(fd: c_int, deed: Deed, half: Option<&dyn Fn() -> c_long>, real: impl FnOnce() -> c_long) -> c_long {
    // A signal's handler writes to its own socket: it must come through here without a lock.
    if watched().is_none() || !machine::is_on_disk(fd) {
        return real();
    }
    match machine::path_of(fd) {
        Some(path) => stand(&Call { deed, path, from: None, half }, real),
        None => real(),
    }
}

/// A call on a name.
fn on_name(folder: c_int, name: *const c_char, deed: Deed, from: Option<String>, real: impl Fn() -> c_long) -> c_long {
    if watched().is_none() || name.is_null() {
        return real();
    }
    // SAFETY: the caller gives a string that ends with a zero byte, as it must to libc.
    let name = unsafe { CStr::from_ptr(name) };
    match machine::path_at(folder, name) {
        Some(path) => stand(&Call { deed, path, from, half: None }, real),
        None => real(),
    }
}

fn path_at(folder: c_int, name: *const c_char) -> Option<String> {
    if watched().is_none() || name.is_null() {
        return None;
    }
    // SAFETY: as above.
    machine::path_at(folder, unsafe { CStr::from_ptr(name) })
}

fn opened(folder: c_int, name: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    // SAFETY: what the caller gave goes on as it is.
    let real = || unsafe { libc::syscall(libc::SYS_openat, folder, name, flags, mode) };
    // SAFETY: the caller gives a string that ends with a zero byte.
    let is_there = || !name.is_null() && machine::is_there(folder, unsafe { CStr::from_ptr(name) });
    let result = match watched() {
        Some(_) if flags & O_CREAT != 0 && !is_there() => on_name(folder, name, Deed::Make, None, real),
        Some(_) if flags & O_TRUNC != 0 && flags & O_EXCL == 0 => on_name(folder, name, Deed::Resize, None, real),
        _ => real(),
    };
    result as c_int
}

macro_rules! stands_before {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $result:ty = $body:expr;)*) => {$(
        #[doc = concat!("Stands before libc's `", stringify!($name), "`.")]
        #[doc = ""]
        #[doc = "# Safety"]
        #[doc = "As libc's."]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name($($argument: $kind),*) -> $result {
            // SAFETY: pointers and lengths are handed on as the caller gave them.
            #[allow(unused_unsafe, reason = "not each hands on a pointer")]
            unsafe { $body as $result }
        }
    )*};
}

/// A write of one stretch, to the place `at` or where the file stands.
unsafe fn written(fd: c_int, bytes: *const u8, count: size_t, at: Option<off_t>) -> c_long {
    let write = |count: size_t| match at {
        // SAFETY: half a stretch lies within it.
        Some(at) => unsafe { libc::syscall(libc::SYS_pwrite64, fd, bytes, count, at) },
        // SAFETY: the same.
        None => unsafe { libc::syscall(libc::SYS_write, fd, bytes, count) },
    };
    on_open(fd, Deed::Write, Some(&|| write(count / 2)), || write(count))
}

/// A write of several stretches.
unsafe fn gathered(fd: c_int, stretches: *const iovec, count: c_int, at: Option<off_t>) -> c_long {
    // Half of them is the first of several; of one, nothing.
    let write = |count: c_int| match at {
        // SAFETY: as many as the caller gave, or fewer.
        Some(at) => unsafe { libc::syscall(libc::SYS_pwritev, fd, stretches, count, at, 0) },
        // SAFETY: the same.
        None => unsafe { libc::syscall(libc::SYS_writev, fd, stretches, count) },
    };
    on_open(fd, Deed::Write, Some(&|| if count > 1 { write(count / 2) } else { 0 }), || write(count))
}

/// Room is made for a file; posix_fallocate gives the number of its error instead of setting it.
fn made_room(fd: c_int, mode: c_int, from: off_t, length: off_t) -> c_long {
    // SAFETY: no pointers.
    on_open(fd, Deed::Resize, None, || unsafe { libc::syscall(libc::SYS_fallocate, fd, mode, from, length) })
}

fn resized(fd: c_int, length: off_t) -> c_long {
    // SAFETY: no pointers.
    on_open(fd, Deed::Resize, None, || unsafe { libc::syscall(libc::SYS_ftruncate, fd, length) })
}

unsafe fn renamed(from_at: c_int, from: *const c_char, to_at: c_int, to: *const c_char, flags: c_uint) -> c_long {
    on_name(to_at, to, Deed::Rename, path_at(from_at, from), || {
        // SAFETY: what the caller gave goes on as it is.
        unsafe { libc::syscall(libc::SYS_renameat2, from_at, from, to_at, to, flags) }
    })
}

unsafe fn removed(folder: c_int, name: *const c_char, flags: c_int) -> c_long {
    on_name(folder, name, Deed::Remove, None, || {
        // SAFETY: what the caller gave goes on as it is.
        unsafe { libc::syscall(libc::SYS_unlinkat, folder, name, flags) }
    })
}

unsafe fn made_folder(folder: c_int, name: *const c_char, mode: mode_t) -> c_long {
    // SAFETY: what the caller gave goes on as it is.
    let real = || unsafe { libc::syscall(libc::SYS_mkdirat, folder, name, mode) };
    // SAFETY: the caller gives a string that ends with a zero byte.
    if !name.is_null() && machine::is_there(folder, unsafe { CStr::from_ptr(name) }) {
        return real();
    }
    on_name(folder, name, Deed::Make, None, real)
}

unsafe fn linked(from_at: c_int, from: *const c_char, to_at: c_int, to: *const c_char, flags: c_int) -> c_long {
    on_name(to_at, to, Deed::Make, path_at(from_at, from), || {
        // SAFETY: what the caller gave goes on as it is.
        unsafe { libc::syscall(libc::SYS_linkat, from_at, from, to_at, to, flags) }
    })
}

stands_before! {
    write(fd: c_int, bytes: *const u8, count: size_t) -> ssize_t = written(fd, bytes, count, None);
    pwrite(fd: c_int, bytes: *const u8, count: size_t, at: off_t) -> ssize_t = written(fd, bytes, count, Some(at));
    pwrite64(fd: c_int, bytes: *const u8, count: size_t, at: off_t) -> ssize_t = written(fd, bytes, count, Some(at));
    writev(fd: c_int, stretches: *const iovec, count: c_int) -> ssize_t = gathered(fd, stretches, count, None);
    pwritev(fd: c_int, stretches: *const iovec, count: c_int, at: off_t) -> ssize_t =
        gathered(fd, stretches, count, Some(at));
    pwritev64(fd: c_int, stretches: *const iovec, count: c_int, at: off_t) -> ssize_t =
        gathered(fd, stretches, count, Some(at));
    copy_file_range(
        from: c_int, from_at: *mut off_t, to: c_int, to_at: *mut off_t, count: size_t, flags: c_uint
    ) -> ssize_t = on_open(to, Deed::Write, None, || {
        libc::syscall(libc::SYS_copy_file_range, from, from_at, to, to_at, count, flags)
    });
    sendfile(to: c_int, from: c_int, at: *mut off_t, count: size_t) -> ssize_t =
        on_open(to, Deed::Write, None, || libc::syscall(libc::SYS_sendfile, to, from, at, count));
    sendfile64(to: c_int, from: c_int, at: *mut off_t, count: size_t) -> ssize_t =
        on_open(to, Deed::Write, None, || libc::syscall(libc::SYS_sendfile, to, from, at, count));
    fsync(fd: c_int) -> c_int = on_open(fd, Deed::Sync, None, || libc::syscall(libc::SYS_fsync, fd));
    fdatasync(fd: c_int) -> c_int = on_open(fd, Deed::Sync, None, || libc::syscall(libc::SYS_fdatasync, fd));
    ftruncate(fd: c_int, length: off_t) -> c_int = resized(fd, length);
    ftruncate64(fd: c_int, length: off_t) -> c_int = resized(fd, length);
    fallocate(fd: c_int, mode: c_int, from: off_t, length: off_t) -> c_int = made_room(fd, mode, from, length);
    fallocate64(fd: c_int, mode: c_int, from: off_t, length: off_t) -> c_int = made_room(fd, mode, from, length);
    open(name: *const c_char, flags: c_int, mode: mode_t) -> c_int = opened(AT_FDCWD, name, flags, mode);
    open64(name: *const c_char, flags: c_int, mode: mode_t) -> c_int = opened(AT_FDCWD, name, flags, mode);
    openat(folder: c_int, name: *const c_char, flags: c_int, mode: mode_t) -> c_int =
        opened(folder, name, flags, mode);
    openat64(folder: c_int, name: *const c_char, flags: c_int, mode: mode_t) -> c_int =
        opened(folder, name, flags, mode);
    rename(from: *const c_char, to: *const c_char) -> c_int = renamed(AT_FDCWD, from, AT_FDCWD, to, 0);
    renameat(from_at: c_int, from: *const c_char, to_at: c_int, to: *const c_char) -> c_int =
        renamed(from_at, from, to_at, to, 0);
    renameat2(from_at: c_int, from: *const c_char, to_at: c_int, to: *const c_char, flags: c_uint) -> c_int =
        renamed(from_at, from, to_at, to, flags);
    unlink(name: *const c_char) -> c_int = removed(AT_FDCWD, name, 0);
    unlinkat(folder: c_int, name: *const c_char, flags: c_int) -> c_int = removed(folder, name, flags);
    rmdir(name: *const c_char) -> c_int = removed(AT_FDCWD, name, AT_REMOVEDIR);
    mkdir(name: *const c_char, mode: mode_t) -> c_int = made_folder(AT_FDCWD, name, mode);
    mkdirat(folder: c_int, name: *const c_char, mode: mode_t) -> c_int = made_folder(folder, name, mode);
    link(from: *const c_char, to: *const c_char) -> c_int = linked(AT_FDCWD, from, AT_FDCWD, to, 0);
    linkat(from_at: c_int, from: *const c_char, to_at: c_int, to: *const c_char, flags: c_int) -> c_int =
        linked(from_at, from, to_at, to, flags);
}
