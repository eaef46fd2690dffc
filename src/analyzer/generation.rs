//! A policy from what a role has done: the job that writes it, from start to end. Waiting for it is the caller's.

use jiff::Timestamp;

use super::generated::Generated;
use super::malformed;
use crate::cloud::{Answer, Fault, Parameter, ReadCall, Reads, Service, WriteCall, Writes};

/// What to read, of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    /// The ARN of the role whose activity counts.
    pub principal: String,
    /// The trails to read.
    pub trails: Vec<Trail>,
    /// The ARN of the role that Access Analyzer assumes to read them.
    pub access_role: String,
    /// From when on.
    pub start: Timestamp,
    /// Until when.
    pub end: Timestamp,
}

/// A CloudTrail trail, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trail {
    /// Its ARN.
    pub arn: String,
    /// The regions whose events count.
    pub regions: TrailRegions,
}

/// Regions of a trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrailRegions {
    /// Every one.
    All,
    /// These.
    These(Vec<String>),
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// At work.
    Running,
    /// Done.
    Done(Generated),
    /// It ended without a policy.
    Failed {
        /// AWS's code (`AUTHORIZATION_ERROR`).
        code: String,
        /// AWS's message.
        message: String,
    },
    /// Somebody has cancelled it.
    Canceled,
}

/// Starts jobs and cancels them, and can change nothing else: the sender of other calls never leaves it.
#[derive(Clone, Copy)]
pub struct Jobs<'a>(&'a dyn Writes);

impl<'a> Jobs<'a> {
    /// Over something that could send any call.
    pub fn over(writes: &'a dyn Writes) -> Self {
        Self(writes)
    }

    /// Starts a job and gives its id. Needs `access-analyzer:StartPolicyGeneration`, and `iam:PassRole` on the role
    /// that reads the trails.
    pub async fn start(self, generation: &Generation) -> Result<String, Fault> {
        let answer = self.0.send(&start(generation)).await?;
        let id = answer.body.text(&["jobId"]);
        id.map(str::to_owned)
            .ok_or_else(|| malformed("StartPolicyGeneration", "jobId"))
    }

    /// Cancels a job. Needs `access-analyzer:CancelPolicyGeneration`.
    pub async fn cancel(self, job: &str) -> Result<(), Fault> {
        let call =
            WriteCall::new(Service::AccessAnalyzer, "CancelPolicyGeneration").with("jobId", job);
        self.0.send(&call).await.map(drop)
    }
}

fn start(generation: &Generation) -> WriteCall {
    let Generation {
        principal,
        trails,
        access_role,
        start,
        end,
    } = generation;
    let details = Parameter::map([
        ("accessRole", access_role.as_str().into()),
        ("startTime", seconds(*start).into()),
        ("endTime", seconds(*end).into()),
        (
            "trails",
            Parameter::List(trails.iter().map(trail).collect()),
        ),
    ]);
    let principal = Parameter::map([("principalArn", principal.as_str().into())]);
    WriteCall::new(Service::AccessAnalyzer, "StartPolicyGeneration")
        .with("policyGenerationDetails", principal)
        .with("cloudTrailDetails", details)
}

fn trail(trail: &Trail) -> Parameter {
    let Trail { arn, regions } = trail;
    let regions = match regions {
        TrailRegions::All => ("allRegions", "true".into()),
        TrailRegions::These(regions) => ("regions", regions.iter().map(String::as_str).collect()),
    };
    Parameter::map([("cloudTrailArn", arn.as_str().into()), regions])
}

/// Whole seconds, as AWS's own tools write times.
fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Asks how far a job is. Needs `access-analyzer:GetGeneratedPolicy`.
pub async fn state(reads: &dyn Reads, job: &str) -> Result<State, Fault> {
    let call = ReadCall::new(Service::AccessAnalyzer, ACTION)
        .with("jobId", job)
        .with("includeResourcePlaceholders", "true");
    read(&reads.ask(&call).await?)
}

