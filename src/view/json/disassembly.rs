//! The keys of `dis`.

use super::shape::{Shape, flag, objects, or_null, text, texts, whole};
use crate::protocol::{Disassembly, Instruction, Listing, ProtectedRange};
use crate::view::DisassemblyReport;

pub(super) static DISASSEMBLIES: Shape<DisassemblyReport> = Shape {
    keys: &[objects(
        "callables",
        "one for each callable",
        &DISASSEMBLY,
        |it| DISASSEMBLY.list(&it.disassemblies),
    )],
};

static DISASSEMBLY: Shape<Disassembly> = Shape {
    keys: &[
        text("path", "symbol path", |it| it.path.as_str().into()),
        text("kind", "`function`, `method`, ...", |it| {
            it.kind.to_string().into()
        }),
        text("filename", "its source file", |it| {
            it.filename.as_str().into()
        }),
        texts("notes", "remarks on how the name was resolved", |it| {
            it.notes.as_slice().into()
        }),
        objects(
            "codes",
            "its code; if it is patched, the original and the patched code",
            &CODE,
            |it| CODE.list(&it.listings),
        ),
    ],
};

static CODE: Shape<Listing> = Shape {
    keys: &[
        flag("is_patched", "whether it is the patched code", |it| {
            it.is_patched.into()
        }),
        objects("instructions", "in order", &INSTRUCTION, |it| {
            INSTRUCTION.list(&it.instructions)
        }),
        objects("exceptions", "the exception table", &EXCEPTION, |it| {
            EXCEPTION.list(&it.exceptions)
        }),
    ],
};

static INSTRUCTION: Shape<Instruction> = Shape {
    keys: &[
        whole("offset", "in bytes", |it| it.offset.into()),
        text("opcode", "its name", |it| it.opcode.as_ref().into()),
        or_null(whole("argument", "the whole argument", |it| {
            it.argument.into()
        })),
        or_null(text("meaning", "the meaning of the argument", |it| {
            Some(it.meaning.as_str())
                .filter(|meaning| !meaning.is_empty())
                .into()
        })),
        or_null(whole("jumps_to", "an offset", |it| it.jumps_to.into())),
        flag(
            "is_jump_target",
            "whether a jump or an exception handler leads here",
            |it| it.is_jump_target.into(),
        ),
        flag("is_injected", "whether the patch added it", |it| {
            it.is_injected.into()
        }),
        or_null(whole(
            "line",
            "of the source, if a new line starts here",
            |it| it.source.as_ref().map(|(line, _)| *line).into(),
        )),
        or_null(text("source", "the text of that line", |it| {
            it.source.as_ref().map(|(_, text)| text.trim_end()).into()
        })),
    ],
};

static EXCEPTION: Shape<ProtectedRange> = Shape {
    keys: &[
        whole("start", "offset of the first byte covered", |it| {
            it.start.into()
        }),
        whole("end", "offset after the last byte covered", |it| {
            it.end.into()
        }),
        whole("handler", "offset of the handler", |it| it.handler.into()),
        whole("depth", "values that stay on the stack", |it| {
            it.depth.into()
        }),
        flag(
            "lasti",
            "whether the offset that raised is pushed, too",
            |it| it.lasti.into(),
        ),
    ],
};
