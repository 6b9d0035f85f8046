//! The rules of the project: what may be where, and how long it may be.
//!
//! The rules come first as tables, then a test for each. The sources are read as text, see
//! `common/source.rs`. A failure names the file, the line and the rule.

#[path = "common/source.rs"]
mod source;

use std::sync::LazyLock;

use source::{Source, files, is_of_word, says};

/// Each room in `src/`, and the rooms that it may name as `crate::room`.
const ROOMS: [(&str, &[&str]); 13] = [
    ("error", &[]),
    ("system", &["error"]),
    ("bytecode", &[]),
    ("counts", &["error"]),
    ("measures", &["error", "counts"]),
    ("protocol", &["error", "counts", "measures"]),
    ("cpython", &["error", "bytecode", "counts", "protocol"]),
    (
        "agent",
        &[
            "error", "bytecode", "counts", "measures", "protocol", "cpython", "system",
        ],
    ),
    (
        "embedding",
        &[
            "error", "bytecode", "counts", "protocol", "cpython", "agent", "system",
        ],
    ),
    (
        "program",
        &["error", "counts", "measures", "protocol", "system"],
    ),
    (
        "view",
        &["error", "counts", "measures", "protocol", "program"],
    ),
    (
        "commands",
        &["error", "counts", "measures", "protocol", "program", "view"],
    ),
    (
        "shell",
        &[
            "error", "measures", "protocol", "program", "system", "view", "commands",
        ],
    ),
];

/// Words that are allowed only in some places, the places, and what to do elsewhere.
const CONFINED: [(&str, &[&str], &str); 11] = [
    ("unsafe", UNSAFE, "put it behind a safe function there"),
    ("pyo3", PYTHON, "ask the room `cpython` for it"),
    ("version_info", ASKS, "ask `cpython::running_version`"),
    ("rustyline", SHELL, "only the shell talks to a person"),
    ("comfy_table", VIEW, "return data, the view draws it"),
    ("nu_ansi_term", VIEW, "return data, the view paints it"),
    ("print!", PRINTS, "return data, the view prints it"),
    ("println!", PRINTS, "return data, the view prints it"),
    ("eprint!", PRINTS, "return an error, the view prints it"),
    ("eprintln!", PRINTS, "return an error, the view prints it"),
    ("dbg!", &[], "take it out"),
];

const UNSAFE: &[&str] = &[
    "src/counts/",
    "src/cpython/",
    "src/embedding/",
    "src/system/",
    "src/main.rs",
];
const PYTHON: &[&str] = &["src/cpython/", "src/embedding/", "tests/", "benches/"];
const ASKS: &[&str] = &["src/cpython/mod.rs"];
const SHELL: &[&str] = &["src/shell/"];
const VIEW: &[&str] = &["src/view/"];
const PRINTS: &[&str] = &["src/view/", "tests/", "benches/", "build.rs", "src/crates/"];

/// The one place where the program depends on the version of Python.
const VERSIONS: &str = "src/bytecode/opcodes/mod.rs";
/// Names them.
const VERSION: &str = "src/bytecode/opcodes/version.rs";

const LONGEST_FILE: usize = 400;
const LONGEST_MAIN: usize = 40;
const LONGEST_FUNCTION: usize = 70;
const MOST_FIELDS: usize = 12;
/// Tables, in which each field is a row: of opcodes, and of the options of the command line.
const WIDE: [&str; 2] = ["Opcodes", "Options"];

/// Where Rust is written, and where other languages are.
const RUST: &[&str] = &["src", "tests", "benches", "build.rs"];
const OTHERS: &[&str] = &[
    "examples",
    "python",
    ".ci",
    "Cargo.toml",
    "src/crates/border/Cargo.toml",
    "src/crates/python/Cargo.toml",
    "src/crates/shell/Cargo.toml",
    "README.md",
    "CHANGELOG.md",
];

/// All files of these places, read once for all tests.
static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let paths = RUST.iter().chain(OTHERS).flat_map(|place| files(place));
    paths.map(|path| Source::read(&path)).collect()
});

#[test]
fn rooms_use_only_the_rooms_below_them() {
    check_rust(|source, violations| {
        let Some(room) = source.room() else {
            return;
        };
        let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
            violations.add(1, &format!("room `{room}` is new: give it a row in ROOMS"));
            return;
        };
        for (number, line) in source.code() {
            for behind in line.split("crate::").skip(1) {
                let used = behind.split(|it| !is_of_word(it)).next();
                let used = used.unwrap_or_default();
                if used.is_empty() {
                    violations.add(number, "write one `use crate::room` for each room");
                } else if used != room && !allowed.contains(&used) {
                    let rule = format!("`{room}` may use {allowed:?} only, not `{used}`");
                    violations.add(number, &rule);
                }
            }
            if line.contains(&"super::".repeat(source.depth(number))) {
                violations.add(number, "name another room as `crate::room`, not by `super`");
            }
        }
    });
}

#[test]
fn each_file_starts_with_a_header() {
    check_rust(|source, violations| {
        if !source.text.starts_with("//! ") {
            violations.add(1, "start with a `//!` header: what to know before reading");
        }
    });
}

#[test]
fn words_stay_where_they_belong() {
    check_rust(|source, violations| {
        for (word, places, instead) in CONFINED {
            for (number, _) in source.code().filter(|(_, line)| says(line, word)) {
                if !source.is_in(places) {
                    let rule = format!("`{word}` may stand in {places:?} only: {instead}");
                    violations.add(number, &rule);
                }
            }
        }
    });
}

