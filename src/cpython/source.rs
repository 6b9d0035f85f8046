//! Reads source lines of the program without its `linecache`, whose functions do not run and whose
//! cache does not fill. If there is no file, the module's loader is asked.

use std::collections::HashMap;
use std::fs;

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{Function, with_gil};

/// The source files that were read so far.
#[derive(Default)]
pub struct Sources(HashMap<String, Vec<String>>);

impl Sources {
    /// All lines of the file that defines `function`, without line ends; none if there is no
    /// source. The GIL must not be held, since files are read.
    pub fn lines(&mut self, function: &Function, filename: &str) -> &[String] {
        self.0.entry(filename.to_owned()).or_insert_with(|| {
            let text = match fs::read(filename) {
                Ok(bytes) => decode(&bytes),
                Err(_) => ask_loader(function, filename).unwrap_or_default(),
            };
            text.lines().map(str::to_owned).collect()
        })
    }
}

/// The text of a source file: Latin-1 if the file says so (PEP 263), else UTF-8.
fn decode(bytes: &[u8]) -> String {
    let is_latin_1 = bytes.split(|byte| *byte == b'\n').take(2).any(says_latin_1);
    if is_latin_1 {
        return bytes.iter().copied().map(char::from).collect();
    }
    let text = String::from_utf8_lossy(bytes);
    text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned()
}

/// Whether a line is `# -*- coding: latin-1 -*-` or similar.
fn says_latin_1(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line).to_lowercase();
    let Some((_, coding)) = line
        .trim_start()
        .strip_prefix('#')
        .and_then(|comment| comment.split_once("coding"))
    else {
        return false;
    };
    let name = coding.trim_start_matches([':', '=']).trim_start();
    ["latin-1", "latin_1", "latin1", "iso-8859-1", "iso8859-1"]
        .iter()
        .any(|latin| name.starts_with(latin))
}

/// The source according to the loader of the function's module.
fn ask_loader(function: &Function, filename: &str) -> Option<String> {
    // `<string>` and similar names do not belong to a whole module.
    if filename.starts_with('<') && filename.ends_with('>') {
        return None;
    }
    with_gil(|gil| {
        let globals = function
            .as_object(gil)
            .getattr(intern!(gil, "__globals__"))
            .ok()?;
        let spec = globals
            .cast::<PyDict>()
            .ok()?
            .get_item(intern!(gil, "__spec__"))
            .ok()??;
        let loader = spec.getattr(intern!(gil, "loader")).ok()?;
        let name = spec.getattr(intern!(gil, "name")).ok()?;
        let source = loader
            .call_method1(intern!(gil, "get_source"), (name,))
            .ok()?;
        source.extract().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_utf_8_unless_it_says_latin_1() {
        assert_eq!(decode("\u{feff}é\n".as_bytes()), "é\n");
        assert_eq!(
            decode(b"#!python\n# -*- coding: Latin-1 -*-\n\xe9"),
            "#!python\n# -*- coding: Latin-1 -*-\né"
        );
        assert_eq!(
            decode(b"# vim: fileencoding=iso-8859-1\n\xe9"),
            "# vim: fileencoding=iso-8859-1\né"
        );
        assert_eq!(
            decode(b"# coding: utf-8\n\xe9"),
            "# coding: utf-8\n\u{fffd}"
        );
        assert_eq!(
            decode(b"1\n2\n# coding: latin-1\n\xe9"),
            "1\n2\n# coding: latin-1\n\u{fffd}"
        );
    }
}
