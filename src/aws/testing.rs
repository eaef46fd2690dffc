//! A clock and a transport for tests: time passes only in sleeps, answers come from a script.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use futures::future::BoxFuture;
use jiff::Timestamp;

use super::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use crate::cloud::Clock;

/// Stands still but for sleeps, which end at once.
pub(super) struct TestClock {
    start: SystemTime,
    passed: Mutex<Duration>,
}

impl TestClock {
    pub(super) fn at(start: SystemTime) -> Self {
        Self {
            start,
            passed: Mutex::new(Duration::ZERO),
        }
    }

    pub(super) fn pass(&self, duration: Duration) {
        *self.passed.lock().unwrap() += duration;
    }
}

impl Clock for TestClock {
    fn elapsed(&self) -> Duration {
        *self.passed.lock().unwrap()
    }

    fn timestamp(&self) -> Timestamp {
        (self.start + self.elapsed()).try_into().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.pass(duration);
        Box::pin(async {})
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

/// Gives prepared answers in order and keeps what was asked.
pub(super) struct Script {
    answers: Mutex<VecDeque<Result<HttpResponse, TransportError>>>,
    requests: Mutex<Vec<HttpRequest>>,
}

impl Script {
    pub(super) fn new(answers: Vec<Result<HttpResponse, TransportError>>) -> Self {
        Self {
            answers: Mutex::new(answers.into()),
            requests: Mutex::new(Vec::new()),
        }
    }

    /// What was asked, in order.
    pub(super) fn requests(&self) -> Vec<HttpRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// How many prepared answers are left.
    pub(super) fn left(&self) -> usize {
        self.answers.lock().unwrap().len()
    }
}

impl Transport for Script {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.requests.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(async { answer.expect("the script has an answer for every request") })
    }
}
