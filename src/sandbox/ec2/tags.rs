//! Tags of instances, the one kind of resource here that has any.

use std::collections::BTreeSet;

use super::filter::Filters;
use super::{Call, find_instance, missing, page};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::form::Form;
use crate::sandbox::world::{Region, Tags};
use crate::sandbox::xml::Fields;

/// Tags on one resource (EC2 user guide, tag restrictions).
const QUOTA: usize = 50;

/// What a launch can tag. Only the instances are part of this world.
const TAGGABLE: [&str; 5] = [
    "elastic-gpu",
    "instance",
    "network-interface",
    "spot-instances-request",
    "volume",
];

/// Overwrites key by key.
pub(super) fn create(region: &mut Region, call: &Call) -> Outcome {
    let asked = asked(call.form, "Tag")?;
    for id in resources(region, call)? {
        if let Some(instance) = region.instances.get_mut(&id) {
            put(&mut instance.tags, &asked)?;
        }
    }
    Ok(done())
}

/// Without any tag: all of the user's. With a value, even an empty one: only if it is the one there is.
pub(super) fn delete(region: &mut Region, call: &Call) -> Outcome {
    let members = call.form.members("Tag");
    let field = |member: &String, name: &str| call.form.get(&format!("{member}.{name}"));
    let goes = |key: &str, value: &str| {
        let named = |member: &String| {
            field(member, "Key") == Some(key)
                && field(member, "Value").is_none_or(|asked| asked == value)
        };
        !key.starts_with("aws:") && (members.is_empty() || members.iter().any(named))
    };
    for id in resources(region, call)? {
        if let Some(instance) = region.instances.get_mut(&id) {
            instance.tags.retain(|key, value| !goes(key, value));
        }
    }
    Ok(done())
}

pub(super) fn describe(region: &Region, call: &Call) -> Outcome {
    let filters = Filters::of(call.form, |name| {
        matches!(name, "key" | "resource-id" | "resource-type" | "value")
            || name.starts_with("tag:")
    })?;
    let all = region.instances.values().flat_map(|instance| {
        instance
            .tags
            .iter()
            .map(|(key, value)| (format!("{}/{key}", instance.id), [&instance.id, key, value]))
    });
    let wanted = |[id, key, value]: &[&String; 3]| {
        filters.match_all(|name| match name {
            "key" => vec![(*key).clone()],
            "resource-id" => vec![(*id).clone()],
            "resource-type" => vec!["instance".to_owned()],
            "value" => vec![(*value).clone()],
            tag if tag.strip_prefix("tag:") == Some(key) => vec![(*value).clone()],
            _ => Vec::new(),
        })
    };
    let rows: Vec<(String, [&String; 3])> = all.filter(|(_, row)| wanted(row)).collect();
    let page = page::cut(
        call.form,
        rows.iter().map(|(key, row)| (key.as_str(), row)),
        true,
    )?;
    let shown = page.items.into_iter().map(|[id, key, value]| {
        Fields::new()
            .text("resourceId", *id)
            .text("resourceType", "instance")
            .text("key", *key)
            .text("value", *value)
    });
    Ok(page::items("tagSet", shown, page.next))
}

/// The tags a launch puts on its instances.
pub(super) fn on_launch(form: &Form) -> Result<Tags, Fault> {
    let mut tags = Tags::new();
    for member in form.members("TagSpecification") {
        let kind = form
            .get(&format!("{member}.ResourceType"))
            .unwrap_or_default();
        if !TAGGABLE.contains(&kind) {
            return Err(Fault::invalid_value(format!(
                "'{kind}' is not a valid taggable resource type for this operation."
            )));
        }
        let asked = asked(form, &format!("{member}.Tag"))?;
        if kind == "instance" {
            put(&mut tags, &asked)?;
        }
    }
    Ok(tags)
}

fn asked(form: &Form, list: &str) -> Result<Vec<(String, String)>, Fault> {
    let tag = |member: String| {
        let key = form.get(&format!("{member}.Key")).unwrap_or_default();
        let value = form.get(&format!("{member}.Value")).unwrap_or_default();
        let text = if key.is_empty() || key.chars().count() > 127 {
            "Tag key cannot be null, empty, or longer than 127 characters."
        } else if value.chars().count() > 256 {
            "Tag value exceeds the maximum length of 256 characters"
        } else if key.starts_with("aws:") {
            "Tag keys starting with 'aws:' are reserved for internal use"
        } else {
            return Ok((key.to_owned(), value.to_owned()));
        };
        Err(Fault::invalid_value(text))
    };
    let tags: Result<Vec<_>, Fault> = form.members(list).into_iter().map(tag).collect();
    let tags = tags?;
    let mut keys: BTreeSet<&String> = BTreeSet::new();
    match tags.iter().find(|(key, _)| !keys.insert(key)) {
        Some((twice, _)) => Err(Fault::invalid_value(format!(
            "Duplicate tag key '{twice}' specified."
        ))),
        None => Ok(tags),
    }
}

fn put(tags: &mut Tags, asked: &[(String, String)]) -> Result<(), Fault> {
    tags.extend(asked.iter().cloned());
    if tags.len() <= QUOTA {
        return Ok(());
    }
    let text = format!("The maximum number of Tags for a resource has been reached: {QUOTA}");
    Err(Fault::new("TagLimitExceeded", text))
}

fn resources(region: &Region, call: &Call) -> Result<Vec<String>, Fault> {
    let ids = call.form.list("ResourceId");
    if ids.is_empty() {
        return Err(missing("resourceIdSet"));
    }
    let known = |id: &str| {
        if id.starts_with("i-") {
            return find_instance(region, id).map(|instance| instance.id.clone());
        }
        let text = format!("The ID '{id}' is not valid");
        Err(Fault::new("InvalidID", text))
    };
    ids.into_iter().map(known).collect()
}

fn done() -> Fields {
    Fields::new().text("return", true)
}
