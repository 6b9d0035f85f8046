//! Interprets keys in a live view: maps a key to an action, without performing it.

use std::time::Duration;

use super::command_line::CommandLine;
use super::table::Table;
use crate::commands::{LONGEST_INTERVAL, SHORTEST_INTERVAL};
use crate::shell::keys::Press;

/// What the keys control.
pub(super) enum Mode {
    /// The table.
    Table,
    /// A filter, applied as it is typed.
    Filter(CommandLine),
    /// A command line.
    Command(CommandLine),
    /// A text, from some line on.
    Text(Text),
}

/// A text that fills the screen.
pub(super) struct Text {
    pub(super) title: String,
    pub(super) content: String,
    /// The number of lines above the screen.
    pub(super) above: usize,
}

/// An action for the shell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Redraw.
    Draw,
    /// End the view.
    Leave,
    /// Run a line as at the prompt.
    Run(String),
    /// Complete the line being typed.
    Complete,
    /// Patch or unpatch the selected row.
    Toggle,
    /// Disassemble it.
    Disassemble,
    /// Show the keys.
    Help,
    /// Suspend the shell, like Ctrl-Z at the prompt.
    Suspend,
}

/// The state of a live view.
pub(super) struct State {
    pub(super) mode: Mode,
    pub(super) every: Duration,
    pub(super) is_frozen: bool,
    /// The answer of the last command.
    pub(super) answer: Vec<String>,
    /// The command lines typed so far.
    pub(super) typed: Vec<String>,
}

impl State {
    pub(super) fn new(every: Duration, typed: Vec<String>) -> Self {
        Self {
            mode: Mode::Table,
            every,
            is_frozen: false,
            answer: Vec::new(),
            typed,
        }
    }

    /// The action of a key, with `page` lines of a table or a text on the screen.
    pub(super) fn press(&mut self, press: Press, table: &mut Table, page: usize) -> Action {
        if press == Press::Control('z') {
            return Action::Suspend;
        }
        match &mut self.mode {
            Mode::Table => self.press_in_table(&press, table, page),
            Mode::Filter(_) => self.press_in_filter(press, table),
            Mode::Command(_) => self.press_in_command(press),
            Mode::Text(text) => match press {
                Press::Control('c' | 'd') => Action::Leave,
                Press::Escape | Press::Enter | Press::Character('q' | 'Q' | 'd' | '?') => {
                    self.mode = Mode::Table;
                    Action::Draw
                }
                press => {
                    text.scroll(distance(&press, page).unwrap_or(0));
                    Action::Draw
                }
            },
        }
    }

    fn press_in_table(&mut self, press: &Press, table: &mut Table, page: usize) -> Action {
        if let Some(distance) = distance(press, page) {
            table.move_selection(distance, page);
            return Action::Draw;
        }
        let had_answer = !std::mem::take(&mut self.answer).is_empty();
        match press {
            // Esc clears the answer first, then the filter, the selection, and freezing.
            Press::Escape | Press::Enter if had_answer => {}
            Press::Escape if !table.filter().is_empty() => table.set_filter(""),
            Press::Escape if table.selected().is_some() => table.select_none(),
            Press::Escape if self.is_frozen => self.is_frozen = false,
            Press::Escape
            | Press::Enter
            | Press::Character('q' | 'Q')
            | Press::Control('c' | 'd') => {
                return Action::Leave;
            }
            Press::Character('p') => return Action::Toggle,
            Press::Character('d') => return Action::Disassemble,
            Press::Character('?' | 'h') => return Action::Help,
            Press::Character('s') => table.sort_by_next(),
            Press::Character(' ') => self.is_frozen = !self.is_frozen,
            Press::Character('+' | '=') => self.set_interval(self.every * 2),
            Press::Character('-') => self.set_interval(self.every / 2),
            Press::Character('/') => {
                self.mode = Mode::Filter(CommandLine::new('/', table.filter(), &[]));
            }
            Press::Character(':') => {
                self.mode = Mode::Command(CommandLine::new(':', "", &self.typed));
            }
            _ => {}
        }
        Action::Draw
    }

