//! For tests: another process that counts and records. It is this test binary, executed anew: it is told what
//! to do in lines on its standard input, and answers with lines of JSON.

#![expect(unsafe_code, reason = "the process that counts is a bad one")]

use std::fs::File;
use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::sheets::ROWS;
use super::*;

/// How the process that counts is found among the tests.
const COUNTS: &str = "counts::testing::counts_as_it_is_told";
/// More than fit into a sheet of counters, or of records.
pub(super) const MANY: usize = 2 * ROWS + 10;

/// The process that counts.
pub(super) struct Program {
    pub(super) child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Program {
    pub(super) fn start() -> Self {
        Self::run(Command::new(std::env::current_exe().expect("a path")))
    }

    pub(super) fn run(mut command: Command) -> Self {
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

    pub(super) fn tell<Answer: DeserializeOwned>(&mut self, order: &str) -> Answer {
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

    pub(super) fn memory(&mut self) -> Memory {
        Memory::open(self.file().into()).expect("its memory")
    }

    /// The file of its memory, which cannot be written by this descriptor.
    pub(super) fn file(&mut self) -> File {
        let descriptor: i32 = self.tell("create");
        let path = format!("/proc/{}/fd/{descriptor}", self.child.id());
        File::open(path).expect("it is there")
    }

    /// How often it has the memory open.
    pub(super) fn memory_files(&self) -> usize {
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
            "hit as many as there is memory for" => {
                let mut ids = Vec::new();
                let error = loop {
                    match Counter::new() {
                        Ok(counter) => {
                            counter.hit();
                            ids.push(Meter::new(counter, None).id());
                        }
                        Err(error) => break error,
                    }
                };
                answer((ids, error.to_string()));
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

/// With a limit of the size of files, in units of bytes that depend on the shell.
pub(super) fn limited(limit: &str) -> Program {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -f {limit}; exec \"$@\""), "sh"]);
    command.arg(std::env::current_exe().expect("a path"));
    Program::run(command)
}
