//! What the shim asks of the machine, past every function that it stands before: the kernel's calls by their numbers.
//! Called by `calls` and `durable`. Invariant: nothing here goes through a function that this library exports.

#![expect(unsafe_code, reason = "the kernel is asked directly")]

use std::ffi::CStr;
use std::os::raw::{c_int, c_long};

use libc::{AT_FDCWD, O_APPEND, O_CREAT, O_RDONLY, O_WRONLY, c_void};

/// A variable of the environment.
pub fn variable(name: &CStr) -> Option<String> {
    // SAFETY: `name` ends with a zero byte; what getenv gives is read at once, and nobody changes the environment of
    // the processes under test.
    let value = unsafe { libc::getenv(name.as_ptr()) };
    if value.is_null() {
        return None;
    }
    // SAFETY: getenv gives a string that ends with a zero byte.
    unsafe { CStr::from_ptr(value) }.to_str().ok().map(str::to_owned)
}

/// Sets errno, and gives what a call that failed gives.
pub fn refuse(errno: c_int) -> c_long {
    // SAFETY: the place of this thread's errno is always there.
    unsafe { *libc::__errno_location() = errno };
    -1
}

/// Ends this process as a loss of power would.
pub fn kill() -> ! {
    // SAFETY: it ends this process and touches no memory.
    unsafe {
        libc::kill(libc::getpid(), libc::SIGKILL);
        loop {
            libc::pause();
        }
    }
}

/// The path that a descriptor was opened by.
pub fn path_of(fd: c_int) -> Option<String> {
    link(&format!("/proc/self/fd/{fd}\0"))
}

/// The whole path of a name that is given to a call.
pub fn path_at(folder: c_int, name: &CStr) -> Option<String> {
    let name = name.to_str().ok()?;
    if name.starts_with('/') {
        return Some(name.to_owned());
    }
    let folder = if folder == AT_FDCWD { link("/proc/self/cwd\0")? } else { path_of(folder)? };
    Some(format!("{folder}/{name}"))
}

fn link(path: &str) -> Option<String> {
    let mut into = [0_u8; 4096];
    // SAFETY: `path` ends with a zero byte, and `into` is as long as is said.
    let length = unsafe { libc::syscall(libc::SYS_readlinkat, AT_FDCWD, path.as_ptr(), into.as_mut_ptr(), into.len()) };
    let bytes = into.get(..usize::try_from(length).ok()?)?;
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

/// Whether a descriptor is a regular file or a folder.
pub fn is_on_disk(fd: c_int) -> bool {
    // SAFETY: fstat fills the structure that it is given; it is read only where it did.
    unsafe {
        let mut stat: libc::stat = std::mem::zeroed();
        libc::fstat(fd, &raw mut stat) == 0 && matches!(stat.st_mode & libc::S_IFMT, libc::S_IFREG | libc::S_IFDIR)
    }
}

/// Whether a path is a folder.
pub fn is_folder(path: &str) -> bool {
    let path = format!("{path}\0");
    // SAFETY: `path` ends with a zero byte, and stat fills the structure that it is given.
    unsafe {
        let mut stat: libc::stat = std::mem::zeroed();
        libc::stat(path.as_ptr().cast(), &raw mut stat) == 0 && stat.st_mode & libc::S_IFMT == libc::S_IFDIR
    }
}

/// Whether there is something of this name.
pub fn is_there(folder: c_int, name: &CStr) -> bool {
    // SAFETY: `name` ends with a zero byte.
    unsafe { libc::syscall(libc::SYS_faccessat, folder, name.as_ptr(), libc::F_OK) == 0 }
}

fn open(path: &str, flags: c_int) -> Option<c_int> {
    let path = format!("{path}\0");
    // SAFETY: `path` ends with a zero byte.
    let fd = unsafe { libc::syscall(libc::SYS_openat, AT_FDCWD, path.as_ptr(), flags | libc::O_CLOEXEC, 0o600) };
    c_int::try_from(fd).ok().filter(|fd| *fd >= 0)
}

fn close(fd: c_int) {
    // SAFETY: it was opened here, and is closed once.
    unsafe { libc::syscall(libc::SYS_close, fd) };
}

/// All that a file holds.
pub fn read(path: &str) -> Option<Vec<u8>> {
    let fd = open(path, O_RDONLY)?;
    let mut bytes = Vec::new();
    let mut into = [0_u8; 16 * 1024];
    loop {
        // SAFETY: `into` is as long as is said.
        let count = unsafe { libc::syscall(libc::SYS_read, fd, into.as_mut_ptr(), into.len()) };
        match usize::try_from(count).ok().and_then(|count| into.get(..count)) {
            Some([]) | None => break,
            Some(some) => bytes.extend_from_slice(some),
        }
    }
    close(fd);
    Some(bytes)
}

/// Writes a file anew, or adds to it.
pub fn write(path: &str, bytes: &[u8], is_added: bool) {
    let flags = O_WRONLY | O_CREAT | if is_added { O_APPEND } else { libc::O_TRUNC };
    let Some(fd) = open(path, flags) else { return };
    let mut left = bytes;
    while !left.is_empty() {
        let count = write_to(fd, left);
        match usize::try_from(count).ok().and_then(|count| left.get(count..)) {
            Some(rest) if rest.len() < left.len() => left = rest,
            _ => break,
        }
    }
    close(fd);
}

/// Writes to a descriptor, where it stands.
pub fn write_to(fd: c_int, bytes: &[u8]) -> c_long {
    // SAFETY: `bytes` is as long as is said.
    unsafe { libc::syscall(libc::SYS_write, fd, bytes.as_ptr().cast::<c_void>(), bytes.len()) }
}

/// Makes a folder and those above it.
pub fn make_folders(path: &str) {
    for (at, _) in path.match_indices('/').skip(1).chain(std::iter::once((path.len(), ""))) {
        let folder = format!("{}\0", path.get(..at).unwrap_or(path));
        // SAFETY: `folder` ends with a zero byte.
        unsafe { libc::syscall(libc::SYS_mkdirat, AT_FDCWD, folder.as_ptr(), 0o700) };
    }
}

/// Gives a file another name.
pub fn rename(from: &str, to: &str) {
    let (from, to) = (format!("{from}\0"), format!("{to}\0"));
    // SAFETY: both end with a zero byte.
    unsafe { libc::syscall(libc::SYS_renameat2, AT_FDCWD, from.as_ptr(), AT_FDCWD, to.as_ptr(), 0) };
}

/// Takes a file away.
pub fn remove(path: &str) {
    let path = format!("{path}\0");
    // SAFETY: it ends with a zero byte.
    unsafe { libc::syscall(libc::SYS_unlinkat, AT_FDCWD, path.as_ptr(), 0) };
}
