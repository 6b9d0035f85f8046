//! The cost of counting or timing everything: whole programs of the standard library, beside profilers.

use crate::frame::{Benchmark, Length, Modules, Report, Samples, Subject, Table, Unit};

pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "everything",
    summary: "whole programs with all callables counted, and timed",
    run,
};

/// The cases of `programs/everything.py`, with their titles, and the goals.
const CASES: [(&str, &str, Option<f64>); 6] = [
    ("none", "plain", None),
    ("control", "the same once more: what is noise", None),
    ("counted", "instrsh: all callables counted", Some(1.15)),
    ("timed", "instrsh: all callables timed", Some(1.6)),
    ("cprofile", "cProfile", None),
    ("viztracer", "viztracer, without functions in C", None),
];

/// The programs, in the order of their numbers, and the module that contains the callables of each.
const PROGRAMS: [(&str, &str); 3] = [
    ("email", "email.*:*"),
    ("ast.unparse", "*ast*:*"),
    ("pickle", "pickle:*"),
];

fn run(length: Length) -> Report {
    let times = length.pick(40, 1);
    let modules = Modules::prepare();
    let mut subject = Subject::start("everything.py", &modules.behind(&[&times.to_string()]));
    let patterns = PROGRAMS.map(|(_, pattern)| pattern).join(" ");
    for _ in 0..times {
        for (state, command, measure) in [("counted", "patch", "hits"), ("timed", "time", "ended")]
        {
            let command = format!("{command} {patterns} --limit 0");
            subject.when(&format!("ready to be {state}"), &command);
            let recorded = PROGRAMS.map(|(_, pattern)| format!("expect {measure}({pattern}) > 0"));
            let undo = format!("{}; unpatch --all", recorded.join("; "));
            subject.when("ready to be unpatched", &undo);
        }
    }
    let (results, _folder) = subject.results();
    report(&Samples::read(&results), modules.absent)
}

fn report(samples: &Samples, absent: Vec<(String, String)>) -> Report {
    let mut report = Report {
        absent: [absent, samples.absent.clone()].concat(),
        ..Report::default()
    };
    let mut rows = Vec::new();
    for (case, title, goal) in CASES {
        let ratios = samples.ratios_of_medians(case, "none");
        if let Some(goal) = goal {
            for ((program, _), ratio) in PROGRAMS.iter().zip(&ratios) {
                let what = format!("{program}, {case} everywhere, against plain");
                report.figure(what, *ratio, Unit::Times, goal);
            }
        }
        rows.push((title.to_owned(), ratios.into_iter().map(Some).collect()));
    }
    report.tables.push(Table {
        title: "processor time, against plain".to_owned(),
        columns: PROGRAMS.map(|(program, _)| program.to_owned()).into(),
        rows,
    });
    report
}
