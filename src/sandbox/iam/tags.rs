//! Tags of roles and instance profiles. A call with one bad tag changes none.

use super::{Call, page, profile, profile_mut, role, role_mut, show};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::form::Form;
use crate::sandbox::rule::{Rule, violation};
use crate::sandbox::world::{Iam, Tags};
use crate::sandbox::xml::Fields;

/// Tags on one resource, and in one call (IAM user guide, quotas).
const QUOTA: usize = 50;

/// Whether two keys that differ only in letter case are one key (IAM user guide, tagging: roles and users ignore case).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keys {
    IgnoreCase,
    Exact,
}

pub(super) fn on_creation(form: &Form, keys: Keys) -> Result<Tags, Fault> {
    let mut tags = Tags::new();
    put(&mut tags, asked(form)?, keys)?;
    Ok(tags)
}

pub(crate) fn session_tags(form: &Form) -> Result<Tags, Fault> {
    on_creation(form, Keys::IgnoreCase)
}

pub(super) fn tag_role(iam: &mut Iam, call: &Call) -> Outcome {
    add(&mut role_mut(iam, call)?.tags, call, Keys::IgnoreCase)
}

pub(super) fn tag_profile(iam: &mut Iam, call: &Call) -> Outcome {
    add(&mut profile_mut(iam, call)?.tags, call, Keys::Exact)
}

fn add(tags: &mut Tags, call: &Call, keys: Keys) -> Outcome {
    put(tags, asked(call.form)?, keys)?;
    Ok(Fields::new())
}

pub(super) fn untag_role(iam: &mut Iam, call: &Call) -> Outcome {
    remove(&mut role_mut(iam, call)?.tags, call, Keys::IgnoreCase)
}

pub(super) fn untag_profile(iam: &mut Iam, call: &Call) -> Outcome {
    remove(&mut profile_mut(iam, call)?.tags, call, Keys::Exact)
}

pub(super) fn list_of_role(iam: &Iam, call: &Call) -> Outcome {
    list(&role(iam, call)?.tags, call)
}

pub(super) fn list_of_profile(iam: &Iam, call: &Call) -> Outcome {
    list(&profile(iam, call)?.tags, call)
}

fn list(tags: &Tags, call: &Call) -> Outcome {
    let page = page::cut(call, tags.keys().map(|key| (key.as_str(), key)))?;
    let members = page.items.iter().map(|key| show::tag(key, &tags[*key]));
    let members = Fields::new().list("Tags", "member", members);
    Ok(members.and(page::rest(page.next)))
}

fn asked(form: &Form) -> Result<Vec<(String, String)>, Fault> {
    let tag = |member: String| {
        let field = |name: &str| form.get(&format!("{member}.{name}"));
        let key = field("Key").ok_or_else(|| Rule::TAG_KEY.missing())?;
        let value = field("Value").ok_or_else(|| Rule::TAG_VALUE.missing())?;
        Rule::TAG_KEY.check(key)?;
        Rule::TAG_VALUE.check(value)?;
        if key.to_ascii_lowercase().starts_with("aws:") {
            let text = "Tag keys must not start with the reserved prefix aws:";
            return Err(Fault::new("InvalidInput", text));
        }
        Ok((key.to_owned(), value.to_owned()))
    };
    form.members("Tags.member").into_iter().map(tag).collect()
}

fn put(tags: &mut Tags, asked: Vec<(String, String)>, keys: Keys) -> Result<(), Fault> {
    let mut changed = tags.clone();
    let mut given: Vec<String> = Vec::new();
    for (key, value) in asked {
        if given.iter().any(|other| same(keys, other, &key)) {
            let text = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(Fault::new("InvalidInput", text));
        }
        changed.retain(|other, _| !same(keys, other, &key));
        changed.insert(key.clone(), value);
        given.push(key);
    }
    if changed.len() > QUOTA {
        let text = "The number of tags has reached the maximum limit.";
        return Err(Fault::limit_exceeded(text));
    }
    *tags = changed;
    Ok(())
}

/// A key that is not there is no error.
fn remove(tags: &mut Tags, call: &Call, keys: Keys) -> Outcome {
    let named = call.form.list("TagKeys.member");
    if named.is_empty() {
        return Err(violation("null", "TagKeys", "not be null"));
    }
    tags.retain(|key, _| !named.iter().any(|name| same(keys, key, name)));
    Ok(Fields::new())
}

fn same(keys: Keys, one: &str, other: &str) -> bool {
    match keys {
        Keys::IgnoreCase => one.to_lowercase() == other.to_lowercase(),
        Keys::Exact => one == other,
    }
}
