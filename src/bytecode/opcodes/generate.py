"""Print the opcode table of the running CPython as Rust.

`python3.15 generate.py > python_3_15.rs`

What `dis` and `opcode` tell is asked; what they do not tell is listed by name here.
Left out are pseudo opcodes (256 and above), caches, and what `co_code` never shows:
instrumented and executor opcodes.
"""

import dis
import json
import opcode
import platform
import re
import sys
import textwrap
from collections.abc import Callable

VERSION = sys.version_info[:2]

HIDDEN = {"CACHE", "RESERVED", "ENTER_EXECUTOR", "TRACE_RECORD"}
RETURNS = {"RETURN_VALUE", "RETURN_CONST"}
ENDS_BLOCK = {
    "INTERPRETER_EXIT",
    "JUMP_BACKWARD",
    "JUMP_BACKWARD_NO_INTERRUPT",
    "JUMP_FORWARD",
    "RAISE_VARARGS",
    "RERAISE",
}
CALLS = {"CALL", "CALL_KW", "PRECALL"}
LOCAL_PAIRS = {
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW",
    "LOAD_FAST_LOAD_FAST",
    "STORE_FAST_LOAD_FAST",
    "STORE_FAST_STORE_FAST",
}
NAME_SHIFTS = {
    "LOAD_GLOBAL": 1,
    "LOAD_ATTR": 1 if VERSION >= (3, 12) else 0,
    "LOAD_SUPER_ATTR": 2,
    "IMPORT_NAME": 2 if VERSION >= (3, 15) else 0,
}

# What `dis` prints for arguments that stand for one of a few things, and the bits of flags
# below them.
CHOICES = {
    "COMPARE_OP": dis.cmp_op,
    "BINARY_OP": [symbol for _, symbol in dis._nb_ops],
    "CALL_INTRINSIC_1": getattr(dis, "_intrinsic_1_descs", []),
    "CALL_INTRINSIC_2": getattr(dis, "_intrinsic_2_descs", []),
    "LOAD_COMMON_CONSTANT": [
        constant.__name__ if isinstance(constant, type) else repr(constant)
        for constant in getattr(dis, "_common_constants", [])
    ],
    "LOAD_SPECIAL": getattr(dis, "_special_method_names", []),
}
NO_BREAK = "\N{NO-BREAK SPACE}"
CHOICE_SHIFTS = {"COMPARE_OP": {(3, 11): 0, (3, 12): 4}.get(VERSION, 5)}
FIRST_PSEUDO = 256

# Since 3.12 the compiler writes one entry of the line table for all neighbours of the
# same location.
MERGES_LOCATIONS = ".merges_locations()" if VERSION >= (3, 12) else ""

# The resumption pushes None. Before 3.13 `dis` answers 0, and the compiler lets the
# stack of a generator start at depth 1 instead.
DEVIATIONS = {"RETURN_GENERATOR": 1}

# Formulas of stack effects, as Rust and as Python.
FORMULAS: dict[str, Callable[[int], int]] = {
    "|n| -n": lambda n: -n,
    "|n| n - 1": lambda n: n - 1,
    "|n| 1 - n": lambda n: 1 - n,
    "|n| -1 - n": lambda n: -1 - n,
    "|n| -2 - n": lambda n: -2 - n,
    "|n| 1 - 2 * n": lambda n: 1 - 2 * n,
    "|n| n & 1": lambda n: n & 1,
    "|n| 1 + (n & 1)": lambda n: 1 + (n & 1),
    "|n| -1 - (n & 1)": lambda n: -1 - (n & 1),
    "|n| -2 + (n & 1)": lambda n: -2 + (n & 1),
    "|n| -2 - (n & 1)": lambda n: -2 - (n & 1),
    "effect::build_slice": lambda n: {3: -2}.get(n, -1),
    "effect::format_value": lambda n: -1 if n & 4 else 0,
    "effect::make_function": lambda n: -(n & 15).bit_count(),
    "effect::unpack_ex": lambda n: (n & 255) + (n >> 8),
}
SAMPLES = range(2000)


def has_argument(number: int) -> bool:
    """Tell whether the opcode uses its argument."""
    if hasattr(opcode, "hasarg"):
        return number in opcode.hasarg
    return number >= opcode.HAVE_ARGUMENT


