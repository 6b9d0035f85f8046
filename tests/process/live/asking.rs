//! Several threads use one session at once: `ls`, `dis` and Tab in some, `patch` in another, while
//! the program calls the functions. Here the session is in the test's own process.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use instrsh::measures::Sort;
use instrsh::program::{Patched, Process, Program, Session, leave};
use instrsh::protocol::{
    Disassembly, Ending, PatchRequest, Pattern, Reason, Rows, RowsRequest, Scope, Side, State,
};
use instrsh::system::{Input, Streams};

use crossbeam_channel::RecvTimeoutError;

use crate::common::{PATIENCE, named_pipe, program};

const ROUNDS: usize = 300;
const FUNCTIONS: usize = 12;
/// Instructions that a patch adds.
const INJECTED: usize = 3;

fn all() -> Vec<Pattern> {
    vec![Pattern::parse("__main__:*").expect("a pattern")]
}

/// Patches and unpatches all functions.
fn patch(session: &Session) {
    let request = PatchRequest {
        patterns: all(),
        lazy: false,
        limit: None,
        dry_run: false,
        wanted: instrsh::protocol::Wanted::default(),
    };
    let patched = session.patch(request).wait().expect("it patches");
    assert_eq!(patched.outcomes.len(), FUNCTIONS);
    let unpatched = session.unpatch_all().wait().expect("it unpatches");
    assert_eq!(unpatched.outcomes.len(), FUNCTIONS);
}

/// Lists all functions: the list shows either all of them patched or none.
fn list(session: &Session) {
    let request = RowsRequest {
        scope: Scope::Matching(all()),
        only_patched: false,
        sort: Sort::Name,
        limit: usize::MAX,
    };
    let Rows { rows, .. } = session.rows(request).wait().expect("rows");
    assert_eq!(rows.len(), FUNCTIONS);
    let states: HashSet<_> = rows.iter().map(|row| row.state == State::Patched).collect();
    assert_eq!(states.len(), 1, "some are patched, and some are not");
    let scope = Scope::Matching(all());
    let statistics = session.statistics(scope, 0).wait().expect("statistics");
    assert_eq!(statistics.callables, FUNCTIONS);
    assert!([0, FUNCTIONS].contains(&statistics.patched));
    for one in session
        .verify(vec![])
        .wait()
        .expect("a verification")
        .callables
    {
        assert!(one.is_as_before(), "{}", one.path);
    }
}

/// Disassembles all functions: each listing is that of a whole code object.
fn disassemble(session: &Session) {
    let disassemblies = session.disassemble(all(), Side::Current);
    for one in disassemblies.wait().expect("disassemblies") {
        let Disassembly { path, listings, .. } = one;
        let injected = listings[0].instructions.iter().filter(|it| it.is_injected);
        let expected = usize::from(listings[0].is_patched) * INJECTED;
        assert_eq!(injected.count(), expected, "{path}");
    }
}

/// Requests the names that Tab offers.
fn complete(session: &Session) {
    session.refresh_names(Reason::NewLine);
    let names = session.names(PATIENCE).pieces("__main__:");
    assert!(names.contains(&"__main__:Class.".to_owned()), "{names:?}");
    let patched = session.patched_names(Patched::Now);
    let names = ["__main__:", "calling:"];
    let is_named = |path: &String| names.iter().any(|name| path.starts_with(name));
    assert!(patched.iter().all(is_named), "{patched:?}");
}

#[test]
fn looks_from_several_threads_while_another_patches() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let words = [program("calling.py"), pipe.clone()];
    let script = Program::script(words.map(Into::into).into());
    let null = || fs::File::create("/dev/null").expect("a file");
    let streams = Streams::Own {
        input: Input::Empty,
        output: null(),
        errors: null(),
    };
    instrsh::program::set_built_for(instrsh::BUILT_FOR);
    let binary = Path::new(env!("CARGO_BIN_EXE_instrsh"));
    let started = Process::start(binary, &script, streams, false);
    let (process, session) = started.expect("a program");
    session.release().wait().expect("it starts");
    // It reads once all its functions exist, and prints its size.
    fs::write(&pipe, "blocks").expect("the program reads");
    let is_over = AtomicBool::new(false);
    let looks: [fn(&Session); 4] = [list, disassemble, complete, list];
    let counts = thread::scope(|scope| {
        let look = |look: fn(&Session)| {
            let (session, is_over) = (session.clone(), &is_over);
            scope.spawn(move || {
                let mut count = 0;
                while !is_over.load(Ordering::Relaxed) {
                    look(&session);
                    count += 1;
                }
                count
            })
        };
        let looking: Vec<_> = looks.into_iter().map(look).collect();
        let patching = scope.spawn(|| (0..ROUNDS).for_each(|_| patch(&session)));
        let outcome = patching.join();
        is_over.store(true, Ordering::Relaxed);
        outcome.expect("it patches to the end");
        let counts = looking.into_iter().map(thread::ScopedJoinHandle::join);
        counts.collect::<Result<Vec<usize>, _>>().expect("no panic")
    });
    println!("{ROUNDS} rounds of {FUNCTIONS} callables, {counts:?} looks meanwhile");
    assert!(counts.iter().all(|count| *count > 0));
    fs::write(&pipe, "end").expect("the program reads");
    assert_eq!(
        session.ended().recv_timeout(PATIENCE),
        Err(RecvTimeoutError::Disconnected)
    );
    assert_eq!(session.ending(), Some(Ending::Status(0)));
    let left = leave(&process, &session, false, |_| ());
    assert!(left.undone.is_some_and(|undone| undone.is_ok()));
    assert_eq!(left.forced, None);
}
