//! Patching for ever takes no more memory than patching for a while.

use std::fs;

use crate::DUMMIES;
use crate::answers::rows;
use crate::common::Conversation;

/// The resident memory of a process, in KiB.
fn resident_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the process runs");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("a size");
    line.split_whitespace()
        .nth(1)
        .and_then(|size| size.parse().ok())
        .expect("a number")
}

#[test]
fn a_thousand_rounds_leave_nothing_behind() {
    const ROUNDS: usize = 1000;
    let mut shell = Conversation::start(&["-m", "instrumenting_app", "--threads", "3"]);
    let mut sizes = Vec::new();
    for round in 0..ROUNDS {
        shell.send(&format!("patch {DUMMIES}; unpatch --all"));
        assert!(shell.answer().starts_with("patched 131 callables in "));
        assert_eq!(
            shell.answer(),
            "unpatched 131 callables; the original code is back"
        );
        if round + 1 == ROUNDS / 5 || round + 1 == ROUNDS {
            sizes.push(resident_kib(shell.id()));
            shell.send("ls *mod_a:func_7");
            let row = rows(&[shell.answer(), shell.answer(), shell.answer()]).remove(0);
            println!(
                "{} rounds: {} KiB, {:?} calls, {} hits",
                round + 1,
                sizes[sizes.len() - 1],
                row.1,
                row.2
            );
        }
    }
    shell.send("expect target == running");
    shell.send("expect calls(*mod_a:func_7) > 0");
    let (status, answers, errors) = shell.finish();
    assert!(status.success(), "{answers:?} {errors:?}");
    assert!(errors.is_empty(), "the target said {errors:?}");
    // 800 rounds of 131 patches: one forgotten code object a patch would be some 50 MiB.
    assert!(sizes[1] < sizes[0] + 4096, "memory grew: {sizes:?} KiB");
}
