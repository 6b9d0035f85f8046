//! Lends the terminal to the program, and takes it back.

use std::io::{self, BufReader, Read};

use crossbeam_channel::{Receiver, select, unbounded};
use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::Termios;

use super::Shell;
use super::keyboard::Keyboard;
use crate::commands::Returned;
use crate::error::{Error, Result};
use crate::program::Session;
use crate::target;

/// Ctrl-Z, and the terminal modes that the program had set at that time.
pub(super) struct Stops {
    stops: Receiver<()>,
    modes: Option<Termios>,
}

impl Stops {
    fn listen() -> io::Result<Self> {
        let (sender, stops) = unbounded();
        let told = target::tell_of_stops()?;
        std::thread::Builder::new()
            .name("instrsh-stops".into())
            .spawn(move || {
                for _ in BufReader::new(told).bytes().map_while(io::Result::ok) {
                    let _ = sender.send(());
                }
            })?;
        Ok(Self { stops, modes: None })
    }
}

impl Shell {
    /// Gives the program the terminal, and starts it if it is held.
    pub(super) fn put_in_foreground(&mut self, session: &Session) -> Result<Returned> {
        if self.quiet.is_none() {
            return Err(Error::new("`fg` needs a prompt to return to").hint("use it at the prompt"));
        }
        if !self.pipes.is_empty() {
            return Err(
                Error::new("the command after the `|` is using the terminal")
                    .hint("use `fg` without `|`"),
            );
        }
        let trouble = |error| Error::system("cannot give the program the terminal", &error);
        let mut stops = match self.stops.take() {
            Some(stops) => stops,
            None => Stops::listen().map_err(trouble)?,
        };
        self.typed_before = self.give_keyboard_back();
        if let Some(above) = &self.above {
            above.close();
        }
        // Not afterwards: the program may take the process with it.
        if session.is_held() {
            self.keep_start().unwrap_or_else(|error| self.say(&error));
        }
        let outcome = self.wait_in_background(session, &mut stops);
        if let Some(above) = &self.above {
            above.open();
        }
        self.stops = Some(stops);
        self.keyboard = Keyboard::take().ok();
        outcome
    }

    fn wait_in_background(&mut self, session: &Session, stops: &mut Stops) -> Result<Returned> {
        let trouble = |error| Error::system("cannot give the program the terminal", &error);
        let (Some(quiet), Some(target)) = (&self.quiet, &self.target) else {
            return Ok(Returned::ByStop);
        };
        // Late ones belong to an earlier loan.
        stops.stops.try_iter().for_each(drop);
        let foreground = target.put_in_foreground(quiet.terminal())?;
        // From now on, Ctrl-Z is a signal.
        quiet.rest(stops.modes.as_ref()).map_err(trouble)?;
        // Programs that the program started were stopped with it. Not later: it would cancel a
        // Ctrl-Z that is on its way.
        let _ = kill_current_process_group(Signal::CONT);
        // The program may begin with a question, so this comes first.
        let _ = self.output.notice("press Ctrl-Z to return to the prompt");
        if session.is_held() {
            session.release().wait()?;
        }
        let returned = select! {
            recv(session.ended()) -> _ => Returned::ByEnd,
            recv(stops.stops) -> _ => Returned::ByStop,
        };
        drop(foreground);
        stops.modes = quiet.resume().ok();
        self.output.reset_screen();
        if returned == Returned::ByStop {
            // After the ^Z.
            self.echo("");
        }
        Ok(returned)
    }
}
