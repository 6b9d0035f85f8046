//! The supported CPython versions: a complete table of opcodes for each.
//!
//! # Adding a CPython version
//!
//! 1. Run `generate.py` under it: `python3.16 generate.py > python_3_16.rs`. It stops at a stack
//!    effect that no formula gives: add the formula to `effect.rs` and to the script.
//! 2. Read the differences from the previous table. `dis` does not say which opcodes end a block,
//!    return or call, pack flags or two indexes into their arguments, name an instruction without
//!    jumping there, or are internal: `generate.py` lists them by name. `dis.py` shows most of it.
//! 3. Add the version to [`Version`] and its `ALL`, and to the `match` below, the only one on the
//!    version in the whole program. Beside it are the few other things that differ.
//! 4. Add the new syntax to `tests/corpus/dump.py`, run it under the version, and run
//!    `cargo test --test engine`. It proves the tables and the codec, on the whole standard library, and
//!    that functions with a token behave as before: give `tests/engine/timed` what is new about calls.
//! 5. Run `cargo test`. `BLESS=1 cargo test --test shell` writes the disassemblies once there are
//!    empty files `NAME.3.16.out`; `tests/packages` needs pins that have wheels for the version;
//!    the import machinery may have new locks (`import_watch.rs`), and the end of a program other
//!    words (`exiting.rs`, `ending.rs`): the tests of fidelity tell.
//! 6. Write programs of the new syntax, `NAME_since_3_16.py` in `tests/programs`, and run
//!    `EXPLORE=all cargo test --test behaviour exploration` and `cargo bench -- hit residue`. What
//!    CPython keeps in private (`running_call.rs`, `function_version.rs`) is found and proved at each
//!    start; their unit tests tell if it is not.
//! 7. If no stable Debian has it, add the names of its packages to `.ci/debian-packages.txt`, and run
//!    `.ci/get-python --pin`. Then run `.ci/run`; a test says what the README lacks.

mod effect;
mod opcode;
mod python_3_11;
mod python_3_12;
mod python_3_13;
mod python_3_14;
mod python_3_15;
mod version;

pub use opcode::{ArgumentKind, Opcode};
pub use version::Version;

impl Version {
    /// The opcodes of the version.
    #[must_use]
    pub fn opcodes(self) -> &'static Opcodes {
        match self {
            Self::V3_11 => &python_3_11::OPCODES,
            Self::V3_12 => &python_3_12::OPCODES,
            Self::V3_13 => &python_3_13::OPCODES,
            Self::V3_14 => &python_3_14::OPCODES,
            Self::V3_15 => &python_3_15::OPCODES,
        }
    }

    /// Where a `RESUME` stands, by its argument. Above it is a flag for the handler around it.
    ///
    /// Source: CPython's `Include/internal/pycore_opcode_utils.h`, `RESUME_OPARG_LOCATION_MASK`.
    pub(super) fn resumed(self, argument: u32) -> Resumed {
        let mask = if self < Self::V3_15 { 3 } else { 7 };
        match argument & mask {
            0 => Resumed::AtStart,
            4 => Resumed::AtCreation,
            _ => Resumed::AfterYield,
        }
    }

    /// Whether `throw` finishes the `SEND` loop itself if it was thrown into another generator, which
    /// then returned: by the argument of the instruction before `YIELD_VALUE`.
    pub(super) fn throws_past_send(self) -> bool {
        self < Self::V3_12
    }

    /// Whether `END_ASYNC_FOR` can start a line, so that a tracer sees it.
    pub(super) fn starts_lines_at_end_async_for(self) -> bool {
        self < Self::V3_12
    }

    /// Whether a function whose code object was replaced gets a new version at its next call, without
    /// which CPython does not specialise calls of it.
    #[must_use]
    pub fn renews_function_versions(self) -> bool {
        self < Self::V3_13
    }

    /// Whether a fork waits for the lock under which thread states are made and deleted, so that the
    /// child does not inherit it locked.
    #[must_use]
    pub fn forks_between_thread_states(self) -> bool {
        self >= Self::V3_13
    }

    /// Whether the thread that imports `threading` first is its main thread, whichever that is.
    #[must_use]
    pub fn makes_importer_main_thread(self) -> bool {
        self < Self::V3_13
    }

    /// Whether an exception of a subclass of `KeyboardInterrupt` ends a program as that does, and one
    /// that `sys.excepthook` raises, too.
    #[must_use]
    pub fn is_ended_by_any_interrupt(self) -> bool {
        self >= Self::V3_14
    }

    /// Whether the JIT compiles a call of a class together with the body of its `__init__`, and checks
    /// afterwards only that the class was not modified.
    #[must_use]
    pub fn compiles_init_unchecked(self) -> bool {
        self >= Self::V3_15
    }
}

