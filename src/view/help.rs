//! `help` and `history`: terms and their meanings.

use unicode_width::UnicodeWidthStr;

use super::table::clean;
use super::{HelpEntry, HelpOverview, HelpPage, HelpSection, Painter};

/// Meanings are beside terms of up to this width, and below longer ones.
const LONGEST_TERM: usize = 34;
/// Cells between two columns, and before the first.
const GAP: usize = 2;
/// A meaning with less room than this goes below its term.
const NARROWEST_MEANING: usize = 30;
/// The maximum width of text: longer lines are hard to read.
const WIDEST: usize = 100;

impl HelpOverview {
    /// One line for each command; on narrow terminals only the names.
    pub(super) fn paint(&self, painter: &Painter) -> String {
        let titles = widest(self.groups.iter().map(|group| group.title.as_str()));
        let entries = || self.groups.iter().flat_map(|group| &group.entries);
        let names = widest(entries().map(|entry| entry.term.as_str()));
        let meanings = widest(entries().map(|entry| entry.meaning.as_str()));
        let is_narrow = width(painter) < titles + names + meanings + 2 * GAP;
        let hint = is_narrow.then(|| self.paint_hint(painter));
        let groups = self.groups.iter().map(|group| {
            if is_narrow {
                paint_names(group, painter)
            } else {
                paint_group(group, titles, names, painter)
            }
        });
        groups.chain(hint).collect()
    }

    /// How to get the meanings that are left out.
    fn paint_hint(&self, painter: &Painter) -> String {
        let topics = self.topics.iter();
        let topics: String = topics
            .map(|topic| format!(", `help {}`", topic.term))
            .collect();
        let hint = format!("more: `help COMMAND`{topics}");
        let lines = textwrap::wrap(&hint, width(painter));
        lines
            .iter()
            .map(|line| painter.faint(line) + "\n")
            .collect()
    }
}

fn paint_group(group: &HelpSection, titles: usize, names: usize, painter: &Painter) -> String {
    let line = |(number, entry): (usize, &HelpEntry)| {
        let title = if number == 0 { &*group.title } else { "" };
        format!(
            "{}{}{}\n",
            painter.heading(&padded(title, titles + GAP)),
            painter.command(&padded(&entry.term, names + GAP)),
            entry.meaning
        )
    };
    group.entries.iter().enumerate().map(line).collect()
}

fn paint_names(group: &HelpSection, painter: &Painter) -> String {
    let names: Vec<_> = group.entries.iter().map(|entry| &*entry.term).collect();
    let names = names.join(" ");
    let lines = textwrap::wrap(&names, width(painter).saturating_sub(GAP));
    let lines = lines
        .iter()
        .map(|line| format!("  {}\n", painter.command(line)));
    painter.heading(&group.title) + "\n" + &lines.collect::<String>()
}

impl HelpPage {
    pub(super) fn paint(&self, painter: &Painter) -> String {
        let alias = self.alias.as_ref();
        let alias = alias.map_or_else(String::new, |alias| format!(", also called `{alias}`"));
        let title = textwrap::wrap(
            &self.title,
            textwrap::Options::new(width(painter)).subsequent_indent("    "),
        );
        let title: String = title
            .iter()
            .map(|line| painter.command(line) + "\n")
            .collect();
        let sections = self.sections.iter();
        let sections = sections
            .filter(|section| !section.entries.is_empty())
            .map(|section| {
                let heading = painter.heading(&section.title);
                format!("\n{heading}\n{}", paint_entries(&section.entries, painter))
            });
        format!(
            "{title}{}{alias}\n{}",
            self.summary,
            sections.collect::<String>()
        )
    }
}

/// One line per entry if there is room; long terms have their meaning below, and on narrow
/// terminals it takes several lines.
pub(super) fn paint_entries(entries: &[HelpEntry], painter: &Painter) -> String {
    let terms = entries.iter().map(|entry| entry.term.as_str());
    let terms = widest(terms.filter(|term| term.width() <= LONGEST_TERM));
    let beside = GAP + terms + GAP;
    let has_room = width(painter) >= beside + NARROWEST_MEANING;
    let entry = |entry: &HelpEntry| {
        let is_beside = has_room && entry.term.width() <= terms;
        let indent = if is_beside { beside } else { 3 * GAP };
        let lines = textwrap::wrap(&entry.meaning, width(painter).saturating_sub(indent));
        let meaning = lines.join(&format!("\n{}", " ".repeat(indent)));
        if is_beside {
            let term = painter.command(&padded(&entry.term, terms + GAP));
            format!("  {term}{meaning}\n")
        } else {
            let term = painter.command(&entry.term);
            format!("  {term}\n{}{meaning}\n", " ".repeat(indent))
        }
    };
    entries.iter().map(entry).collect()
}

fn width(painter: &Painter) -> usize {
    painter.width().map_or(WIDEST, |width| width.min(WIDEST))
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(UnicodeWidthStr::width).max().unwrap_or(0)
}

fn padded(text: &str, cells: usize) -> String {
    let blanks = cells.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

pub(super) fn paint_history(lines: &[String]) -> String {
    lines
        .iter()
        .enumerate()
        .map(|(number, line)| format!("{:>5}  {}\n", number + 1, clean(line)))
        .collect()
}
