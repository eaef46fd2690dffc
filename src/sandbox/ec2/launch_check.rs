//! What a launch asks for, checked against what there is.

use super::{Call, required};
use crate::sandbox::catalogue;
use crate::sandbox::fault::Fault;
use crate::sandbox::form::Form;
use crate::sandbox::world::MetadataOptions;

/// How many instances: the most that fit, which here is always the most that are asked for.
pub(super) fn count(form: &Form) -> Result<u64, Fault> {
    let number = |name: &str| {
        let text = required(form, name)?;
        let refuse =
            || Fault::invalid_value(format!("Value ({text}) for parameter {name} is invalid."));
        text.parse::<u64>()
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(refuse)
    };
    let (least, most) = (number("MinCount")?, number("MaxCount")?);
    if least <= most {
        Ok(most)
    } else {
        Err(Fault::invalid_value(
            "Value for parameter minCount is invalid. Expecting a value no greater than maxCount.",
        ))
    }
}

pub(super) fn image(form: &Form) -> Result<&str, Fault> {
    let id = required(form, "ImageId")?;
    if !id.starts_with("ami-") {
        return Err(Fault::new(
            "InvalidAMIID.Malformed",
            format!("Invalid id: \"{id}\" (expecting \"ami-...\")"),
        ));
    }
    if id == catalogue::IMAGE {
        Ok(id)
    } else {
        Err(Fault::new(
            "InvalidAMIID.NotFound",
            format!("The image id '[{id}]' does not exist"),
        ))
    }
}

/// Left out, it is what EC2 takes: `m1.small`.
pub(super) fn instance_type(form: &Form) -> Result<&str, Fault> {
    let name = form.get("InstanceType").unwrap_or("m1.small");
    let fits = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if name
        .split_once('.')
        .is_some_and(|(family, size)| fits(family) && fits(size))
    {
        Ok(name)
    } else {
        Err(Fault::invalid_value(format!(
            "Invalid value '{name}' for InstanceType."
        )))
    }
}

pub(super) fn key_pair(form: &Form) -> Result<Option<&str>, Fault> {
    match form.get("KeyName") {
        Some(name) if name != catalogue::KEY_PAIR => Err(Fault::new(
            "InvalidKeyPair.NotFound",
            format!("The key pair '{name}' does not exist"),
        )),
        name => Ok(name),
    }
}

pub(super) fn subnet(form: &Form) -> Result<&str, Fault> {
    let id = form
        .get("SubnetId")
        .or_else(|| form.get("NetworkInterface.1.SubnetId"))
        .unwrap_or(catalogue::SUBNET);
    if id == catalogue::SUBNET {
        Ok(id)
    } else {
        Err(Fault::new(
            "InvalidSubnetID.NotFound",
            format!("The subnet ID '{id}' does not exist"),
        ))
    }
}

/// Groups by name are taken together with a subnet, because the EC2 user guide's own example passes both.
pub(super) fn security_groups(form: &Form) -> Result<Vec<String>, Fault> {
    let missing = |group: &str| {
        Fault::new(
            "InvalidGroup.NotFound",
            format!("The security group '{group}' does not exist"),
        )
    };
    let names = form.list("SecurityGroup");
    let ids = form
        .list("SecurityGroupId")
        .into_iter()
        .chain(form.list("NetworkInterface.1.SecurityGroupId"));
    if let Some(unknown) = names
        .into_iter()
        .find(|name| *name != catalogue::SECURITY_GROUP)
    {
        return Err(missing(unknown));
    }
    if let Some(unknown) = ids
        .into_iter()
        .find(|id| *id != catalogue::SECURITY_GROUP_ID)
    {
        return Err(missing(unknown));
    }
    Ok(vec![catalogue::SECURITY_GROUP_ID.to_owned()])
}

pub(super) fn metadata(form: &Form) -> Result<MetadataOptions, Fault> {
    let choice = |name: &str, choices: [&str; 2], default: &str| {
        let value = form
            .get(&format!("MetadataOptions.{name}"))
            .unwrap_or(default);
        let refuse =
            || Fault::invalid_value(format!("Value ({value}) for parameter {name} is invalid."));
        choices
            .contains(&value)
            .then(|| value.to_owned())
            .ok_or_else(refuse)
    };
    let hops = form
        .get("MetadataOptions.HttpPutResponseHopLimit")
        .unwrap_or("1");
    let refuse = || {
        Fault::invalid_value(format!(
            "Value ({hops}) for parameter HttpPutResponseHopLimit is invalid."
        ))
    };
    Ok(MetadataOptions {
        http_tokens: choice("HttpTokens", ["optional", "required"], "optional")?,
        http_put_response_hop_limit: hops
            .parse()
            .ok()
            .filter(|hops| (1..=64).contains(hops))
            .ok_or_else(refuse)?,
        http_endpoint: choice("HttpEndpoint", ["disabled", "enabled"], "enabled")?,
    })
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
