//! `help` and `history`: terms and their meanings.

use super::{HelpEntry, HelpPage, Painter};

pub(super) fn paint_commands(entries: &[HelpEntry], painter: &Painter) -> String {
    let hint = "a bare symbol path is `patch` of it; `help COMMAND` explains one command\n";
    paint_entries(entries, painter) + &painter.faint(hint)
}

impl HelpPage {
    pub(super) fn paint(&self, painter: &Painter) -> String {
        let alias = self
            .alias
            .as_ref()
            .map_or_else(String::new, |alias| format!(", also called `{alias}`"));
        let mut text = format!(
            "{}\n{}{alias}\n",
            painter.command(&self.usage),
            self.summary
        );
        for (title, entries) in [("options", &self.options), ("examples", &self.examples)] {
            if !entries.is_empty() {
                text += &format!(
                    "\n{}\n{}",
                    painter.heading(title),
                    paint_entries(entries, painter)
                );
            }
        }
        text
    }
}

/// One line each, the meaning on a line of its own where the term is long or the terminal narrow.
fn paint_entries(entries: &[HelpEntry], painter: &Painter) -> String {
    const LONGEST_TERM: usize = 46;
    let width = entries
        .iter()
        .map(|entry| entry.term.len())
        .filter(|width| *width <= LONGEST_TERM)
        .max()
        .unwrap_or(0);
    let entry = |entry: &HelpEntry| {
        let term = painter.command(&entry.term);
        let fits = painter
            .width()
            .is_none_or(|room| 2 + width + 2 + entry.meaning.len() <= room);
        if entry.term.len() <= width && fits {
            format!(
                "  {term}{}  {}\n",
                " ".repeat(width - entry.term.len()),
                entry.meaning
            )
        } else {
            format!("  {term}\n      {}\n", entry.meaning)
        }
    };
    entries.iter().map(entry).collect()
}

pub(super) fn paint_history(lines: &[String]) -> String {
    lines
        .iter()
        .enumerate()
        .map(|(number, line)| format!("{:>5}  {line}\n", number + 1))
        .collect()
}
