//! Managed policies attached to a role.

use super::{Call, find_role, page, role_mut, show};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::rule::Rule;
use crate::sandbox::world::{Iam, is_managed_by_aws};
use crate::sandbox::xml::Fields;

/// Managed policies per role (IAM user guide, quotas: the default).
pub(super) const QUOTA: usize = 10;

pub(super) fn attach(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::ROLE_NAME)?;
    let arn = policy_arn(call)?;
    let known = exists(iam, arn);
    let role = role_mut(iam, name)?;
    if !known {
        return Err(Fault::no_such_entity(format!(
            "Policy {arn} does not exist or is not attachable."
        )));
    }
    if !role.attached_policies.contains(arn) && role.attached_policies.len() >= QUOTA {
        return Err(Fault::limit_exceeded(format!(
            "Cannot exceed quota for PoliciesPerRole: {QUOTA}"
        )));
    }
    role.attached_policies.insert(arn.to_owned());
    Ok(Fields::new())
}

pub(super) fn detach(iam: &mut Iam, call: &Call) -> Outcome {
    let name = call.form.required(&Rule::ROLE_NAME)?;
    let arn = policy_arn(call)?;
    if role_mut(iam, name)?.attached_policies.remove(arn) {
        Ok(Fields::new())
    } else {
        Err(Fault::no_such_entity(format!(
            "Policy {arn} was not found."
        )))
    }
}

/// `PathPrefix` is the path inside the policy's ARN.
pub(super) fn list(iam: &Iam, call: &Call) -> Outcome {
    let role = find_role(iam, call.form.required(&Rule::ROLE_NAME)?)?;
    let prefix = call.form.optional(&Rule::PATH_PREFIX)?.unwrap_or("/");
    let below = |arn: &&String| {
        arn.split_once(":policy")
            .is_some_and(|(_, path)| path.starts_with(prefix))
    };
    let arns = role
        .attached_policies
        .iter()
        .filter(below)
        .map(|arn| (arn.as_str(), arn));
    page::members(call, "AttachedPolicies", arns, |arn| show::attached(arn))
}

/// Whether there is a managed policy of this ARN.
pub(super) fn exists(iam: &Iam, arn: &str) -> bool {
    is_managed_by_aws(arn) || iam.policies.contains(arn)
}

fn policy_arn<'a>(call: &Call<'a>) -> Result<&'a str, Fault> {
    let arn = call.form.required(&Rule::POLICY_ARN)?;
    well_formed(arn).map(|()| arn)
}

/// Whether the ARN is that of a managed policy, of whatever account.
pub(super) fn well_formed(arn: &str) -> Result<(), Fault> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let sound =
        matches!(parts[..], ["arn", _, "iam", "", _, resource] if resource.starts_with("policy/"));
    if sound {
        Ok(())
    } else {
        Err(Fault::new(
            "InvalidInput",
            format!("ARN {arn} is not valid."),
        ))
    }
}
