//! What a launch asks for, checked against what there is.

use std::collections::BTreeSet;

use super::{Call, required};
use crate::sandbox::catalogue;
use crate::sandbox::fault::Fault;
use crate::sandbox::form::Form;
use crate::sandbox::world::ShutdownBehavior;

/// What a region offers for a launch besides what every region has.
type Offers = BTreeSet<String>;

/// Bytes of user data before they are encoded (EC2 user guide, user data).
const LONGEST_USER_DATA: usize = 16 * 1024;

/// How many instances: the most that fit, which here is always the most that are asked for.
pub(super) fn count(form: &Form) -> Result<u64, Fault> {
    let number = |name: &str| {
        let text = required(form, name)?;
        let number = text.parse::<u64>().ok().filter(|number| *number > 0);
        number.ok_or_else(|| invalid(text, name, ""))
    };
    let (least, most) = (number("MinCount")?, number("MaxCount")?);
    if least <= most {
        return Ok(most);
    }
    Err(Fault::invalid_value(
        "Value for parameter minCount is invalid. Expecting a value no greater than maxCount.",
    ))
}

pub(super) fn image<'a>(form: &'a Form, offers: &Offers) -> Result<&'a str, Fault> {
    let id = required(form, "ImageId")?;
    if !id.starts_with("ami-") {
        let text = format!("Invalid id: \"{id}\" (expecting \"ami-...\")");
        return Err(Fault::new("InvalidAMIID.Malformed", text));
    }
    if id == catalogue::IMAGE || offers.contains(id) {
        return Ok(id);
    }
    let text = format!("The image id '[{id}]' does not exist");
    Err(Fault::new("InvalidAMIID.NotFound", text))
}

/// Left out, it is what EC2 takes: `m1.small`.
pub(super) fn instance_type(form: &Form) -> Result<&str, Fault> {
    let name = form.get("InstanceType").unwrap_or("m1.small");
    let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = |part: &str| !part.is_empty() && part.bytes().all(is_sign);
    let parts = name.split_once('.');
    if parts.is_some_and(|(family, size)| fits(family) && fits(size)) {
        return Ok(name);
    }
    let text = format!("Invalid value '{name}' for InstanceType.");
    Err(Fault::invalid_value(text))
}

pub(super) fn key_pair<'a>(form: &'a Form, offers: &Offers) -> Result<Option<&'a str>, Fault> {
    let is_there = |name: &str| name == catalogue::KEY_PAIR || offers.contains(name);
    match form.get("KeyName") {
        Some(name) if !is_there(name) => Err(Fault::new(
            "InvalidKeyPair.NotFound",
            format!("The key pair '{name}' does not exist"),
        )),
        name => Ok(name),
    }
}

pub(super) fn subnet<'a>(form: &'a Form, offers: &Offers) -> Result<&'a str, Fault> {
    let id = form
        .get("SubnetId")
        .or_else(|| form.get("NetworkInterface.1.SubnetId"))
        .unwrap_or(catalogue::SUBNET);
    if id == catalogue::SUBNET || offers.contains(id) {
        return Ok(id);
    }
    let text = format!("The subnet ID '{id}' does not exist");
    Err(Fault::new("InvalidSubnetID.NotFound", text))
}

/// Groups by name are taken together with a subnet, because the EC2 user guide's own example passes both.
pub(super) fn security_groups(form: &Form, offers: &Offers) -> Result<Vec<String>, Fault> {
    let mut names = form.list("SecurityGroup").into_iter();
    if let Some(unknown) = names.find(|name| *name != catalogue::SECURITY_GROUP) {
        return Err(no_group(unknown));
    }
    let ids = form.list("SecurityGroupId");
    let ids = [ids, form.list("NetworkInterface.1.SecurityGroupId")].concat();
    groups_by_id(&ids, offers)
}

/// The groups of these ids, all of which must be there; without any, the one that every region has.
pub(super) fn groups_by_id(ids: &[&str], offers: &Offers) -> Result<Vec<String>, Fault> {
    let is_there = |id: &str| id == catalogue::SECURITY_GROUP_ID || offers.contains(id);
    if let Some(unknown) = ids.iter().find(|id| !is_there(id)) {
        return Err(no_group(unknown));
    }
    let mut groups: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    groups.dedup();
    if groups.is_empty() {
        groups.push(catalogue::SECURITY_GROUP_ID.to_owned());
    }
    Ok(groups)
}

fn no_group(group: &str) -> Fault {
    let text = format!("The security group '{group}' does not exist");
    Fault::new("InvalidGroup.NotFound", text)
}

/// True or false; absent is false.
pub(super) fn flag(form: &Form, name: &str) -> Result<bool, Fault> {
    match form.get(name) {
        Some("true") => Ok(true),
        Some("false") | None => Ok(false),
        Some(value) => Err(invalid(value, name, " Expected a boolean")),
    }
}

/// Absent, the instance is stopped.
pub(super) fn shutdown_behavior(form: &Form, name: &str) -> Result<ShutdownBehavior, Fault> {
    match form.get(name) {
        Some("stop") | None => Ok(ShutdownBehavior::Stop),
        Some("terminate") => Ok(ShutdownBehavior::Terminate),
        Some(value) => Err(invalid(value, "instanceInitiatedShutdownBehavior", "")),
    }
}

/// Base64 of at most 16 KB.
pub(super) fn user_data(form: &Form, name: &str) -> Result<Option<String>, Fault> {
    let Some(text) = form.get(name).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let digits = text.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let sound = text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits.bytes().all(is_digit);
    if !sound {
        let text = "Invalid BASE64 encoding of user data.";
        return Err(Fault::invalid_value(text));
    }
    if digits.len() * 3 / 4 > LONGEST_USER_DATA {
        let text = format!("User data is limited to {LONGEST_USER_DATA} bytes");
        return Err(Fault::invalid_value(text));
    }
    Ok(Some(text.to_owned()))
}

fn invalid(value: &str, name: &str, more: &str) -> Fault {
    let text = format!("Value ({value}) for parameter {name} is invalid.{more}");
    Fault::invalid_value(text)
}

/// At most 64 ASCII characters.
pub(super) fn client_token<'a>(call: &Call<'a>) -> Result<Option<&'a str>, Fault> {
    match call.form.get("ClientToken") {
        Some(token) if token.len() > 64 || !token.is_ascii() => Err(Fault::invalid_value(
            "Invalid client token: it must be at most 64 ASCII characters",
        )),
        token => Ok(token.filter(|token| !token.is_empty())),
    }
}
