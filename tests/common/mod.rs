//! Shared by all tests: the real binary, and a conversation with it.

#![allow(dead_code, reason = "each test file uses a part of this")]

pub(crate) mod answers;
pub(crate) mod case;
pub(crate) mod documents;
pub(crate) mod http;
pub(crate) mod packages;
pub(crate) mod schema;

use std::io::{BufRead, BufReader, Write, stderr};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Once};
use std::thread::{self, ScopedJoinHandle};

use crossbeam_channel::{Receiver, unbounded};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT};
use signal_hook::flag::register_conditional_shutdown;

/// Long enough for any answer on a busy machine; only a hang takes longer.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_mins(1);

/// The folder of the project.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The options of a test binary without the standard harness. If there is no `--test-threads`, as many
/// tests run at a time as under that harness, see `.cargo/config.toml`.
pub(crate) fn arguments() -> libtest_mimic::Arguments {
    let mut arguments = libtest_mimic::Arguments::from_args();
    let threads = std::env::var("RUST_TEST_THREADS").ok();
    let threads = threads.map(|it| it.parse().expect("RUST_TEST_THREADS is a number"));
    arguments.test_threads = arguments.test_threads.or(threads);
    arguments
}

/// Gives processes that the tests start the signals of a terminal, even if they are ignored, as by
/// `nohup cargo test &`: a signal with a handler here has its default action in a new program.
fn accept_signals() {
    static ACCEPTED: Once = Once::new();
    ACCEPTED.call_once(|| {
        for signal in [SIGHUP, SIGINT, SIGQUIT] {
            let ends = Arc::new(AtomicBool::new(true));
            register_conditional_shutdown(signal, 128 + signal, ends).expect("a handler");
        }
    });
}

/// The real binary, run in the project's folder, away from the user's own files.
pub(crate) fn instrsh() -> Command {
    accept_signals();
    let mut command = Command::new(env!("CARGO_BIN_EXE_instrsh"));
    command
        .current_dir(project())
        .env("XDG_STATE_HOME", "/nonexistent")
        .env("XDG_CONFIG_HOME", "/nonexistent")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("VIRTUAL_ENV")
        .stdin(Stdio::null());
    command
}

/// `3.11`
pub(crate) fn python_minor_version() -> String {
    let version = instrsh::BUILT_FOR.version;
    version.split('.').take(2).collect::<Vec<_>>().join(".")
}

/// Whether this is Python 3.`minor` or a later one.
pub(crate) fn is_python_since(minor: u8) -> bool {
    let version = python_minor_version();
    let running = version.trim_start_matches("3.").parse::<u8>();
    running.expect("the number of a version") >= minor
}

/// Tells that a test, or a part of it, is not run.
pub(crate) fn tell_skipped(why: &str) {
    // Not by a macro, whose output a test that passes does not show.
    let told = writeln!(stderr(), "skipped: {why}");
    told.expect("stderr is open");
}

