//! Starting, stopping and terminating instances. One bad id leaves all as they were.

use super::show;
use super::{Call, after, find_instance};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::world::{InstanceState, Region};
use crate::sandbox::xml::Fields;

pub(super) fn start(region: &mut Region, call: &Call) -> Outcome {
    change(region, call, |id, state| match state {
        InstanceState::Stopped => Ok(InstanceState::Pending),
        InstanceState::Pending | InstanceState::Running => Ok(state),
        _ => Err(refused(id, "started")),
    })
}

pub(super) fn stop(region: &mut Region, call: &Call) -> Outcome {
    change(region, call, |id, state| match state {
        InstanceState::Running => Ok(InstanceState::Stopping),
        InstanceState::Stopping | InstanceState::Stopped => Ok(state),
        _ => Err(refused(id, "stopped")),
    })
}

pub(super) fn terminate(region: &mut Region, call: &Call) -> Outcome {
    change(region, call, |_, state| match state {
        InstanceState::ShuttingDown | InstanceState::Terminated => Ok(state),
        _ => Ok(InstanceState::ShuttingDown),
    })
}

fn change(
    region: &mut Region,
    call: &Call,
    next: impl Fn(&str, InstanceState) -> Result<InstanceState, Fault>,
) -> Outcome {
    let ids = call.form.list("InstanceId");
    if ids.is_empty() {
        return Err(Fault::new(
            "MissingParameter",
            "The request must contain the parameter InstanceId",
        ));
    }
    let mut rows = Vec::new();
    for id in ids {
        let previous = find_instance(region, id)?.state;
        let current = next(id, previous)?;
        if let Some(instance) = region.instances.get_mut(id).filter(|_| current != previous) {
            instance.state = current;
            instance.changes_at = Some(after(call, call.instance_delay));
        }
        let row = Fields::new().text("instanceId", id);
        rows.push(
            row.within("currentState", show::state(current))
                .within("previousState", show::state(previous)),
        );
    }
    Ok(Fields::new().list("instancesSet", "item", rows))
}

fn refused(id: &str, done: &str) -> Fault {
    let text = format!("The instance '{id}' is not in a state from which it can be {done}.");
    Fault::new("IncorrectInstanceState", text)
}
