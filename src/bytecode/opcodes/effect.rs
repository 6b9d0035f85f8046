//! Stack effects that need more than a line: the number of values that an instruction pushes, minus
//! those it pops, for its argument.
//!
//! No version has changed one; `generate.py` finds out which opcode has which by
//! asking `dis.stack_effect`.

/// `UNPACK_EX`: pops the iterable, pushes the values before the star (low byte), the list, and the
/// values after it.
pub(super) fn unpack_ex(argument: i64) -> i64 {
    (argument & 0xff) + (argument >> 8)
}

/// `MAKE_FUNCTION`: pops a value for each of its four flags.
pub(super) fn make_function(argument: i64) -> i64 {
    -i64::from((argument & 0xf).count_ones())
}

/// `BUILD_SLICE`: pops the step only if there is one.
pub(super) fn build_slice(argument: i64) -> i64 {
    if argument == 3 { -2 } else { -1 }
}

/// `FORMAT_VALUE`: pops the format only if there is one.
pub(super) fn format_value(argument: i64) -> i64 {
    if argument & 4 == 4 { -1 } else { 0 }
}
