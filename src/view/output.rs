//! Where answers, errors and notices are written.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::Arc;

use super::fit::{fit, spell};
use super::painter::Look;
use super::{Answer, Asked, Colour, Form, LiveFrame, Painter, Screen, json};
use crate::error::Error;

/// Longer sentences are cut, as with a word of many megabytes, which the user knows.
const LONGEST_SENTENCE: usize = 2000;

pub(super) fn shortened(sentence: &str) -> Cow<'_, str> {
    match sentence.char_indices().nth(LONGEST_SENTENCE) {
        Some((end, _)) => Cow::Owned(format!("{}...", &sentence[..end])),
        None => Cow::Borrowed(sentence),
    }
}

/// A notice in a form, without the end of its line.
#[must_use]
pub fn notice_line(text: &str, form: Form) -> String {
    match form {
        Form::Text => text.to_owned(),
        Form::Json => json::notice(text).trim_end().to_owned(),
    }
}

/// The two streams of the shell, which are separate from those of the program.
pub struct Output {
    answers: File,
    notices: File,
    /// Pipes that answers go to instead, the innermost last.
    pipes: Vec<Arc<File>>,
    look: Look,
    live: Option<Live>,
    has_progress: bool,
    /// The command being answered; errors and notices follow its form.
    asked: Asked,
}

/// A live view that occupies the screen.
struct Live {
    screen: Screen,
    /// Output that was held back meanwhile.
    kept: String,
    /// The size of the screen at the last drawing.
    size: (Option<usize>, Option<usize>),
}

impl Output {
    /// Copies of the process's stdout and stderr, which may later be given to the program. Must be
    /// called before the program starts. `form` applies unless a command requests another one.
    ///
    /// # Errors
    /// If one of them is closed.
    pub fn standard(colour: Colour, form: Form) -> io::Result<Self> {
        let answers = io::stdout().as_fd().try_clone_to_owned()?.into();
        let notices = io::stderr().as_fd().try_clone_to_owned()?.into();
        Ok(Self {
            answers,
            notices,
            pipes: Vec::new(),
            look: Look::from_environment(colour),
            live: None,
            has_progress: false,
            asked: Asked { command: "", form },
        })
    }

    /// Changes the use of colour.
    pub fn set_colour(&mut self, colour: Colour) {
        self.look.colour = colour;
    }

    /// The command being answered, and the form.
    #[must_use]
    pub fn asked(&self) -> Asked {
        self.asked
    }

    /// Sets the command being answered; returns the previous one.
    pub fn ask(&mut self, asked: Asked) -> Asked {
        std::mem::replace(&mut self.asked, asked)
    }

    /// The file that answers are written to.
    #[must_use]
    pub fn answers(&self) -> &File {
        self.pipes.last().map_or(&self.answers, AsRef::as_ref)
    }

    /// Sends answers to a pipe, without colour, until [`Output::send_back`].
    pub fn send_to(&mut self, pipe: Arc<File>) {
        self.pipes.push(pipe);
    }

    /// Ends the last pipe, and closes it.
    pub fn send_back(&mut self) {
        self.pipes.pop();
    }

    /// The file that errors and notices are written to.
    #[must_use]
    pub fn notices(&self) -> &File {
        &self.notices
    }

