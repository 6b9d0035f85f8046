//! Programs that fork: children keep their patches and are counted separately, whatever happens to
//! them and the shell.

#![expect(clippy::print_stdout, reason = "the tests tell what they counted")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::thread;

use crate::common::{Conversation, PATIENCE, instrsh, named_pipe, program, told_through};
use crossbeam_channel::RecvTimeoutError;
use tempfile::TempDir;

/// A program that waits until it may continue.
struct Forking {
    shell: Conversation,
    pipe: PathBuf,
    /// A pipe that it may write to.
    report: PathBuf,
    _folder: TempDir,
    /// Its first line.
    said: String,
}

/// Hits by process: `main`, `ended`, or the number of a child.
type Shares = BTreeMap<String, u64>;

impl Forking {
    fn start(name: &str, words: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = named_pipe(folder.path());
        let report = folder.path().join("report");
        fs::create_dir(&report).expect("an empty folder");
        let report = named_pipe(&report);
        let mut command = instrsh();
        command.args(["--python-option=-Wignore::DeprecationWarning"]);
        command.arg(program("forking").join(name)).args(words);
        let command = command.arg(&pipe).arg(&report);
        let shell = Conversation::with(command);
        let said = shell.error_with("ready");
        Self {
            shell,
            pipe,
            report,
            _folder: folder,
            said,
        }
    }

    fn tell(&self) {
        fs::write(&self.pipe, "go on").expect("the program reads");
    }

    /// The hits of one function by process, and the summary of the processes.
    fn shares(&mut self, function: &str) -> (Shares, String) {
        let question = format!("ls --by process __main__:{function}");
        let mut answers = self.shell.ask(&question);
        let summary = answers.pop().expect("a summary");
        let (_, processes) = summary.split_once(", ").expect("rows and processes");
        let share = |line: &String| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let hits = words[3].replace(',', "").parse().expect("a number");
            (words[1].to_owned(), hits)
        };
        let shares = answers.iter().skip(1).map(share).collect();
        (shares, processes.to_owned())
    }

    /// The hits of one function in all processes together.
    fn hits(&mut self, function: &str) -> u64 {
        let answers = self.shell.ask(&format!("ls __main__:{function}"));
        let words: Vec<&str> = answers[1].split_whitespace().collect();
        words[2].replace(',', "").parse().expect("a number")
    }

    fn finish(self) {
        let (status, answers, errors) = self.shell.finish();
        assert!(status.success(), "{answers:?} {errors:?}");
    }
}

fn shares<const N: usize>(of: [(&str, u64); N]) -> Shares {
    of.map(|(process, hits)| (process.to_owned(), hits)).into()
}

/// The answers to requests over one connection, without their ends.
fn request(port: u16, requests: &[&str]) -> Vec<String> {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).expect("a worker accepts");
    let answers = BufReader::new(connection.try_clone().expect("a copy"));
    let mut answers = answers.lines().map_while(Result::ok);
    let ask = |request: &&str| {
        // In one piece, or the system delays the second one.
        let line = format!("{request}\n");
        connection
            .write_all(line.as_bytes())
            .expect("a worker reads");
        answers.next()
    };
    requests.iter().filter_map(ask).collect()
}

/// Sends requests from several clients at a time, 10 over each connection; returns the answers
/// by process.
fn load(port: u16) -> Shares {
    let client = || -> Vec<String> { (0..25).flat_map(|_| request(port, &["?"; 10])).collect() };
    let mut answers = Shares::new();
    thread::scope(|scope| {
        let clients: Vec<_> = (0..4).map(|_| scope.spawn(client)).collect();
        for client in clients {
            for worker in client.join().expect("a client") {
                *answers.entry(worker).or_default() += 1;
            }
        }
    });
    assert_eq!(answers.values().sum::<u64>(), 1000);
    answers
}

