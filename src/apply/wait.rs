//! Waits until a condition holds, is hopeless or takes too long. What a step waits for is the step's own.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::event::{Event, Limit};
use super::stop::Stop;
use crate::cloud::backoff::Backoff;
use crate::cloud::{Answer, Class, Clock, Condition, Fault, ReadCall, Reads};
use crate::plan::StepId;

/// One of the places for steps that work. A step gives it back while it pauses, so that a hundred
/// associations waiting for propagation do not keep the hundred-and-first from its first call.
pub(super) struct Slot<'a> {
    all: &'a Semaphore,
    taken: Option<SemaphorePermit<'a>>,
}

impl<'a> Slot<'a> {
    pub(super) fn new(all: &'a Semaphore, taken: SemaphorePermit<'a>) -> Self {
        let taken = Some(taken);
        Self { all, taken }
    }
}

/// The run was interrupted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Interrupted;

/// What one step needs in order to wait.
#[derive(Clone, Copy)]
pub(super) struct Waiter<'a> {
    pub(super) step: StepId,
    pub(super) reads: &'a dyn Reads,
    pub(super) clock: &'a dyn Clock,
    pub(super) events: &'a (dyn Fn(Event) + Send + Sync),
    pub(super) stop: &'a Stop,
    /// How long one condition may take.
    pub(super) timeout: Duration,
}

/// Why a wait ended without its condition.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum WaitFailure {
    /// It took too long, became hopeless, or could not be asked.
    Fault(Fault),
    /// The run was interrupted.
    Interrupted,
}

impl Waiter<'_> {
    /// Sleeps without occupying the slot. Ends early when the run is interrupted.
    pub(super) async fn pause(
        &self,
        slot: &mut Slot<'_>,
        duration: Duration,
    ) -> Result<(), Interrupted> {
        slot.taken = None;
        tokio::select! {
            biased;
            () = self.stop.requested() => Err(Interrupted),
            () = self.clock.sleep(duration) => {
                slot.taken = slot.all.acquire().await.ok();
                Ok(())
            }
        }
    }

    /// Waits until the condition holds; gives how long that took, nothing when it held at the first look.
    pub(super) async fn until(
        &self,
        slot: &mut Slot<'_>,
        condition: &Condition,
    ) -> Result<Duration, WaitFailure> {
        let watched = Watched {
            about: &condition.about,
            read: &condition.read,
        };
        let see = |outcome| see(condition, outcome);
        match self.watch(slot, watched, &see).await? {
            WaitOutcome::Held(waited) => Ok(waited),
            WaitOutcome::Hopeless(why) => Err(WaitFailure::Fault(hopeless(condition, why))),
        }
    }

    /// Looks again and again until there is an end, or it takes too long.
    pub(super) async fn watch(
        &self,
        slot: &mut Slot<'_>,
        watched: Watched<'_>,
        see: &(dyn Fn(Result<Answer, Fault>) -> Look + Send + Sync),
    ) -> Result<WaitOutcome, WaitFailure> {
        // The first look may have had to wait its turn, which is our own delay.
        let mut since = None;
        for look in 1.. {
            let outcome = self.reads.ask(watched.read).await;
            let now = self.clock.elapsed();
            let elapsed = now.saturating_sub(*since.get_or_insert(now));
            match see(outcome) {
                Look::Holds if look == 1 => return Ok(WaitOutcome::Held(Duration::ZERO)),
                Look::Holds => return Ok(WaitOutcome::Held(elapsed)),
                Look::Hopeless(why) => return Ok(WaitOutcome::Hopeless(why)),
                Look::Unreadable(fault) => return Err(WaitFailure::Fault(fault)),
                Look::NotYet => {}
            }
            if elapsed >= self.timeout {
                return Err(WaitFailure::Fault(too_long(watched, elapsed)));
            }
            (self.events)(Event::Waiting {
                step: self.step,
                reason: watched.about.to_owned(),
                elapsed,
                limit: Limit::Time(self.timeout),
            });
            // The last look comes when the time is up, not later.
            let delay = Backoff::QUICK
                .delay(look, self.clock.chance())
                .min(self.timeout.saturating_sub(elapsed));
            let paused = self.pause(slot, delay).await;
            paused.map_err(|Interrupted| WaitFailure::Interrupted)?;
        }
        Err(WaitFailure::Fault(too_long(watched, self.timeout)))
    }

    /// Looks once; `None` when the answer says neither yes nor no.
    pub(super) async fn holds(&self, condition: &Condition) -> Option<bool> {
        let outcome = self.reads.ask(&condition.read).await;
        condition.expect.holds(&outcome)
    }
}

/// What is looked at, and what for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watched<'a> {
    /// To follow "waiting for".
    pub(super) about: &'a str,
    pub(super) read: &'a ReadCall,
}