#[test]
fn the_version_of_python_is_matched_once() {
    let versions = SOURCES.iter().find(|source| source.path == VERSIONS);
    let versions = versions.expect("the file is there");
    let arms = versions
        .code()
        .filter(|(_, line)| line.contains("V3_11 =>"));
    assert_eq!(arms.count(), 1, "{VERSIONS} has one `match` on the version");
    check_rust(|source, violations| {
        if source.is_in(&["tests/", "benches/", VERSIONS, VERSION]) {
            return;
        }
        for (number, line) in source.code() {
            let decides = line.contains("V3_") || line.contains("Py_3_");
            if decides && !source.is_test(number) {
                let rule = format!("decide by a field of `Opcodes`, see {VERSIONS}");
                violations.add(number, &rule);
            }
        }
    });
}

#[test]
fn files_are_short() {
    check_rust(|source, violations| {
        let is_main = source.path == "src/main.rs";
        let longest = if is_main { LONGEST_MAIN } else { LONGEST_FILE };
        let lines = source.lines().count();
        if lines > longest {
            let rule = format!("{lines} lines, more than {longest}: one noun or verb a file");
            violations.add(lines, &rule);
        }
    });
}

#[test]
fn functions_are_short() {
    check_rust(|source, violations| {
        for (number, lines) in source.functions() {
            if lines > LONGEST_FUNCTION {
                let rule = format!("function of {lines} lines, more than {LONGEST_FUNCTION}");
                violations.add(number, &rule);
            }
        }
    });
}

#[test]
fn structs_have_few_fields() {
    check_rust(|source, violations| {
        for (number, name, fields) in source.structs() {
            if fields > MOST_FIELDS && !WIDE.contains(&name) {
                let rule = format!("`{name}` has {fields} fields, more than {MOST_FIELDS}");
                violations.add(number, &rule);
            }
        }
    });
}

#[test]
fn nothing_is_unwrapped_outside_tests() {
    check_rust(|source, violations| {
        for (number, line) in source.code() {
            if line.contains(".unwrap()") && !source.is_test(number) {
                violations.add(number, "return the error, or `expect` none and say why");
            }
        }
    });
}

#[test]
fn each_lint_exception_has_its_reason() {
    check_rust(|source, violations| {
        for (number, line) in source.code() {
            let line = line.trim_start().replacen("#!", "#", 1);
            if !line.starts_with("#[allow(") && !line.starts_with("#[expect(") {
                continue;
            }
            let rest = source.code[number - 1..].join(" ");
            let attribute = rest.split(")]").next();
            if !attribute.is_some_and(|it| it.contains("reason = ")) {
                violations.add(number, "say why: `reason = \"...\"`");
            }
        }
    });
}

#[test]
fn each_dependency_says_why() {
    check(|manifest, violations| {
        if !manifest.path.ends_with("Cargo.toml") {
            return;
        }
        let mut is_dependency = false;
        for (number, line) in manifest.lines() {
            if line.starts_with('[') {
                is_dependency = line.contains("dependencies");
            } else if is_dependency
                && !line.is_empty()
                && !line.contains('#')
                && !line.contains("workspace = true")
            {
                violations.add(number, "say behind a `#` what the dependency is for");
            }
        }
    });
}

#[test]
fn the_shell_is_built_without_python() {
    let lock = std::fs::read_to_string("Cargo.lock").expect("it is kept with the sources");
    let mut needs = std::collections::HashMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let quoted = |line: &str| line.split('"').nth(1).map(str::to_owned);
        let name = package.lines().find_map(|line| {
            let name = line.strip_prefix("name = ")?;
            quoted(name)
        });
        let lines = package.lines().filter(|line| line.starts_with(" \""));
        let needed = lines.filter_map(quoted);
        // A version may stand behind the name.
        let needed = needed.filter_map(|it| it.split(' ').next().map(str::to_owned));
        needs.insert(name.expect("each has one"), needed.collect::<Vec<_>>());
    }
    let (mut built, mut next) = (Vec::new(), vec!["instrsh-shell".to_owned()]);
    while let Some(name) = next.pop() {
        next.extend(needs.remove(&name).unwrap_or_default());
        built.push(name);
    }
    assert!(built.iter().any(|name| name == "rustyline"), "{built:?}");
    let python: Vec<_> = built.iter().filter(|name| name.contains("py")).collect();
    assert!(python.is_empty(), "{python:?}");
}

#[test]
fn nothing_is_left_for_later() {
    let words = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
    ];
    check(|source, violations| {
        for (number, line) in source.lines() {
            for word in words.iter().filter(|word| says(line, word)) {
                violations.add(number, &format!("do it, or take the {word} out"));
            }
        }
    });
}

/// Fails if `look` finds violations in the Rust files.
#[track_caller]
fn check_rust(look: impl Fn(&Source, &mut Violations)) {
    check(|source, violations| {
        if source.path.rsplit('.').next() == Some("rs") {
            look(source, violations);
        }
    });
}

/// Fails if `look` finds violations in any file.
#[track_caller]
fn check(look: impl Fn(&Source, &mut Violations)) {
    let mut violations = Violations::default();
    for source in &*SOURCES {
        violations.path.clone_from(&source.path);
        look(source, &mut violations);
    }
    let list = violations.list.join("\n");
    assert!(list.is_empty(), "against the rules of the house:\n{list}");
}

/// What is wrong, as `path:line: rule`.
#[derive(Default)]
struct Violations {
    /// The file that is checked.
    path: String,
    list: Vec<String>,
}

impl Violations {
    fn add(&mut self, number: usize, rule: &str) {
        self.list.push(format!("{}:{number}: {rule}", self.path));
    }
}
