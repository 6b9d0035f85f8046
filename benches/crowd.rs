//! The cost of a hit if many functions are patched, when the processor's caches matter.
//!
//! The functions are empty. In larger ones, other work of the processor hides the cost of a hit with
//! few functions, so the ratio to it would not be meaningful.

use crate::frame::{Benchmark, Length, Modules, Report, Samples, Subject, Table, Unit};

pub(crate) const BENCHMARK: Benchmark = Benchmark {
    name: "crowd",
    summary: "a hit with 10,000 functions patched against one with 10",
    run,
};

const FEW: &str = "10";
const GOAL: f64 = 3.5;

fn run(length: Length) -> Report {
    let many = length.pick("10000", "100");
    let modules = Modules::prepare();
    let samples = measure(many, length, &modules);
    let mut report = Report {
        absent: modules.absent,
        ..Report::default()
    };
    let mut rows = Vec::new();
    for (case, title) in [("patched", "instrsh"), ("limit", "the limit in C")] {
        let added = |size| samples.added_to(&format!("never_{size}"), &format!("{case}_{size}"));
        let (few, many) = (added(FEW), added(many));
        let ratio = few.zip(many).map(|(few, many)| many / few);
        rows.push((title.to_owned(), vec![few, many, ratio]));
        if let (Some(ratio), "patched") = (ratio, case) {
            let what = "a hit with 10,000 functions patched, against 10";
            report.figure(what, ratio, Unit::Times, GOAL);
        }
    }
    report.tables.push(Table {
        title: "added to a call".to_owned(),
        columns: [&format!("ns, {FEW}"), &format!("ns, {many}"), "ratio"]
            .map(str::to_owned)
            .to_vec(),
        rows,
    });
    report
}

fn measure(many: &str, length: Length, modules: &Modules) -> Samples {
    let (sets, rounds) = length.pick(("8", "100"), ("2", "2"));
    let arguments = modules.behind(&[many, sets, rounds]);
    let mut subject = Subject::start("crowd.py", &arguments);
    let patch = "patch __main__:patched_* __main__:limit_* --limit 0";
    subject.when("ready to be patched", patch);
    let (results, _folder) = subject.results();
    Samples::read(&results)
}
