//! Settings of the metadata service: at launch, and changed later by `ModifyInstanceMetadataOptions`.

use super::{Call, find_instance, required, show};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::form::Form;
use crate::sandbox::world::{InstanceState, MetadataOptions, Region};
use crate::sandbox::xml::Fields;

/// What is left out does not change.
pub(super) fn modify(region: &mut Region, call: &Call) -> Outcome {
    let id = required(call.form, "InstanceId")?;
    let instance = find_instance(region, id)?;
    if matches!(
        instance.state,
        InstanceState::ShuttingDown | InstanceState::Terminated
    ) {
        let text = format!("The instance '{id}' is not in a state from which it can be modified.");
        return Err(Fault::new("IncorrectInstanceState", text));
    }
    let changed = asked(call.form, "", &instance.metadata_options)?;
    let shown = show::metadata(&changed, "pending");
    if let Some(instance) = region.instances.get_mut(id) {
        instance.metadata_options = changed;
    }
    Ok(Fields::new()
        .text("instanceId", id)
        .within("instanceMetadataOptions", shown))
}

pub(super) fn at_launch(form: &Form) -> Result<MetadataOptions, Fault> {
    asked(form, "MetadataOptions.", &MetadataOptions::default())
}

/// The settings a call names below `prefix`; those it leaves out are as before.
fn asked(form: &Form, prefix: &str, before: &MetadataOptions) -> Result<MetadataOptions, Fault> {
    let choice = |name: &str, choices: [&str; 2], before: &str| {
        let value = form.get(&format!("{prefix}{name}")).unwrap_or(before);
        let known = choices.contains(&value).then(|| value.to_owned());
        known.ok_or_else(|| invalid(name, value))
    };
    let switch = ["disabled", "enabled"];
    let hops = match form.get(&format!("{prefix}HttpPutResponseHopLimit")) {
        None => before.http_put_response_hop_limit,
        Some(text) => {
            let hops = text.parse().ok().filter(|hops| (1..=64).contains(hops));
            hops.ok_or_else(|| invalid("HttpPutResponseHopLimit", text))?
        }
    };
    Ok(MetadataOptions {
        http_tokens: choice("HttpTokens", ["optional", "required"], &before.http_tokens)?,
        http_put_response_hop_limit: hops,
        http_endpoint: choice("HttpEndpoint", switch, &before.http_endpoint)?,
        instance_metadata_tags: choice(
            "InstanceMetadataTags",
            switch,
            &before.instance_metadata_tags,
        )?,
    })
}

fn invalid(name: &str, value: &str) -> Fault {
    Fault::invalid_value(format!("Value ({value}) for parameter {name} is invalid."))
}
