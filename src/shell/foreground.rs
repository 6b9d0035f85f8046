//! The program in front: its terminal and the real one pass keys and output to each other, until it ends or
//! Ctrl-Z returns to the prompt. Nothing of the program's changes, and nothing of it is interrupted.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{bounded, select};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::Signal;
use rustix::termios::tcgetattr;

use super::Shell;
use super::wakeup::{Wakeup, is_readable};
use crate::commands::Returned;
use crate::error::{Error, Result};
use crate::program::Session;
use crate::system::PseudoTerminal;

/// How long the program may take to get its standard input.
const PATIENCE: Duration = Duration::from_secs(3);

impl Shell {
    /// Gives the program the terminal, and starts it if it is held.
    pub(super) fn put_in_foreground(&mut self) -> Result<Returned> {
        let session = self.session();
        let terminal = self
            .life
            .surroundings
            .as_ref()
            .and_then(|it| it.terminal.clone());
        let (Some(terminal), true) = (terminal, self.screen.quiet.is_some()) else {
            return Err(Error::new("`fg` needs a prompt to return to").hint("use it at the prompt"));
        };
        if !self.pipes.is_empty() {
            return Err(
                Error::new("the command after the `|` is using the terminal")
                    .hint("use `fg` without `|`"),
            );
        }
        let opened = session
            .open_input(terminal.path())
            .wait_until(Instant::now() + PATIENCE);
        opened.unwrap_or_else(|| Err(Error::new("timed out: the program is holding the GIL")))?;
        self.screen.typed_before = self.give_keyboard_back();
        // Not afterwards: the program may end the session.
        if session.is_held() {
            self.keep_start().unwrap_or_else(|error| self.say(&error));
        }
        // The program may begin with a question, so this comes first.
        self.notice("press Ctrl-Z to return to the prompt");
        let returned = self.relay(&session, &terminal);
        self.output.reset_screen();
        if matches!(returned, Ok(Returned::ByStop)) {
            self.echo("^Z");
        }
        if let Some(above) = &self.screen.above {
            above.open();
        }
        self.take_keyboard();
        returned.map_err(|error| Error::system("cannot give the program the terminal", &error))
    }

    /// Lets keys and output pass.
    fn relay(&mut self, session: &Session, terminal: &Arc<PseudoTerminal>) -> io::Result<Returned> {
        let (Some(quiet), Some(above)) = (&self.screen.quiet, self.screen.above.clone()) else {
            return Ok(Returned::ByStop);
        };
        let mut modes = tcgetattr(quiet.terminal())?;
        modes.make_raw();
        quiet.rest(Some(&modes))?;
        above.bring_to_front();
        terminal.bring_to_front()?;
        session.is_in_front(true);
        if let Some(process) = &self.life.process {
            // A program that draws on the screen does so again.
            process.send(Signal::WINCH);
        }
        if session.is_held() {
            // A program that is gone shows so.
            let _ = session.release().wait();
        }
        let returned = pass_keys(quiet.terminal(), terminal, session);
        if returned.as_ref().is_ok_and(|it| *it == Returned::ByEnd) {
            above.drain(&terminal.shell_end()?);
        }
        session.is_in_front(false);
        let left = terminal.leave_front();
        quiet.resume()?;
        left?;
        returned
    }
}

/// Passes keys on to the program.
fn pass_keys(keys: &File, terminal: &PseudoTerminal, session: &Session) -> io::Result<Returned> {
    let (ended, end) = Wakeup::new()?;
    let (left, leaving) = bounded::<()>(0);
    let program_ended = session.ended().clone();
    thread::Builder::new()
        .name("instrsh-front".into())
        .spawn(move || {
            select! {
                recv(program_ended) -> _ => drop(end),
                recv(leaving) -> _ => {}
            }
        })?;
    let (mut keys, mut program, mut buffer) = (keys, terminal.shell_end()?, [0; 4096]);
    let returned = loop {
        if !is_readable(&keys, &ended) {
            break Returned::ByEnd;
        }
        let length = match keys.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if length == 0 {
            break Returned::ByStop;
        }
        let pressed = &buffer[..length];
        let stop = terminal.stop_key();
        let stop = stop.and_then(|stop| pressed.iter().position(|key| *key == stop));
        write_all(&mut program, &pressed[..stop.unwrap_or(length)])?;
        if stop.is_some() {
            break Returned::ByStop;
        }
    };
    drop(left);
    Ok(returned)
}

/// Writes to a terminal that may be full.
fn write_all(terminal: &mut File, mut keys: &[u8]) -> io::Result<()> {
    while !keys.is_empty() {
        match terminal.write(keys) {
            Ok(length) => keys = &keys[length..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                match poll(&mut [PollFd::new(terminal, PollFlags::OUT)], None) {
                    Ok(_) | Err(Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
