//! Each call that begins ends exactly once, in whichever way: the token at the bottom of its stack
//! records returns, exceptions, closed generators, suspensions and who called whom.
//!
//! The functions and their uses are in `tokens.py`: each use says what it expects to be recorded.

use std::sync::Arc;
use std::time::Duration;

use instrsh::bytecode::{Probe, inject};
use instrsh::counts::{Counter, Recording, Times};
use instrsh::cpython::{
    CodeObject, Function, Gil, Hook, Lookup, Recorder, lookup, running_version,
};
use instrsh::protocol::SymbolPath;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyList, PyModule};

const MODULE: &str = "tokens";

/// A timed function, while this lives.
struct Timed {
    function: Function,
    original: CodeObject,
    patched: CodeObject,
    counter: Counter,
    recording: Arc<Recording>,
}

impl Timed {
    fn new(gil: Gil<'_>, name: &str) -> Self {
        let path = SymbolPath::new(MODULE, name);
        let Lookup::Function(found) = lookup(gil, &path) else {
            panic!("{name} is no function");
        };
        let function = found.function;
        let original = function.code(gil);
        let constant = original.constant_count(gil).expect("constants");
        let parts = original.parts(gil).expect("parts");
        let version = running_version().expect("a version");
        let injected = inject(version, &parts, Probe::Time, constant).expect("it can be timed");
        let counter = Counter::new().expect("memory");
        let recording = Arc::new(Recording::new().expect("memory"));
        let recorder = Recorder {
            recording: Arc::clone(&recording),
            reads_clock: true,
            least: Duration::ZERO,
        };
        let hook = Hook::new(gil, &path, counter, Some(recorder)).expect("a hook");
        let patched = original
            .with_hook(gil, &injected.parts, &hook)
            .expect("code");
        function.set_code(gil, &patched).expect("it is set");
        Self {
            function,
            original,
            patched,
            counter,
            recording,
        }
    }

    fn undo(&self, gil: Gil<'_>) {
        self.function
            .set_code(gil, &self.original)
            .expect("it is set");
        self.patched.retire_hook(gil, self.function.id());
    }

    fn times(&self) -> Times {
        self.recording.timing.times()
    }
}

fn module(gil: Gil<'_>) -> Bound<'_, PyModule> {
    Python::initialize();
    instrsh::cpython::get_ready(gil).expect("it is ready");
    let source = std::ffi::CString::new(include_str!("tokens.py")).expect("no zero");
    let name = std::ffi::CString::new(MODULE).expect("no zero");
    PyModule::from_code(gil, &source, c"tokens.py", &name).expect("it runs")
}

/// What a use expects of a function: calls, errors, closed calls, and resumes if that is certain.
type Expected = (u64, u64, u64, Option<u64>);

#[test]
fn each_call_ends_once_and_as_it_does() {
    let _alone = crate::alone();
    Python::initialize();
    Python::attach(|gil| {
        let module = module(gil);
        let uses = module.getattr("USES").expect("uses");
        for used in uses.cast_into::<PyList>().expect("a list") {
            let name: String = used.getattr("__name__").unwrap().extract().unwrap();
            let expected: Bound<'_, PyDict> =
                used.getattr("expected").unwrap().cast_into().unwrap();
            let timed: Vec<(String, Timed, Expected)> = expected
                .iter()
                .map(|(function, expected)| {
                    let function: String = function.extract().unwrap();
                    let timed = Timed::new(gil, &function);
                    (function, timed, expected.extract().unwrap())
                })
                .collect();
            used.call0()
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            gil.run(c"import gc; gc.collect()", None, None).unwrap();
            for (function, timed, expected) in &timed {
                let ended = timed.times();
                let found = (ended.calls, ended.errors, ended.closed, ended.resumes);
                let (calls, errors, closed, resumes) = *expected;
                let expected = (calls, errors, closed, resumes.unwrap_or(found.3));
                assert_eq!(found, expected, "{name}: {function}");
                assert_eq!(
                    timed.counter.hits(),
                    expected.0,
                    "{name}: {function} begins"
                );
                timed.undo(gil);
            }
        }
    });
}

#[test]
fn a_call_that_outlives_its_patch_ends_once_and_lets_go_of_what_it_records_into() {
    let _alone = crate::alone();
    Python::initialize();
    Python::attach(|gil| {
        let module = module(gil);
        let function = |name| module.getattr(name).expect("it is there");
        let timed = ["calls", "generates"].map(|name| Timed::new(gil, name));
        let recordings = timed.each_ref().map(|it| Arc::clone(&it.recording));
        let counters = timed.each_ref().map(|it| it.counter);
        let recorded = || recordings.each_ref().map(|it| it.timing.times().calls);
        let generator = function("generates").call1((1,)).unwrap();
        generator.call_method0("__next__").unwrap();
        let undo = PyCFunction::new_closure(gil, None, None, move |arguments, _| {
            let gil = arguments.py();
            for timed in &timed {
                timed.undo(gil);
            }
        });
        function("calls").call1((undo.unwrap(),)).unwrap();
        gil.run(c"import gc; gc.collect()", None, None).unwrap();
        assert_eq!(recorded(), [1, 0]);
        let holders = || recordings.each_ref().map(Arc::strong_count);
        assert_eq!(holders(), [1, 2], "one generator waits");
        assert!(
            generator.call_method0("__next__").is_err(),
            "it is finished"
        );
        drop(generator);
        function("calls").call1((function("nothing"),)).unwrap();
        assert_eq!(recorded(), [1, 1]);
        assert_eq!(counters.map(Counter::hits), [1, 1]);
        assert_eq!(holders(), [1, 1]);
    });
}
