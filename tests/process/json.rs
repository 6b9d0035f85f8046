//! `--json`: one object per line, with exactly the keys that `help json` lists, whatever names the
//! program has and whatever goes wrong.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::common::schema::Checker;
use crate::common::{
    Conversation, at_once, files_in, instrsh, named_pipe, program, project, told_through,
};
use instrsh::commands;
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// Each of these needs a prompt: `tests/terminal/json.rs` checks them.
const AT_A_PROMPT: [&str; 1] = ["fg"];
/// It is null with every CPython that is supported; `live/undoing.rs` checks it with a strange one.
const NULL: [&str; 1] = ["stats : slower_calls"];

#[test]
fn each_answer_has_the_keys_that_are_listed_and_each_key_occurs() {
    let mut checker = Checker::default();
    let mut commands = Vec::new();
    let mut scripts = files_in("tests/shell", "instr");
    // What `sh` prints is not an answer.
    scripts.retain(|script| {
        let text = fs::read_to_string(script).expect("a script");
        !text.contains(" | ")
    });
    for output in at_once(&scripts, |script| output_of(script)) {
        let (answers, _) = check(&mut checker, &output);
        commands.extend(answers.iter().map(command));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let recording = folder.path().join("recording");
    let others = format!(
        "record {}; record; record --stop; help json; sleep 0; stats *mod_a; \
         time *shop:[pr]* --for 2s; errors *shop:pay --for 50ms; \
         time *shop:*; expect waiting(*shop:reserve) > 1ms --within 60; \
         ls *shop:*; ls *shop:* --by process; stats *shop:*; watch 0.2 *shop:* --every 100ms; \
         watch 0.2 *mod_a --every 100ms; budget 2; budget; restart; history; interrupt",
        recording.display()
    );
    let output = instrsh()
        .args(["--json", "--program-output", "/dev/null", "-c", &others])
        .output();
    let (answers, _) = check(&mut checker, &output.expect("it runs"));
    commands.extend(answers.iter().map(command));
    commands.extend(ask_the_answering_program(&mut checker));
    let missing = commands::all()
        .map(|command| command.name)
        .filter(|name| !AT_A_PROMPT.contains(name) && !commands.iter().any(|it| it == name));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&str>::new());
    let unseen = checker.unseen();
    let is_elsewhere = |key: &&String| {
        NULL.contains(&key.as_str()) || AT_A_PROMPT.iter().any(|it| key.starts_with(it))
    };
    let unseen: Vec<_> = unseen.iter().filter(|key| !is_elsewhere(key)).collect();
    assert!(unseen.is_empty(), "never seen: {unseen:#?}");
}

/// What the shell prints for a script of `tests/shell` with `--json`.
fn output_of(script: &Path) -> Output {
    let text = fs::read_to_string(script).expect("a script");
    let directive = |name: &str| {
        let prefix = format!("#: {name} ");
        let words = text.lines().find_map(|line| line.strip_prefix(&prefix));
        let words = shlex::split(words.unwrap_or_default()).expect("words");
        words.into_iter().filter(|word| word != "--json")
    };
    let mut command = instrsh();
    command
        .args(["--json", "--program-output", "/dev/null"])
        .args(directive("options"))
        .arg("-f")
        .arg(script)
        .args(directive("program"));
    command.output().expect("it runs")
}

/// Checks all output against the schemas; returns the objects of stdout and stderr.
#[track_caller]
fn check(checker: &mut Checker, output: &Output) -> (Vec<Object>, Vec<Object>) {
    let lines = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let (answers, errors) = (lines(&output.stdout), lines(&output.stderr));
    let answers = answers.split_terminator('\n');
    let errors = errors.split_terminator('\n');
    (
        answers.map(|line| checker.answer(line)).collect(),
        errors.map(|line| checker.on_stderr(line)).collect(),
    )
}

fn command(object: &Object) -> String {
    object["command"].as_str().expect("a name").to_owned()
}

