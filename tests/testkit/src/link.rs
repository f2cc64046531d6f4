//! A link between one phone and the server: a relay on loopback that can be cut.
//!
//! Used by [`crate::Phone`]. Invariant: bytes pass in order, unchanged unless one of them is to be spoilt; a cut
//! link closes every connection at once and refuses new ones until it is mended.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Where the server listens now; `None` while it is stopped.
pub(crate) type Address = Arc<Mutex<Option<SocketAddr>>>;

/// A direction on a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the phone to the server.
    Up,
    /// From the server to the phone.
    Down,
}

/// A link that can be cut. Dropping it closes it.
pub struct Link {
    state: Arc<State>,
    address: SocketAddr,
}

struct State {
    server: Address,
    is_cut: AtomicBool,
    closed: AtomicBool,
    /// Bytes that may still come down before the link breaks by itself; negative: any number.
    down_left: AtomicI64,
    /// Bytes that still pass as they are before one is spoilt; negative: all of them.
    sound_up: AtomicI64,
    sound_down: AtomicI64,
    down: AtomicU64,
    up: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
}

impl Link {
    /// A link to the server that listens there.
    pub(crate) fn to(server: &Address) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State {
            server: Arc::clone(server),
            is_cut: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            down_left: AtomicI64::new(-1),
            sound_up: AtomicI64::new(-1),
            sound_down: AtomicI64::new(-1),
            down: AtomicU64::new(0),
            up: AtomicU64::new(0),
            open: Mutex::default(),
        });
        let accepting = Arc::clone(&state);
        std::thread::spawn(move || accepting.accept(&listener));
        Self { state, address }
    }

    /// Where the phone connects to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts the link.
    pub fn cut(&self) {
        self.state.cut();
    }

    /// Mends the link, for any number of bytes.
    pub fn mend(&self) {
        self.state.down_left.store(-1, Ordering::SeqCst);
        self.state.is_cut.store(false, Ordering::SeqCst);
    }

    /// Mends the link so that it breaks again after this many bytes from the server.
    pub fn mend_for(&self, bytes_down: i64) {
        self.state.down_left.store(bytes_down, Ordering::SeqCst);
        self.state.is_cut.store(false, Ordering::SeqCst);
    }

    /// Spoils one byte: the next but so many in this direction.
    pub fn spoil(&self, way: Way, after: u32) {
        self.state.sound(way).store(i64::from(after), Ordering::SeqCst);
    }

    /// True once the byte that was to be spoilt has passed.
    pub fn has_spoilt(&self, way: Way) -> bool {
        self.state.sound(way).load(Ordering::SeqCst) < 0
    }

    /// Spoils nothing more.
    pub fn spare(&self) {
        for way in [Way::Up, Way::Down] {
            self.state.sound(way).store(-1, Ordering::SeqCst);
        }
    }

    /// Bytes that have come from the server so far.
    pub fn down(&self) -> u64 {
        self.state.down.load(Ordering::SeqCst)
    }

    /// Bytes that have gone to the server so far.
    pub fn up(&self) -> u64 {
        self.state.up.load(Ordering::SeqCst)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.state.closed.store(true, Ordering::SeqCst);
        self.state.cut();
        // Wakes the accepting thread, which then sees that it is over.
        drop(TcpStream::connect(self.address));
    }
}

