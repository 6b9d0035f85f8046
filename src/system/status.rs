//! The processes that the program has started, and their status.

use std::fs;

/// The status of a process, as in `proc_pid_stat(5)`.
pub struct Status {
    pub id: u32,
    /// The name of its executable, which the system truncates to 15 bytes.
    pub name: String,
    state: char,
    pub parent: u32,
    pub group: i32,
}

impl Status {
    /// The status of one process, unless it is gone.
    #[must_use]
    pub fn of(id: u32) -> Option<Self> {
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
    pub fn all() -> impl Iterator<Item = Self> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        ids.filter_map(Self::of)
    }

    /// Whether it has neither stopped nor ended.
    #[must_use]
    pub fn runs(&self) -> bool {
        self.is_alive() && !matches!(self.state, 'T' | 't')
    }

    fn is_alive(&self) -> bool {
        !matches!(self.state, 'Z' | 'X')
    }
}

/// The children of a process that have not ended.
#[must_use]
pub fn children_of(process: u32) -> Vec<Status> {
    let is_child = |it: &Status| it.parent == process && it.is_alive();
    let mut children: Vec<_> = Status::all().filter(is_child).collect();
    children.sort_by_key(|child| child.id);
    children
}