/// Replaces in a text what differs from run to run: times, rates of time, and the project's folder.
pub(crate) struct Normaliser(Vec<(regex::Regex, &'static str)>);

impl Default for Normaliser {
    fn default() -> Self {
        let rules = [
            (r" *\b\d+(\.\d+)? (ns|µs|ms|s)\b", " <time>"),
            (r"CPython \d+\.\d+\.\d+", "CPython <version>"),
            (r"<?[0-9.]+ % of a core", "<share> of a core"),
            (r" +(Mean|p50|p90|p99|Min|Max|Total|Self)\b", " $1"),
            (r"[·▁▂▃▄▅▆▇█]{12}", "<distribution>"),
            (r"/[^ ]*/lib/python3\.\d+/", "<stdlib>/"),
        ];
        let compile = |(rule, name)| (regex::Regex::new(rule).expect("a rule"), name);
        Self(rules.map(compile).into())
    }
}

impl Normaliser {
    /// The text without what differs.
    pub(crate) fn apply(&self, text: &str) -> String {
        let text = text.replace(&*project().to_string_lossy(), "<project>");
        self.0.iter().fold(text, |text, (rule, name)| {
            rule.replace_all(&text, *name).into_owned()
        })
    }
}

/// A running shell that receives commands line by line.
pub(crate) struct Conversation {
    child: Child,
    commands: Option<ChildStdin>,
    /// Lines of stdout and stderr as they come, without their ends.
    pub(crate) answers: Receiver<String>,
    pub(crate) errors: Receiver<String>,
}

impl Conversation {
    /// Starts the shell with commands from a pipe.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::with(instrsh().args(arguments))
    }

    /// Starts a command that is prepared already.
    pub(crate) fn with(command: &mut Command) -> Self {
        accept_signals();
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let answers = lines(child.stdout.take().expect("stdout"));
        let errors = lines(child.stderr.take().expect("stderr"));
        Self {
            commands: child.stdin.take(),
            child,
            answers,
            errors,
        }
    }

    /// The process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends the signal of Ctrl-C.
    pub(crate) fn interrupt(&self) {
        let sent = Command::new("kill")
            .arg("-INT")
            .arg(self.id().to_string())
            .status();
        assert!(sent.expect("kill runs").success());
    }

    /// Sends one line.
    pub(crate) fn send(&mut self, line: &str) {
        let commands = self.commands.as_mut().expect("commands are open");
        writeln!(commands, "{line}").expect("the shell reads");
    }

    /// The next line of an answer.
    pub(crate) fn answer(&self) -> String {
        self.answers.recv_timeout(PATIENCE).unwrap_or_else(|error| {
            panic!(
                "no answer ({error}); errors: {:?}",
                self.errors.try_iter().collect::<Vec<_>>()
            )
        })
    }

    /// Sends one line; returns the lines of its answers, none of which may be an error.
    pub(crate) fn ask(&mut self, line: &str) -> Vec<String> {
        // The output of `help exit`, from its first line to its last, marks the end of the answers.
        self.send(&format!("{line}; help exit"));
        let answers = std::iter::repeat_with(|| self.answer())
            .take_while(|answer| answer != "exit [N]")
            .collect();
        while !self.answer().contains("with status 3") {}
        answers
    }

    /// The next line of stderr that holds `text`.
    pub(crate) fn error_with(&self, text: &str) -> String {
        let mut others = Vec::new();
        loop {
            match self.errors.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(text) => return line,
                Ok(line) => others.push(line),
                Err(error) => panic!("no `{text}` on stderr ({error}), but {others:?}"),
            }
        }
    }

    /// Waits for the end of a shell that ends although more commands could come.
    pub(crate) fn finish_without_end_of_commands(
        mut self,
    ) -> (ExitStatus, Vec<String>, Vec<String>) {
        let commands = self.commands.take();
        let end = self.finish();
        drop(commands);
        end
    }

    /// Waits for the end of the shell's process, even if a child of its program holds its streams.
    pub(crate) fn leave(&mut self) -> ExitStatus {
        drop(self.commands.take());
        self.child.wait().expect("the shell ends")
    }

    /// Ends the commands; returns the exit status and everything that was not read yet.
    pub(crate) fn finish(mut self) -> (ExitStatus, Vec<String>, Vec<String>) {
        drop(self.commands.take());
        let answers = self.answers.iter().collect();
        let errors = self.errors.iter().collect();
        (self.child.wait().expect("the shell ends"), answers, errors)
    }
}

fn lines(pipe: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = unbounded();
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// Does the same for each item, several at a time, since it mostly waits; returns the results in order.
pub(crate) fn at_once<I: Sync, R: Send>(items: &[I], work: impl Fn(&I) -> R + Sync) -> Vec<R> {
    const AT_ONCE: usize = 6;
    let work = &work;
    let results = items.chunks(AT_ONCE).flat_map(|chunk| {
        thread::scope(|scope| {
            let start = |item| scope.spawn(move || work(item));
            let threads: Vec<_> = chunk.iter().map(start).collect();
            let end = |thread: ScopedJoinHandle<'_, R>| {
                thread.join().unwrap_or_else(|panic| resume_unwind(panic))
            };
            threads.into_iter().map(end).collect::<Vec<_>>()
        })
    });
    results.collect()
}

/// A test program.
pub(crate) fn program(name: &str) -> PathBuf {
    accept_signals();
    project().join("tests/programs").join(name)
}

/// The files of a folder of the project whose names end with `.end`, by name; without those for later
/// versions of CPython, as `NAME_since_3_14.end` is.
pub(crate) fn files_in(folder: &str, end: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(project().join(folder)).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == end) && is_for_this_version(path))
        .collect();
    files.sort();
    files
}

fn is_for_this_version(path: &Path) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let needed = stem.rsplit_once("_since_3_");
    needed
        .is_none_or(|(_, needed)| is_python_since(needed.parse().expect("the number of a version")))
}

/// A pipe that a program reads to wait for what is written into it.
pub(crate) fn named_pipe(folder: &Path) -> PathBuf {
    let pipe = folder.join("go");
    let made = Command::new("mkfifo")
        .arg(&pipe)
        .status()
        .expect("mkfifo runs");
    assert!(made.success());
    pipe
}

/// What a program writes into a pipe.
pub(crate) fn told_through(pipe: &Path) -> String {
    let (tell, told) = unbounded();
    let pipe = pipe.to_owned();
    thread::spawn(move || tell.send(std::fs::read_to_string(pipe)));
    let text = told.recv_timeout(PATIENCE).expect("a word of the program");
    text.expect("text")
}
