//! One opcode: a row of a table states only what is unusual about it.
//!
//! ```text
//! op(171, "CALL").argument(Call).effect_of(|n| -1 - n).caches(3)
//! ```
//!
//! By default, an opcode takes no argument, does not change the stack depth, has no caches, and
//! continues with the next instruction.

use std::fmt;

/// One opcode of one version.
#[derive(Clone, Copy)]
pub struct Opcode {
    pub number: u8,
    pub name: &'static str,
    pub argument: ArgumentKind,
    /// Inline cache units (2 bytes each) after the instruction.
    pub caches: u8,
    /// Whether control never continues with the next instruction.
    pub ends_block: bool,
    /// Whether it returns from the function.
    pub returns: bool,
    effect: Effect,
    jump_effect: Option<i8>,
}

/// The meaning of an instruction's argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentKind {
    Unused,
    Number,
    /// An index into `co_consts`.
    Constant,
    /// An index into `co_names`, above `shift` bits of flags.
    Name {
        shift: u8,
    },
    /// An index into the fast locals.
    Local,
    /// Two indexes into the fast locals, four bits each.
    LocalPair,
    /// An index into the fast locals, of a cell or free variable.
    Deref,
    /// The number of arguments of the call.
    Call,
    /// One of the names that `dis` prints, above `shift` bits of flags.
    Choice {
        shift: u8,
        names: &'static [&'static str],
    },
    /// Code units (2 bytes each) forward from after the caches.
    Forward,
    /// Code units (2 bytes each) backward from after the caches.
    Backward,
    /// As `Backward`, but control never goes there: `END_ASYNC_FOR` names the `SEND` of its loop.
    Origin,
}

#[derive(Clone, Copy)]
enum Effect {
    Fixed(i8),
    Formula(fn(i64) -> i64),
}

pub(super) const fn op(number: u8, name: &'static str) -> Opcode {
    Opcode {
        number,
        name,
        argument: ArgumentKind::Unused,
        caches: 0,
        ends_block: false,
        returns: false,
        effect: Effect::Fixed(0),
        jump_effect: None,
    }
}

impl Opcode {
    pub(super) const fn argument(self, argument: ArgumentKind) -> Self {
        Self { argument, ..self }
    }

    pub(super) const fn caches(self, caches: u8) -> Self {
        Self { caches, ..self }
    }

    pub(super) const fn effect(self, effect: i8) -> Self {
        let effect = Effect::Fixed(effect);
        Self { effect, ..self }
    }

    pub(super) const fn effect_of(self, formula: fn(i64) -> i64) -> Self {
        let effect = Effect::Formula(formula);
        Self { effect, ..self }
    }

    /// Sets the effect of a taken jump, if it differs from that of one not taken.
    pub(super) const fn jump_effect(self, effect: i8) -> Self {
        let jump_effect = Some(effect);
        Self {
            jump_effect,
            ..self
        }
    }

    pub(super) const fn ends_block(self) -> Self {
        let ends_block = true;
        Self { ends_block, ..self }
    }

    pub(super) const fn returns(self) -> Self {
        let returns = true;
        Self { returns, ..self }.ends_block()
    }

    /// The change of the stack depth, for its argument and whether it jumps.
    #[must_use]
    pub fn stack_effect(&self, argument: u32, jumps: bool) -> i64 {
        match (self.jump_effect, self.effect) {
            (Some(effect), _) if jumps => effect.into(),
            (_, Effect::Fixed(effect)) => effect.into(),
            (_, Effect::Formula(formula)) => formula(argument.into()),
        }
    }

    /// Whether its argument leads control elsewhere.
    #[must_use]
    pub fn is_jump(&self) -> bool {
        self.has_label() && self.argument != ArgumentKind::Origin
    }

    /// Whether its argument is a distance, to where a label stands.
    #[must_use]
    pub fn has_label(&self) -> bool {
        matches!(
            self.argument,
            ArgumentKind::Forward | ArgumentKind::Backward | ArgumentKind::Origin
        )
    }
}

/// Opcodes are equal if their names are: tables of different versions are never mixed.
impl PartialEq for Opcode {
    fn eq(&self, other: &Self) -> bool {
        // Nearly always it is the same row of the table.
        std::ptr::eq(self, other) || (self.number, self.name) == (other.number, other.name)
    }
}

impl Eq for Opcode {}

impl fmt::Debug for Opcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
