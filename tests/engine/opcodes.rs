//! The opcode tables equal what the interpreter reports.
//!
//! Each row is compared with `opcode` and `dis`, and the file with the current output of
//! `generate.py`. Neither reports what ends a block: a wrong row there shows in `roundtrip.rs`,
//! which compares stack depths with the compiler's.

use std::collections::BTreeSet;
use std::ffi::CString;
use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::process::Command;

use instrsh::bytecode::opcodes::{ArgumentKind, Opcode};
use instrsh::bytecode::{CodeParts, Meaning, Version, disassemble};
use instrsh::cpython::running_version;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

/// The one effect that is not the interpreter's own answer.
///
/// A generator is resumed with a value on its stack, so `RETURN_GENERATOR` pushes one. Before 3.13
/// `dis.stack_effect` says 0, because the compiler starts the stack of each generator at depth 1
/// instead, before its first instruction. The table says 1 in all versions, so that each call
/// starts with an empty stack.
const DEVIATION: (&str, i64) = ("RETURN_GENERATOR", 1);

/// Numbers of `opcode.opmap` from here on never occur in bytecode.
const FIRST_PSEUDO: u16 = 256;
/// `co_code` never shows these.
const HIDDEN: [&str; 4] = ["CACHE", "RESERVED", "ENTER_EXECUTOR", "TRACE_RECORD"];

/// The running interpreter, as far as it knows opcodes.
struct Interpreter<'py> {
    py: Python<'py>,
    version: Version,
    opcode: Bound<'py, PyModule>,
    dis: Bound<'py, PyModule>,
    code: Bound<'py, PyAny>,
}

impl<'py> Interpreter<'py> {
    fn new(py: Python<'py>) -> PyResult<Self> {
        Ok(Self {
            py,
            version: running_version().expect("the build script refuses other versions"),
            opcode: py.import("opcode")?,
            dis: py.import("dis")?,
            code: code_of_many_names(py)?,
        })
    }

