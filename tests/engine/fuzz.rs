//! For any input, the codec returns a result or an error. It never panics, and what it has read it
//! writes and reads again the same: see `fuzz/properties.rs`. All versions in one run.
//!
//! ```text
//! cargo test --test engine fuzz        the corpus, and three seconds of always the same inputs
//! FUZZ_SECONDS=60 cargo test ...   a minute of new ones, as in .ci/run; `-- --nocapture` counts them
//! FUZZ_SEED=123 cargo test ...     inputs from this seed on
//! ```
//!
//! Ten minutes at night, several times as many inputs a second, and overflows are still found:
//!
//! ```text
//! CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS=true CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS=true \
//!     FUZZ_SECONDS=600 cargo test --release --test engine fuzz -- --nocapture
//! ```
//!
//! Inputs are mutated files of `tests/corpus`, generated code objects that are valid by
//! construction, and noise. The seed of input n is that of the run + n. Coverage does not lead
//! the way as it does in cargo-fuzz, which needs a nightly compiler.
//!
//! An input that fails is kept in `tests/corpus/found`: commit it with the repair, and each run
//! looks at it. If the process itself ends, as by an overflow of the stack, the input is
//! `target/tmp/fuzz.code`: move it there.

use std::env;
use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, UNIX_EPOCH};

use instrsh::bytecode::{Code, Version};

use corpus::{Input, Kept};
use properties::{Outcome, check};
use random::Random;
use shape::Shape;

mod corpus;
mod generation;
mod mutation;
mod properties;
mod random;
mod shape;
mod tables;
mod timed;

const SECONDS: u64 = 3;
/// The largest input takes about a second; only one that hangs or takes a time that grows
/// with the square of its size takes longer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Nothing in the codec may need a stack that grows with the input.
const STACK: usize = 256 * 1024;
/// One input in so many has `LARGE` instructions, the others `SMALL` at most.
const LARGE_ONE_IN: u64 = 1 << 14;
const LARGE: usize = 100_000;
const SMALL: usize = 120;

#[test]
fn the_corpus_is_read_written_and_hooked() {
    let kept = corpus::kept();
    for version in Version::ALL {
        let compiled = kept.iter().filter(|it| it.is_compiled);
        let count = compiled.filter(|it| it.input.version == version).count();
        assert!(count > 30, "{version}: only {count} files");
    }
    let inputs: Vec<_> = kept.iter().map(|it| (it.input.clone(), None)).collect();
    if let Err(Failure { number, message }) = Run::start(inputs.into_iter()).watch(Duration::MAX) {
        panic!("{message}\nin {}", kept[number].path.display());
    }
    for Kept { path, input, .. } in kept.iter().filter(|it| it.is_compiled) {
        let path = path.display();
        assert_eq!(Input::from_bytes(&input.to_bytes()).as_ref(), Some(input));
        let outcome = check(input);
        assert!(outcome.hooked, "{path} takes no hook");
        assert!(outcome.timed, "{path} takes no token");
        let mut code = Code::read(input.version, &input.parts).expect("it takes the hook");
        assert!(code.write().as_ref() == Ok(&input.parts), "{path} differs");
    }
}

#[test]
fn no_input_breaks_a_property() {
    let number = |name| env::var(name).ok().map(|it| it.parse().expect("a number"));
    let seconds: Option<u64> = number("FUZZ_SECONDS");
    let since_1970 = UNIX_EPOCH.elapsed().expect("the clock is set").as_secs();
    let new = seconds.map_or(0, |_| since_1970 << 32);
    let seed = number("FUZZ_SEED").unwrap_or(new);
    let seconds = Duration::from_secs(seconds.unwrap_or(SECONDS));

    let current = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz.code");
    match Run::start(inputs(seed, &current)).watch(seconds) {
        Ok(totals) => {
            report(&format!("{seconds:?} from FUZZ_SEED={seed} on: {totals:?}"));
            assert!(totals.decoded > totals.inputs / 4, "few decode: {totals:?}");
            assert!(
                totals.hooked > totals.inputs / 8,
                "few are hooked: {totals:?}"
            );
        }
        Err(Failure { number, message }) => {
            let seed = seed.wrapping_add(number as u64);
            let path = corpus::keep(&current, seed);
            let path = path.display();
            panic!("{message}\nthe input of FUZZ_SEED={seed} is kept as {path}")
        }
    }
}

/// An input, and what it must be read as if that is known.
type Task = (Input, Option<Shape>);

