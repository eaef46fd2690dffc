//! Waiting, with a clock that passes only when somebody sleeps.

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures::future::BoxFuture;

use super::*;
use crate::aws::clock::SystemClock;
use crate::cloud::{Answer, Node, ReadCall, Service};

/// Answers by the time of day: a job that is done after a while, with trouble on the way.
struct Job {
    clock: SystemClock,
    done_after: Duration,
    end: &'static str,
    asked: Mutex<usize>,
}

impl Reads for Job {
    fn ask<'a>(&'a self, call: &'a ReadCall) -> BoxFuture<'a, Result<Answer, Fault>> {
        assert_eq!(call.call().action, "GetGeneratedPolicy");
        let mut asked = self.asked.lock().unwrap();
        *asked += 1;
        if *asked == 2 {
            let (class, service) = (Class::Unreachable, Service::AccessAnalyzer);
            let fault = Fault::new(class, service, "GetGeneratedPolicy", "TimedOut", "");
            return Box::pin(async { Err(fault) });
        }
        let is_done = self.clock.elapsed() >= self.done_after;
        let status = if is_done { self.end } else { "IN_PROGRESS" };
        let map = |members: Vec<(&str, Node)>| {
            let members = members.into_iter();
            Node::Map(
                members
                    .map(|(name, node)| (name.to_owned(), node))
                    .collect::<BTreeMap<_, _>>(),
            )
        };
        let text = |text: &str| Node::Text(text.to_owned());
        let error = map(vec![
            ("code", text("AUTHORIZATION_ERROR")),
            ("message", text("no")),
        ]);
        let details = map(vec![("status", text(status)), ("jobError", error)]);
        let properties = map(vec![("principalArn", text("arn"))]);
        let result = map(vec![("properties", properties)]);
        let body = map(vec![
            ("jobDetails", details),
            ("generatedPolicyResult", result),
        ]);
        let request_id = None;
        Box::pin(async { Ok(Answer { body, request_id }) })
    }
}

/// How waiting ends, after how many seconds, and what was said.
async fn waited(
    done_after: u64,
    end: &'static str,
) -> (Result<Generated, String>, u64, Vec<String>) {
    let job = Job {
        clock: SystemClock::start(),
        done_after: Duration::from_secs(done_after),
        end,
        asked: Mutex::new(0),
    };
    let clock = SystemClock::start();
    let said = Mutex::new(Vec::new());
    let watch = Watch {
        reads: &job,
        clock: &clock,
        role: "web",
        job: "j-1",
        timeout: Duration::from_secs(100),
        say: &|text| said.lock().unwrap().push(text.to_owned()),
    };
    let outcome = watch.wait().await.map_err(|failure| match failure {
        Failure::Other { message, hint } => format!("{message}; {}", hint.unwrap_or_default()),
        _ => "another failure".to_owned(),
    });
    let said = said.lock().unwrap().clone();
    (outcome, clock.elapsed().as_secs(), said)
}

#[tokio::test(start_paused = true)]
async fn a_job_is_asked_for_less_and_less_often_until_it_is_done() {
    let (outcome, seconds, said) = waited(50, "SUCCEEDED").await;
    assert!(outcome.unwrap().is_empty());
    assert_eq!(seconds, 2 + 4 + 8 + 15 + 15 + 15);
    assert_eq!(said, ["waiting for job j-1, 44 s of at most 1 min 40 s"]);
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_with_the_job_going_on() {
    let (outcome, seconds, said) = waited(1000, "SUCCEEDED").await;
    assert_eq!(
        outcome.unwrap_err(),
        "job j-1 is not done after 1 min 40 s; it goes on: fetch its policy later with \
         `rolewright suggest web --job j-1`"
    );
    assert_eq!((seconds, said.len()), (100, 2));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_fails_says_why() {
    let (outcome, _, _) = waited(0, "FAILED").await;
    assert_eq!(
        outcome.unwrap_err(),
        "job j-1 failed: AUTHORIZATION_ERROR: no; let access-analyzer.amazonaws.com assume the access role, \
         and that role read the trail and its bucket"
    );
    let (outcome, _, _) = waited(0, "CANCELED").await;
    assert_eq!(outcome.unwrap_err(), "job j-1 was cancelled; ");
}
