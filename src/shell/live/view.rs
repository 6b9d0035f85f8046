//! The state and the contents of a live view while it occupies the screen.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, never, select};

use super::state::{Mode, State, Text};
use super::table::{Moment, Table};
use crate::commands::Watch;
use crate::error::Result;
use crate::program::{History, Pending, Session};
use crate::protocol::{Renewal, Sample};
use crate::shell::keys::Press;
use crate::view::{LiveBody, LiveFrame, Painter, broken_lines, rows_that_fit, text_lines_that_fit};

/// How soon a new size of the terminal is noticed. The program may handle its signal, so the shell
/// polls.
const GLANCE: Duration = Duration::from_millis(100);
/// Answers that take up to this fraction of the screen are shown below the table, longer ones
/// instead of it.
pub(super) const ANSWER_SHARE: usize = 3;

type Counting = Pending<Sample>;
pub(super) type Counted = Result<Sample>;

/// The live view while it occupies the screen.
pub(in crate::shell) struct LiveView {
    session: Session,
    pub(super) presses: Receiver<Press>,
    pub(super) table: Table,
    pub(super) state: State,
    /// The requested counts, and why.
    pending: Option<(Counting, Moment)>,
    /// The end of the interval.
    next: Instant,
    /// The run time shown, which stands still while the table is frozen.
    run_time: Duration,
    pub(super) deadline: Option<Instant>,
    news: News,
    /// The progress of the running command.
    pub(super) progress: Option<(usize, usize)>,
    /// Whether the screen is out of date.
    pub(super) is_stale: bool,
    /// The painter of the last drawing.
    pub(super) painter: Painter,
}

/// What is known of changes.
#[derive(Default)]
struct News {
    /// Whether something may have changed since the callables were listed.
    is_possible: bool,
    /// Whether to select what is newly patched.
    is_sought: bool,
}

/// What the view waits for.
pub(super) enum Event {
    Press(Press),
    Counted(Counted),
    TargetEnded,
    /// Time to check.
    Time,
}

impl LiveView {
    pub(super) fn new(
        session: &Session,
        presses: Receiver<Press>,
        watch: &Watch,
        history: History,
        typed: Vec<String>,
        painter: Painter,
    ) -> Self {
        Self {
            session: session.clone(),
            presses,
            table: Table::new(history, watch.sort, watch.limit),
            state: State::new(watch.every, typed),
            pending: None,
            next: Instant::now() + watch.every,
            run_time: session.run_time(),
            deadline: watch.deadline,
            news: News::default(),
            progress: None,
            is_stale: true,
            painter,
        }
    }

    pub(super) fn next_event(&mut self, ended: &Receiver<()>) -> Event {
        let counted = self.pending.as_ref();
        let counted = counted.map_or_else(never, |(pending, _)| pending.reply.clone());
        let mut soon = Instant::now() + GLANCE;
        if self.pending.is_none() && !self.state.is_frozen {
            soon = soon.min(self.next);
        }
        if let Some(deadline) = self.deadline {
            soon = soon.min(deadline);
        }
        select! {
            recv(self.presses) -> press => press.map_or(Event::Time, Event::Press),
            recv(counted) -> counted => {
                Event::Counted(Counting::open(counted))
            }
            recv(ended) -> _ => Event::TargetEnded,
            default(soon.saturating_duration_since(Instant::now())) => Event::Time,
        }
    }

    /// The requested counts, if they have arrived.
    pub(super) fn counted_meanwhile(&self) -> Option<Counted> {
        let (pending, _) = self.pending.as_ref()?;
        pending.wait_until(Instant::now())
    }

    /// Requests counts if they are due.
    pub(super) fn ask(&mut self) {
        if self.pending.is_some() {
            return;
        }
        let now = Instant::now();
        let (renewal, moment) = if std::mem::take(&mut self.news.is_possible) {
            (Renewal::Now, Moment::OfChange)
        } else if now >= self.next && !self.state.is_frozen {
            // A late interval is not followed by a short one.
            let next = self.next + self.state.every;
            self.next = if next > now {
                next
            } else {
                now + self.state.every
            };
            (Renewal::WhenCheap, Moment::OfInterval)
        } else {
            return;
        };
        let listed = self.table.history().listed();
        self.pending = Some((self.session.sample(listed, renewal), moment));
    }

