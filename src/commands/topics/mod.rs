//! The topics of `help`: what applies to several commands, one file per topic.

mod json;
mod measures;
mod paths;
mod programs;
mod prompt;
mod scripts;

use super::command::{Example, example};
use crate::view::HelpSection;

/// A page of `help` about something that several commands share.
#[derive(Debug)]
pub struct Topic {
    /// The word after `help`.
    pub name: &'static str,
    /// One line of help.
    pub summary: &'static str,
    /// The sections of the page, from top to bottom.
    pub sections: &'static [Section],
    /// Further sections, generated from other declarations.
    pub derived: fn() -> Vec<HelpSection>,
    /// Command lines that work as they stand.
    pub examples: &'static [Example],
}

/// A section of a page: terms and their meanings.
#[derive(Debug)]
pub struct Section {
    /// The heading.
    pub title: &'static str,
    /// Each term with its meaning.
    pub entries: &'static [(&'static str, &'static str)],
}

/// Every topic, in the order in which help lists them.
pub const TOPICS: &[Topic] = &[
    paths::PATHS,
    measures::MEASURES,
    prompt::PROMPT,
    programs::PROGRAMS,
    scripts::SCRIPTS,
    json::JSON,
];

impl Topic {
    /// The topic called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TOPICS.iter().find(|topic| topic.name == name)
    }
}
