//! Stack effects that are more than a line: how many values an instruction leaves
//! on the stack less those it takes, for its argument.
//!
//! They have not changed from 3.11 to 3.13; `generate.py` finds which opcode has
//! which by asking `dis.stack_effect`.

/// `UNPACK_EX`: takes the iterable, leaves the values before the star (low byte),
/// the list, and the values behind it.
pub(super) fn unpack_ex(argument: i64) -> i64 {
    (argument & 0xff) + (argument >> 8)
}

/// `MAKE_FUNCTION`: takes a value for each of its four flags.
pub(super) fn make_function(argument: i64) -> i64 {
    -i64::from((argument & 0xf).count_ones())
}

/// `BUILD_SLICE`: takes the step only if there is one.
pub(super) fn build_slice(argument: i64) -> i64 {
    if argument == 3 { -2 } else { -1 }
}

/// `FORMAT_VALUE`: takes the format only if there is one.
pub(super) fn format_value(argument: i64) -> i64 {
    if argument & 4 == 4 { -1 } else { 0 }
}
