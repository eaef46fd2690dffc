//! What it takes to merge one statement into a policy that others write as well: read it, and look afterwards whether the
//! statement stands. When to do so is `attempt`'s; what becomes of a policy is `cloud`'s.

use super::wait::{Look, Slot, WaitFailure, WaitOutcome, Waiter, Watched};
use crate::cloud::statement::UnreadablePolicy;
use crate::cloud::{Aftermath, Answer, Class, Fault, Merge, Reads};

/// How often a statement is merged before it is left to the others.
pub(super) const ATTEMPTS: u32 = 5;

/// A policy's text; `None` where there was no policy.
pub(super) type Former = Option<String>;

/// `statement DenyBob to stay in the policy`: to follow "waiting for".
pub(super) fn about(merge: &Merge) -> String {
    let Merge { sid, .. } = merge;
    match merge.statement {
        Some(_) => format!("statement {sid} to stay in the policy"),
        None => format!("statement {sid} to stay out of the policy"),
    }
}

/// The policy as it is now.
pub(super) async fn read(reads: &dyn Reads, merge: &Merge) -> Result<Former, Fault> {
    match reads.ask(&merge.read).await {
        Ok(answer) => match merge.policy(&answer) {
            Some(policy) => Ok(Some(policy.to_owned())),
            None => Err(fault(merge, "NoPolicy", "the answer has no policy in it")),
        },
        Err(fault) if fault.is_missing() => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Whether a statement that was taken stands: waits while AWS still shows what was before, and gives `false` where another writer
/// put back what it had read before.
pub(super) async fn stands(
    waiter: &Waiter<'_>,
    slot: &mut Slot<'_>,
    merge: &Merge,
    former: &Former,
) -> Result<bool, WaitFailure> {
    let about = about(merge);
    let watched = Watched {
        about: &about,
        read: &merge.read,
    };
    let see = |outcome: Result<Answer, Fault>| see(merge, former, outcome.as_ref());
    let ending = waiter.watch(slot, watched, &see).await?;
    Ok(matches!(ending, WaitOutcome::Held(_)))
}

fn see(merge: &Merge, former: &Former, outcome: Result<&Answer, &Fault>) -> Look {
    let now = match outcome {
        Ok(answer) => merge.policy(answer),
        Err(fault) if fault.is_missing() => None,
        Err(fault) if merge.locks_out && fault.class == Class::Denied => return Look::Holds,
        Err(fault) if fault.may_pass() => return Look::NotYet,
        Err(fault) => return Look::Unreadable(fault.clone()),
    };
    match merge.aftermath(former.as_deref(), now) {
        Aftermath::Stands => Look::Holds,
        Aftermath::Lagging => Look::NotYet,
        Aftermath::Overwritten => Look::Hopeless(None),
    }
}

/// Others write over it again and again.
pub(super) fn overwritten(merge: &Merge) -> Fault {
    let message = format!(
        "somebody wrote over statement {} {ATTEMPTS} times",
        merge.sid
    );
    let fault = merge
        .read
        .call()
        .fault(Class::Busy, "Overwritten", &message);
    fault.hinted(
        "another tool manages the whole policy: declare the statement there, or stop the other tool",
    )
}

pub(super) fn unreadable(merge: &Merge, error: &UnreadablePolicy) -> Fault {
    fault(merge, "UnreadablePolicy", &error.to_string())
        .hinted("put the policy right first: nothing was changed")
}

fn fault(merge: &Merge, code: &str, message: &str) -> Fault {
    merge.read.call().fault(Class::Unexpected, code, message)
}