    /// Another handle of the terminal that answers are written to.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn terminal(&self) -> io::Result<File> {
        self.answers.try_clone()
    }

    /// Whether a view can be refreshed in place.
    #[must_use]
    pub fn has_screen(&self) -> bool {
        self.look.has_cursor && self.painter().width().is_some()
    }

    /// A painter for answers, with the current size of the terminal.
    #[must_use]
    pub fn painter(&self) -> Painter {
        match self.pipes.last() {
            Some(_) => Painter::plain(),
            None => Painter::new(&self.answers, self.look),
        }
    }

    /// An answer as text, if it is longer than the screen without the row of the prompt.
    #[must_use]
    pub fn longer_than_screen(&self, answer: &Answer) -> Option<String> {
        let painter = self.painter();
        let (width, height) = (painter.width()?, painter.height()?);
        let is_for_person = self.asked.form == Form::Text && self.look.has_cursor;
        if !is_for_person || self.live.is_some() || matches!(answer, Answer::Watch(_)) {
            return None;
        }
        let text = answer.paint(&painter);
        (Screen::rows(&text, width) >= height).then_some(text)
    }

    /// Writes an answer; during a live view it is held back, like all other output.
    ///
    /// # Errors
    /// If it cannot be written, for example because its reader is gone.
    pub fn answer(&mut self, answer: &Answer) -> io::Result<()> {
        self.end_progress()?;
        let text = match (self.asked.form, answer) {
            (Form::Text, _) => answer.paint(&self.painter()),
            // It is not part of the answer.
            (Form::Json, Answer::Sentence(text)) => return self.notice(text),
            (Form::Json, _) => {
                let object = answer.json(self.asked.command);
                object.map_or_else(String::new, |object| object.line())
            }
        };
        match &mut self.live {
            Some(live) => live.kept += &text,
            None => self.answers().write_all(text.as_bytes())?,
        }
        Ok(())
    }

    /// Writes an error and its hint, after the place of the command in a script.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn error(&mut self, error: &Error) -> io::Result<()> {
        self.end_progress()?;
        if self.asked.form == Form::Json || error.is_for_json() {
            return self.tell(&json::error(error));
        }
        let painter = Painter::new(&self.notices, self.look);
        let place = error
            .place()
            .filter(|place| !place.is_empty())
            .map_or_else(String::new, |place| format!("{place} "));
        let sentence = super::table::clean(&shortened(error.message()));
        let sentence = format!("{place}{} {sentence}\n", painter.error("error:"));
        let mut text = fit(sentence, &painter).into_owned();
        // A hint may be typed or copied, so it is not wrapped.
        if let Some(hint) = error.hint_text() {
            let hint = format!("{} {}\n", painter.hint("hint:"), super::table::clean(hint));
            text += &spell(hint, &painter);
        }
        self.tell(&text)
    }

    fn tell(&mut self, text: &str) -> io::Result<()> {
        match &mut self.live {
            Some(live) => live.kept += text,
            None => self.notices.write_all(text.as_bytes())?,
        }
        Ok(())
    }

    /// Writes a notice.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn notice(&mut self, text: &str) -> io::Result<()> {
        let line = match self.asked.form {
            Form::Text => {
                let painter = Painter::new(&self.notices, self.look);
                let lines: String = text
                    .lines()
                    .map(|line| super::table::clean(line) + "\n")
                    .collect();
                fit(lines, &painter).into_owned()
            }
            Form::Json => json::notice(text),
        };
        self.tell(&line)
    }

    /// Writes text that is already safe for a terminal.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn pass_on(&mut self, text: &str) -> io::Result<()> {
        self.answers.write_all(text.as_bytes())
    }

    /// Writes a prompt where there is no line editor.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn prompt(&mut self, prompt: &str) -> io::Result<()> {
        self.notices.write_all(prompt.as_bytes())
    }

    /// Shows the progress of a long task on a terminal.
    pub fn progress(&mut self, done: usize, total: usize) {
        let painter = Painter::new(&self.notices, self.look);
        let is_shown = self.live.is_none() && self.asked.form == Form::Text;
        if total > 0 && painter.width().is_some() && is_shown {
            self.has_progress = true;
            // A progress bar that cannot be drawn is no reason to stop.
            let _ = write!(
                self.notices,
                "\r{}\x1b[K",
                painter.faint(&format!("{done} of {total}"))
            );
        }
    }

    fn end_progress(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.has_progress) {
            self.notices.write_all(b"\r\x1b[K")
        } else {
            Ok(())
        }
    }

    /// Takes the screen for a live view.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn begin_live(&mut self) -> io::Result<()> {
        self.live = Some(Live {
            screen: Screen::enter(&mut self.answers)?,
            kept: String::new(),
            size: (None, None),
        });
        Ok(())
    }

    /// Draws a frame of the live view, if there is one.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn draw(&mut self, frame: &LiveFrame) -> io::Result<()> {
        let painter = self.painter();
        let Some(live) = &mut self.live else {
            return Ok(());
        };
        let size = (painter.width(), painter.height());
        if std::mem::replace(&mut live.size, size) != size {
            live.screen.forget();
        }
        let (lines, cursor) = frame.paint(&painter);
        live.screen.draw(&mut self.answers, &lines, cursor)
    }

    /// Shows the ordinary screen while something is done.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn put_live_aside(&mut self, work: impl FnOnce()) -> io::Result<()> {
        match &mut self.live {
            Some(live) => live.screen.aside(&mut self.answers, work),
            None => Ok(()),
        }
    }

    /// The output held back since the live view began, or since the last call.
    pub fn take_kept(&mut self) -> String {
        let live = self.live.as_mut();
        live.map_or_else(String::new, |live| std::mem::take(&mut live.kept))
    }

    /// Restores the screen.
    pub fn end_live(&mut self) {
        if let Some(live) = self.live.take() {
            live.screen.leave(&mut self.answers);
        }
    }

    /// Moves the cursor to the beginning of a row, below any unfinished line of a program.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn begin_row(&mut self) -> io::Result<()> {
        match self.painter().width() {
            Some(width) => Screen::begin_row(&mut self.answers, width),
            None => Ok(()),
        }
    }

    /// Resets the terminal after a process has left it in some state.
    pub fn reset_screen(&mut self) {
        Screen::reset(&mut self.answers);
    }

    /// Clears the screen, if there is one.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn clear(&mut self) -> io::Result<()> {
        if let Some(live) = &mut self.live {
            live.kept.clear();
            Ok(())
        } else if self.painter().width().is_some() {
            self.answers.write_all(b"\x1b[H\x1b[2J\x1b[3J")
        } else {
            Ok(())
        }
    }
}