def argument(name: str, number: int) -> str:
    """Give the kind of the opcode's argument."""
    kinds = [
        ("Origin", number in opcode.hasjrel and name == "END_ASYNC_FOR"),
        ("Backward", number in opcode.hasjrel and "BACKWARD" in name),
        ("Forward", number in opcode.hasjrel),
        (f"Name {{ shift: {NAME_SHIFTS.get(name, 0)} }}", number in opcode.hasname),
        (choice(name), name in CHOICES),
        ("Constant", number in opcode.hasconst),
        ("LocalPair", name in LOCAL_PAIRS),
        ("Local", number in opcode.haslocal),
        ("Deref", number in opcode.hasfree),
        ("Call", name in CALLS),
        ("Number", True),
    ]
    return next(kind for kind, holds in kinds if holds)


def choice(name: str) -> str:
    """Give the kind of an argument that is one of the opcode's choices."""
    return f"Choice {{ shift: {CHOICE_SHIFTS.get(name, 0)}, names: {name} }}"


def choices(name: str) -> str:
    """Give the names of the opcode's choices."""
    names = (json.dumps(choice).replace(" ", NO_BREAK) for choice in CHOICES[name])
    lines = textwrap.fill(", ".join(names) + ",", 95, break_on_hyphens=False)
    lines = textwrap.indent(lines, " " * 4).replace(NO_BREAK, " ")
    return f"#[rustfmt::skip]\nconst {name}: &[&str] = &[\n{lines}\n];\n"


def effect(name: str, number: int) -> str:
    """Give the part of the row that states the stack effect."""
    if name in DEVIATIONS:
        return f".effect({DEVIATIONS[name]})"
    if not has_argument(number):
        return fixed(dis.stack_effect(number))
    found = [dis.stack_effect(number, sample, jump=False) for sample in SAMPLES]
    jumping = dis.stack_effect(number, 0, jump=True)
    if len(set(found)) == 1:
        differs = number in opcode.hasjrel and jumping != found[0]
        return fixed(found[0]) + (f".jump_effect({jumping})" if differs else "")
    for rust, formula in FORMULAS.items():
        if found == [formula(sample) for sample in SAMPLES]:
            return f".effect_of({rust})"
    sys.exit(f"no formula gives the stack effect of {name}: {found[:12]}")


def fixed(effect: int) -> str:
    """State an effect that does not depend on the argument; 0 goes without saying."""
    return f".effect({effect})" if effect else ""


def caches(name: str, number: int) -> int:
    """Give the number of inline cache units; the table's key is the name since 3.13."""
    entries = opcode._inline_cache_entries
    return entries[number] if isinstance(entries, list) else entries.get(name, 0)


def row(name: str, number: int) -> str:
    """Give the opcode's row, which states only what is unusual."""
    text = f'op({number}, "{name}")'
    if has_argument(number):
        text += f".argument({argument(name, number)})"
    text += effect(name, number)
    if units := caches(name, number):
        text += f".caches({units})"
    if name in RETURNS:
        text += ".returns()"
    if name in ENDS_BLOCK:
        text += ".ends_block()"
    return text


def table() -> str:
    """Give the whole file."""
    opcodes = sorted(opcode.opmap.items(), key=lambda item: item[1])
    rows = [
        row(name, number)
        for name, number in opcodes
        if number < FIRST_PSEUDO
        and name not in HIDDEN
        and not name.startswith("INSTRUMENTED_")
    ]
    body = "\n".join(f"    {text}," for text in rows)
    kinds = sorted(set(re.findall(r"\.argument\((\w+)", body)))
    used = "\n".join(choices(name) for name in CHOICES if f"names: {name} " in body)
    imports = textwrap.indent(textwrap.fill(", ".join(kinds) + ",", 95), " " * 4)
    major, minor = VERSION
    release = platform.python_version()
    return f"""\
//! The opcodes of CPython {major}.{minor}, one a row, as `opcode.rs` explains.
//!
//! Generated by `generate.py` under {release}; do not edit.

use super::opcode::ArgumentKind::{{
{imports}
}};
use super::opcode::op;
use super::{{Opcodes, effect}};

#[rustfmt::skip] // one row, one line
pub(super) static OPCODES: Opcodes = Opcodes::new(&[
{body}
]){MERGES_LOCATIONS};

{used}"""


if __name__ == "__main__":
    sys.stdout.write(table())
