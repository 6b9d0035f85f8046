//! The processes that the program has started, and their status.

use std::fs;

/// The status of a process, as in `proc_pid_stat(5)`.
pub(super) struct Status {
    pub(super) id: u32,
    /// The name of its executable, which the system truncates to 15 bytes.
    pub(super) name: String,
    state: char,
    pub(super) parent: u32,
    pub(super) group: i32,
}

impl Status {
    /// The status of one process, unless it is gone.
    pub(super) fn of(id: u32) -> Option<Self> {
        let text = fs::read(format!("/proc/{id}/stat")).ok()?;
        let text = String::from_utf8_lossy(&text);
        // The name is in parentheses and may contain some.
        let (name, fields) = text.split_once('(')?.1.rsplit_once(") ")?;
        let mut fields = fields.split_whitespace();
        Some(Self {
            id,
            name: name.to_owned(),
            state: fields.next()?.chars().next()?,
            parent: fields.next()?.parse().ok()?,
            group: fields.next()?.parse().ok()?,
        })
    }

    /// The status of all processes.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        ids.filter_map(Self::of)
    }

    /// Whether it has neither stopped nor ended.
    pub(super) fn runs(&self) -> bool {
        self.is_alive() && !matches!(self.state, 'T' | 't')
    }

    fn is_alive(&self) -> bool {
        !matches!(self.state, 'Z' | 'X')
    }
}

/// The children of this process that have not ended.
pub(super) fn running() -> Vec<Status> {
    let own = std::process::id();
    let mut children: Vec<_> = Status::all()
        .filter(|it| it.parent == own && it.is_alive())
        .collect();
    children.sort_by_key(|child| child.id);
    children
}
