//! `DescribeInstanceAttribute` and `ModifyInstanceAttribute`: one attribute of one instance at a time.

use std::collections::BTreeSet;

use super::{Call, find_instance, launch_check as check, required};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::form::Form;
use crate::sandbox::world::{Instance, InstanceState, Region};
use crate::sandbox::xml::Fields;

/// Attributes by the parameter that changes them, with the name they are read by.
const ATTRIBUTES: [(&str, &str); 5] = [
    ("DisableApiTermination", "disableApiTermination"),
    ("GroupId", "groupSet"),
    (
        "InstanceInitiatedShutdownBehavior",
        "instanceInitiatedShutdownBehavior",
    ),
    ("InstanceType", "instanceType"),
    ("UserData", "userData"),
];

pub(super) fn describe(region: &Region, call: &Call) -> Outcome {
    let instance = find_instance(region, required(call.form, "InstanceId")?)?;
    let name = required(call.form, "Attribute")?;
    let fields = Fields::new().text("instanceId", &instance.id);
    let value = |text: &str| Fields::new().text("value", text);
    Ok(match name {
        "disableApiTermination" => {
            let protected = instance.disable_api_termination.to_string();
            fields.within(name, value(&protected))
        }
        "groupSet" => {
            let groups = instance.security_groups.iter();
            fields.list(
                name,
                "item",
                groups.map(|id| Fields::new().text("groupId", id)),
            )
        }
        "instanceInitiatedShutdownBehavior" => {
            fields.within(name, value(instance.shutdown_behavior.name()))
        }
        "instanceType" => fields.within(name, value(&instance.instance_type)),
        "userData" => {
            let data = instance.user_data.as_deref();
            fields.within(name, data.map_or_else(Fields::new, value))
        }
        _ => {
            return Err(Fault::invalid_value(format!(
                "Value ({name}) for parameter attribute is invalid. Unknown attribute"
            )));
        }
    })
}

/// Type and user data change only while the instance is stopped.
pub(super) fn modify(region: &mut Region, call: &Call) -> Outcome {
    let id = required(call.form, "InstanceId")?;
    let state = find_instance(region, id)?.state;
    let attribute = the_one(call.form)?;
    let lasting = matches!(attribute, "InstanceType" | "UserData");
    if lasting && state != InstanceState::Stopped {
        let text = format!("The instance '{id}' is not in the 'stopped' state.");
        return Err(Fault::new("IncorrectInstanceState", text));
    }
    let Region {
        instances, offers, ..
    } = region;
    if let Some(instance) = instances.get_mut(id) {
        change(instance, attribute, call.form, offers)?;
    }
    Ok(Fields::new().text("return", true))
}

/// The attribute that a call changes, of which there must be exactly one.
fn the_one(form: &Form) -> Result<&'static str, Fault> {
    let named = |parameter: &str| {
        let prefix = format!("{parameter}.");
        form.all().any(|(name, _)| name.starts_with(&prefix))
    };
    let asked: Vec<_> = ATTRIBUTES
        .iter()
        .filter(|(parameter, _)| named(parameter))
        .collect();
    let text = match asked[..] {
        [(parameter, _)] => return Ok(parameter),
        [] => "No attributes specified.".to_owned(),
        _ => {
            let readable: Vec<&str> = asked.iter().map(|(_, name)| *name).collect();
            format!(
                "Fields for multiple attribute types specified: {}",
                readable.join(", ")
            )
        }
    };
    Err(Fault::new("InvalidParameterCombination", text))
}

fn change(
    instance: &mut Instance,
    attribute: &str,
    form: &Form,
    offers: &BTreeSet<String>,
) -> Result<(), Fault> {
    let field = format!("{attribute}.Value");
    match attribute {
        "DisableApiTermination" => instance.disable_api_termination = check::flag(form, &field)?,
        "GroupId" => {
            instance.security_groups = check::groups_by_id(&form.list(attribute), offers)?;
        }
        "InstanceInitiatedShutdownBehavior" => {
            instance.shutdown_behavior = check::shutdown_behavior(form, &field)?;
        }
        "InstanceType" => required(form, &field)?.clone_into(&mut instance.instance_type),
        _ => instance.user_data = check::user_data(form, &field)?,
    }
    Ok(())
}