    fn rows(&self) -> impl Iterator<Item = &'static Opcode> {
        self.version.opcodes().iter()
    }

    /// Whether the list called `list` in `opcode` holds the row.
    fn lists(&self, list: &str, row: &Opcode) -> PyResult<bool> {
        self.opcode.getattr(list)?.contains(row.number)
    }

    /// `opcode.hasarg` exists since 3.12; before, all numbers from a certain one on have one.
    fn has_argument(&self, row: &Opcode) -> PyResult<bool> {
        if self.opcode.hasattr("hasarg")? {
            return self.lists("hasarg", row);
        }
        let first: u8 = self.opcode.getattr("HAVE_ARGUMENT")?.extract()?;
        Ok(row.number >= first)
    }

    /// Inline cache units; their table's key is the name since 3.13, and the number before.
    fn caches(&self, row: &Opcode) -> PyResult<u8> {
        let entries = self.opcode.getattr("_inline_cache_entries")?;
        if entries.is_instance_of::<PyList>() {
            return entries.get_item(row.number)?.extract();
        }
        entries.call_method1("get", (row.name, 0))?.extract()
    }

    fn stack_effect(&self, row: &Opcode, argument: Option<u32>, jumps: bool) -> PyResult<i64> {
        let options = PyDict::new(self.py);
        options.set_item("jump", jumps)?;
        let arguments = (row.number, argument);
        self.dis
            .call_method("stack_effect", arguments, Some(&options))?
            .extract()
    }

    /// What `dis` prints for the argument of the instruction at byte `offset` of `bytes`; none if
    /// this version has no such choice. The code object is that of [`code_of_many_names`].
    fn meaning(&self, row: &Opcode, bytes: &[u8], offset: usize) -> PyResult<Option<String>> {
        let is_choice = matches!(row.argument, ArgumentKind::Choice { .. });
        // Here `argrepr` would say more: `bool(<)`.
        let has_value = row.name == "COMPARE_OP" || !is_choice;
        let attribute = if has_value { "argval" } else { "argrepr" };
        let changes = PyDict::new(self.py);
        changes.set_item("co_code", bytes)?;
        let code = self.code.call_method("replace", (), Some(&changes))?;
        for instruction in self
            .dis
            .call_method1("get_instructions", (code,))?
            .try_iter()?
        {
            match instruction {
                Ok(it) if it.getattr("offset")?.extract::<usize>()? == offset => {
                    return Ok(Some(it.getattr(attribute)?.to_string()));
                }
                Ok(_) => {}
                Err(error) if error.is_instance_of::<PyIndexError>(self.py) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        panic!("`dis` finds no instruction at byte {offset}")
    }
}

/// A code object whose names and locals are `name0` to `name255`, and its constants 0 to 255.
fn code_of_many_names(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let names: Vec<String> = (0..=255).map(|index| format!("name{index}")).collect();
    let source = CString::new(format!("lambda {}: 0", names.join(", ")))?;
    let function = py.eval(&source, None, None)?;
    let changes = PyDict::new(py);
    changes.set_item("co_names", PyTuple::new(py, &names)?)?;
    changes.set_item("co_consts", PyTuple::new(py, 0..=255_u16)?)?;
    function
        .getattr("__code__")?
        .call_method("replace", (), Some(&changes))
}

/// Runs `check`, which gives a line for each difference, with the interpreter.
fn no_differences(check: impl FnOnce(&Interpreter<'_>) -> PyResult<Vec<String>>) {
    Python::initialize();
    let differences = Python::attach(|py| check(&Interpreter::new(py)?));
    let differences = differences.expect("`opcode` and `dis` answer");
    assert!(
        differences.is_empty(),
        "the table differs from the interpreter; generate it anew \
         (see src/bytecode/opcodes/mod.rs):\n{}",
        differences.join("\n")
    );
}

/// A line for each row of which the table and the interpreter say different things.
fn compare<T: PartialEq + Debug>(
    interpreter: &Interpreter<'_>,
    what: &str,
    of_table: impl Fn(&Opcode) -> T,
    of_interpreter: impl Fn(&Opcode) -> PyResult<T>,
) -> PyResult<Vec<String>> {
    let mut differences = Vec::new();
    for row in interpreter.rows() {
        let (ours, theirs) = (of_table(row), of_interpreter(row)?);
        if ours != theirs {
            differences.push(format!("{row:?}: {what} is {ours:?}, not {theirs:?}"));
        }
    }
    Ok(differences)
}

#[test]
fn the_opcodes_are_those_that_co_code_can_show() {
    no_differences(|interpreter| {
        let all: Vec<(String, u16)> = interpreter
            .opcode
            .getattr("opmap")?
            .call_method0("items")?
            .try_iter()?
            .map(|item| item?.extract())
            .collect::<PyResult<_>>()?;
        let theirs: BTreeSet<_> = all
            .into_iter()
            .filter(|(name, number)| {
                *number < FIRST_PSEUDO
                    && !HIDDEN.contains(&name.as_str())
                    && !name.starts_with("INSTRUMENTED_")
            })
            .collect();
        let ours: BTreeSet<_> = interpreter
            .rows()
            .map(|row| (row.name.to_owned(), row.number.into()))
            .collect();
        let differences = ours.symmetric_difference(&theirs);
        Ok(differences
            .map(|(name, number)| format!("{name}, {number}: is in one of the two only"))
            .collect())
    });
}

#[test]
fn caches_are_as_many() {
    no_differences(|interpreter| {
        compare(
            interpreter,
            "number of cache units",
            |row| row.caches,
            |row| interpreter.caches(row),
        )
    });
}

#[test]
fn arguments_are_of_the_same_kind() {
    type Holds = fn(ArgumentKind) -> bool;
    let lists: [(&str, Holds); 7] = [
        ("hasconst", |kind| kind == ArgumentKind::Constant),
        ("hasname", |kind| matches!(kind, ArgumentKind::Name { .. })),
        ("haslocal", |kind| {
            matches!(kind, ArgumentKind::Local | ArgumentKind::LocalPair)
        }),
        ("hasfree", |kind| kind == ArgumentKind::Deref),
        ("hasjrel", |kind| {
            matches!(
                kind,
                ArgumentKind::Forward | ArgumentKind::Backward | ArgumentKind::Origin
            )
        }),
        ("hasjabs", |_| false),
        ("hasexc", |_| false),
    ];
    no_differences(|interpreter| {
        let mut differences = compare(
            interpreter,
            "use of an argument",
            |row| row.argument != ArgumentKind::Unused,
            |row| interpreter.has_argument(row),
        )?;
        for (list, holds) in lists {
            if !interpreter.opcode.hasattr(list)? {
                continue; // `hasexc` is new in 3.12
            }
            differences.extend(compare(
                interpreter,
                list,
                |row| holds(row.argument),
                |row| interpreter.lists(list, row),
            )?);
        }
        Ok(differences)
    });
}

#[test]
fn stack_effects_are_the_same_but_for_one() {
    let large = [0x1ff, 0x0203, 0x1234, 0xffff, 0x12_3456];
    let samples: Vec<u32> = (0..=300).chain(large).collect();
    no_differences(|interpreter| {
        let mut differences = Vec::new();
        for (sample, jumps) in samples.iter().flat_map(|&it| [(it, false), (it, true)]) {
            differences.extend(compare(
                interpreter,
                &format!("stack effect of argument {sample}, jump={jumps}"),
                |row| row.stack_effect(sample, jumps),
                |row| {
                    if row.name == DEVIATION.0 {
                        return Ok(DEVIATION.1);
                    }
                    let argument = interpreter.has_argument(row)?.then_some(sample);
                    interpreter.stack_effect(row, argument, jumps)
                },
            )?);
        }
        Ok(differences)
    });
}

#[test]
fn arguments_mean_what_dis_says() {
    no_differences(|interpreter| {
        let mut differences = Vec::new();
        for row in interpreter.rows().filter(|row| names_something(row)) {
            // Either way, a jump of this distance lands among the NOPs, after the caches.
            let arguments = if row.has_label() { 12..=15 } else { 0..=255 };
            for argument in arguments {
                let (bytes, offset) = among_nops(interpreter.version, row, argument);
                let theirs = interpreter.meaning(row, &bytes, offset)?;
                if theirs.as_deref().is_none_or(|it| it == NOT_LOOKED_UP) {
                    continue;
                }
                let ours = meaning(interpreter.version, &bytes, offset);
                if ours != theirs {
                    differences.push(format!("{row:?} {argument}: is {ours:?}, not {theirs:?}"));
                }
            }
        }
        Ok(differences)
    });
}

/// What `dis` prints for `KW_NAMES` in 3.11, for every argument.
const NOT_LOOKED_UP: &str = "<unknown>";

/// Whether the argument is more than a number.
fn names_something(row: &Opcode) -> bool {
    !matches!(
        row.argument,
        ArgumentKind::Unused | ArgumentKind::Number | ArgumentKind::Call
    )
}

/// Code with one instruction between many NOPs, and its offset in bytes.
fn among_nops(version: Version, row: &Opcode, argument: u8) -> (Vec<u8>, usize) {
    let nop = version.opcodes().iter().find(|row| row.name == "NOP");
    let nops = [nop.expect("each version has NOP").number, 0].repeat(20);
    let caches = [0, 0].repeat(row.caches.into());
    let code = [&nops, &[row.number, argument][..], &caches, &nops].concat();
    (code, nops.len())
}

/// What our disassembly prints for the argument at byte `offset`, in the words of
/// [`Interpreter::meaning`].
fn meaning(version: Version, bytes: &[u8], offset: usize) -> Option<String> {
    let parts = CodeParts {
        code: bytes.to_vec(),
        ..CodeParts::default()
    };
    let listing = disassemble(version, &parts).expect("the code decodes");
    let line = listing.lines.iter().find(|line| line.offset == offset)?;
    match line.meaning {
        Meaning::None | Meaning::Number(_) | Meaning::Call(_) => None,
        Meaning::Constant(index) => Some(index.to_string()),
        Meaning::Name(index) | Meaning::Local(index) | Meaning::Deref(index) => {
            Some(format!("name{index}"))
        }
        Meaning::LocalPair(first, second) => Some(format!("('name{first}', 'name{second}')")),
        Meaning::Jump(target) => Some(target.to_string()),
        Meaning::Choice(name) => Some(name.to_owned()),
    }
}

#[test]
fn the_table_is_what_generate_py_prints() {
    Python::initialize();
    let version = running_version().expect("the build script refuses others");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bytecode/opcodes");
    let name = format!("python_{}.rs", version.to_string().replace('.', "_"));
    let table = fs::read_to_string(folder.join(&name)).expect("each version has its table");
    let printed = Command::new(env!("INSTRSH_PYTHON"))
        .arg(folder.join("generate.py"))
        .output()
        .expect("the interpreter of this build runs");
    assert!(
        printed.status.success(),
        "generate.py: {}",
        String::from_utf8_lossy(&printed.stderr)
    );
    let printed = String::from_utf8_lossy(&printed.stdout);
    assert!(
        words(&table) == words(&printed),
        "src/bytecode/opcodes/{name} was edited by hand, or generate.py was changed: \
         run generate.py under {version} again"
    );
}

/// The text but for its layout, which is rustfmt's, and the patch release that it was made under.
fn words(table: &str) -> Vec<&str> {
    table
        .lines()
        .filter(|line| !line.starts_with("//! Generated by"))
        .flat_map(str::split_whitespace)
        .collect()
}
