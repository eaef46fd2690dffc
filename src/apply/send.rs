//! Sends one call and writes it down, before and after. When to send is `attempt`'s.

use super::context::Context;
use super::journal::{CallResult, Entry, JournalError, Moment};
use crate::cloud::{Class, Fault, WriteCall};
use crate::plan::Step;

/// Why a call did not take effect, or not for sure.
pub(super) enum SendError {
    /// AWS refused it, or did not answer.
    Refused(Fault),
    /// It could not be written down. A call that cannot be is not sent, and one that was sent without a
    /// record of its answer counts as failed: a later reader of the journal must be able to rely on it.
    NotRecorded {
        /// What to report.
        fault: Fault,
        /// Whether the call was sent.
        sent: bool,
    },
}

/// Sends the call for a step; `attempt` counts from 1.
pub(super) async fn send(
    context: Context<'_>,
    step: &Step,
    call: &WriteCall,
    attempt: u32,
) -> Result<(), SendError> {
    let mut entry = Entry {
        time: context.clock.timestamp(),
        step: step.id,
        title: step.title.clone(),
        action: call.call().full_name(),
        address: step.address.clone(),
        event: Moment::Sending,
        attempt,
        request_id: None,
        result: None,
    };
    let recorded = context.journal.record(&entry);
    recorded.map_err(|error| not_recorded(call, &error, false))?;

    let outcome = context.cloud.writes.send(call).await;
    entry.time = context.clock.timestamp();
    entry.event = Moment::Answered;
    (entry.request_id, entry.result) = match &outcome {
        Ok(answer) => (answer.request_id.clone(), Some(CallResult::Ok)),
        Err(fault) => (fault.request_id.clone(), Some(error(fault))),
    };
    let recorded = context.journal.record(&entry);
    // AWS's own error says more than a full disk.
    outcome.map_err(SendError::Refused)?;
    recorded.map_err(|error| not_recorded(call, &error, true))
}

fn error(fault: &Fault) -> CallResult {
    CallResult::Error {
        code: fault.code.clone(),
        message: fault.message.clone(),
    }
}

fn not_recorded(call: &WriteCall, error: &JournalError, sent: bool) -> SendError {
    let source = std::error::Error::source(error);
    let why = source.map_or_else(String::new, |source| format!(": {source}"));
    let message = format!("{error}{why}");
    let fault = call
        .call()
        .fault(Class::Unexpected, "JournalNotWritten", &message);
    let fault = fault.hinted("make room or mend the folder, then run the same command again");
    SendError::NotRecorded { fault, sent }
}
