//! Runs commands below the table, or on its selected row.

use super::state::{Action, Mode};
use super::view::ANSWER_SHARE;
use crate::commands::{DIS, KEYS, PATCH, Shortening, UNPATCH, pattern_of, quote};
use crate::protocol::Reason;
use crate::protocol::State;
use crate::shell::Shell;
use crate::shell::completion::complete;
use crate::shell::keyboard::Use;
use crate::shell::script::Script;
use crate::system::suspend;
use crate::view::{in_columns, paint_keys};

impl Shell {
    /// Performs the action of a key.
    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::Draw | Action::Leave => {}
            Action::Run(line) => self.run_in_view(&line),
            Action::Complete => self.complete_in_view(),
            Action::Help => {
                let keys = paint_keys(KEYS, &self.output.painter());
                if let Some(live) = &mut self.screen.live {
                    live.show_text("keys", keys);
                }
            }
            Action::Suspend => {
                // If the terminal is gone, drawing the next frame fails.
                let _ = self.output.terminal().and_then(|terminal| {
                    let suspend = || suspend(&terminal);
                    self.output.put_live_aside(suspend)
                });
            }
            Action::Toggle => {
                let command = |state| match state {
                    State::Patched => UNPATCH.name,
                    State::Original | State::Replaced | State::Copied | State::Removed => {
                        PATCH.name
                    }
                };
                self.run_on_selected(command);
            }
            Action::Disassemble => self.run_on_selected(|_| DIS.name),
        }
    }

    /// Runs a command on the selected row.
    fn run_on_selected(&mut self, command: impl Fn(State) -> &'static str) {
        let Some(live) = &mut self.screen.live else {
            return;
        };
        if let Some(row) = live.table.selected() {
            let pattern = quote(&pattern_of(row.path.as_str()));
            let command = format!("{} {pattern}", command(row.state));
            self.run_in_view(&command);
        } else {
            live.state.answer = vec!["no row is selected; use the arrow keys".to_owned()];
        }
    }

    /// Runs a line as the prompt would, and shows its answer.
    fn run_in_view(&mut self, typed: &str) {
        let Some(live) = &mut self.screen.live else {
            return;
        };
        live.give_way();
        if let Some(keyboard) = &self.screen.keyboard {
            // A late one is not for the next command.
            keyboard.keys().try_iter().for_each(drop);
            keyboard.set_use(Use::CommandInView);
        }
        // A person types here, even if a script has started the view.
        let shortening = std::mem::replace(&mut self.flow.shortening, Shortening::Allowed);
        let outcome = self.run_entry(Script::typed(typed));
        self.flow.shortening = shortening;
        self.tell(outcome);
        let (answer, painter) = (self.output.take_kept(), self.output.painter());
        let Some(live) = &mut self.screen.live else {
            return;
        };
        if let Some(keyboard) = &self.screen.keyboard {
            keyboard.set_use(Use::View);
        }
        live.progress = None;
        live.expect_news();
        live.is_stale = true;
        live.show(typed.trim(), answer, &painter);
    }

    fn complete_in_view(&mut self) {
        let painter = self.output.painter();
        let Some(known) = self.known() else {
            return;
        };
        known.refresh(Reason::NewLine);
        let Some(live) = &mut self.screen.live else {
            return;
        };
        live.give_way();
        let height = painter.height().unwrap_or(24);
        if let Mode::Command(line) = &mut live.state.mode {
            let (start, candidates) = complete(&known, line.before_cursor());
            let names = line.complete(start, &candidates);
            live.state.answer = in_columns(&names, height / ANSWER_SHARE, &painter);
        }
    }
}
