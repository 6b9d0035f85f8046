//! Copies of patched code that other code has made: their calls are not hits of a removed patch,
//! and never count twice.

use std::fs;
use std::path::Path;

use crate::common::{Conversation, instrsh, named_pipe, program};

/// The hits of each callable of the program that has any.
fn hits(shell: &mut Conversation) -> Vec<String> {
    let answers = shell.ask("ls __main__:*");
    let row = |line: &String| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let name = words.first()?.strip_prefix("__main__:")?;
        let hits = words.iter().find_map(|word| word.parse::<u64>().ok())?;
        let state = words.iter().skip_while(|word| word.parse::<u64>().is_err());
        let state: Vec<&str> = state.skip(1).copied().collect();
        (hits > 0 || !state.is_empty()).then(|| format!("{name} {hits} {}", state.join(" ")))
    };
    let mut hits: Vec<String> = answers.iter().filter_map(row).collect();
    hits.sort();
    hits
}

fn go_on(shell: &mut Conversation, pipe: &Path, word: &str) {
    fs::write(pipe, "go").expect("the program reads");
    shell.error_with(word);
}

#[test]
fn calls_of_copies_are_hits_of_no_other_patch_and_never_two() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = named_pipe(folder.path());
    let mut shell = Conversation::with(
        instrsh()
            .arg("--keep-going")
            .arg(program("copied.py"))
            .arg(&pipe),
    );
    shell.error_with("ready");
    let patched = shell.ask("patch __main__:*ed __main__:hidden __main__:given_back");
    assert_eq!(patched.len(), 5, "{patched:?}");
    go_on(&mut shell, &pipe, "copied");
    assert_eq!(
        hits(&mut shell),
        [
            "given_back 1 ● patched",
            "hidden 1 ● patched",
            "replaced 1 ○ copy in use",
            "resumed 0 ● patched",
            "shared 2 ● patched",
            "twin 0 ○ copy in use",
        ]
    );
    shell.ask("unpatch --all");
    go_on(&mut shell, &pipe, "called");
    // The generator began while it was patched, so it still counts.
    assert_eq!(
        hits(&mut shell),
        [
            "given_back 1 ○ copy in use",
            "hidden 1 ○ copy in use",
            "replaced 1 ○ copy in use",
            "resumed 1 ",
            "shared 2 ○ copy in use",
            "twin 0 ○ copy in use",
        ]
    );
    let verified = shell.ask("verify");
    for copy in [
        "__main__:given_back: a copy of the patched code is in use",
        "__main__:hidden: a copy of the patched code is in use: 3 calls since `unpatch`",
        "__main__:replaced: a copy of the patched code is in use",
        "__main__:shared: a copy of the patched code is in use in __main__:twin",
    ] {
        assert!(
            verified.iter().any(|line| line == copy),
            "{copy}: {verified:#?}"
        );
    }
    let patched = shell.ask("patch __main__:replaced __main__:twin __main__:given_back");
    assert_eq!(patched.len(), 3, "{patched:?}");
    go_on(&mut shell, &pipe, "called again");
    assert_eq!(
        hits(&mut shell),
        [
            "given_back 3 ● patched",
            "hidden 1 ○ copy in use",
            "replaced 3 ● patched",
            "resumed 1 ",
            "shared 2 ○ copy in use",
            "twin 2 ● patched",
        ]
    );
    shell.ask("unpatch --all");
    go_on(&mut shell, &pipe, "own code");
    shell.ask("wait");
    let (status, _, errors) = shell.finish();
    assert_eq!(status.code(), Some(1), "of `verify`: {errors:?}");
}
