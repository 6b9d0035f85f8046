//! The process of a shell and its program, as reported by Linux.

use std::fs;
use std::path::PathBuf;

/// Pages of memory have this size on every machine that the benchmarks run on.
const PAGE: f64 = 4096.0;

/// A process that contains a shell and its program.
pub(crate) struct Process(PathBuf);

impl Process {
    /// The process of the shell that was started last: the child of its supervisor.
    pub(crate) fn of_shell() -> Self {
        let supervisor = newest_child("self");
        Self(folder(&newest_child(&supervisor)))
    }

    /// The memory that it uses now.
    pub(crate) fn resident_bytes(&self) -> f64 {
        let text = fs::read_to_string(self.0.join("statm")).expect("the process lives");
        let pages: f64 = field(&text, 1);
        pages * PAGE
    }

    /// The processor time of the shell's threads so far, in milliseconds.
    pub(crate) fn processor_time(&self) -> f64 {
        let threads = fs::read_dir(self.0.join("task")).expect("the process lives");
        let threads = threads.map(|thread| thread.expect("an entry").path());
        let nanoseconds = threads.map(|thread| {
            let read = |name| fs::read_to_string(thread.join(name)).unwrap_or_default();
            if read("comm").starts_with("instrsh-") {
                field(&read("schedstat"), 0)
            } else {
                0.0
            }
        });
        nanoseconds.sum::<f64>() / 1e6
    }
}

/// The child, of any of its threads, that was started last.
fn newest_child(process: &str) -> String {
    let threads = fs::read_dir(folder(process).join("task")).expect("the process lives");
    let children = threads.flat_map(|thread| {
        let thread = thread.expect("an entry").path();
        let children = fs::read_to_string(thread.join("children")).unwrap_or_default();
        let children = children.split_whitespace().map(str::to_owned);
        children.collect::<Vec<_>>()
    });
    let newest = children.max_by_key(|child| child.parse::<u32>().unwrap_or_default());
    newest.unwrap_or_else(|| panic!("process {process} has a child"))
}

fn folder(process: &str) -> PathBuf {
    PathBuf::from("/proc").join(process)
}

fn field(text: &str, number: usize) -> f64 {
    let field = text.split_whitespace().nth(number);
    field.and_then(|field| field.parse().ok()).unwrap_or(0.0)
}
