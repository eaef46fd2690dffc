//! Starting, stopping and terminating instances. One bad id leaves all as they were.

use super::show;
use super::{Call, after, find_instance, missing};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::timestamp;
use crate::sandbox::world::{Instance, InstanceState, Region};
use crate::sandbox::xml::Fields;

pub(super) fn start(region: &mut Region, call: &Call) -> Outcome {
    change(region, call, |instance| match instance.state {
        InstanceState::Stopped => Ok(InstanceState::Pending),
        state @ (InstanceState::Pending | InstanceState::Running) => Ok(state),
        _ => Err(refused(&instance.id, "started")),
    })
}

pub(super) fn stop(region: &mut Region, call: &Call) -> Outcome {
    change(region, call, |instance| match instance.state {
        InstanceState::Running => Ok(InstanceState::Stopping),
        state @ (InstanceState::Stopping | InstanceState::Stopped) => Ok(state),
        _ => Err(refused(&instance.id, "stopped")),
    })
}

/// A protected instance blocks all others of the call: there is but one zone here.
pub(super) fn terminate(region: &mut Region, call: &Call) -> Outcome {
    change(region, call, |instance| match instance.state {
        state @ (InstanceState::ShuttingDown | InstanceState::Terminated) => Ok(state),
        _ if instance.disable_api_termination => Err(protected(&instance.id)),
        _ => Ok(InstanceState::ShuttingDown),
    })
}

fn change(
    region: &mut Region,
    call: &Call,
    next: impl Fn(&Instance) -> Result<InstanceState, Fault>,
) -> Outcome {
    let ids = call.form.list("InstanceId");
    if ids.is_empty() {
        return Err(missing("InstanceId"));
    }
    let mut rows = Vec::new();
    for id in ids {
        let instance = find_instance(region, id)?;
        let (previous, current) = (instance.state, next(instance)?);
        if let Some(instance) = region.instances.get_mut(id).filter(|_| current != previous) {
            instance.state = current;
            instance.changes_at = Some(after(call, call.instance_delay));
            // The launch time is that of the last start (EC2 API reference, Instance).
            if current == InstanceState::Pending {
                instance.launched = timestamp::to_second(call.now);
            }
        }
        let row = Fields::new().text("instanceId", id);
        rows.push(
            row.within("currentState", show::state(current))
                .within("previousState", show::state(previous)),
        );
    }
    Ok(Fields::new().list("instancesSet", "item", rows))
}

fn protected(id: &str) -> Fault {
    let text = format!(
        "The instance '{id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again."
    );
    Fault::new("OperationNotPermitted", text)
}

fn refused(id: &str, done: &str) -> Fault {
    let text = format!("The instance '{id}' is not in a state from which it can be {done}.");
    Fault::new("IncorrectInstanceState", text)
}