    fn set_interval(&mut self, every: Duration) {
        // An interval given on the command line may exceed the limit of the keys.
        let longest = LONGEST_INTERVAL.max(self.every);
        self.every = every.clamp(SHORTEST_INTERVAL, longest);
    }

    fn press_in_filter(&mut self, press: Press, table: &mut Table) -> Action {
        let Mode::Filter(line) = &mut self.mode else {
            return Action::Draw;
        };
        match press {
            Press::Enter => self.mode = Mode::Table,
            Press::Escape | Press::Control('c') => {
                table.set_filter("");
                self.mode = Mode::Table;
            }
            Press::Control('d') | Press::Backspace if line.text().is_empty() => {
                self.mode = Mode::Table;
            }
            press => {
                line.edit(press);
                table.set_filter(line.text());
            }
        }
        Action::Draw
    }

    fn press_in_command(&mut self, press: Press) -> Action {
        let Mode::Command(line) = &mut self.mode else {
            return Action::Draw;
        };
        match press {
            Press::Tab => return Action::Complete,
            Press::Enter => {
                let text = line.text().to_owned();
                self.mode = Mode::Table;
                self.answer.clear();
                if text.trim().is_empty() {
                    return Action::Draw;
                }
                if self.typed.last() != Some(&text) && !text.starts_with(' ') {
                    self.typed.push(text.clone());
                }
                return Action::Run(text);
            }
            Press::Escape | Press::Control('c') => self.close_line(),
            Press::Control('d') | Press::Backspace if line.text().is_empty() => self.close_line(),
            press => line.edit(press),
        }
        Action::Draw
    }

    fn close_line(&mut self) {
        self.mode = Mode::Table;
        self.answer.clear();
    }
}

impl Text {
    fn scroll(&mut self, by: isize) {
        self.above = self.above.saturating_add_signed(by);
    }
}