#[test]
fn a_prefork_server_is_counted_by_worker() {
    let mut server = Forking::start("prefork.py", &[]);
    let port = server.said.rsplit(' ').next().expect("a port");
    let port = port.parse().expect("a number");
    server.shell.ask("patch __main__:handle");
    server.tell();
    for _ in 0..4 {
        server.shell.error_with("works in place of None");
    }
    let mut answers = load(port);

    // From now on the shell changes only the parent.
    let change = "patch __main__:is_wanted; patch __main__:is_wanted; unpatch __main__:handle";
    let answers_to_change = server.shell.ask(change);
    let said: Vec<_> = answers_to_change
        .iter()
        .filter(|line| line.contains("not in"))
        .collect();
    let not_there = "  not in the 4 processes that were forked earlier: they stay as they are";
    let how = "; to reach them: `restart --hold`, `patch`, `run`";
    assert_eq!(
        said,
        [
            &format!("{not_there}{how}"),
            &format!("  not in processes that were forked before it was patched{how}"),
            not_there
        ],
        "{answers_to_change:?}"
    );
    for (worker, count) in load(port) {
        *answers.entry(worker).or_default() += count;
    }
    let (mut counted, processes) = server.shares("handle");
    assert_eq!(processes, "5 processes");
    assert_eq!(counted.len(), 5, "a row for each process: {counted:?}");
    assert_eq!(counted.remove("main"), Some(0));
    counted.retain(|_, hits| *hits > 0);
    assert_eq!(counted, answers);
    assert_eq!(server.shares("is_wanted").0, shares([("-", 0)]));
    println!("{answers:?}");

    // A worker that dies is replaced by one that is forked with the current patches.
    assert_eq!(request(port, &["die"]), Vec::<String>::new());
    let replaced = server.shell.error_with("works in place of ");
    let replaced = replaced.trim_start_matches("works in place of ");
    let later = load(port);
    let (handled, processes) = server.shares("handle");
    assert_eq!(processes, "5 processes, 1 ended");
    let by_dead = answers.get(replaced).copied().unwrap_or(0) + 1;
    assert_eq!(handled["ended"], by_dead, "with the request that killed it");
    let (wanted, _) = server.shares("is_wanted");
    for (worker, count) in later {
        let hits = if answers.contains_key(&worker) {
            handled[&worker] - answers[&worker]
        } else {
            wanted.get(&worker).copied().unwrap_or(0) + handled[&worker]
        };
        assert_eq!(hits, count, "{worker}: {handled:?} {wanted:?}");
    }
    assert_eq!(server.hits("handle") + server.hits("is_wanted"), 3001);
    server.tell();
    assert_eq!(
        server.shell.ask("wait"),
        ["the program has ended with status 0"]
    );
    assert_eq!(server.hits("handle") + server.hits("is_wanted"), 3001);
    server.finish();
}

#[test]
fn tasks_of_pools_are_counted_by_worker() {
    let mut pools = Forking::start("pools.py", &[]);
    pools.shell.ask("patch __main__:task");
    pools.tell();
    let mut all = 0;
    for pool in ["multiprocessing.Pool", "ProcessPoolExecutor"] {
        let mut told = Shares::new();
        loop {
            let line = pools.shell.error_with("");
            let Some((worker, tasks)) = line.split_once(' ') else {
                break;
            };
            told.insert(worker.into(), tasks.parse().expect("a number"));
        }
        let (mut counted, _) = pools.shares("task");
        assert_eq!(counted.remove("main"), Some(0));
        assert_eq!(counted.remove("ended").unwrap_or(0), all);
        counted.retain(|_, hits| *hits > 0);
        assert_eq!(counted, told, "{pool}");
        println!("{pool}: {told:?}");
        all += 500;
        pools.tell();
    }
    assert_eq!(
        pools.shell.ask("wait"),
        ["the program has ended with status 0"]
    );
    let (counted, processes) = pools.shares("task");
    assert_eq!(counted, shares([("ended", all), ("main", 0)]));
    assert_eq!(processes, "1 process, 6 ended");
    pools.finish();
}

#[test]
fn no_hit_of_two_thousand_children_is_lost() {
    let mut parent = Forking::start("short_lived.py", &[]);
    let threads = 2;
    parent.shell.ask("patch __main__:*");
    parent.tell();
    assert_eq!(
        parent.shell.ask("wait"),
        ["the program has ended with status 0"]
    );
    let expected = [
        // 0 to 4 times in each child, and once in each grandchild.
        ("function", 0, threads * (1000 / 5 * 10 + 100)),
        ("child", 0, threads * 1000),
        ("as_child", threads * 1000, threads * 100),
    ];
    for (function, main, ended) in expected {
        let (counted, processes) = parent.shares(function);
        assert_eq!(
            counted,
            shares([("ended", ended), ("main", main)]),
            "{function}"
        );
        // Processes that are not copies of this one do not count.
        assert_eq!(processes, "1 process, 2,200 ended");
        assert_eq!(parent.hits(function), main + ended);
        println!("{function}: {main} hits in the parent, {ended} in 2,200 children");
    }
    parent.finish();
}

#[test]
fn a_child_that_outlives_the_shell_runs_on() {
    for what in ["daemon", "thorough daemon", "child"] {
        let mut parent = Forking::start("outliving.py", &[what]);
        parent.shell.ask("patch __main__:function");
        parent.tell();
        parent.shell.error_with("forked");
        assert_eq!(
            parent.shell.ask("wait"),
            ["the program has ended with status 0"]
        );
        let (counted, processes) = parent.shares("function");
        assert_eq!(counted.get("main"), Some(&1));
        assert_eq!((counted.len(), processes.as_str()), (2, "2 processes"));
        let status = parent.shell.leave();
        assert!(status.success(), "{status}");
        if what != "child" {
            // It has closed all descriptors of the shell and of its parent.
            let error = parent.shell.errors.recv_timeout(PATIENCE);
            assert_eq!(error, Err(RecvTimeoutError::Disconnected), "{what}");
        }
        parent.tell();
        let calls = told_through(&parent.report);
        assert_eq!(calls, "100", "{what}");
        let said = parent.shell.errors.iter().last();
        let is_heard = said.as_deref() == Some("from the child");
        assert_eq!(is_heard, what == "child", "{said:?}");
        println!("{what}: {calls} calls after the shell had gone");
    }
}
