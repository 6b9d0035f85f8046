//! The shell as the host of commands: what they may ask of it.

use std::path::Path;

use crossbeam_channel::Receiver;

use super::keyboard::Keyboard;
use super::output_pane::OutputPane;
use super::recording::Recording;
use super::script::Script;
use super::{DEEPEST_SOURCE, Shell};
use crate::commands::{Aliases, Command, Host, Key, Returned, Setting, Settings, Watch, Watched};
use crate::error::{Error, Result};
use crate::program::{History, Session};
use crate::view::{Answer, Asked, Form};

impl Host for Shell {
    fn begin(&mut self, command: &'static str, is_for_json: bool) {
        let form = if is_for_json {
            Form::Json
        } else {
            self.output.asked().form
        };
        self.output.ask(Asked { command, form });
    }

    fn answers_in_json(&self) -> bool {
        self.output.asked().form == Form::Json
    }

    fn remark(&mut self, text: &str) {
        self.notice(text);
    }

    fn show(&mut self, answer: &Answer) -> Result<()> {
        self.begin_pipes()?;
        if self.page(answer)? {
            return Ok(());
        }
        // A reader of a pipe may take its time.
        let above = self.screen.above.as_ref().filter(|_| self.pipes.is_empty());
        let _held = above.map(OutputPane::hold);
        self.output
            .answer(answer)
            .map_err(|error| Error::unwritable(&error))
    }

    fn show_progress(&mut self, done: usize, total: usize) {
        if self.pipes.is_empty() {
            let _held = self.screen.above.as_ref().map(OutputPane::hold);
            self.output.progress(done, total);
        }
        self.refresh_view_meanwhile((total > 0).then_some((done, total)));
    }

    fn keys(&self) -> Receiver<Key> {
        let keys = self.screen.keyboard.as_ref().map(Keyboard::keys);
        let keys = keys.or_else(|| self.keys_of_pipe());
        keys.unwrap_or_else(|| self.interrupts.1.clone())
    }

    fn idle(&mut self) {
        self.refresh_view_meanwhile(None);
    }

    fn begin_live_view(&mut self) -> Result<bool> {
        self.begin_view()
    }

    fn watch_live(
        &mut self,
        session: &Session,
        watch: &Watch,
        history: History,
    ) -> Result<Watched> {
        self.run_view(session, watch, history)
    }

    fn give_terminal(&mut self) -> Result<Returned> {
        self.leave_view();
        self.put_in_foreground()
    }

    fn clear_screen(&mut self) -> Result<()> {
        if !self.pipes.is_empty() {
            return Ok(());
        }
        let _held = self.screen.above.as_ref().map(OutputPane::hold);
        self.output
            .clear()
            .map_err(|error| Error::unwritable(&error))
    }

    fn settings(&self) -> &Settings {
        &self.choices.settings
    }

    fn set(&mut self, setting: &Setting, value: Option<&str>) {
        self.choices.settings.set(setting, value);
        self.output.set_colour(self.choices.settings.colour());
    }

    fn aliases(&mut self) -> &mut Aliases {
        &mut self.choices.aliases
    }

    fn record(&mut self, file: &Path, lines: &[String], overwrite: bool) -> Result<()> {
        self.begin_recording(file, lines, overwrite)
    }

    fn recording(&self) -> Option<(String, usize)> {
        self.choices.recording.as_ref().map(Recording::told)
    }

    fn stop_recording(&mut self) -> Option<(String, usize)> {
        self.choices.recording.take().as_ref().map(Recording::told)
    }

    fn done(&mut self, command: Option<&'static Command>) {
        self.flow.acted = command;
    }

    fn history(&self) -> Vec<String> {
        self.choices.history.clone()
    }

    fn source(&mut self, file: &Path) -> Result<bool> {
        if self.flow.depth == DEEPEST_SOURCE {
            return Err(
                Error::new(format!("`{}` is nested too deeply", file.display()))
                    .hint("check whether a file sources itself"),
            );
        }
        let script = Script::from_file_named(&self.choices.files.find(file), file)?;
        self.flow.depth += 1;
        let outcome = self.run_written(script);
        self.flow.depth -= 1;
        outcome.map(|()| !self.is_leaving())
    }

    fn restart(&mut self, hold: bool) -> Result<()> {
        self.leave_view();
        self.start_again(hold)
    }

    fn leave(&mut self, status: Option<u8>) -> u8 {
        *self.flow.leaving.insert(status.unwrap_or(self.flow.status))
    }
}