/// The distance that a key moves on a screen of `page` lines; none if it does not move.
fn distance(press: &Press, page: usize) -> Option<isize> {
    let page = isize::try_from(page).unwrap_or(isize::MAX);
    Some(match press {
        Press::Up | Press::Character('k') => -1,
        Press::Down | Press::Character('j') => 1,
        Press::PageUp => -page,
        Press::PageDown => page,
        Press::Home => isize::MIN,
        Press::End => isize::MAX,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measures::Sort;
    use crate::program::testing::{called, history};

    const PAGE: usize = 2;

    fn beginning() -> (State, Table) {
        let rows = ["a", "b", "c_x", "d_x", "e"].map(|name| (name, Some(0)));
        let history = history(called(0, &rows));
        let state = State::new(Duration::from_secs(1), vec!["earlier".to_owned()]);
        (state, Table::new(history, Sort::Name, usize::MAX))
    }

    /// Presses each character of a text, Enter for a line end; returns the last action.
    fn types(state: &mut State, table: &mut Table, keys: &str) -> Action {
        let mut action = Action::Draw;
        for key in keys.chars() {
            let press = match key {
                '\n' => Press::Enter,
                '\x1b' => Press::Escape,
                '\t' => Press::Tab,
                '\x7f' => Press::Backspace,
                key => Press::Character(key),
            };
            action = state.press(press, table, PAGE);
        }
        action
    }

    fn shown(table: &mut Table) -> Vec<String> {
        let rows = table.rows(PAGE);
        rows.iter()
            .map(|row| row.row.path.qualname().to_owned())
            .collect()
    }

    fn selected(table: &Table) -> Option<&str> {
        table.selected().map(|row| row.path.qualname())
    }

    #[test]
    fn keys_of_the_table_leave_it_or_ask_for_something() {
        let (mut state, mut table) = beginning();
        for (keys, expected) in [
            ("q", Action::Leave),
            ("\x1b", Action::Leave),
            ("\n", Action::Leave),
            ("p", Action::Toggle),
            ("d", Action::Disassemble),
            ("?", Action::Help),
            ("x", Action::Draw),
        ] {
            assert_eq!(types(&mut state, &mut table, keys), expected, "{keys:?}");
        }
        for letter in ['c', 'd'] {
            let leaves = state.press(Press::Control(letter), &mut table, PAGE);
            assert_eq!(leaves, Action::Leave);
        }
    }

    #[test]
    fn escape_takes_one_thing_back_after_the_other() {
        let (mut state, mut table) = beginning();
        types(&mut state, &mut table, " /x\n");
        state.press(Press::Down, &mut table, PAGE);
        state.answer = vec!["said".to_owned()];
        assert_eq!(types(&mut state, &mut table, "\x1b"), Action::Draw);
        assert!(state.answer.is_empty());
        assert_eq!(table.filter(), "x");
        assert_eq!(types(&mut state, &mut table, "\x1b"), Action::Draw);
        assert_eq!(table.filter(), "");
        assert_eq!(selected(&table), Some("c_x"));
        assert_eq!(types(&mut state, &mut table, "\x1b"), Action::Draw);
        assert_eq!((selected(&table), state.is_frozen), (None, true));
        assert_eq!(types(&mut state, &mut table, "\x1b"), Action::Draw);
        assert!(!state.is_frozen);
        assert_eq!(types(&mut state, &mut table, "\x1b"), Action::Leave);
    }

    #[test]
    fn the_selection_moves_and_the_screen_with_it() {
        let (mut state, mut table) = beginning();
        assert_eq!(selected(&table), None);
        assert_eq!(shown(&mut table), ["a", "b"]);
        for (press, row, first) in [
            (Press::Down, "a", "a"),
            (Press::Down, "b", "a"),
            (Press::Down, "c_x", "b"),
            (Press::PageDown, "e", "d_x"),
            (Press::Down, "e", "d_x"),
            (Press::Up, "d_x", "d_x"),
            (Press::PageUp, "b", "b"),
            (Press::Home, "a", "a"),
            (Press::End, "e", "d_x"),
        ] {
            state.press(press.clone(), &mut table, PAGE);
            assert_eq!(selected(&table), Some(row), "{press:?}");
            assert_eq!(shown(&mut table)[0], first, "{press:?}");
        }
    }

    #[test]
    fn a_filter_hides_the_selection_and_shows_it_again() {
        let (mut state, mut table) = beginning();
        state.press(Press::Down, &mut table, PAGE);
        types(&mut state, &mut table, "/_x");
        assert_eq!(selected(&table), None);
        assert_eq!(shown(&mut table), ["c_x", "d_x"]);
        types(&mut state, &mut table, "\x7f\x7f");
        assert_eq!(selected(&table), Some("a"));
        types(&mut state, &mut table, "\x7f");
        assert!(matches!(state.mode, Mode::Table));
    }

    #[test]
    fn a_command_is_run_and_remembered() {
        let (mut state, mut table) = beginning();
        assert_eq!(types(&mut state, &mut table, ":ls q\t"), Action::Complete);
        let run = types(&mut state, &mut table, "\n");
        assert_eq!(run, Action::Run("ls q".to_owned()));
        assert_eq!(state.typed, ["earlier", "ls q"]);
        assert_eq!(types(&mut state, &mut table, ": \n"), Action::Draw);
        assert_eq!(types(&mut state, &mut table, ":\x7f"), Action::Draw);
        assert!(matches!(state.mode, Mode::Table));
        assert_eq!(state.typed, ["earlier", "ls q"]);
    }

    #[test]
    fn the_interval_has_limits() {
        let (mut state, mut table) = beginning();
        types(&mut state, &mut table, "----------");
        assert_eq!(state.every, SHORTEST_INTERVAL);
        types(&mut state, &mut table, "++++++++++++++++");
        assert_eq!(state.every, LONGEST_INTERVAL);
    }

    #[test]
    fn a_text_is_scrolled_and_left() {
        let (mut state, mut table) = beginning();
        state.mode = Mode::Text(Text {
            title: String::new(),
            content: String::new(),
            above: 5,
        });
        state.press(Press::PageUp, &mut table, PAGE);
        assert!(matches!(&state.mode, Mode::Text(text) if text.above == 3));
        assert_eq!(types(&mut state, &mut table, "q"), Action::Draw);
        assert!(matches!(state.mode, Mode::Table));
    }
}