/// Runs commands on a program for which every key has a value; returns the commands that answered.
fn ask_the_answering_program(checker: &mut Checker) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let ready = named_pipe(folder.path());
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).expect("a folder");
    let go = named_pipe(&inner);
    let mut command = instrsh();
    command.args(["--json", "--keep-going", "--hold"]);
    command.args(["--python-option=-Wignore::DeprecationWarning"]);
    command.args(["--program-output", "/dev/null"]);
    command.arg(program("answering.py")).arg(&ready).arg(&go);
    let mut shell = Conversation::with(&mut command);
    let (mut objects, mut asked) = (Vec::new(), 0);
    let mut ask = |shell: &mut Conversation, line: &str| {
        shell.send(line);
        objects.push(checker.answer(&shell.answer()));
        asked += 1;
    };
    ask(
        &mut shell,
        "patch --lazy __main__:counted __main__:guarded __main__:stay_as_well",
    );
    ask(&mut shell, "run");
    assert_eq!(told_through(&ready), "ready");
    for line in [
        "patch __main__:stay __main__:Class.value",
        "ls --by process __main__:counted",
        "ls __main__",
        "dis __main__:guarded __main__:Class.value",
        "stats",
        "verify",
        "unpatch --all",
    ] {
        ask(&mut shell, line);
    }
    shell.send("ls nothing:*; expect hits(__main__:counted) == 100");
    fs::write(&go, "go").expect("the program reads");
    ask(&mut shell, "wait");
    ask(&mut shell, "verify");
    let (status, rest, errors) = shell.finish();
    assert_eq!((status.code(), rest), (Some(1), Vec::new()));
    let errors: Vec<_> = errors.iter().map(|line| checker.on_stderr(line)).collect();
    let places: Vec<_> = errors.iter().map(|error| &error["place"]).collect();
    let expected = ["<stdin>:8", "<stdin>:10", "<stdin>:10", "<stdin>:12"];
    assert_eq!(places, expected, "{errors:?}");
    // The second copy is detected once it was called.
    assert_eq!(errors[0]["error"], "a copy of patched code is in use");
    assert_eq!(errors[3]["error"], "2 copies of patched code are in use");
    assert_eq!(objects.len(), asked);
    let listed = objects[4]["rows"].as_array().expect("rows");
    let is_there = |name: &str| {
        listed
            .iter()
            .any(|row| row["path"] == format!("__main__:{name}"))
    };
    for name in [
        "quoted \"name\", \\ with a comma",
        "lines\r\nlines",
        "\u{1b}[2J\u{7f}\u{9b}escape",
    ] {
        assert!(is_there(name), "{name:?} in {listed:?}");
    }
    let in_flight = &objects[2]["callables"][0]["in_flight"][0];
    assert_eq!(in_flight["thread"], "the \"thread\"\n");
    objects.iter().map(self::command).collect()
}

#[test]
fn the_nth_object_is_of_the_nth_command_that_worked() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    };
    let inner = write("inner.instr", "sleep 0\nrestart\n\nclear");
    let outer = write(
        "outer.instr",
        &format!("# nothing\nhelp; source {inner}\nexpect 1 == 1"),
    );
    let script = format!("ls a:b; sleep 0;; source {outer}; history; patch a:b; exit 7; ls");
    let mut shell = instrsh();
    shell.args(["--json", "--keep-going", "-c", &script]);
    let output = shell
        .args(["-m", "instrumenting_app", "--calls", "0"])
        .output();
    let output = output.expect("it runs");
    let (answers, errors) = check(&mut Checker::default(), &output);
    let commands: Vec<_> = answers.iter().map(command).collect();
    let expected = "sleep help sleep restart clear source expect source history exit";
    assert_eq!(commands.join(" "), expected);
    assert_eq!(answers[5]["file"], inner);
    assert_eq!(answers[7]["file"], outer);
    assert_eq!(answers[9]["status"], 7);
    let places: Vec<_> = errors.iter().map(|error| &error["place"]).collect();
    assert_eq!(places, ["-c:1", "-c:1"]);
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn an_option_of_a_command_is_for_that_command_and_what_it_runs() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "restart\nls nothing:*").expect("a file");
    let script = format!("clear --json; source {} --json; help exit", file.display());
    let mut shell = instrsh();
    shell.args(["--keep-going", "-c", &script]);
    let output = shell
        .args(["-m", "instrumenting_app", "--calls", "0"])
        .output();
    let output = output.expect("it runs");
    let answers = String::from_utf8(output.stdout).expect("UTF-8");
    let (objects, text) = answers.split_at(answers.find("\nexit [N]").expect("help") + 1);
    let mut checker = Checker::default();
    let commands: Vec<_> = objects
        .lines()
        .map(|line| command(&checker.answer(line)))
        .collect();
    assert_eq!(commands, ["clear", "restart", "source"], "{objects} {text}");
    let errors = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(checker.on_stderr(errors.trim_end())["status"], 1);
}

