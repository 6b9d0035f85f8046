//! The results of a run, with the machine: printed, and kept as JSON in `target/benchmarks/`.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{Length, Report};
use crate::common::{project, python_minor_version};

/// The reports of one run.
pub(crate) struct Record {
    length: Length,
    machine: Machine,
    reports: BTreeMap<&'static str, Report>,
}

/// The machine and the Python of the run.
#[derive(Debug, Clone, Serialize)]
struct Machine {
    /// `3.11.7`
    python: &'static str,
    instrsh: &'static str,
    /// The name that the kernel gives.
    processor: String,
    processors: usize,
    system: String,
}

/// The file of one benchmark.
#[derive(Serialize)]
struct Document<'a> {
    machine: &'a Machine,
    /// The load of the machine after the measurement, as the average of one minute.
    load: String,
    #[serde(flatten)]
    report: &'a Report,
}

impl Record {
    /// Nothing was measured yet.
    pub(crate) fn new(length: Length) -> Self {
        Self {
            length,
            machine: Machine::this(),
            reports: BTreeMap::new(),
        }
    }

    /// Stores a report; a file is written only for a full one.
    pub(crate) fn keep(&mut self, name: &'static str, report: Report) {
        if self.length == Length::Full {
            let document = Document {
                machine: &self.machine,
                load: load(),
                report: &report,
            };
            let text = serde_json::to_string_pretty(&document).expect("a report is plain data");
            let folder = folder();
            fs::create_dir_all(&folder).expect("a folder for results");
            fs::write(folder.join(name).with_extension("json"), text + "\n")
                .expect("the results are written");
        }
        self.reports.insert(name, report);
    }

    /// Each goal with its figure; missed goals come last.
    pub(crate) fn goals(&self) -> String {
        let mut figures: Vec<_> = self
            .reports
            .values()
            .flat_map(|report| &report.figures)
            .collect();
        figures.sort_by_key(|figure| !figure.is_reached());
        let reached = figures.iter().filter(|figure| figure.is_reached()).count();
        let mut goals = match self.length {
            Length::Full => String::new(),
            Length::Shortened => {
                "shortened: the figures say nothing; `cargo bench` measures\n".to_owned()
            }
        };
        for figure in &figures {
            goals += &format!("{figure}\n");
        }
        goals + &format!("{reached} of {} goals reached", figures.len())
    }
}

impl Display for Record {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let machine = &self.machine;
        writeln!(
            to,
            "instrsh {}, CPython {}, {} ({} processors), {}, load {}",
            machine.instrsh,
            machine.python,
            machine.processor,
            machine.processors,
            machine.system,
            load(),
        )
    }
}

impl Machine {
    fn this() -> Self {
        let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = information
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        Self {
            python: instrsh::BUILT_FOR.version,
            instrsh: env!("CARGO_PKG_VERSION"),
            processor: model.map_or("unknown", |(_, name)| name).to_owned(),
            processors: std::thread::available_parallelism().map_or(1, usize::from),
            system: format!("Linux {}", kernel.trim()),
        }
    }
}

/// Where the results of this Python are kept.
fn folder() -> PathBuf {
    let build: &Path = Path::new("target/benchmarks");
    project().join(build).join(python_minor_version())
}

fn load() -> String {
    let loads = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    loads.split(' ').next().unwrap_or_default().to_owned()
}
