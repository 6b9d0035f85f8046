//! The README and its code blocks.

use std::fs;

use super::project;

/// The README.
pub(crate) fn readme() -> String {
    fs::read_to_string(project().join("README.md")).expect("the README")
}

/// The section of the README with a title, up to the next one.
pub(crate) fn section(title: &str) -> String {
    let readme = readme();
    let sections = readme.split("\n## ");
    let mut found = sections.filter_map(|section| section.strip_prefix(title));
    found.next().expect("the section").to_owned()
}

/// The lines of each block of a text that is marked as `language`.
pub(crate) fn blocks(text: &str, language: &str) -> Vec<Vec<String>> {
    let opening = format!("```{language}\n");
    let starts = text.split(&opening).skip(1);
    starts
        .filter_map(|rest| rest.split("```").next())
        .map(|block| block.lines().map(str::to_owned).collect())
        .collect()
}
