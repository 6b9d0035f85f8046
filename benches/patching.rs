//! The cost of patching functions of the standard library, one or very many at once: by instrsh, by
//! its peers, and by the minimum that a patch must do.

use std::time::Duration;

use crate::frame::{
    Benchmark, Length, Modules, Report, Rounds, Subject, Table, Unit, median, time_behind,
};

pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "patching",
    summary: "microseconds of processor time to patch a function",
    run,
};

/// The cases of `programs/patching.py`, with their titles.
const TITLES: [(&str, &str); 7] = [
    ("replace", "code.replace(), nothing changed"),
    (
        "splice",
        "code.replace(), what a hook changes, nothing decoded",
    ),
    ("patched", "instrsh: patch"),
    ("unpatched", "instrsh: unpatch"),
    ("slipcover", "slipcover's editor"),
    ("bytecode", "bytecode, with a hook"),
    ("ddtrace", "ddtrace inject_hook"),
];

/// The case that instrsh is compared with, its title, and the goal.
const GOALS: [(&str, &str, f64); 3] = [
    ("replace", "code.replace()", 1.5),
    ("bytecode", "bytecode", 1.0 / 300.0),
    ("ddtrace", "ddtrace inject_hook", 1.0 / 300.0),
];

/// The numbers of functions that are patched at once.
type Sizes = [u32; 3];

/// The shell's own times, in microseconds a function.
struct Told {
    /// As its answer reports it, for few enough functions to list each: a command would dominate one.
    one: f64,
    /// The elapsed time from the command to the answer; the least for each size.
    until_answered: Vec<f64>,
}

fn run(length: Length) -> Report {
    let (rounds, sizes) = length.pick((5, [1, 1_000, 10_000]), (1, [1, 10, 40]));
    let modules = Modules::prepare();
    let list = sizes.map(|size| size.to_string()).join(",");
    let arguments = [&rounds.to_string(), list.as_str()];
    let mut subject = Subject::start("patching.py", &modules.behind(&arguments));
    let told = patch_in_rounds(&mut subject, rounds, &sizes);
    let (results, _folder) = subject.results();
    let results = Rounds::read(&results);
    let mut report = Report {
        absent: [&modules.absent[..], &results.absent].concat(),
        tables: vec![table(&results, &sizes, &told)],
        ..Report::default()
    };
    let [_, many, most] = sizes;
    let of = |case, size| results.least(case, size);
    for (case, title, goal) in GOALS {
        if let (Some(own), Some(other)) = (of("patched", many), of(case, many)) {
            let what = format!("patching a function, {many} at once, against {title}");
            report.figure(what, own / other, Unit::Times, goal);
        }
    }
    if let (Some(few), Some(all)) = (of("patched", many), of("patched", most)) {
        let what = format!("patching a function, {most} at once, against {many} at once");
        report.figure(what, all / few, Unit::Times, 1.2);
    }
    report
}

fn patch_in_rounds(subject: &mut Subject, rounds: u32, sizes: &Sizes) -> Told {
    let mut ones = Vec::new();
    let mut until_answered = vec![f64::INFINITY; sizes.len()];
    for _ in 0..rounds {
        for (size, least) in sizes.iter().zip(&mut until_answered) {
            let patch = "patch __main__:batch_* --limit 0";
            let (answer, taken) = subject.timed("ready to be patched", patch);
            *least = least.min(microseconds(taken) / f64::from(*size));
            if *size == 1 {
                let told = answer.iter().filter(|line| line.contains("added, in"));
                ones.extend(told.map(|line| microseconds(time_behind(line, "in"))));
            }
            subject.when("ready to be unpatched", "unpatch __main__:batch_*");
        }
    }
    ones.sort_by(f64::total_cmp);
    Told {
        one: median(&ones),
        until_answered,
    }
}

fn table(results: &Rounds, sizes: &Sizes, told: &Told) -> Table {
    let [one, batches @ ..] = sizes;
    let replace = results.least("replace", batches[0]);
    let row = |case: &str, title: &str| {
        let own = (case == "patched").then_some(told.one);
        let commands = ["patched", "unpatched"].contains(&case);
        let single = results.least(case, *one).filter(|_| !commands);
        let of_batch = |size: &u32| results.least(case, *size).map(|least| least / 1e3);
        let mut numbers = vec![own.or(single.map(|least| least / 1e3))];
        numbers.extend(batches.iter().map(of_batch));
        let ratio = results.least(case, batches[0]).zip(replace);
        numbers.push(ratio.map(|(least, replace)| least / replace));
        (title.to_owned(), numbers)
    };
    let mut rows: Vec<_> = TITLES.map(|(case, title)| row(case, title)).into();
    let clock = told.until_answered.iter().skip(1).map(|least| Some(*least));
    let clock = [None].into_iter().chain(clock).chain([None]).collect();
    rows.insert(
        3,
        ("    until it has answered, by the clock".to_owned(), clock),
    );
    let counts = sizes.iter().map(|size| format!("{size} at once"));
    Table {
        title: "µs a function, least of all rounds".to_owned(),
        columns: counts.chain(["× replace".to_owned()]).collect(),
        rows,
    }
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