/// Where a `RESUME` stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resumed {
    /// At the start of a body.
    AtStart,
    /// At the start of a generator expression, which makes the generator.
    AtCreation,
    /// Behind a yield or an await.
    AfterYield,
}

/// The opcodes of one version, and other properties of its bytecode.
pub struct Opcodes {
    /// Whether the compiler writes one line table entry for all adjacent instructions of the same
    /// location, instead of one for each.
    pub(super) merges_locations: bool,
    by_number: [Option<Opcode>; 256],
    pub(super) swap: Opcode,
    pub(super) copy: Opcode,
    pub(super) delete_attr: Opcode,
    pub(super) delete_subscr: Opcode,
    pub(super) extended_arg: Opcode,
    pub(super) load_const: Opcode,
    pub(super) load_fast: Opcode,
    pub(super) pop_top: Opcode,
    pub(super) resume: Opcode,
    pub(super) send: Opcode,
    pub(super) unary_invert: Opcode,
    pub(super) unary_negative: Opcode,
    pub(super) yield_value: Opcode,
}

impl Opcodes {
    /// Evaluated at compile time: a table with a gap or a duplicate does not build.
    const fn new(rows: &[Opcode]) -> Self {
        let mut by_number = [None; 256];
        let mut index = 0;
        while index < rows.len() {
            let place = &mut by_number[rows[index].number as usize];
            assert!(place.is_none(), "two rows have the same number");
            *place = Some(rows[index]);
            index += 1;
        }
        Self {
            merges_locations: false,
            by_number,
            swap: named(rows, "SWAP"),
            copy: named(rows, "COPY"),
            delete_attr: named(rows, "DELETE_ATTR"),
            delete_subscr: named(rows, "DELETE_SUBSCR"),
            extended_arg: named(rows, "EXTENDED_ARG"),
            load_const: named(rows, "LOAD_CONST"),
            load_fast: named(rows, "LOAD_FAST"),
            pop_top: named(rows, "POP_TOP"),
            resume: named(rows, "RESUME"),
            send: named(rows, "SEND"),
            unary_invert: named(rows, "UNARY_INVERT"),
            unary_negative: named(rows, "UNARY_NEGATIVE"),
            yield_value: named(rows, "YIELD_VALUE"),
        }
    }

    const fn merges_locations(self) -> Self {
        let merges_locations = true;
        Self {
            merges_locations,
            ..self
        }
    }

    /// The opcode of this number, unless the version has none.
    #[must_use]
    pub fn get(&self, number: u8) -> Option<&Opcode> {
        self.by_number.get(usize::from(number))?.as_ref()
    }

    /// All opcodes, by number.
    pub fn iter(&self) -> impl Iterator<Item = &Opcode> {
        self.by_number.iter().flatten()
    }
}

const fn named(rows: &[Opcode], name: &str) -> Opcode {
    match found(rows, name) {
        Some(opcode) => opcode,
        None => panic!("the table lacks an opcode that the program needs"),
    }
}

const fn found(rows: &[Opcode], name: &str) -> Option<Opcode> {
    let mut index = 0;
    while index < rows.len() {
        if equal(rows[index].name.as_bytes(), name.as_bytes()) {
            return Some(rows[index]);
        }
        index += 1;
    }
    None
}

const fn equal(mut left: &[u8], mut right: &[u8]) -> bool {
    while let ([a, rest_of_left @ ..], [b, rest_of_right @ ..]) = (left, right) {
        if *a != *b {
            return false;
        }
        (left, right) = (rest_of_left, rest_of_right);
    }
    left.is_empty() && right.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_by_its_numbers_and_says_them() {
        assert_eq!(Version::from_major_minor(3, 12), Some(Version::V3_12));
        assert_eq!(Version::V3_12.to_string(), "3.12");
        assert_eq!(Version::V3_15.to_string(), "3.15");
        assert_eq!(Version::from_major_minor(3, 10), None);
        assert_eq!(Version::from_major_minor(4, 12), None);
    }

    #[test]
    fn names_are_unique() {
        for version in Version::ALL {
            let mut names: Vec<_> = version.opcodes().iter().map(|op| op.name).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{version}");
        }
    }

    #[test]
    fn formulas_count_what_is_taken_and_left() {
        assert_eq!(effect::unpack_ex(0x0203), 5);
        assert_eq!(effect::make_function(0b1_0101), -2);
        assert_eq!((effect::build_slice(2), effect::build_slice(3)), (-1, -2));
        assert_eq!((effect::format_value(3), effect::format_value(4)), (0, -1));
    }
}
