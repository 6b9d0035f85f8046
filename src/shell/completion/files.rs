//! Completes files in the folder that the word names.

use std::path::Path;

use super::fitting::Fit;
use super::offers::{Offer, Offers};
use crate::shell::known::Known;

/// The files whose paths start with `word`.
pub(super) fn offers(known: &Known, word: &str) -> Offers {
    let (folder, beginning) = word.split_at(word.rfind('/').map_or(0, |slash| slash + 1));
    let Ok(entries) = known.find(Path::new(folder)).read_dir() else {
        return Offers::default();
    };
    let mut offers = Vec::new();
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        // Hidden files are offered only after a dot.
        let is_hidden = name.starts_with('.') && !beginning.starts_with('.');
        if is_hidden || !name.starts_with(beginning) {
            continue;
        }
        // Links to folders count as folders.
        let is_folder = entry.path().is_dir();
        let name = if is_folder { name + "/" } else { name };
        offers.push(Offer {
            text: format!("{folder}{name}"),
            shown: name,
            end: if is_folder { "" } else { " " },
        });
    }
    offers.sort_by(|a, b| a.text.cmp(&b.text));
    Offers::new(offers, Fit::Beginning)
}
