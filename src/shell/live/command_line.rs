//! The line typed below the table, edited as at the prompt, with history and completion.

use rustyline::completion::{Pair, longest_common_prefix};
use rustyline::line_buffer::{ChangeListener, DeleteListener, Direction, LineBuffer};
use rustyline::{At, Word};

use crate::shell::keys::Press;
use crate::view::LiveLine;

/// The maximum length of a line, in bytes.
const LONGEST: usize = 64 << 10;

/// The editor's listener, which is not needed.
struct Unheard;

impl DeleteListener for Unheard {
    fn delete(&mut self, _: usize, _: &str, _: Direction) {}
}

impl ChangeListener for Unheard {
    fn insert_char(&mut self, _: usize, _: char) {}
    fn insert_str(&mut self, _: usize, _: &str) {}
    fn replace(&mut self, _: usize, _: &str, _: &str) {}
}

/// The line being typed.
pub(super) struct CommandLine {
    sign: char,
    buffer: LineBuffer,
    /// Earlier lines, the oldest first, and last the line that was typed before going back to one
    /// of them.
    lines: Vec<String>,
    /// The index of the shown line.
    place: usize,
}

impl CommandLine {
    /// A line that starts with `text`; Up goes back in `history`.
    pub(super) fn new(sign: char, text: &str, history: &[String]) -> Self {
        let mut lines = history.to_vec();
        lines.push(String::new());
        let mut line = Self {
            sign,
            buffer: LineBuffer::with_capacity(LONGEST),
            place: lines.len() - 1,
            lines,
        };
        line.replace(text);
        line
    }

    pub(super) fn text(&self) -> &str {
        self.buffer.as_str()
    }

    /// The text before the cursor.
    pub(super) fn before_cursor(&self) -> &str {
        &self.text()[..self.buffer.pos()]
    }

    pub(super) fn shown(&self) -> LiveLine {
        LiveLine {
            sign: self.sign,
            text: self.text().to_owned(),
            cursor: self.buffer.pos(),
        }
    }

    /// Inserts the common beginning of the candidates for the word before the cursor, which starts
    /// at `start`. If there are several, returns how to show them.
    pub(super) fn complete(&mut self, start: usize, candidates: &[Pair]) -> Vec<String> {
        let end = self.buffer.pos();
        if let Some(common) = longest_common_prefix(candidates)
            && (candidates.len() == 1 || common.len() > end - start)
        {
            self.buffer.replace(start..end, common, &mut Unheard);
            self.buffer.set_pos(start + common.len());
        }
        match candidates {
            [_] => Vec::new(),
            several => several.iter().map(|it| it.display.clone()).collect(),
        }
    }

    /// Edits the line; other keys do nothing.
    pub(super) fn edit(&mut self, press: Press) {
        let buffer = &mut self.buffer;
        match press {
            Press::Character(character) => {
                buffer.insert(character, 1, &mut Unheard);
            }
            Press::Paste(text) => {
                // Pasted lines become separate commands.
                let text = text.trim_end().replace(['\r', '\n'], "; ");
                if buffer.len() + text.len() <= LONGEST {
                    let position = buffer.pos();
                    buffer.insert_str(position, &text, &mut Unheard);
                    buffer.set_pos(position + text.len());
                }
            }
            Press::Backspace | Press::Control('h') => {
                buffer.backspace(1, &mut Unheard);
            }
            Press::Delete | Press::Control('d') => {
                buffer.delete(1, &mut Unheard);
            }
            Press::Control('u') => {
                buffer.discard_line(&mut Unheard);
            }
            Press::Control('k') => {
                buffer.kill_line(&mut Unheard);
            }
            Press::Control('w') => {
                buffer.delete_prev_word(Word::Big, 1, &mut Unheard);
            }
            Press::Up | Press::Control('p') => self.recall(self.place.checked_sub(1)),
            Press::Down | Press::Control('n') => self.recall(Some(self.place + 1)),
            other => self.move_cursor(&other),
        }
    }

