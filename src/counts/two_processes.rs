//! Tests with two processes: one counts and records, and another one, which is no child of it, reads that by
//! numbers and the descriptor of a file.
//!
//! The first is this test binary, executed anew: it is told what to do in lines on its standard input, and
//! answers with lines of JSON.

#![expect(unsafe_code, reason = "the process that counts is a bad one")]

use std::fs::File;
use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::process::{Pid, Signal, kill_process};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::sheets::ROWS;
use super::*;

/// How the process that counts is found among the tests.
const COUNTS: &str = "counts::two_processes::counts_as_it_is_told";
/// More than fit into a sheet of counters, or of records.
const MANY: usize = 2 * ROWS + 10;

/// The process that counts.
struct Program {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Program {
    fn start() -> Self {
        Self::run(Command::new(std::env::current_exe().expect("a path")))
    }

    fn run(mut command: Command) -> Self {
        let arguments = ["--exact", COUNTS, "--ignored", "--nocapture"];
        let command = command.args(arguments).stderr(Stdio::null());
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let orders = child.stdin.take().expect("a pipe");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Self {
            child,
            orders,
            answers,
        }
    }

    fn tell<Answer: DeserializeOwned>(&mut self, order: &str) -> Answer {
        writeln!(self.orders, "{order}").expect("it listens");
        loop {
            let mut line = String::new();
            let read = self.answers.read_line(&mut line).expect("it answers");
            assert!(read > 0, "it has ended instead of: {order}");
            // The test harness says something, too.
            if let Some(answer) = line.split("answer: ").nth(1) {
                return serde_json::from_str(answer).expect("JSON");
            }
        }
    }

    fn memory(&mut self) -> Memory {
        Memory::open(self.file().into()).expect("its memory")
    }

    /// The file of its memory, which cannot be written by this descriptor.
    fn file(&mut self) -> File {
        let descriptor: i32 = self.tell("create");
        let path = format!("/proc/{}/fd/{descriptor}", self.child.id());
        File::open(path).expect("it is there")
    }

    /// How often it has the memory open.
    fn memory_files(&self) -> usize {
        let folder = std::fs::read_dir(format!("/proc/{}/fd", self.child.id()));
        let files = folder.expect("it runs").flatten();
        let files = files.filter_map(|file| std::fs::read_link(file.path()).ok());
        files
            .filter(|file| file.to_string_lossy().contains("memfd:instrsh"))
            .count()
    }
}

/// Nothing of a test outlives it.
impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(answer: impl Serialize) {
    let json = serde_json::to_string(&answer).expect("JSON");
    writeln!(stdout(), "\nanswer: {json}").expect("the other one listens");
}

fn call(ticks: u64, end: End) -> EndedCall {
    EndedCall {
        time: Some(CallTime {
            duration: ticks.cast_signed(),
            waiting: 0,
            own: ticks,
            is_outermost: true,
        }),
        resumes: 0,
        end,
    }
}

/// A patch that was called so often, each time longer; the last call fails.
fn called(times: u64) -> (Counter, Recording) {
    let counter = Counter::new().expect("memory");
    let recording = Recording::new().expect("memory");
    for number in 1..=times {
        let is_last = number == times;
        let end = if is_last { End::Raised } else { End::Returned };
        counter.hit();
        recording.timing.record(&call(number, end));
    }
    let (kind, message) = (
        Text::new("ValueError"),
        Text::new(&format!("{times} calls")),
    );
    recording.errors.record(&kind, 7, &message);
    (counter, recording)
}

/// Not a test of its own: see [`Program`].
#[test]
#[ignore = "it is the other process of other tests"]
fn counts_as_it_is_told() {
    let mut file: Option<OwnedFd> = None;
    let mut patches = Vec::new();
    let id =
        |(counter, recording): &(Counter, Recording)| Meter::new(*counter, Some(recording)).id();
    for order in stdin().lines() {
        match order.expect("a line").as_str() {
            "create" => answer(file.insert(create_memory().expect("memory")).as_raw_fd()),
            "create anyway" => answer(create_memory().expect_err("there is none").to_string()),
            "call once" => {
                patches.push(called(5));
                answer(patches.last().map(id));
            }
            "call many" => {
                let first = patches.len();
                patches.extend((0..MANY).map(|number| called(1 + number as u64 % 3)));
                answer(patches[first..].iter().map(id).collect::<Vec<_>>());
            }
            "hits" => answer(patches.iter().map(|it| it.0.hits()).collect::<Vec<_>>()),
            "reset" => {
                for (counter, recording) in &patches {
                    recording.reset();
                    counter.reset();
                }
                answer(());
            }
            "forget" => answer(patches.drain(..).count()),
            "close" => {
                // SAFETY: they are closed on purpose; whoever owns them forgets it.
                let closed = unsafe { libc::close_range(3, libc::c_uint::MAX, 0) };
                std::mem::forget(file.take());
                let others = [(); 30].map(|()| File::open("/dev/null").expect("it is there"));
                std::mem::forget(others);
                answer(closed);
            }
            "fork" => answer(fork_and_call(&patches[0])),
            other => panic!("{other}"),
        }
    }
}

/// Forks a child that makes one call after the other has seen it count, and waits.
fn fork_and_call((counter, recording): &(Counter, Recording)) -> libc::pid_t {
    // SAFETY: what the child does is safe between a fork and the end of the process.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: it ends with its parent.
        unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
        count_apart();
        recording.timing.record(&call(1_000, End::Returned));
        counter.hit();
        loop {
            // SAFETY: waits for a signal, none of which is caught.
            unsafe { libc::pause() };
        }
    }
    child
}

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
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -f 100; exec \"$@\"", "sh"]);
    limited.arg(std::env::current_exe().expect("a path"));
    let mut program = Program::run(limited);
    let error: String = program.tell("create anyway");
    assert!(error.contains("File too large"), "{error}");
    let _: Vec<MeterId> = program.tell("call many");
    let hits: Vec<u64> = program.tell("hits");
    assert_eq!(
        hits.iter().sum::<u64>(),
        (0..MANY as u64).map(|it| 1 + it % 3).sum::<u64>()
    );
}

#[test]
fn files_that_are_no_such_memory_are_refused() {
    let file = tempfile::tempfile().expect("a file");
    file.set_len(memory::LENGTH).expect("it is sparse");
    assert!(Memory::open(file.into()).is_err());
    let mut program = Program::start();
    let own = program.file();
    let mut beginning = [0; 8];
    own.read_exact_at(&mut beginning, 0).expect("a head");
    assert!(Memory::open(own.into()).is_ok());
    // It begins with a head, but what is mapped of it could vanish.
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let other: File = memfd_create("other", flags).expect("memory").into();
    other.set_len(memory::LENGTH).expect("it is sparse");
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
