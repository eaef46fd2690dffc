//! How EC2 finds an instance profile: by name or ARN, in an IAM that lags behind.

use super::{Call, missing};
use crate::sandbox::fault::Fault;
use crate::sandbox::world::{Iam, InstanceProfile};

/// The profile a call names in `IamInstanceProfile`; none if it names none.
pub(super) fn asked<'a>(call: &Call<'a>) -> Result<Option<&'a InstanceProfile>, Fault> {
    let form = call.form;
    match (
        form.get("IamInstanceProfile.Name"),
        form.get("IamInstanceProfile.Arn"),
    ) {
        (None, None) => Ok(None),
        (Some(_), Some(_)) => Err(Fault::new(
            "InvalidParameterCombination",
            "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
        )),
        (Some(name), None) => by_name(call, name).map(Some),
        (None, Some(arn)) => by_arn(call, arn).map(Some),
    }
}

/// The profile a call names in `IamInstanceProfile`, which it must.
pub(super) fn required<'a>(call: &Call<'a>) -> Result<&'a InstanceProfile, Fault> {
    asked(call)?.ok_or_else(|| missing("IamInstanceProfile"))
}

pub(super) fn seen<'a>(call: &Call<'a>) -> &'a Iam {
    call.seen.unwrap_or(call.iam)
}

fn by_name<'a>(call: &Call<'a>, name: &str) -> Result<&'a InstanceProfile, Fault> {
    let found = seen(call)
        .profile(name)
        .filter(|found| found.name == name && is_current(call, found));
    found.ok_or_else(|| {
        let text = format!("Value ({name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name");
        Fault::invalid_value(text)
    })
}

fn by_arn<'a>(call: &Call<'a>, arn: &str) -> Result<&'a InstanceProfile, Fault> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let sound = matches!(parts[..], ["arn", _, "iam", "", _, resource] if resource.starts_with("instance-profile/"));
    if !sound {
        let text = format!("The IAM instance profile ARN '{arn}' is malformed");
        return Err(Fault::new("InvalidIamInstanceProfileArn.Malformed", text));
    }
    let iam = seen(call);
    let named = arn.rsplit('/').next().and_then(|name| iam.profile(name));
    named.filter(|found| iam.profile_arn(found) == arn && is_current(call, found)).ok_or_else(|| {
        let text = format!("Value ({arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN");
        Fault::invalid_value(text)
    })
}

/// A profile that was deleted, or made again, in the meantime is refused: EC2 resolves the unique id in the end.
fn is_current(call: &Call, found: &InstanceProfile) -> bool {
    call.iam
        .profile(&found.name)
        .is_some_and(|present| present.id == found.id)
}
