//! The exceptions that left one callable, by type and line.

use serde::{Deserialize, Serialize};

use super::error_table::{ErrorTable, Slot};
use super::own_memory::{known_memory, own_memory};
use super::processes::had_children;
use super::sheets::is_program;
use super::text::Text;

/// The exceptions of one callable.
#[derive(Debug)]
pub struct ErrorSites {
    owner: u64,
}

/// The same, to be read: in this process or in another one.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadableErrors<'m> {
    table: &'m ErrorTable,
    owner: u64,
}

/// Where exceptions of one type left a callable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorSite {
    /// The name of the type.
    pub kind: String,
    /// The line in the callable that raised, or called what raised; 0 if it is unknown.
    pub line: u32,
    /// How many exceptions.
    pub errors: u64,
    /// The message of the last one, as far as it could be read.
    pub message: String,
}

impl ErrorSites {
    /// No exceptions yet of a callable with a number of its own. Children that are forked from now on share them.
    #[must_use]
    pub(super) fn new(owner: u64) -> Self {
        let _ = own_memory();
        Self { owner }
    }

    /// Counts an exception. Takes no lock, and cannot fail.
    pub fn record(&self, kind: &Text<64>, line: u32, message: &Text<160>) {
        let slot = table().and_then(|table| table.slot(self.owner, kind, line));
        if let Some(slot) = slot {
            slot.record(message);
        }
    }

    /// To be read; none if the system has no memory.
    pub(super) fn readable(&self) -> Option<ReadableErrors<'static>> {
        table().map(|table| ReadableErrors::new(table, self.owner))
    }

    /// The exceptions since the last reset, the most frequent first.
    #[must_use]
    pub fn read(&self) -> Vec<ErrorSite> {
        self.readable().map_or_else(Vec::new, ReadableErrors::read)
    }

    /// Sets all numbers to zero.
    pub fn reset(&self) {
        self.slots().for_each(Slot::reset);
    }

    fn slots(&self) -> impl Iterator<Item = &'static Slot> {
        let table = table().into_iter();
        table.flat_map(|table| table.slots(self.owner))
    }
}

/// The slots are used again, unless a forked child may still write to them.
impl Drop for ErrorSites {
    fn drop(&mut self) {
        if is_program() && !had_children() {
            self.slots().for_each(Slot::give_back);
        }
    }
}

fn table() -> Option<&'static ErrorTable> {
    known_memory().map(|memory| &memory.head().errors)
}

impl<'m> ReadableErrors<'m> {
    pub(super) fn new(table: &'m ErrorTable, owner: u64) -> Self {
        Self { table, owner }
    }

    /// The exceptions since the last reset, the most frequent first.
    pub(super) fn read(self) -> Vec<ErrorSite> {
        let mut sites: Vec<ErrorSite> = Vec::new();
        for slot in self.table.slots(self.owner) {
            let (kind, line, errors) = (slot.kind().to_string(), slot.line(), slot.errors());
            let is_same = |it: &&mut ErrorSite| it.kind == kind && it.line == line;
            match sites.iter_mut().find(is_same) {
                // Two processes took a slot at the same moment.
                Some(site) => site.errors += errors,
                None if errors > 0 => sites.push(ErrorSite {
                    kind,
                    line,
                    errors,
                    message: slot.message(),
                }),
                None => {}
            }
        }
        sites.sort_by_key(|site| (std::cmp::Reverse(site.errors), site.line));
        sites
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(sites: &ErrorSites, kind: &str, line: u32, message: &str) {
        sites.record(&Text::new(kind), line, &Text::new(message));
    }

    fn numbers(sites: &ErrorSites) -> Vec<(String, u32, u64, String)> {
        let sites = sites.read().into_iter();
        let numbers = sites.map(|it| (it.kind, it.line, it.errors, it.message));
        numbers.collect()
    }

    #[test]
    fn exceptions_are_told_apart_by_type_and_line_and_keep_the_last_message() {
        let (sites, others) = (ErrorSites::new(u64::MAX), ErrorSites::new(u64::MAX - 1));
        record(&sites, "ValueError", 3, "first");
        record(&sites, "KeyError", 3, "'key'");
        record(&sites, "ValueError", 5, "");
        record(&sites, "ValueError", 3, "second");
        record(&others, "ValueError", 3, "other");
        let expected = [
            ("ValueError".to_owned(), 3, 2, "second".to_owned()),
            ("KeyError".to_owned(), 3, 1, "'key'".to_owned()),
            ("ValueError".to_owned(), 5, 1, String::new()),
        ];
        assert_eq!(numbers(&sites), expected);
        sites.reset();
        assert_eq!(numbers(&sites), []);
        record(&sites, "KeyError", 3, "again");
        assert_eq!(
            numbers(&sites),
            [("KeyError".to_owned(), 3, 1, "again".to_owned())]
        );
        assert_eq!(numbers(&others).len(), 1);
    }

    #[test]
    fn a_message_that_is_written_again_and_again_is_never_read_in_parts() {
        let sites = ErrorSites::new(u64::MAX - 2);
        let messages = ["a".repeat(150), "b".repeat(150)];
        record(&sites, "E", 1, &messages[0]);
        std::thread::scope(|threads| {
            let writer = threads.spawn(|| {
                for number in 0..20_000 {
                    record(&sites, "E", 1, &messages[number % 2]);
                }
            });
            while !writer.is_finished() {
                let message = &sites.read()[0].message;
                assert!(
                    message.is_empty() || messages.contains(message),
                    "{message}"
                );
            }
        });
        assert_eq!(sites.read()[0].errors, 20_001);
    }
}
