//! A hit calls nothing outside the program's own code: it takes no lock, allocates nothing and runs
//! no Python, whose library it does not even call.
//!
//! This is checked in the machine code of the binary: starting from the slot of the hook, each call
//! and each jump to another function is followed, and none may lead to another library or to the
//! kernel. Panics are not followed, since they do not return. A release build has everything in one
//! function, a debug build in a dozen.

#![cfg(target_arch = "x86_64")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Unbounded};
use std::process::Command;

const BINARY: &str = env!("CARGO_BIN_EXE_instrsh");
const SLOT: &str = "instrsh_python::cpython::hook::hit";

/// The machine code of the binary.
struct Code {
    /// The names of the functions by their addresses.
    functions: BTreeMap<u64, String>,
    /// What is called through a place in memory: own functions alone.
    pointers: BTreeMap<u64, u64>,
}

#[test]
fn a_hit_calls_nothing_outside() {
    let code = Code::of_the_binary();
    let slot = code.functions.iter().find(|(_, name)| *name == SLOT);
    let mut waiting = vec![*slot.expect("the slot is a function of the binary").0];
    let mut seen = BTreeSet::new();
    while let Some(function) = waiting.pop() {
        if seen.insert(function) {
            waiting.extend(code.called_from(function));
        }
    }
    let names: Vec<_> = seen.iter().map(|it| &code.functions[it]).collect();
    assert!(names.len() < 50, "that much for a hit? {names:#?}");
}

impl Code {
    fn of_the_binary() -> Self {
        let symbols = output(Command::new("nm").args(["--demangle", "--defined-only", BINARY]));
        let function = |line: &str| {
            let (address, rest) = line.split_once(' ')?;
            let (kind, name) = rest.split_once(' ')?;
            "tTwW"
                .contains(kind)
                .then_some((number(address)?, name.to_owned()))
        };
        let relocations = output(Command::new("objdump").args(["--dynamic-reloc", BINARY]));
        let pointer = |line: &str| {
            let (place, own) = line.split_once(" R_X86_64_RELATIVE")?;
            Some((number(place)?, number(own.split_once("*ABS*+0x")?.1)?))
        };
        Self {
            functions: symbols.lines().filter_map(function).collect(),
            pointers: relocations.lines().filter_map(pointer).collect(),
        }
    }

    /// The functions that one calls or jumps to, which must be the program's own.
    fn called_from(&self, start: u64) -> Vec<u64> {
        let mut behind = self.functions.range((Excluded(start), Unbounded));
        let end = *behind.next().expect("there are more functions").0;
        let mut called = Vec::new();
        for instruction in instructions(start, end) {
            if !goes_on_elsewhere(&instruction) {
                continue;
            }
            let to = self.target(&instruction);
            let name = to.and_then(|to| self.functions.get(&to));
            match (to, name) {
                (Some(to), _) if (start..end).contains(&to) => {}
                (_, Some(name)) if name.starts_with("core::panicking::") => {}
                (Some(to), Some(_)) => called.push(to),
                _ => panic!("{} leaves: {instruction}", self.functions[&start]),
            }
        }
        called
    }

    /// Where a call or a jump leads, if that is known: `call 1b46e0 <name>`, or through a place in
    /// memory, `call *0x288(%rip)  # 4a4900 <...>`.
    fn target(&self, instruction: &str) -> Option<u64> {
        if let Some((_, place)) = instruction.split_once("# ") {
            return self
                .pointers
                .get(&number(place.split(' ').next()?)?)
                .copied();
        }
        let (to, _) = instruction.split_once(" <")?;
        number(to.split_whitespace().next_back()?)
    }
}

/// Whether an instruction calls, jumps, or enters the kernel. A jump to the address in a register belongs
/// to a jump table within a function.
fn goes_on_elsewhere(instruction: &str) -> bool {
    let mut words = instruction.split_whitespace();
    let verb = words.find(|word| !["addr32", "bnd", "notrack"].contains(word));
    let is_of_a_table = words.next().is_some_and(|to| to.starts_with("*%"));
    // `syscall` is a call, too.
    verb.is_some_and(|it| it.contains("call") || it.starts_with('j') && !is_of_a_table)
}

/// The instructions from one address up to another.
fn instructions(start: u64, end: u64) -> Vec<String> {
    let code = output(
        Command::new("objdump")
            .args(["--disassemble", "--no-show-raw-insn"])
            .arg(format!("--start-address={start}"))
            .arg(format!("--stop-address={end}"))
            .arg(BINARY),
    );
    let instruction = |line: &str| Some(line.split_once(":\t")?.1.to_owned());
    code.lines().filter_map(instruction).collect()
}

fn number(hexadecimal: &str) -> Option<u64> {
    u64::from_str_radix(hexadecimal, 16).ok()
}

fn output(command: &mut Command) -> String {
    let output = command.output();
    let output = output.expect("binutils are there, as for linking");
    assert!(output.status.success(), "{command:?}");
    String::from_utf8(output.stdout).expect("text")
}
