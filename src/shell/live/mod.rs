//! The live view of `watch`: waits for keys, counts, time and the program, and redraws the screen.
//!
//! `state` interprets the keys, `table` chooses the rows, and the room `view` paints them. This
//! file connects them, and runs commands that are typed below the table.

mod command_line;
mod running;
mod state;
mod table;
mod view;

use std::time::Instant;

use crossbeam_channel::never;

use super::Shell;
use super::keyboard::{Keyboard, Use};
use super::notices::Notices;
use crate::commands::{Context, Host, Watch, Watched};
use crate::error::{Error, Result};
use crate::program::{History, Session};
use crate::protocol::Renewal;
use crate::view::rows_that_fit;
use state::Action;
use table::Moment;
use view::Event;
pub(super) use view::LiveView;

/// Why the view has ended.
enum End {
    ByTarget,
    /// By a key, by time, or because the shell is leaving.
    BySomebody,
    /// A command needs the screen.
    Elsewhere,
}

impl Shell {
    /// Takes the screen and the keyboard; false if there is no screen.
    ///
    /// # Errors
    /// If the terminal refuses.
    pub(super) fn begin_view(&mut self) -> Result<bool> {
        self.leave_view();
        let is_elsewhere = !self.pipes.is_empty() || self.answers_in_json();
        if !self.output.has_screen() || is_elsewhere {
            return Ok(false);
        }
        if self.screen.keyboard.is_none() {
            match Keyboard::take() {
                Ok(keyboard) => self.screen.keyboard = Some(keyboard),
                Err(_) => return Ok(false),
            }
            self.screen.keyboard_is_for_view = true;
        }
        if let Some(keyboard) = &self.screen.keyboard {
            keyboard.set_use(Use::View);
        }
        if let Some(above) = &self.screen.above {
            above.close();
        }
        if let Some(news) = &self.notices {
            news.begin_view();
        }
        let begun = self.output.begin_live();
        begun
            .map(|()| true)
            .map_err(|error| Error::unwritable(&error))
    }

    /// Returns both. Keys typed after the end of the view are for the next one, or finally for the
    /// prompt.
    fn end_view(&mut self) {
        self.output.end_live();
        if let Some(above) = &self.screen.above {
            above.open();
        }
        if let Some(news) = &self.notices {
            news.end_view();
        }
        if let Some(keyboard) = &self.screen.keyboard {
            keyboard.set_use(Use::Prompt);
        }
        if std::mem::take(&mut self.screen.keyboard_is_for_view) {
            self.screen.keyboard = None;
        }
    }

    /// Ends the view because the command that runs in it needs the screen.
    pub(super) fn leave_view(&mut self) {
        if self.screen.live.take().is_some() {
            self.end_view();
        }
    }

    /// Shows the table until time, a key, a command or the program ends it. The view must have
    /// begun.
    ///
    /// # Errors
    /// If the terminal is gone, or the worker has ended.
    pub(super) fn run_view(
        &mut self,
        session: &Session,
        watch: &Watch,
        history: History,
    ) -> Result<Watched> {
        let presses = self
            .screen
            .keyboard
            .as_ref()
            .map_or_else(never, Keyboard::presses);
        let (typed, painter) = (self.choices.history.clone(), self.output.painter());
        let view = LiveView::new(session, presses, watch, history, typed, painter);
        self.screen.live = Some(view);
        let outcome = self.follow(session);
        let last = self.screen.live.take().map(|live| {
            let page = rows_that_fit(&self.output.painter(), 0);
            self.end_view();
            live.table.last_frame(page)
        });
        outcome.map(|end| Watched {
            by_target: matches!(end, End::ByTarget),
            last,
        })
    }

    fn follow(&mut self, session: &Session) -> Result<End> {
        loop {
            if self.is_leaving() {
                return Ok(End::BySomebody);
            }
            self.refresh_view()?;
            let Some(live) = &mut self.screen.live else {
                return Ok(End::Elsewhere);
            };
            let is_over = |deadline: Instant| Instant::now() >= deadline;
            match live.next_event(session.ended()) {
                Event::Press(press) => {
                    let page = live.page(&live.painter);
                    let action = live.state.press(press, &mut live.table, page);
                    live.is_stale = true;
                    if action == Action::Leave {
                        return Ok(End::BySomebody);
                    }
                    self.act(action);
                }
                Event::Counted(counted) => {
                    let painter = live.painter;
                    live.take_in(counted, &painter)?;
                }
                Event::TargetEnded => {
                    self.count_last(session)?;
                    return Ok(End::ByTarget);
                }
                Event::Time if live.deadline.is_some_and(is_over) => {
                    self.count_last(session)?;
                    return Ok(End::BySomebody);
                }
                Event::Time => {}
            }
        }
    }

    /// Requests counts if they are due, and draws if anything has changed, including the terminal's
    /// size.
    ///
    /// # Errors
    /// If the terminal is gone.
    fn refresh_view(&mut self) -> Result<()> {
        let painter = self.output.painter();
        let Some(live) = &mut self.screen.live else {
            return Ok(());
        };
        if let Some(news) = self.notices.as_ref().and_then(Notices::for_view) {
            live.show_news(&news, &painter);
        }
        live.ask();
        if std::mem::replace(&mut live.painter, painter) != painter || live.is_stale {
            live.is_stale = false;
            let frame = live.frame(&painter);
            let drawn = self.output.draw(&frame);
            drawn.map_err(|error| Error::unwritable(&error))?;
        }
        Ok(())
    }

    /// Refreshes the table while a command runs below it.
    pub(super) fn refresh_view_meanwhile(&mut self, progress: Option<(usize, usize)>) {
        let painter = self.output.painter();
        let Some(live) = &mut self.screen.live else {
            return;
        };
        if let Some(counted) = live.counted_meanwhile() {
            // An error will show again when the command has ended.
            let _ = live.take_in(counted, &painter);
        }
        live.is_stale |= std::mem::replace(&mut live.progress, progress) != progress;
        let _ = self.refresh_view();
    }

    /// The final counts when the view ends by itself.
    fn count_last(&mut self, session: &Session) -> Result<()> {
        let Some(live) = &mut self.screen.live else {
            return Ok(());
        };
        live.give_way();
        let pending = session.sample(live.table.history().listed(), Renewal::WhenCheap);
        let mut context = Context {
            session,
            host: self,
        };
        let counted = context.wait(pending)?;
        if let Some(live) = &mut self.screen.live {
            live.table.add(counted, Moment::OfInterval)?;
        }
        Ok(())
    }
}