const ACTION: &str = "GetGeneratedPolicy";

fn read(answer: &Answer) -> Result<State, Fault> {
    let error = |name| {
        let text = answer.body.text(&["jobDetails", "jobError", name]);
        text.unwrap_or("not told").to_owned()
    };
    Ok(match answer.body.text(&["jobDetails", "status"]) {
        Some("IN_PROGRESS") => State::Running,
        Some("FAILED") => State::Failed {
            code: error("code"),
            message: error("message"),
        },
        Some("CANCELED") => State::Canceled,
        Some("SUCCEEDED") => {
            State::Done(Generated::read(&answer.body).map_err(|what| malformed(ACTION, what))?)
        }
        _ => return Err(malformed(ACTION, "status of the job that is known")),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::Answers;
    use super::*;

    fn generation(regions: TrailRegions) -> Generation {
        Generation {
            principal: "arn:aws:iam::123456789012:role/web".into(),
            trails: vec![Trail {
                arn: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/all".into(),
                regions,
            }],
            access_role: "arn:aws:iam::123456789012:role/reader".into(),
            start: "2026-08-01T00:00:00.5Z".parse().unwrap(),
            end: "2026-09-01T00:00:00Z".parse().unwrap(),
        }
    }

    #[tokio::test]
    async fn a_job_is_started_over_trails_and_cancelled_by_its_id() {
        let answers = Answers::of(&[json!({"jobId": "j-1"}), json!({})]);
        let jobs = Jobs::over(&answers);
        let regions = TrailRegions::These(vec!["eu-west-1".into(), "us-east-1".into()]);
        let id = jobs.start(&generation(regions)).await.unwrap();
        jobs.cancel(&id).await.unwrap();
        assert_eq!(
            answers.asked(),
            [
                "StartPolicyGeneration cloudTrailDetails={accessRole: arn:aws:iam::123456789012:role/reader, \
                 endTime: 2026-09-01T00:00:00Z, startTime: 2026-08-01T00:00:00Z, \
                 trails: [{cloudTrailArn: arn:aws:cloudtrail:eu-west-1:123456789012:trail/all, \
                 regions: [eu-west-1, us-east-1]}]} \
                 policyGenerationDetails={principalArn: arn:aws:iam::123456789012:role/web}",
                "CancelPolicyGeneration jobId=j-1",
            ]
        );
    }

    #[tokio::test]
    async fn a_job_without_an_id_cannot_be_followed() {
        let answers = Answers::of(&[json!({})]);
        let fault = Jobs::over(&answers)
            .start(&generation(TrailRegions::All))
            .await;
        assert_eq!(
            fault.unwrap_err().to_string(),
            "access-analyzer:StartPolicyGeneration: MalformedAnswer: the answer has no jobId"
        );
    }

    async fn state_of(details: Value) -> Result<State, Fault> {
        let answers = Answers::of(&[
            json!({"jobDetails": details, "generatedPolicyResult": {"properties": {"principalArn": "x"}}}),
        ]);
        state(&answers, "j-1").await
    }

    #[tokio::test]
    async fn every_state_of_a_job_is_told() {
        assert_eq!(
            state_of(json!({"status": "IN_PROGRESS"})).await,
            Ok(State::Running)
        );
        assert_eq!(
            state_of(json!({"status": "CANCELED"})).await,
            Ok(State::Canceled)
        );
        let error = json!({"code": "AUTHORIZATION_ERROR", "message": "cannot read the trail"});
        assert_eq!(
            state_of(json!({"status": "FAILED", "jobError": error})).await,
            Ok(State::Failed {
                code: "AUTHORIZATION_ERROR".into(),
                message: "cannot read the trail".into()
            })
        );
        let odd = state_of(json!({"status": "DREAMING"})).await.unwrap_err();
        assert!(odd.message.contains("status of the job"), "{odd}");
    }
}