    pub(super) fn take_in(&mut self, counted: Counted, painter: &Painter) -> Result<()> {
        let pending = self.pending.take();
        let moment = pending.map_or(Moment::OfChange, |(_, moment)| moment);
        let counted = counted?;
        if self.state.is_frozen && moment == Moment::OfInterval {
            // It was under way when the table was frozen.
            return Ok(());
        }
        let before = Arc::clone(self.table.history().listed());
        self.table.add(counted, moment)?;
        if moment == Moment::OfChange {
            // The rates of a moment would be accidental.
            self.next = Instant::now() + self.state.every;
        }
        if std::mem::take(&mut self.news.is_sought) {
            let page = self.page(painter);
            self.table.select_news(&before, page);
        }
        self.is_stale = true;
        Ok(())
    }

    /// Lets the worker do something else first.
    pub(super) fn give_way(&mut self) {
        if let Some((pending, _)) = self.pending.take() {
            pending.progress.cancel();
        }
    }

    /// Makes the callables be listed again.
    pub(super) fn expect_news(&mut self) {
        self.give_way();
        (self.news.is_possible, self.news.is_sought) = (true, true);
    }

    /// The number of lines of the table, or of the text, on the screen.
    pub(super) fn page(&self, painter: &Painter) -> usize {
        match &self.state.mode {
            Mode::Text(_) => text_lines_that_fit(painter),
            _ => rows_that_fit(painter, self.state.answer.len()),
        }
    }

    /// Shows the answer of a command: below the table, or instead of it if it is long.
    pub(super) fn show(&mut self, title: &str, answer: String, painter: &Painter) {
        let lines = broken_lines(&answer, painter);
        let height = painter.height().unwrap_or(24);
        if lines.len() > (height / ANSWER_SHARE).max(1) {
            self.show_text(title, answer);
        } else {
            self.state.answer = lines;
        }
    }

    /// Shows a notice below the table, in which it may have changed a row.
    pub(super) fn show_news(&mut self, news: &str, painter: &Painter) {
        self.state.answer = broken_lines(news, painter);
        (self.news.is_possible, self.is_stale) = (true, true);
    }

    pub(super) fn show_text(&mut self, title: &str, content: String) {
        self.state.mode = Mode::Text(Text {
            title: title.to_owned(),
            content,
            above: 0,
        });
    }

    pub(super) fn frame(&mut self, painter: &Painter) -> LiveFrame {
        if !self.state.is_frozen {
            self.run_time = self.session.run_time();
        }
        let body = self.body(painter);
        let history = self.table.history();
        LiveFrame {
            run_time: self.run_time,
            elapsed: history.elapsed(),
            every: self.state.every,
            costs: history.costs(),
            totals: history.totals().clone(),
            is_frozen: self.state.is_frozen,
            sort: self.table.sort(),
            filter: self.table.filter().to_owned(),
            body,
            answer: match self.progress {
                Some((done, total)) => vec![format!("{done} of {total}")],
                None => self.state.answer.clone(),
            },
            line: match &self.state.mode {
                Mode::Filter(line) | Mode::Command(line) => Some(line.shown()),
                Mode::Table | Mode::Text(_) => None,
            },
        }
    }

    fn body(&mut self, painter: &Painter) -> LiveBody {
        let page = self.page(painter);
        let Mode::Text(text) = &mut self.state.mode else {
            let rows = self.table.rows(page);
            let (total, above) = self.table.extent();
            return LiveBody::Table { rows, above, total };
        };
        let mut lines = broken_lines(&text.content, painter);
        let total = lines.len();
        text.above = text.above.min(total.saturating_sub(page));
        lines.drain(..text.above);
        lines.truncate(page);
        LiveBody::Text {
            title: text.title.clone(),
            lines,
            above: text.above,
            total,
        }
    }
}