/// A thread that checks one input after the other, and reports how far each came.
struct Run {
    outcomes: Receiver<Outcome>,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Totals {
    inputs: usize,
    decoded: usize,
    hooked: usize,
    timed: usize,
    edited: usize,
}

/// Which input broke a property, counted from 0, and how.
struct Failure {
    number: usize,
    message: String,
}

impl Run {
    fn start(tasks: impl Iterator<Item = Task> + Send + 'static) -> Self {
        let (sender, outcomes) = sync_channel(1024);
        let stop = Arc::new(AtomicBool::new(false));
        let builder = thread::Builder::new().stack_size(STACK);
        let stopped = Arc::clone(&stop);
        let thread = builder.spawn(move || work(tasks, &sender, &stopped));
        Self {
            outcomes,
            stop,
            thread: thread.expect("a thread can be started"),
        }
    }

    /// Counts the results until the time is over.
    fn watch(self, time: Duration) -> Result<Totals, Failure> {
        let start = Instant::now();
        let mut totals = Totals::default();
        let failure = |totals: &Totals, message: &str| Failure {
            number: totals.inputs,
            message: message.to_owned(),
        };
        loop {
            match self.outcomes.recv_timeout(PATIENCE) {
                Ok(outcome) => totals.add(outcome),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    let message = format!("takes longer than {PATIENCE:?}");
                    return Err(failure(&totals, &message));
                }
            }
            if start.elapsed() > time {
                self.stop.store(true, Ordering::Relaxed);
            }
        }
        match self.thread.join() {
            Ok(()) => Ok(totals),
            Err(panic) => {
                let message = panic.downcast_ref::<String>().map(String::as_str);
                let message = message.or(panic.downcast_ref::<&str>().copied());
                Err(failure(&totals, message.unwrap_or("panics")))
            }
        }
    }
}

impl Totals {
    fn add(&mut self, outcome: Outcome) {
        self.inputs += 1;
        self.decoded += usize::from(outcome.decoded);
        self.hooked += usize::from(outcome.hooked);
        self.timed += usize::from(outcome.timed);
        self.edited += usize::from(outcome.edited);
    }
}

fn work(tasks: impl Iterator<Item = Task>, outcomes: &SyncSender<Outcome>, stop: &AtomicBool) {
    for (input, shape) in tasks {
        let outcome = check(&input);
        if let Some(shape) = shape {
            is_read_as(&input, &shape, outcome);
        }
        let is_heard = outcomes.send(outcome).is_ok();
        if !is_heard || stop.load(Ordering::Relaxed) {
            return;
        }
    }
}

/// The inputs of this seed and the following ones. The one that is being checked is at `current`.
fn inputs(seed: u64, current: &Path) -> impl Iterator<Item = Task> + use<> {
    let corpus: Vec<Input> = corpus::kept().into_iter().map(|it| it.input).collect();
    let mut file = File::create(current).expect("the target folder can be written");
    (0..).map(move |number| {
        let task = draw(seed.wrapping_add(number), &corpus);
        let bytes = task.0.to_bytes();
        let written = file.rewind().and_then(|()| file.write_all(&bytes));
        let cut = written.and_then(|()| file.set_len(bytes.len() as u64));
        cut.expect("the target folder can be written");
        task
    })
}

/// The input of a seed.
fn draw(seed: u64, corpus: &[Input]) -> Task {
    let mut random = Random::new(seed);
    let version = *random.pick(&Version::ALL);
    if seed.is_multiple_of(LARGE_ONE_IN) {
        let (input, shape) = generation::generate(&mut random, version, LARGE);
        return (input, Some(shape));
    }
    let size = random.below(SMALL);
    match random.below(16) {
        0 => {
            let parts = mutation::noise(&mut random);
            (Input { version, parts }, None)
        }
        1..=4 => {
            let (input, shape) = generation::generate(&mut random, version, size);
            (input, Some(shape))
        }
        5..=7 => {
            let (mut input, _) = generation::generate(&mut random, version, size);
            let other = random.pick(corpus);
            mutation::mutate(&mut random, &mut input, other);
            (input, None)
        }
        _ => {
            let mut input = random.pick(corpus).clone();
            let other = random.pick(corpus);
            mutation::mutate(&mut random, &mut input, other);
            (input, None)
        }
    }
}

/// A generated code object is read as what it was generated as, and takes the hook.
fn is_read_as(input: &Input, shape: &Shape, outcome: Outcome) {
    let code = Code::read(input.version, &input.parts).expect("it is valid");
    shape.is_that_of(&code);
    assert!(outcome.hooked, "{:?}", code.stack_depth());
}

#[expect(
    clippy::print_stdout,
    reason = "for who runs the test with --nocapture"
)]
fn report(numbers: &str) {
    println!("{numbers}");
}
