//! What comes from a terminal and is not UTF-8: a key of another encoding, a paste of bytes.
//!
//! The editor gives up a paste in the middle, and loses what it has read ahead. The rest of such a paste
//! must not be taken for commands.

use std::fs::File;
use std::io::Read;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// What a terminal sends behind a paste.
const END_OF_PASTE: &[u8] = b"\x1b[201~";
/// A paste has ended when nothing has come for so long.
const SILENCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

/// Drops what follows, up to the end of the paste and what has come with that.
pub(super) fn drop_rest() {
    // A terminal that is gone shows in the next line that is read.
    let Ok(mut terminal) = File::open("/dev/tty") else {
        return;
    };
    let (mut dropped, mut buffer) = (Vec::new(), [0; 4096]);
    while is_readable(&terminal) {
        match terminal.read(&mut buffer) {
            Ok(length @ 1..) => dropped.extend_from_slice(&buffer[..length]),
            Ok(_) | Err(_) => return,
        }
        let mut places = dropped.windows(END_OF_PASTE.len());
        if places.any(|place| place == END_OF_PASTE) {
            return;
        }
        // Its beginning may be there.
        let kept = dropped.len().saturating_sub(END_OF_PASTE.len());
        dropped.drain(..kept);
    }
}

fn is_readable(terminal: &File) -> bool {
    let mut descriptors = [PollFd::new(terminal, PollFlags::IN)];
    poll(&mut descriptors, Some(&SILENCE)) == Ok(1)
}
