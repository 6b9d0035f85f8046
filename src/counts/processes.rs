//! The processes that count hits: the program and its forked children.
//!
//! A forked child takes a column of the counters for its lifetime, and registers in a shared table.
//! It never waits: if no column is free, it counts in a shared one, as part of the program. So do
//! processes that are forked without Python's knowledge. A process that calls `exec` is no longer
//! one of them.

#![expect(unsafe_code, reason = "what a forked child does first")]

use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

use super::memory::Memory;
use super::own_memory::{known_memory, own_memory};
use super::process_table::{FIRST_USED, Table};
use super::sheets::{count_in, lose_column};

/// The id of the process that this one counts as: its own, or an ancestor's.
static COUNTS_AS: AtomicU32 = AtomicU32::new(0);

/// The number of columns where there is no memory.
static WITHOUT_CHILDREN: AtomicU32 = AtomicU32::new(FIRST_USED);

/// A running process with its own column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Its process id.
    pub id: u32,
    /// The process id of its parent; none for the program itself.
    pub parent: Option<u32>,
    pub(super) column: usize,
}

/// The processes at one moment.
#[derive(Debug, Serialize, Deserialize)]
pub struct Processes {
    /// The running ones: the program first, then its children by process id.
    pub living: Vec<Process>,
    /// The number of children that have ended.
    pub ended: u64,
}

impl Processes {
    /// The current processes, as seen by the program.
    #[must_use]
    pub fn now() -> Self {
        own_memory().map_or_else(
            || Self {
                living: vec![Process::program(std::process::id())],
                ended: 0,
            },
            Memory::processes,
        )
    }
}

impl Process {
    /// The program itself.
    pub(super) fn program(id: u32) -> Self {
        Self {
            id,
            parent: None,
            column: 0,
        }
    }
}

/// Makes a freshly forked child count in its own column. Takes no lock that another process could
/// hold, and cannot fail: if no column is free, it counts in the shared one.
pub fn count_apart() {
    let Some(memory) = known_memory() else {
        return;
    };
    let own = std::process::id();
    let parent = COUNTS_AS.load(Ordering::Relaxed);
    // This may be the second call.
    if parent == own {
        return;
    }
    lose_column();
    let table = &memory.head().processes;
    let sheets = u32::try_from(memory.known().count()).unwrap_or(0);
    let Some((column, had_owner)) = table.take_column(sheets) else {
        return;
    };
    count_in(column, had_owner, memory);
    COUNTS_AS.store(own, Ordering::Relaxed);
    table.enter(column, own, parent);
}

/// The number of columns ever used; children have none if there is no memory.
pub(super) fn columns() -> &'static AtomicU32 {
    own_memory().map_or(&WITHOUT_CHILDREN, |memory| {
        memory.head().processes.columns()
    })
}

/// Whether a forked child may ever have counted.
pub(super) fn had_children() -> bool {
    columns().load(Ordering::Acquire) > FIRST_USED
}

/// Begins to count in this process, which is the program.
pub(super) fn begin_counting(table: &Table) {
    let own = std::process::id();
    COUNTS_AS.store(own, Ordering::Relaxed);
    // SAFETY: the function may run in a child that was just forked: it stores one number. If the
    // system has no memory for it, children that Python does not know count inexactly.
    unsafe { libc::pthread_atfork(None, None, Some(lose_column)) };
    table.begin(own);
}

#[cfg(test)]
mod tests {
    use super::super::sheets::COLUMNS;
    use super::super::{CallTime, Counter, End, EndedCall, Times, Timing};
    use super::*;

    /// Children that live one after the other: more than there are columns.
    const CHILDREN: u64 = COLUMNS as u64 + 100;

    /// Forks a child that has its own column, runs `what` and exits.
    fn fork(what: impl FnOnce()) -> libc::pid_t {
        fork_unnoticed(|| {
            count_apart();
            what();
        })
    }

    fn fork_unnoticed(what: impl FnOnce()) -> libc::pid_t {
        // SAFETY: what the children here do is safe between a fork and the end of the process.
        let child = unsafe { libc::fork() };
        assert!(child >= 0, "{}", std::io::Error::last_os_error());
        if child == 0 {
            // SAFETY: a test that fails takes its children with it.
            unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
            what();
            // SAFETY: ends the process.
            unsafe { libc::_exit(0) };
        }
        child
    }

    fn count(counter: Counter, hits: u64) {
        (0..hits).for_each(|_| counter.hit());
    }

    fn wait_to_be_killed() {
        loop {
            // SAFETY: waits for a signal, none of which is caught.
            unsafe { libc::pause() };
        }
    }

    fn kill(child: libc::pid_t) {
        // SAFETY: a child of this process that was not waited for yet.
        unsafe { libc::kill(child, libc::SIGKILL) };
        await_end(child);
    }