#[test]
fn watch_gives_an_object_each_interval_until_its_reader_leaves() {
    let mut shell = instrsh();
    shell.args([
        "--json",
        "--color",
        "always",
        "-c",
        "watch *mod_a --every 50ms",
    ]);
    let shell = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut shell = shell.expect("it runs");
    let lines = BufReader::new(shell.stdout.take().expect("stdout")).lines();
    let mut checker = Checker::default();
    let frames = lines
        .take(3)
        .map(|line| checker.answer(&line.expect("text")));
    let frames: Vec<_> = frames.collect();
    let elapsed = frames.iter().map(|frame| frame["elapsed_s"].as_f64());
    assert!(elapsed.clone().is_sorted() && elapsed.clone().all(|it| it.is_some()));
    let output = shell.wait_with_output().expect("it ends");
    let notice = checker.on_stderr(String::from_utf8_lossy(&output.stderr).trim_end());
    let notice = notice["notice"].as_str().expect("text");
    assert!(
        notice.starts_with("`watch` without a time ends only"),
        "{notice}"
    );
}

#[test]
fn nothing_is_coloured() {
    let script = "ls; patch *mod_a:func_1; dis *mod_a:func_1; stats; help; help json; ls x:y";
    let output = instrsh()
        .args(["--json", "--color", "always", "-c", script])
        .env("CLICOLOR_FORCE", "1")
        .output();
    // The checker does not accept control characters.
    let (answers, errors) = check(&mut Checker::default(), &output.expect("it runs"));
    assert_eq!((answers.len(), errors.len()), (6, 1));
}

#[test]
fn a_spreadsheet_reads_the_values_of_ls() {
    for question in ["ls __main__", "ls --by process"] {
        let script = format!(
            "patch --lazy __main__:counted; run; wait; {question} --json; {question} --csv"
        );
        let mut shell = instrsh();
        shell.args(["--python-option=-Wignore::DeprecationWarning", "--hold"]);
        shell.args(["--program-output", "/dev/null", "-c", &script]);
        shell.arg(program("answering.py")).args(["/dev/null"; 2]);
        let output = shell.output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let (_, answers) = text
            .split_once("has ended with status 0\n")
            .expect("the answer to `wait`");
        let (objects, table) = answers.split_once('\n').expect("two answers");
        let objects: Value = serde_json::from_str(objects).expect("JSON");
        let as_cell = |value: &Value| match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let rows = objects["rows"].as_array().expect("rows");
        let rows = rows.iter().map(|row| {
            let row = row.as_object().expect("a row").iter();
            let cells = row.map(|(key, value)| (key.clone(), as_cell(value).into()));
            cells.collect::<Map<_, _>>().into()
        });
        assert_eq!(
            as_python_reads(table),
            Value::Array(rows.collect()),
            "{table}"
        );
    }
}

/// The rows of comma-separated values, as objects.
fn as_python_reads(table: &str) -> Value {
    const READER: &str = "import csv, json, sys
json.dump(list(csv.DictReader(open(sys.argv[1], newline=''), strict=True)), sys.stdout)";
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(&file, table).expect("a file");
    let mut python = Command::new("python3");
    python.args(["-X", "utf8", "-c", READER]).arg(file.path());
    let output = python.output().expect("Python runs");
    serde_json::from_slice(&output.stdout).expect("what Python has read")
}

#[test]
fn the_readme_shows_it_as_it_is() {
    let readme = fs::read_to_string(project().join("README.md")).expect("the README");
    let shown = readme
        .lines()
        .filter(|line| line.starts_with("{\"command\":"));
    let mut checker = Checker::default();
    let commands: Vec<_> = shown.map(|line| command(&checker.answer(line))).collect();
    assert_eq!(commands, ["patch", "sleep", "ls"]);
}
