//! The manual page, from the declarations of the command line and the pages of `help`.

use std::io;

use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use super::{HelpPage, HelpSection};

/// Further sections of the page.
const REST: [(&str, &[(&str, &str)]); 2] = [
    (
        "FILES",
        &[
            (
                "$XDG_CONFIG_HOME/instrsh/init",
                "commands to run before the first prompt; in ~/.config if the variable is not set",
            ),
            (
                "$XDG_STATE_HOME/instrsh/history",
                "the lines typed so far; in ~/.local/state if the variable is not set",
            ),
        ],
    ),
    (
        "EXIT STATUS",
        &[
            ("0", "all commands worked"),
            ("1", "a command failed, or an expectation did not hold"),
            ("2", "bad usage, or a line that cannot be parsed"),
            ("130", "Ctrl-C ended a script"),
            (
                "any other",
                "that of `exit N`, or of a program that ended the whole process",
            ),
        ],
    ),
];

/// The page in the format of `man`.
///
/// # Errors
/// None are expected, as it is written to memory.
pub fn manual(
    command_line: clap::Command,
    commands: &[HelpPage],
    topics: &[HelpPage],
) -> io::Result<Vec<u8>> {
    let man = Man::new(command_line).manual("User Commands");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut rest = Roff::new();
    rest.control("SH", ["COMMANDS"]);
    for command in commands {
        add_page(&mut rest, command);
    }
    for topic in topics {
        rest.control("SH", [topic.title.to_uppercase().as_str()]);
        rest.text([roman(&topic.summary)]);
        add_sections(&mut rest, &topic.sections, "SS");
    }
    for (title, entries) in REST {
        rest.control("SH", [title]);
        for (term, meaning) in entries {
            add_entry(&mut rest, term, meaning);
        }
    }
    rest.to_writer(&mut page)?;
    Ok(page)
}

fn add_page(roff: &mut Roff, page: &HelpPage) {
    roff.control("SS", [page.title.as_str()]);
    let alias = page.alias.as_ref();
    let alias = alias.map_or_else(String::new, |alias| format!(", also called {alias}"));
    roff.text([roman(format!("{}{alias}", page.summary))]);
    add_sections(roff, &page.sections, "PP");
}

fn add_sections(roff: &mut Roff, sections: &[HelpSection], heading: &str) {
    for section in sections
        .iter()
        .filter(|section| !section.entries.is_empty())
    {
        if heading == "SS" {
            roff.control(heading, [section.title.as_str()]);
        } else {
            roff.control(heading, []);
            roff.text([Inline::Italic(section.title.clone())]);
        }
        for entry in &section.entries {
            add_entry(roff, &entry.term, &entry.meaning);
        }
    }
}

fn add_entry(roff: &mut Roff, term: &str, meaning: &str) {
    roff.control("TP", []);
    roff.text([bold(term)]);
    roff.text([roman(meaning)]);
}
