//! Tests with two processes: one counts and records, and another one, which is no child of it, reads that by
//! numbers and the descriptor of a file.

use std::fs::File;
use std::os::unix::fs::FileExt;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::process::{Pid, Signal, kill_process};

use super::sheets::ROWS;
use super::testing::{MANY, Program, limited};
use super::*;

/// The hits, the calls, the shortest and the longest, those in the histogram, and the exceptions.
type Read = (u64, u64, Option<u64>, Option<u64>, u64, Vec<ErrorSite>);

fn read(memory: &Memory, id: MeterId) -> Read {
    let meter = memory.meter(id).expect("it is there");
    let times = meter.timing().expect("it was called").times();
    (
        meter.hits(),
        times.calls,
        times.shortest,
        times.longest,
        times.histogram.total(),
        meter.errors(),
    )
}

fn expected(times: u64) -> Read {
    let site = ErrorSite {
        kind: "ValueError".to_owned(),
        line: 7,
        errors: 1,
        message: format!("{times} calls"),
    };
    (times, times, Some(1), Some(times), times, vec![site])
}

fn check_many(memory: &Memory, ids: &[MeterId]) {
    assert_eq!(ids.len(), MANY);
    for (number, id) in ids.iter().enumerate() {
        let times = 1 + number as u64 % 3;
        let found = read(memory, *id);
        // Not all exceptions have room in their table.
        assert_eq!(found.0..=found.4, times..=times, "{number}");
        let mut expected = expected(times);
        if found.5.is_empty() {
            expected.5.clear();
        }
        assert_eq!(found, expected, "{number}");
    }
}

#[test]
fn another_process_reads_what_was_counted_also_when_there_is_more_memory_and_when_the_first_is_killed()
 {
    let mut program = Program::start();
    let memory = program.memory();
    let first: MeterId = program.tell("call once");
    assert_eq!(read(&memory, first), expected(5));
    let many: Vec<MeterId> = program.tell("call many");
    check_many(&memory, &many);
    program.child.kill().expect("it runs");
    program.child.wait().expect("it is killed");
    assert_eq!(read(&memory, first), expected(5));
    check_many(&memory, &many);
}

#[test]
fn a_program_that_closes_all_descriptors_goes_on_counting() {
    let mut program = Program::start();
    let memory = program.memory();
    let first: MeterId = program.tell("call once");
    assert_eq!(program.memory_files(), 1);
    assert_eq!(program.tell::<i32>("close"), 0);
    assert_eq!(program.memory_files(), 0);
    let many: Vec<MeterId> = program.tell("call many");
    check_many(&memory, &many);
    assert_eq!(read(&memory, first), expected(5));
    let hits: Vec<u64> = program.tell("hits");
    let read: Vec<u64> = [first]
        .iter()
        .chain(&many)
        .map(|id| memory.meter(*id).expect("it is there").hits())
        .collect();
    assert_eq!(hits, read);
    assert_eq!(program.memory_files(), 0);
}

#[test]
fn another_process_sees_resets_and_what_forked_children_count() {
    let mut program = Program::start();
    let memory = program.memory();
    let id: MeterId = program.tell("call once");
    let () = program.tell("reset");
    let meter = memory.meter(id).expect("it is there");
    assert_eq!((meter.hits(), meter.hits_ever()), (0, 5));
    assert_eq!(meter.timing().map(|it| it.times()), Some(Times::default()));
    assert_eq!(meter.errors(), []);
    let child: i32 = program.tell("fork");
    while meter.hits() == 0 {
        std::thread::yield_now();
    }
    let processes = memory.processes();
    let found: Vec<_> = processes
        .living
        .iter()
        .map(|it| (it.id, it.parent))
        .collect();
    let own = program.child.id();
    assert_eq!(found, [(own, None), (child.cast_unsigned(), Some(own))]);
    assert_eq!(meter.hits_by(&processes), (vec![0, 1], 0));
    let times = meter.timing().expect("it was called");
    let (living, _) = times.times_by(&processes);
    assert_eq!((living[0].calls, living[1].sum), (0, 1_000));
    assert_eq!(times.times().histogram.total(), 1);
    kill_process(Pid::from_raw(child).expect("an id"), Signal::KILL).expect("it runs");
    while memory.processes().living.len() > 1 {
        std::thread::yield_now();
    }
    assert_eq!(memory.processes().ended, 1);
    assert_eq!(meter.hits_by(&memory.processes()), (vec![0], 1));
}

