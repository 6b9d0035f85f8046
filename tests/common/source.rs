//! The sources as text: lines of code without comments and strings, functions, positions.
//!
//! Relies on rustfmt: a block ends on its own line, indented like its beginning.

use std::fs;
use std::path::Path;

/// The paths of the files at a place, from the root on. The place may be a file, or not exist.
pub(crate) fn files(place: &str) -> Vec<String> {
    let path = root().join(place);
    if path.is_file() {
        return vec![place.to_owned()];
    }
    let entries = fs::read_dir(path).into_iter().flatten();
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("the folder can be read").file_name())
        .map(|name| name.into_string().expect("names are UTF-8"))
        .filter(|name| !name.starts_with('.') && name != "__pycache__")
        .collect();
    names.sort();
    let paths = names
        .iter()
        .flat_map(|name| files(&format!("{place}/{name}")));
    paths.collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file.
pub(crate) struct Source {
    /// From the root on.
    pub(crate) path: String,
    pub(crate) text: String,
    /// The lines without comments and the insides of strings.
    pub(crate) code: Vec<String>,
}

impl Source {
    pub(crate) fn read(path: &str) -> Self {
        let text = fs::read(root().join(path)).expect("the file can be read");
        Self::new(path, &String::from_utf8_lossy(&text))
    }

    fn new(path: &str, text: &str) -> Self {
        let code = without_comments_and_strings(text);
        let code = code.lines().map(|line| line.trim_end().to_owned());
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: code.collect(),
        }
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.code.iter().map(String::as_str))
    }

    /// Whether it is one of these files, or in one of these folders, which end with `/`.
    pub(crate) fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| {
            let is_folder = place.ends_with('/');
            self.path == *place || (is_folder && self.path.starts_with(place))
        })
    }

    /// The room that the file belongs to; `main.rs` and `lib.rs` belong to none.
    pub(crate) fn room(&self) -> Option<&str> {
        let path = self.path.strip_prefix("src/")?.strip_suffix(".rs")?;
        let room = path.split('/').next()?;
        // The roots of the crates, and what builds them, are none.
        let roots = ["main", "lib", "border", "python", "outside", "crates"];
        (!roots.contains(&room)).then_some(room)
    }

    /// The number of modules around a line: as many `super` lead to the crate.
    pub(crate) fn depth(&self, number: usize) -> usize {
        let module = self.path.trim_end_matches("/mod.rs");
        module.matches('/').count() + usize::from(self.tests_start() < number)
    }

    /// Whether a line belongs to tests.
    pub(crate) fn is_test(&self, number: usize) -> bool {
        let is_of_tests = self.is_in(&["tests/"]) || self.path.ends_with("/testing.rs");
        is_of_tests || self.tests_start() < number
    }

    /// The line of `mod tests`, which ends a file; the one after the last line if there is none.
    fn tests_start(&self) -> usize {
        let head = ["#[cfg(test)]", "mod tests {"];
        let index = self.code.windows(2).position(|lines| lines == head);
        index.map_or(self.code.len() + 1, |index| index + 2)
    }

    /// The line of each function that has a block, and how many lines it takes.
    pub(crate) fn functions(&self) -> impl Iterator<Item = (usize, usize)> {
        self.code().filter_map(|(number, line)| {
            let head = line.trim_start();
            let mut words = head.split(' ').skip_while(|word| is_qualifier(word));
            if words.next() != Some("fn") {
                return None;
            }
            let lines = &self.code[number - 1..];
            let opens = lines.iter().find(|line| line.ends_with(['{', '}', ';']))?;
            if !opens.ends_with('{') {
                return None;
            }
            let end = format!("{}}}", &line[..line.len() - head.len()]);
            let end = lines.iter().position(|line| *line == end)?;
            Some((number, end + 1))
        })
    }
}

