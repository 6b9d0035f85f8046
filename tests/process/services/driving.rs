//! Requests under four conditions: without patches, with patched handlers, with the whole framework
//! patched, and while patches come and go.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::clients::{Clients, Request};
use super::latencies::Latencies;
use super::service::{Running, Service};

const CLIENTS: usize = 4;
/// The number of times that the first three conditions alternate.
const TURNS: usize = 6;
/// The number of times that each client sends all requests in a turn.
const ROUNDS: usize = 6;
/// The number of times that patches come and go during requests.
const CHANGES: usize = 8;

/// A service that is driven.
struct Drive {
    service: Service,
    shell: Running,
    clients: Clients,
    plainly: Latencies,
    handlers: Latencies,
    framework: Latencies,
    changing: Latencies,
}

/// Drives a service to its end.
pub(crate) fn drive(mut service: Service) {
    // Two at a time would disturb each other's times.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    let shell = Running::start(&mut service.command, "");
    let mut drive = Drive {
        clients: Clients::new(&shell.address, CLIENTS),
        service,
        shell,
        plainly: Latencies::new("without patches"),
        handlers: Latencies::new("the handlers patched"),
        framework: Latencies::new("the framework patched"),
        changing: Latencies::new("while patches come and go"),
    };
    for turn in 1..=TURNS {
        drive.take_turns(turn);
    }
    drive.change();
    drive.end();
}

impl Drive {
    /// Sends as many requests without patches as with patched handlers and with a patched framework.
    fn take_turns(&mut self, turn: usize) {
        let handlers = handlers(self.service.requests);
        let names = names(&handlers);
        let times = self.work();
        self.plainly.add(times);

        self.shell.ask(&format!("patch {names}"));
        let times = self.work();
        self.handlers.add(times);
        // All requests are answered, and no client sends any.
        for (handler, times) in &handlers {
            let hits = times * CLIENTS * ROUNDS * turn;
            self.shell.ask(&format!("expect hits({handler}) == {hits}"));
        }
        self.shell.ask(&format!("unpatch {names}"));

        let Service {
            framework,
            once_a_request,
            requests,
            ..
        } = self.service;
        self.shell.ask(&format!("patch {framework} --limit 0"));
        let times = self.work();
        self.framework.add(times);
        let hits = requests.len() * CLIENTS * ROUNDS * turn;
        self.shell.ask(&format!(
            "expect hits({once_a_request}) == {hits}; unpatch --all"
        ));
    }

    /// The requests of one condition in a turn.
    fn work(&mut self) -> Vec<std::time::Duration> {
        let is_in_turn = |round| round < ROUNDS;
        self.clients.work(self.service.requests, is_in_turn)
    }

    /// Patches, watches and unpatches while the clients send requests without a pause.
    fn change(&mut self) {
        let Service {
            requests,
            framework,
            name,
            ..
        } = self.service;
        let handlers = &names(&handlers(requests));
        let before = self.shell.hits(handlers);
        let is_over = AtomicBool::new(false);
        let goes_on = |_| !is_over.load(Ordering::Relaxed);
        let (shell, clients) = (&mut self.shell, &mut self.clients);
        let times = thread::scope(|scope| {
            let asking = scope.spawn(|| clients.work(requests, goes_on));
            let changing = scope.spawn(|| {
                for _ in 0..CHANGES {
                    shell.ask(&format!(
                        "patch {handlers}; watch 100ms {handlers} --every 50ms"
                    ));
                    shell.ask(&format!("unpatch {handlers}; patch {framework} --limit 0"));
                    shell.ask(&format!("patch {handlers}; dis {handlers}"));
                    shell.ask("sleep 50ms; unpatch --all");
                }
            });
            let changed = changing.join();
            is_over.store(true, Ordering::Relaxed);
            let times = asking.join().expect("no request fails");
            changed.expect("no command fails");
            times
        });
        let (hits, made) = (self.shell.hits(handlers) - before, times.len() as u64);
        println!("{name}: {hits} hits of {made} requests while patches came and went");
        assert!(0 < hits && hits <= made, "{hits} hits of {made} requests");
        self.changing.add(times);
    }

    /// Leaves while connections are open: nothing is patched, nothing failed, everything was logged.
    fn end(mut self) {
        let commands = "expect patched(*:*) == 0; expect program == running; verify";
        let verified = self.shell.ask(commands).concat();
        let is_as_before = verified.ends_with(" callables exactly as before");
        assert!(is_as_before, "{verified}");
        let errors = self.shell.leave();
        drop(self.clients);

        let latencies = [self.plainly, self.handlers, self.framework, self.changing];
        let made: usize = latencies.iter().map(Latencies::count).sum();
        let is_wrong = |line: &&String| line.contains("Traceback") || line.contains("error:");
        assert_eq!(errors.iter().find(is_wrong), None);
        let is_logged = |line: &&String| line.contains(" HTTP/1.1");
        let logged = errors.iter().filter(is_logged).count();
        assert_eq!(logged, if self.service.logs { made } else { 0 });
        if let Some(last_words) = self.service.last_words {
            assert_eq!(errors.last().map(String::as_str), Some(last_words));
        }

        let name = self.service.name;
        println!("{name}: {made} requests, none failed; {verified}");
        for latencies in latencies {
            println!("{name}: {latencies}");
        }
    }
}

/// The handlers, and how often each is called if every request is sent once.
pub(crate) fn handlers(requests: &[Request]) -> BTreeMap<&str, usize> {
    let mut handlers = BTreeMap::new();
    for request in requests {
        *handlers.entry(request.handler).or_default() += 1;
    }
    handlers
}

fn names(handlers: &BTreeMap<&str, usize>) -> String {
    handlers.keys().copied().collect::<Vec<_>>().join(" ")
}
