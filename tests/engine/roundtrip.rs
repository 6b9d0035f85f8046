//! Every code object of the standard library is decoded, encoded, measured and injected into.
//!
//! The embedded interpreter compiles all files once; each test then goes through all code objects
//! in pure Rust. `cargo test --test engine roundtrip -- --nocapture` shows their number.

use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use instrsh::bytecode::{Code, CodeParts, Error, Probe, Version, inject, inject_store_notices};
use instrsh::cpython::running_version;
use pyo3::prelude::*;
use pyo3::types::{PyCode, PyDict};

/// A standard library without its tests has more than these.
const FEWEST_CODE_OBJECTS: usize = 10_000;
/// This many complaints are enough to show what is wrong.
const SHOWN: usize = 20;

/// `co_flags` of a function's code: `CO_OPTIMIZED | CO_NEWLOCALS`.
const FUNCTION: u32 = 0x1 | 0x2;

static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
    Python::initialize();
    Python::attach(Library::compile).expect("the standard library can be found")
});

struct Library {
    version: Version,
    samples: Vec<Sample>,
}

/// What is needed of one code object.
struct Sample {
    /// `file:qualname`
    name: String,
    is_function: bool,
    parts: CodeParts,
    constant_count: u32,
}

impl Library {
    fn compile(py: Python<'_>) -> PyResult<Self> {
        let folder: PathBuf = py
            .import("sysconfig")?
            .call_method1("get_path", ("stdlib",))?
            .extract()?;
        py.import("warnings")?
            .call_method1("simplefilter", ("ignore",))?;
        let mut samples = Vec::new();
        let mut skipped = 0;
        let files = python_files(&folder);
        for file in &files {
            match compiled(py, file) {
                Ok(code) => read_all(file, code, &mut samples)?,
                Err(_) => skipped += 1, // what the compiler has to refuse, kept for its tests
            }
        }
        let functions = samples.iter().filter(|sample| sample.is_function).count();
        let bytes: usize = samples.iter().map(|it| it.parts.code.len()).sum();
        report(&format!(
            "{}: {} files, of which {skipped} do not compile; \
             {} code objects, {functions} of functions, {bytes} bytes of code",
            folder.display(),
            files.len(),
            samples.len(),
        ));
        assert!(samples.len() > FEWEST_CODE_OBJECTS, "files are missing");
        Ok(Self {
            version: running_version().expect("the build script refuses other versions"),
            samples,
        })
    }
}

/// All Python files below a folder, except for installed packages.
fn python_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path.ends_with("site-packages") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "py") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn compiled<'py>(py: Python<'py>, file: &Path) -> PyResult<Bound<'py, PyAny>> {
    let options = PyDict::new(py);
    options.set_item("dont_inherit", true)?;
    let arguments = (fs::read(file)?, file, "exec");
    py.import("builtins")?
        .call_method("compile", arguments, Some(&options))
}

/// Reads a module's code object and those within it.
fn read_all(file: &Path, code: Bound<'_, PyAny>, samples: &mut Vec<Sample>) -> PyResult<()> {
    let mut waiting = vec![code];
    while let Some(code) = waiting.pop() {
        let constants: Vec<Bound<'_, PyAny>> = code.getattr("co_consts")?.extract()?;
        samples.push(Sample {
            name: format!("{}:{}", file.display(), code.getattr("co_qualname")?),
            is_function: code.getattr("co_flags")?.extract::<u32>()? & FUNCTION == FUNCTION,
            parts: CodeParts {
                code: code.getattr("co_code")?.extract()?,
                line_table: code.getattr("co_linetable")?.extract()?,
                exception_table: code.getattr("co_exceptiontable")?.extract()?,
                first_line: code.getattr("co_firstlineno")?.extract()?,
                stack_size: code.getattr("co_stacksize")?.extract()?,
            },
            constant_count: u32::try_from(constants.len())?,
        });
        for constant in constants {
            if constant.is_instance_of::<PyCode>() {
                waiting.push(constant);
            }
        }
    }
    Ok(())
}

/// Goes through all code objects, and fails with what `check` finds wrong.
fn for_each<E: Display>(check: impl Fn(Version, &Sample) -> Result<(), E>) {
    let Library { version, samples } = &*LIBRARY;
    let complaints: Vec<String> = samples
        .iter()
        .filter_map(|sample| {
            let problem = check(*version, sample).err()?;
            Some(format!("{}: {problem}", sample.name))
        })
        .collect();
    assert!(
        complaints.is_empty(),
        "{} of {} code objects, the first of them:\n{}",
        complaints.len(),
        samples.len(),
        complaints[..complaints.len().min(SHOWN)].join("\n")
    );
}

#[expect(
    clippy::print_stdout,
    reason = "for who runs the test with --nocapture"
)]
fn report(numbers: &str) {
    println!("{numbers}");
}

#[test]
fn what_is_read_is_written_to_the_same_bytes() {
    for_each(|version, sample| {
        let read = Code::read(version, &sample.parts);
        let written = read.and_then(|mut code| code.write());
        let written = written.map_err(|error| error.to_string())?;
        let (ours, theirs) = (&written, &sample.parts);
        let differing = [
            ("code", ours.code != theirs.code),
            ("line table", ours.line_table != theirs.line_table),
            (
                "exception table",
                ours.exception_table != theirs.exception_table,
            ),
            ("rest", ours != theirs),
        ];
        match differing.iter().find(|(_, differs)| *differs) {
            Some((part, _)) => Err(format!("the {part} differs")),
            None => Ok(()),
        }
    });
}

#[test]
fn no_stack_is_deeper_than_the_compiler_says() {
    for_each(|version, sample| {
        let depth = Code::read(version, &sample.parts).and_then(|code| code.stack_depth());
        match depth.map_err(|error| error.to_string())? {
            deeper if deeper > sample.parts.stack_size => Err(format!(
                "{deeper} values, not {} at most",
                sample.parts.stack_size
            )),
            _ => Ok(()),
        }
    });
}

#[test]
fn each_function_takes_each_probe() {
    for probe in [Probe::Count, Probe::Time] {
        for_each(|version, sample| {
            if !sample.is_function {
                return Ok::<_, Error>(());
            }
            inject(version, &sample.parts, probe, sample.constant_count).map(|_| ())
        });
    }
}

#[test]
fn each_module_and_class_tells_what_it_binds() {
    for_each(|version, sample| {
        if sample.is_function {
            return Ok(());
        }
        let (parts, constant) = (&sample.parts, sample.constant_count);
        let noticing = inject_store_notices(version, parts, constant);
        let noticing = noticing.map_err(|error| error.to_string())?;
        let number_of = |parts: &CodeParts, opcodes: &[&str]| {
            let code = Code::read(version, parts).map_err(|error| error.to_string())?;
            let is_meant = |name: &str| opcodes.contains(&name);
            let found = code.instructions();
            Ok::<_, String>(found.filter(|(_, it)| is_meant(it.opcode.name)).count())
        };
        let bound = number_of(parts, &["STORE_NAME", "STORE_GLOBAL"])?;
        let before = number_of(parts, &["DELETE_ATTR"])?;
        match number_of(&noticing, &["DELETE_ATTR"])? - before {
            told if told == bound => Ok(()),
            told => Err(format!("{told} of {bound} names are told")),
        }
    });
}