impl Source {
    /// The line, the name and the number of fields of each struct with named ones.
    pub(crate) fn structs(&self) -> impl Iterator<Item = (usize, &str, usize)> {
        self.code().filter_map(|(number, line)| {
            let head = line.trim_start();
            let indent = &line[..line.len() - head.len()];
            let mut words = head.split(' ').skip_while(|word| word.starts_with("pub"));
            let (keyword, name) = (words.next()?, words.next()?);
            if keyword != "struct" || !line.ends_with('{') {
                return None;
            }
            let (end, inside) = (format!("{indent}}}"), format!("{indent}    "));
            let body = self.code[number..].iter().take_while(|line| **line != end);
            let is_field = |line: &&String| {
                let field = line.strip_prefix(&inside);
                field.is_some_and(|field| {
                    !field.starts_with([' ', '#', ')', '>']) && field.contains(": ")
                })
            };
            let name = name.split(|it| !is_of_word(it)).next()?;
            Some((number, name, body.filter(is_field).count()))
        })
    }
}

/// What may precede `fn`.
fn is_qualifier(word: &str) -> bool {
    word.starts_with("pub") || ["const", "async", "unsafe", "extern", "\"\""].contains(&word)
}

/// Whether the line contains the word, and not only as a part of another one.
pub(crate) fn says(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let behind = line[start + word.len()..].chars().next();
        !before.is_some_and(is_of_word) && !behind.is_some_and(is_of_word)
    })
}

pub(crate) fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The same lines, with nothing in place of comments and `""` in place of strings and characters.
fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let length = comment(rest).or_else(|| string(rest));
        let (taken, behind) = rest.split_at(length.unwrap_or(next.len_utf8()));
        match length {
            None => code.push(next),
            Some(_) if next == '/' => {}
            Some(_) => code.push_str("\"\""),
        }
        if length.is_some() {
            code.extend(taken.chars().filter(|it| *it == '\n'));
        }
        rest = behind;
    }
    code
}

/// The length in bytes of the comment that the text starts with.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("/*") {
        return text.find("*/").map(|end| end + 2);
    }
    text.starts_with("//")
        .then(|| text.find('\n').unwrap_or(text.len()))
}

/// The length in bytes of the string or character that the text starts with.
fn string(text: &str) -> Option<usize> {
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let end = format!("\"{}", &raw[..hashes]);
        let inside = raw[hashes..].strip_prefix('"')?;
        return Some(1 + hashes + 1 + inside.find(&end)? + end.len());
    }
    if let Some(character) = text.strip_prefix('\'').filter(|it| !it.starts_with('\\')) {
        let end = character.chars().next()?.len_utf8();
        let is_closed = character[end..].starts_with('\''); // otherwise it is a lifetime
        return is_closed.then_some(1 + end + 1);
    }
    let quote = text.chars().next().filter(|it| ['"', '\''].contains(it))?;
    let mut is_escaped = false;
    for (index, character) in text.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if character == quote => return Some(index + 1),
            _ => {}
        }
    }
    None
}

#[test]
fn comments_and_strings_are_not_read_as_code() {
    let text = r##"
a // "b"
c("d\"e", 'f', '"', '\'', b"g") /* h
*/ i<'j>(r#"k"
l"#)"##;
    let code = "\na \nc(\"\", \"\", \"\", \"\", b\"\") \n i<'j>(\"\"\n)";
    assert_eq!(without_comments_and_strings(text), code);
}

#[test]
fn fields_are_counted() {
    let text = "
pub(super) struct A<T> {
    pub(super) one: T,
    #[b(c: d)]
    two: fn(
        a: u8,
    ),
}
struct C(u8);
";
    let source = Source::new("src/a.rs", text);
    assert_eq!(source.structs().collect::<Vec<_>>(), [(2, "A", 2)]);
}

#[test]
fn functions_are_measured_from_their_names_to_their_ends() {
    let text = "
impl A {
    pub(super) const fn one(
        self,
    ) -> Self {
        self
    }
    callback: fn(u8),
}
trait B {
    fn declared(&self);
    fn empty(&self) {}
}
extern \"C\" fn two() {
}
";
    let source = Source::new("src/a.rs", text);
    assert_eq!(source.functions().collect::<Vec<_>>(), [(3, 5), (14, 2)]);
}
