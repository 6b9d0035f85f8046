//! Concurrent clients that check each response.

use std::thread;
use std::time::{Duration, Instant};

use crate::common::http::{Client, Response};

/// A request, and the response that it must get.
pub(crate) struct Request {
    /// Method and path; `CLIENT` in it stands for the client's own name.
    pub(crate) line: &'static str,
    pub(crate) body: &'static str,
    /// The symbol path of the function that handles it.
    pub(crate) handler: &'static str,
    pub(crate) status: u16,
    pub(crate) answer: &'static str,
}

impl Request {
    /// Sends it, and compares the response; returns the time until it arrived.
    fn make(&self, client: &mut Client, name: &str) -> Duration {
        let line = self.line.replace("CLIENT", name);
        let (method, path) = line.split_once(' ').expect("method and path");
        let start = Instant::now();
        let response = client.ask(method, path, self.body);
        let time = start.elapsed();
        let response = response.unwrap_or_else(|error| panic!("{line}: {error}"));
        let expected = Response {
            status: self.status,
            body: self.answer.to_owned(),
        };
        assert_eq!(response, expected, "{line}");
        time
    }
}

/// Several clients, each with its own connection.
pub(crate) struct Clients(Vec<Client>);

impl Clients {
    pub(crate) fn new(address: &str, count: usize) -> Self {
        Self((0..count).map(|_| Client::new(address)).collect())
    }

    /// Makes each client send all requests in turn, and repeat this while `goes_on` accepts the number
    /// of its rounds so far. Returns the time that each request took, once all are answered.
    pub(crate) fn work(
        &mut self,
        requests: &[Request],
        goes_on: impl Fn(usize) -> bool + Sync,
    ) -> Vec<Duration> {
        let goes_on = &goes_on;
        thread::scope(|scope| {
            let mut working = Vec::new();
            for (number, client) in self.0.iter_mut().enumerate() {
                working.push(scope.spawn(move || {
                    let name = format!("client-{number}");
                    let mut times = Vec::new();
                    for _ in (0..).take_while(|round| goes_on(*round)) {
                        times.extend(requests.iter().map(|it| it.make(client, &name)));
                    }
                    times
                }));
            }
            let times = working.into_iter().map(|it| it.join().expect("no failure"));
            times.flatten().collect()
        })
    }
}
