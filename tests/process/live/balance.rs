//! Compares hits with the calls that the demo counts itself.

use std::fs;

use super::DUMMIES;
use crate::common::answers::rows;
use crate::common::{Conversation, instrsh, named_pipe, program, project};

#[test]
fn hits_equal_calls_for_each_callable_in_eight_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(
        instrsh()
            .env("PYTHONPATH", project().join("python"))
            .arg(program("balance.py"))
            .arg(&pipe),
    );
    shell.error_with("ready");
    shell.send(&format!("patch {DUMMIES}"));
    assert!(shell.answer().starts_with("patched 131 callables in "));
    fs::write(&pipe, "go").expect("the program reads");
    for line in [
        "wait",
        &format!("expect patched({DUMMIES}) == 131"),
        &format!("ls {DUMMIES}"),
    ] {
        shell.send(line);
    }
    let (status, answers, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
    let rows = rows(&answers);
    let counted: Vec<_> = rows
        .iter()
        .filter_map(|(path, calls, hits)| Some((path, (*calls)?, hits)))
        .collect();
    assert_eq!(counted.len(), 130, "{answers:?}");
    for (path, calls, hits) in &counted {
        assert_eq!((calls, hits), (&1600, &&1600), "{path}");
    }
    println!(
        "{} callables, {} calls, as many hits",
        counted.len(),
        counted.len() * 1600
    );
}

#[test]
fn hits_never_exceed_calls_while_patches_come_and_go() {
    let mut shell = Conversation::start(&[
        "-m",
        "instrumenting_app",
        "--interval",
        "0",
        "--threads",
        "4",
        "--calls",
        "300000",
    ]);
    for _ in 0..100 {
        shell.send(&format!("patch {DUMMIES}; unpatch --all"));
        shell.answer();
        shell.answer();
    }
    shell.send("wait");
    shell.send(&format!("ls {DUMMIES}"));
    let (status, answers, errors) = shell.finish();
    assert!(status.success(), "{errors:?}");
    let rows = rows(&answers);
    let counted: Vec<_> = rows
        .into_iter()
        .filter_map(|(path, calls, hits)| Some((path, calls?, hits)))
        .collect();
    assert_eq!(
        counted.iter().map(|(_, calls, _)| calls).sum::<u64>(),
        300_000
    );
    for (path, calls, hits) in &counted {
        assert!(hits <= calls, "{path}: {hits} hits of {calls} calls");
    }
    assert!(
        counted.iter().map(|(_, _, hits)| hits).sum::<u64>() > 0,
        "nothing was hit"
    );
}
