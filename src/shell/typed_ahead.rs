//! What was typed while a command ran: edited as the prompt would, and kept for it.

use std::collections::VecDeque;

use super::prompt::Typed;

/// Lines to run, and the beginning of another.
#[derive(Default)]
pub(super) struct TypedAhead {
    whole: VecDeque<Typed>,
    begun: String,
}

impl TypedAhead {
    /// The next whole line, if there is one.
    pub(super) fn next(&mut self) -> Option<Typed> {
        self.whole.pop_front()
    }

    /// The beginning of a further line.
    pub(super) fn take_begun(&mut self) -> String {
        std::mem::take(&mut self.begun)
    }

    /// Adds keys as the terminal sent them.
    pub(super) fn add(&mut self, keys: &str) {
        let mut keys = keys.chars();
        while let Some(key) = keys.next() {
            match key {
                '\r' | '\n' => self
                    .whole
                    .push_back(Typed::Line(std::mem::take(&mut self.begun))),
                '\x7f' | '\x08' => drop(self.begun.pop()),
                '\x04' if self.begun.is_empty() => self.whole.push_back(Typed::End),
                '\x15' => self.begun.clear(),
                '\x17' => self.begun.truncate(start_of_last_word(&self.begun)),
                '\x1b' => skip_sequence(&mut keys),
                _ if key.is_control() => {}
                _ => self.begun.push(key),
            }
        }
    }
}

fn start_of_last_word(text: &str) -> usize {
    text.trim_end()
        .rfind(char::is_whitespace)
        .map_or(0, |blank| blank + 1)
}

/// Skips the rest of an escape sequence, such as a cursor key or the bracket of a paste.
fn skip_sequence(keys: &mut std::str::Chars<'_>) {
    if matches!(keys.next(), Some('[' | 'O')) {
        let _ = keys.find(|key| matches!(key, '@'..='~'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> (Vec<String>, String) {
        let mut ahead = TypedAhead::default();
        ahead.add(keys);
        let lines = std::iter::from_fn(|| ahead.next()).map(|typed| match typed {
            Typed::Line(line) => line,
            _ => "(end)".to_owned(),
        });
        (lines.collect(), ahead.take_begun())
    }

    #[test]
    fn lines_are_whole_or_begun() {
        assert_eq!(typed("a\rb\nc"), (vec!["a".into(), "b".into()], "c".into()));
    }

    #[test]
    fn keys_that_edit_do_so() {
        assert_eq!(typed("helx\x7fp\r").0, ["help"]);
        assert_eq!(typed("ls a\x15help patch\x17\r").0, ["help "]);
        assert_eq!(typed("a\x1b[A\x1b[200~b\x1b[201~\x1bOHc\x01").1, "abc");
        assert_eq!(typed("\x04").0, ["(end)"]);
        assert_eq!(typed("a\x04").1, "a");
    }
}