/// What one look shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Look {
    Holds,
    NotYet,
    /// Why, where AWS says so.
    Hopeless(Option<String>),
    /// The read failed in a way that looking again will not heal.
    Unreadable(Fault),
}

/// How the looking ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum WaitOutcome {
    /// It is true, after so long.
    Held(Duration),
    /// It cannot become true any more.
    Hopeless(Option<String>),
}

fn see(condition: &Condition, outcome: Result<Answer, Fault>) -> Look {
    if condition.expect.holds(&outcome) == Some(true) {
        return Look::Holds;
    }
    let hopeless = condition.hopeless.as_ref();
    if hopeless.and_then(|expect| expect.holds(&outcome)) == Some(true) {
        return Look::Hopeless(explained(condition, &outcome));
    }
    match outcome {
        Err(fault) if !fault.may_pass() => Look::Unreadable(fault),
        Ok(_) | Err(_) => Look::NotYet,
    }
}

/// Why a thing is in the state that ends all hope, where AWS says so (EC2 API reference, StateReason).
fn explained(condition: &Condition, outcome: &Result<Answer, Fault>) -> Option<String> {
    let answer = outcome.as_ref().ok()?;
    let item = condition.hopeless.as_ref()?.witness(&answer.body)?;
    item.text(&["stateReason", "message"]).map(str::to_owned)
}

fn hopeless(condition: &Condition, why: Option<String>) -> Fault {
    let why = why.map_or_else(String::new, |why| format!(": {why}"));
    let message = format!("{} can no longer be expected{why}", condition.about);
    let fault = condition
        .read
        .call()
        .fault(Class::State, "WaitIsHopeless", &message);
    fault.hinted("it has changed since the plan was made: plan again to see it")
}

fn too_long(watched: Watched<'_>, elapsed: Duration) -> Fault {
    let seconds = elapsed.as_secs();
    let message = format!("waited {seconds} s in vain for {}", watched.about);
    let call = watched.read.call();
    call.fault(Class::NotYet, "WaitTimedOut", &message).hinted(
        "run the same command again: it goes on from here; or give it longer with --wait-timeout",
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cloud::{Expect, Node, Service};

    fn running() -> Condition {
        Condition {
            about: "i-0abc to be running".to_owned(),
            read: ReadCall::new(Service::Ec2, "DescribeInstances"),
            expect: Expect::is(&["state"], "running"),
            hopeless: Some(Expect::is(&["state"], "terminated")),
        }
    }

    fn state(state: &str) -> Answer {
        let state = Node::Text(state.to_owned());
        Answer {
            body: Node::Map(BTreeMap::from([("state".to_owned(), state)])),
            request_id: None,
        }
    }

    fn failing(class: Class) -> Fault {
        Fault::new(class, Service::Ec2, "DescribeInstances", "Code", "text")
    }

    #[test]
    fn a_look_shows_one_of_four_things() {
        assert_eq!(see(&running(), Ok(state("running"))), Look::Holds);
        assert_eq!(see(&running(), Ok(state("pending"))), Look::NotYet);
        let terminated = see(&running(), Ok(state("terminated")));
        assert_eq!(terminated, Look::Hopeless(None));
        let denied = failing(Class::Denied);
        assert_eq!(
            see(&running(), Err(denied.clone())),
            Look::Unreadable(denied)
        );
    }

    fn map<const N: usize>(members: [(&str, Node); N]) -> Node {
        Node::Map(members.map(|(name, node)| (name.to_owned(), node)).into())
    }

    #[test]
    fn what_aws_says_about_the_end_is_reported() {
        let instance = |state: &str, why: &str| {
            let why = map([("message", Node::Text(why.to_owned()))]);
            map([
                ("state", Node::Text(state.to_owned())),
                ("stateReason", why),
            ])
        };
        let listed = Answer {
            body: map([(
                "set",
                Node::List(vec![
                    instance("running", ""),
                    instance("terminated", "no key"),
                ]),
            )]),
            request_id: None,
        };
        let condition = Condition {
            expect: Expect::Missing,
            hopeless: Some(Expect::any(&["set"], Expect::is(&["state"], "terminated"))),
            ..running()
        };
        let Look::Hopeless(why) = see(&condition, Ok(listed)) else {
            panic!("it is over");
        };
        assert_eq!(
            hopeless(&condition, why).message,
            "i-0abc to be running can no longer be expected: no key"
        );
    }

    #[test]
    fn a_passing_fault_does_not_end_a_wait() {
        for class in [
            Class::Missing,
            Class::NotYet,
            Class::Throttled,
            Class::Transient,
            Class::Unreachable,
        ] {
            assert_eq!(see(&running(), Err(failing(class))), Look::NotYet);
        }
    }
}