    fn await_end(child: libc::pid_t) {
        // SAFETY: the status is not asked for.
        let ended = unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) };
        assert_eq!(ended, child);
    }

    fn await_hits(counter: Counter, hits: u64) {
        while counter.hits() < hits {
            std::thread::yield_now();
        }
    }

    /// One test, since all children share the columns.
    #[test]
    fn children_count_apart_and_nothing_is_lost() {
        memory_of_times_is_used_again();
        let counter = Counter::new().expect("memory");
        let hits = one_after_the_other(counter);
        more_at_once_than_columns(counter, hits);
        a_reset_in_each_column(counter);
        one_that_knows_less();
        one_that_nobody_has_told_of();
    }

    /// As long as there are no children.
    fn memory_of_times_is_used_again() {
        let call = EndedCall {
            time: Some(CallTime {
                duration: 100,
                waiting: 0,
                own: 100,
                is_outermost: true,
            }),
            resumes: 0,
            end: End::Returned,
        };
        let first = Timing::new().expect("memory");
        first.record(&call);
        first.reset();
        let former = first.id().place;
        drop(first);
        let mut others: Vec<Timing> = Vec::new();
        while others.last().is_none_or(|it| it.id().place != former) {
            assert!(others.len() < 1_000, "its memory is not used again");
            others.push(Timing::new().expect("memory"));
        }
        let again = others.last().expect("the last one");
        assert_eq!(again.times(), Times::default());
        again.record(&call);
        let times = again.times();
        assert_eq!((times.sum, times.histogram.total()), (100, 1));
    }

    /// Returns the hits of children.
    fn one_after_the_other(counter: Counter) -> u64 {
        counter.hit();
        for number in 0..CHILDREN {
            await_end(fork(|| count(counter, number % 7)));
        }
        let hits = (0..CHILDREN).map(|number| number % 7).sum::<u64>();
        let processes = Processes::now();
        assert_eq!((processes.living.len(), processes.ended), (1, CHILDREN));
        assert_eq!(counter.hits_by(&processes), (vec![1], hits));
        assert_eq!(counter.hits(), 1 + hits);
        assert_eq!(
            columns().load(Ordering::Acquire),
            3,
            "all children had the same"
        );
        hits
    }

    fn more_at_once_than_columns(counter: Counter, former: u64) {
        let child = || {
            count(counter, 10);
            wait_to_be_killed();
        };
        let children: Vec<_> = (0..COLUMNS + 5).map(|_| fork(child)).collect();
        // Seven of them have no column and count as the program.
        let (program, hits) = (1 + 70, 10 * (COLUMNS as u64 - 2));
        await_hits(counter, former + program + hits);
        let (living, ended) = counter.hits_by(&Processes::now());
        assert_eq!(living[0], program);
        assert_eq!(living[1..], [10; COLUMNS - 2]);
        assert_eq!(ended, former);
        children.into_iter().for_each(kill);
        let processes = Processes::now();
        let ended = former + hits;
        assert_eq!(counter.hits_by(&processes), (vec![program], ended));
        assert_eq!(processes.ended, CHILDREN + COLUMNS as u64 - 2);
    }

    /// With a running child, in a column that others had before.
    fn a_reset_in_each_column(counter: Counter) {
        let done = Counter::new().expect("memory");
        let go_on = Counter::new().expect("memory");
        let child = fork(|| {
            count(counter, 10);
            done.hit();
            await_hits(go_on, 1);
            count(counter, 3);
            wait_to_be_killed();
        });
        await_hits(done, 1);
        assert_eq!(counter.hits_by(&Processes::now()).0[1..], [10]);
        let hits = counter.hits();
        assert_eq!(counter.reset(), hits);
        let (living, ended) = counter.hits_by(&Processes::now());
        assert_eq!((living, ended), (vec![0, 0], 0));
        go_on.hit();
        await_hits(counter, 3);
        assert_eq!(counter.hits_by(&Processes::now()), (vec![0, 3], 0));
        kill(child);
        assert_eq!(counter.hits_by(&Processes::now()), (vec![0], 3));
    }

    fn one_that_knows_less() {
        let first = Counter::new().expect("memory");
        let parent = fork(|| {
            await_hits(first, 1);
            fork(|| {
                count(first, 2);
                wait_to_be_killed();
            });
            wait_to_be_killed();
        });
        let sheets_known = || known_memory().expect("memory").known().count();
        let known = sheets_known();
        let mut newest = first;
        while sheets_known() == known {
            newest = Counter::new().expect("memory");
        }
        // Has a column that is free again when the child forks a child.
        await_end(fork(|| count(newest, 3)));
        first.hit();
        await_hits(first, 3);
        let processes = Processes::now();
        let of_first = first.hits_by(&processes);
        let of_first = processes.living.iter().zip(of_first.0);
        let child_of = |id: u32| of_first.clone().find(|(it, _)| it.parent == Some(id));
        let (child, hits) = child_of(std::process::id()).expect("a child");
        assert_eq!((child.id, hits), (parent.cast_unsigned(), 0));
        let (grandchild, hits) = child_of(child.id).expect("a grandchild");
        assert_eq!(hits, 2);
        assert_eq!(newest.hits_by(&processes), (vec![0, 0, 0], 3));
        let grandchild = grandchild.id.cast_signed();
        // SAFETY: it waits for this.
        unsafe { libc::kill(grandchild, libc::SIGKILL) };
        kill(parent);
    }

    /// Both count at the same time.
    fn one_that_nobody_has_told_of() {
        let counter = Counter::new().expect("memory");
        let hits = 1_000_000;
        let child = fork_unnoticed(|| count(counter, hits));
        count(counter, hits);
        await_end(child);
        let (living, ended) = counter.hits_by(&Processes::now());
        assert_eq!((living[0], ended), (2 * hits, 0));
    }
}
