//! Real services answer over HTTP while the shell patches, watches and unpatches their handlers: no
//! request fails, each call is counted, and the service ends as with Ctrl-C.
//!
//! ```text
//! cargo test --test process services -- --nocapture    prints latencies, with and without patches
//! ```

#![expect(clippy::print_stdout, reason = "the tests tell what they measured")]

mod clients;
mod driving;
mod latencies;
mod service;

use crate::common::instrsh;
use crate::common::packages::Environment;
use clients::{Clients, Request};
use driving::{drive, handlers};
use service::{Running, Service};

const PAGE: &str = "<!doctype html>
<title>Loans</title>
<ul>
  <li><a href=\"/offers/house\">house</a>: 2.1 %</li>
  <li><a href=\"/offers/car\">car</a>: 3.9 %</li>
  <li><a href=\"/offers/bicycle\">bicycle</a>: 4.5 %</li>
</ul>";

/// The requests to `examples/08_flask/app.py`.
const LOANS: [Request; 5] = [
    Request {
        line: "GET /",
        body: "",
        handler: "app:index",
        status: 200,
        answer: PAGE,
    },
    Request {
        line: "GET /offers/car",
        body: "",
        handler: "app:offer",
        status: 200,
        answer: "{\"name\":\"car\",\"rate\":3.9}\n",
    },
    Request {
        line: "GET /offers/boat",
        body: "",
        handler: "app:offer",
        status: 404,
        answer: "{\"error\":\"no loan for a boat\"}\n",
    },
    Request {
        line: "POST /plans",
        body: r#"{"name": "house", "amount": 10000, "years": 3}"#,
        handler: "app:plan",
        status: 201,
        answer: "{\"owed\":[6736.36,3403.51,0.0]}\n",
    },
    Request {
        line: "POST /plans",
        body: r#"{"name": "car", "amount": 100, "years": 99}"#,
        handler: "app:plan",
        status: 400,
        answer: "{\"error\":\"a loan is for 1 to 50 years\"}\n",
    },
];

/// The requests to `examples/09_asyncio`; each client has its own name.
const VALUES: [Request; 5] = [
    Request {
        line: "PUT /CLIENT",
        body: "first",
        handler: "store:put",
        status: 201,
        answer: "kept",
    },
    Request {
        line: "PUT /CLIENT",
        body: "second",
        handler: "store:put",
        status: 200,
        answer: "kept",
    },
    Request {
        line: "GET /CLIENT",
        body: "",
        handler: "store:get",
        status: 200,
        answer: "second",
    },
    Request {
        line: "DELETE /CLIENT",
        body: "",
        handler: "store:delete",
        status: 200,
        answer: "forgotten",
    },
    Request {
        line: "GET /CLIENT",
        body: "",
        handler: "store:get",
        status: 404,
        answer: "no such name",
    },
];

fn environment() -> Environment {
    Environment::of("services").expect("Flask is installed")
}

#[test]
fn a_flask_application_as_a_script() {
    let mut command = instrsh();
    command.arg("--python").arg(environment().folder());
    command.args(["examples/08_flask/app.py", "--port", "0"]);
    drive(Service {
        name: "Flask",
        command,
        requests: &LOANS,
        framework: "flask.* werkzeug.*",
        once_a_request: "flask.app:Flask.wsgi_app",
        logs: true,
        last_words: Some("the counter is closed"),
    });
}

#[test]
fn a_flask_application_by_its_own_command() {
    let mut command = instrsh();
    command.env("VIRTUAL_ENV", environment().folder());
    command.args(["-m", "flask", "--app", "examples/08_flask/app"]);
    command.args(["run", "--port", "0"]);
    drive(Service {
        name: "flask run",
        command,
        requests: &LOANS,
        framework: "flask.* werkzeug.* jinja2.* click.*",
        once_a_request: "flask.app:Flask.wsgi_app",
        logs: true,
        last_words: None,
    });
}

#[test]
fn a_service_of_asyncio() {
    let mut command = instrsh();
    command.args(["examples/09_asyncio", "--port", "0"]);
    drive(Service {
        name: "asyncio",
        command,
        requests: &VALUES,
        framework: "asyncio.*",
        once_a_request: "asyncio.streams:StreamWriter.write",
        logs: false,
        last_words: Some("the store is closed"),
    });
}

#[test]
fn workers_that_are_forked_count_in_the_same_rows() {
    const CLIENTS: usize = 4;
    const ROUNDS: usize = 20;
    let mut command = instrsh();
    command.env("VIRTUAL_ENV", environment().folder());
    command.args(["--hold", "-m", "gunicorn", "--preload", "--workers", "2"]);
    command.args(["--chdir", "examples/08_flask", "--bind", "127.0.0.1:0"]);
    command.arg("app:app");
    let mut shell = Running::start(&mut command, "patch --lazy app:*; run");
    let mut clients = Clients::new(&shell.address, CLIENTS);
    let made = clients.work(&LOANS, |round| round < ROUNDS).len();
    for (handler, times) in handlers(&LOANS) {
        let hits = times * CLIENTS * ROUNDS;
        shell.ask(&format!("expect hits({handler}) == {hits}"));
    }
    shell.ask("unpatch --all");
    let verified = shell.ask("verify").concat();
    assert!(verified.ends_with(" exactly as before"), "{verified}");
    clients.work(&LOANS, |round| round < ROUNDS);
    // Leaving would not wait as long as this may take.
    assert_eq!(
        shell.ask("interrupt; wait"),
        ["the program has ended with status 0"]
    );
    let log = shell.leave();
    let is_start = |line: &&String| line.contains("Booting worker with pid");
    assert_eq!(log.iter().filter(is_start).count(), 2);
    let is_end = |line: &String| line.ends_with("Shutting down: Master");
    assert!(log.iter().any(is_end), "{log:?}");
    println!("gunicorn: {made} requests in two workers, as many hits; {verified}");
}