impl State {
    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for phone in listener.incoming().map_while(Result::ok) {
            if self.closed.load(Ordering::SeqCst) {
                return;
            }
            let server = *self.server.lock().expect("the address");
            let Some(server) = server.filter(|_| !self.is_cut.load(Ordering::SeqCst)) else { continue };
            let Ok(server) = TcpStream::connect(server) else { continue };
            self.relay(&phone, &server);
        }
    }

    fn relay(self: &Arc<Self>, phone: &TcpStream, server: &TcpStream) {
        for (from, to, way) in [(phone, server, Way::Up), (server, phone, Way::Down)] {
            let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else { return };
            self.open.lock().expect("the open connections").extend(from.try_clone());
            let state = Arc::clone(self);
            std::thread::spawn(move || state.pump(from, to, way));
        }
    }

    fn pump(&self, mut from: TcpStream, mut to: TcpStream, way: Way) {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            let allowed = if way == Way::Down { self.allowed_down(read) } else { read };
            self.spoil(way, &mut buffer[..allowed]);
            if to.write_all(&buffer[..allowed]).is_err() {
                break;
            }
            let counter = if way == Way::Down { &self.down } else { &self.up };
            counter.fetch_add(allowed as u64, Ordering::SeqCst);
            if allowed < read {
                self.cut();
                break;
            }
        }
        drop(to.shutdown(Shutdown::Write));
    }

    fn sound(&self, way: Way) -> &AtomicI64 {
        match way {
            Way::Up => &self.sound_up,
            Way::Down => &self.sound_down,
        }
    }

    /// Spoils a byte of these where its turn has come.
    fn spoil(&self, way: Way, passing: &mut [u8]) {
        let sound = self.sound(way);
        let before = sound.load(Ordering::SeqCst);
        let Ok(place) = usize::try_from(before) else { return };
        match passing.get_mut(place) {
            Some(byte) => {
                *byte ^= 0x10;
                sound.store(-1, Ordering::SeqCst);
            }
            None => sound.store(before - i64::try_from(passing.len()).expect("a small number"), Ordering::SeqCst),
        }
    }

    /// How many of these bytes may come down; fewer than all means that the link breaks after them.
    fn allowed_down(&self, read: usize) -> usize {
        let wanted = i64::try_from(read).expect("a small number");
        let before = self.down_left.load(Ordering::SeqCst);
        if before < 0 {
            return read;
        }
        let allowed = wanted.min(before);
        self.down_left.store(before - allowed, Ordering::SeqCst);
        usize::try_from(allowed).expect("a small number")
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        for connection in self.open.lock().expect("the open connections").drain(..) {
            // Fails only where it is closed already.
            drop(connection.shutdown(Shutdown::Both));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that answers every connection with a thousand bytes.
    fn talker() -> Address {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || {
            for mut connection in listener.incoming().map_while(Result::ok) {
                drop(connection.write_all(&[7; 1000]));
            }
        });
        Arc::new(Mutex::new(Some(address)))
    }

    fn heard(link: &Link) -> usize {
        let mut bytes = Vec::new();
        let mut connection = TcpStream::connect(link.address()).expect("the link listens");
        drop(connection.read_to_end(&mut bytes));
        bytes.len()
    }

    #[test]
    fn a_whole_link_passes_everything_and_counts_it() {
        let link = Link::to(&talker());
        assert_eq!(heard(&link), 1000);
        assert_eq!(link.down(), 1000);
    }

    #[test]
    fn a_cut_link_passes_nothing_until_it_is_mended() {
        let link = Link::to(&talker());
        link.cut();
        assert_eq!(heard(&link), 0);
        link.mend();
        assert_eq!(heard(&link), 1000);
    }

    #[test]
    fn one_byte_is_spoilt_and_no_other() {
        let link = Link::to(&talker());
        link.spoil(Way::Down, 300);
        let mut bytes = Vec::new();
        let mut connection = TcpStream::connect(link.address()).expect("the link listens");
        connection.read_to_end(&mut bytes).expect("all of them");
        let spoilt: Vec<usize> = (0..bytes.len()).filter(|place| bytes[*place] != 7).collect();
        assert_eq!(spoilt, [300]);
        assert!(link.has_spoilt(Way::Down));
    }

    #[test]
    fn a_link_that_breaks_after_so_many_bytes_passes_exactly_those() {
        let link = Link::to(&talker());
        link.mend_for(300);
        assert_eq!(heard(&link), 300);
        assert_eq!(heard(&link), 0);
    }
}
