//! Waiting for a job: asking again and again, and saying so.

use std::time::Duration;

use crate::analyzer::{self, Generated, State};
use crate::cli::terminal::Failure;
use crate::cloud::Clock;
use crate::cloud::{Class, Fault, Reads};
use crate::render;

/// The first pause, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(15));
/// How often saying that we still wait is worth a line.
const SAY_EVERY: Duration = Duration::from_secs(30);

/// A job that is waited for.
pub(super) struct Watch<'a> {
    /// Whom to ask.
    pub reads: &'a dyn Reads,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// The role, as typed.
    pub role: &'a str,
    /// The job's id.
    pub job: &'a str,
    /// How long at most.
    pub timeout: Duration,
    /// What to tell the user by.
    pub say: &'a (dyn Fn(&str) + Sync),
}

impl Watch<'_> {
    /// The policy, once it is there.
    pub(super) async fn wait(&self) -> Result<Generated, Failure> {
        let began = self.clock.elapsed();
        let mut said = began;
        let mut pause = PAUSES.0;
        loop {
            if let Some(generated) = self.look().await? {
                return Ok(generated);
            }
            let now = self.clock.elapsed();
            let waited = now.saturating_sub(began);
            if waited >= self.timeout {
                return Err(self.too_late());
            }
            if now.saturating_sub(said) >= SAY_EVERY {
                said = now;
                (self.say)(&self.progress(waited));
            }
            let left = self.timeout.saturating_sub(waited);
            self.clock.sleep(pause.min(left)).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    /// The policy, if it is there now.
    async fn look(&self) -> Result<Option<Generated>, Failure> {
        match analyzer::state(self.reads, self.job).await {
            Ok(State::Running) => Ok(None),
            Ok(State::Done(generated)) => Ok(Some(generated)),
            Ok(State::Failed { code, message }) => Err(self.failed(&code, &message)),
            Ok(State::Canceled) => {
                let message = format!("job {} was cancelled", self.job);
                Err(Failure::other(message, None))
            }
            // The job goes on whether we can see it or not.
            Err(fault) if is_passing(&fault) => Ok(None),
            Err(fault) => Err(Failure::fault("follow the job")(fault)),
        }
    }

    fn progress(&self, waited: Duration) -> String {
        format!(
            "waiting for job {}, {} of at most {}",
            self.job,
            render::whole(waited),
            render::whole(self.timeout)
        )
    }

    fn too_late(&self) -> Failure {
        let Self { role, job, .. } = self;
        let message = format!(
            "job {job} is not done after {}",
            render::whole(self.timeout)
        );
        let hint = format!(
            "it goes on: fetch its policy later with `rolewright suggest {role} --job {job}`"
        );
        Failure::other(message, Some(&hint))
    }

    /// The codes are those of the API reference, JobError.
    fn failed(&self, code: &str, message: &str) -> Failure {
        let hint = match code {
            "AUTHORIZATION_ERROR" => Some(
                "let access-analyzer.amazonaws.com assume the access role, and that role read the trail and its bucket",
            ),
            "RESOURCE_NOT_FOUND_ERROR" => {
                Some("check that the trail, its bucket and the role are still there")
            }
            "SERVICE_QUOTA_EXCEEDED_ERROR" => {
                Some("choose a shorter time, fewer regions or fewer trails")
            }
            "SERVICE_ERROR" => Some("AWS has trouble of its own: run again"),
            _ => None,
        };
        Failure::other(format!("job {} failed: {code}: {message}", self.job), hint)
    }
}

fn is_passing(fault: &Fault) -> bool {
    matches!(
        fault.class,
        Class::Throttled | Class::Transient | Class::Unreachable
    )
}

#[cfg(test)]
mod tests;