#[test]
fn another_process_does_not_take_a_recording_for_the_one_that_had_its_place() {
    let mut program = Program::start();
    let memory = program.memory();
    let former: MeterId = program.tell("call once");
    assert!(
        memory
            .meter(former)
            .expect("it is there")
            .timing()
            .is_some()
    );
    assert_eq!(program.tell::<usize>("forget"), 1);
    let meter = memory.meter(former).expect("it is there");
    assert!(meter.timing().is_none() && meter.errors().is_empty());
    let id: MeterId = program.tell("call once");
    assert!(meter.timing().is_none() && meter.errors().is_empty());
    let place = |id: MeterId| id.recording.map(|recording| recording.place);
    assert_eq!(place(id), place(former));
    assert_eq!(read(&memory, id), expected(5));
}

#[test]
fn without_such_files_counts_are_only_for_the_process_itself() {
    let mut program = limited("100");
    let error: String = program.tell("create anyway");
    assert!(error.contains("File too large"), "{error}");
    let _: Vec<MeterId> = program.tell("call many");
    let hits: Vec<u64> = program.tell("hits");
    let expected = (0..MANY as u64).map(|it| 1 + it % 3).sum::<u64>();
    assert_eq!(hits.iter().sum::<u64>(), expected);
}

#[test]
fn a_file_of_limited_size_is_filled_and_then_there_is_no_more_memory() {
    let mut program = limited("200000");
    let memory = program.memory();
    let (ids, error): (Vec<MeterId>, String) = program.tell("hit as many as there is memory for");
    assert!(error.contains("File too large"), "{error}");
    assert!(ids.len() > 6 * ROWS && ids.len().is_multiple_of(ROWS));
    let hits = |id: &MeterId| memory.meter(*id).expect("it is there").hits();
    assert!(ids.iter().all(|id| hits(id) == 1));
}

#[test]
fn files_that_are_no_such_memory_are_refused() {
    let file = tempfile::tempfile().expect("a file");
    file.set_len(1 << 30).expect("it is sparse");
    assert!(Memory::open(file.into()).is_err());
    let mut program = Program::start();
    let own = program.file();
    let mut beginning = [0; 8];
    own.read_exact_at(&mut beginning, 0).expect("a head");
    assert!(Memory::open(own.into()).is_ok());
    // It begins with a head, but what is mapped of it could vanish.
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let other: File = memfd_create("other", flags).expect("memory").into();
    other.set_len(1 << 30).expect("it is sparse");
    other.write_all_at(&beginning, 0).expect("memory");
    let open = |file: &File| Memory::open(file.try_clone().expect("a descriptor").into());
    assert!(open(&other).is_err());
    fcntl_add_seals(&other, SealFlags::SHRINK).expect("it is sealed");
    assert!(open(&other).is_ok());
    other.write_all_at(b"something", 0).expect("memory");
    assert!(open(&other).is_err());
}

#[test]
fn ids_of_nothing_are_refused() {
    let mut program = Program::start();
    let memory = program.memory();
    let id: MeterId = program.tell("call once");
    for wrong in ["4294967295", "2000000", "70000"] {
        let text = serde_json::to_string(&id).expect("JSON");
        let other = text.replacen("\"counter\":0", &format!("\"counter\":{wrong}"), 1);
        assert_ne!(text, other);
        let other: MeterId = serde_json::from_str(&other).expect("an id");
        assert!(memory.meter(other).is_err(), "{wrong}");
    }
    let of_counters = id.recording.map(|recording| RecordingId {
        place: 0,
        ..recording
    });
    let other = MeterId {
        recording: of_counters,
        ..id
    };
    assert!(memory.meter(other).is_err(), "those are counters");
}