    fn move_cursor(&mut self, press: &Press) {
        let buffer = &mut self.buffer;
        match press {
            Press::Left | Press::Control('b') => buffer.move_backward(1),
            Press::Right | Press::Control('f') => buffer.move_forward(1),
            Press::Home | Press::Control('a') => buffer.move_home(),
            Press::End | Press::Control('e') => buffer.move_end(),
            Press::Alt('b') => buffer.move_to_prev_word(Word::Emacs, 1),
            Press::Alt('f') => buffer.move_to_next_word(At::AfterEnd, Word::Emacs, 1),
            _ => false,
        };
    }

    fn recall(&mut self, place: Option<usize>) {
        let Some(place) = place.filter(|place| *place < self.lines.len()) else {
            return;
        };
        if self.place == self.lines.len() - 1 {
            self.lines[self.place] = self.text().to_owned();
        }
        self.place = place;
        let line = self.lines[place].clone();
        self.replace(&line);
    }

    fn replace(&mut self, text: &str) {
        let text = &text[..text.floor_char_boundary(LONGEST)];
        self.buffer.update(text, text.len(), &mut Unheard);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> CommandLine {
        CommandLine::new(':', text, &["first".into(), "second".into()])
    }

    fn candidates(words: &[&str]) -> Vec<Pair> {
        let pair = |word: &&str| Pair {
            display: (*word).to_owned(),
            replacement: (*word).to_owned(),
        };
        words.iter().map(pair).collect()
    }

    #[test]
    fn keys_edit_the_line() {
        let mut line = typed("patch b");
        for press in [
            Press::Backspace,
            Press::Character('\u{e4}'),
            Press::Left,
            Press::Character('c'),
            Press::Home,
            Press::Delete,
        ] {
            line.edit(press);
        }
        assert_eq!((line.text(), line.before_cursor()), ("atch c\u{e4}", ""));
        line.edit(Press::End);
        line.edit(Press::Control('w'));
        assert_eq!(line.text(), "atch ");
        line.edit(Press::Paste("a:b\rstats\r".into()));
        assert_eq!(line.text(), "atch a:b; stats");
        line.edit(Press::Control('u'));
        assert_eq!(line.text(), "");
    }

    #[test]
    fn what_is_pasted_stands_before_the_cursor() {
        let mut line = typed("patch b");
        line.edit(Press::Left);
        line.edit(Press::Paste("a:".into()));
        assert_eq!(
            (line.text(), line.before_cursor()),
            ("patch a:b", "patch a:")
        );
    }

    #[test]
    fn a_line_has_a_length_that_can_be_edited() {
        let long = "\u{e4}".repeat(LONGEST);
        let mut line = CommandLine::new(':', "a", &[format!("b{long}")]);
        line.edit(Press::Paste(long));
        assert_eq!(line.text(), "a");
        line.edit(Press::Up);
        assert_eq!(line.text().len(), LONGEST - 1);
        line.edit(Press::Character('c'));
        line.edit(Press::Character('d'));
        assert_eq!(line.text().len(), LONGEST);
    }

    #[test]
    fn up_goes_back_and_down_comes_back() {
        let mut line = typed("begun");
        for (press, text) in [
            (Press::Up, "second"),
            (Press::Up, "first"),
            (Press::Up, "first"),
            (Press::Down, "second"),
            (Press::Down, "begun"),
            (Press::Down, "begun"),
        ] {
            line.edit(press);
            assert_eq!(line.text(), text);
        }
    }

    #[test]
    fn what_candidates_have_in_common_is_filled_in() {
        let mut line = typed("patch m.mo");
        let shown = line.complete(6, &candidates(&["m.mod_a:", "m.mod_b:"]));
        assert_eq!((line.text(), shown.len()), ("patch m.mod_", 2));
        let shown = line.complete(6, &candidates(&["m.mod_a:"]));
        assert_eq!((line.text(), shown.len()), ("patch m.mod_a:", 0));
        assert!(line.complete(6, &[]).is_empty());
        assert_eq!(line.before_cursor(), "patch m.mod_a:");
    }
}
