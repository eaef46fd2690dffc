//! Managed policies attached to a role.

use super::{Call, page, role, role_mut, show};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::rule::Rule;
use crate::sandbox::world::{Iam, is_managed_by_aws};
use crate::sandbox::xml::Fields;

/// Managed policies per role (IAM user guide, quotas: the default).
pub(super) const QUOTA: usize = 10;

pub(super) fn attach(iam: &mut Iam, call: &Call) -> Outcome {
    call.form.required(&Rule::ROLE_NAME)?;
    let arn = policy_arn(call, &Rule::POLICY_ARN)?;
    let known = exists(iam, arn);
    let attached = &mut role_mut(iam, call)?.attached_policies;
    if !known {
        let text = format!("Policy {arn} does not exist or is not attachable.");
        return Err(Fault::no_such_entity(text));
    }
    if !attached.contains(arn) && attached.len() >= QUOTA {
        let text = format!("Cannot exceed quota for PoliciesPerRole: {QUOTA}");
        return Err(Fault::limit_exceeded(text));
    }
    attached.insert(arn.to_owned());
    Ok(Fields::new())
}

pub(super) fn detach(iam: &mut Iam, call: &Call) -> Outcome {
    call.form.required(&Rule::ROLE_NAME)?;
    let arn = policy_arn(call, &Rule::POLICY_ARN)?;
    if !role_mut(iam, call)?.attached_policies.remove(arn) {
        return Err(Fault::no_such_entity(format!(
            "Policy {arn} was not found."
        )));
    }
    Ok(Fields::new())
}

/// `PathPrefix` is the path inside the policy's ARN.
pub(super) fn list(iam: &Iam, call: &Call) -> Outcome {
    let role = role(iam, call)?;
    let prefix = call.form.optional(&Rule::PATH_PREFIX)?.unwrap_or("/");
    let below = |arn: &&String| {
        let path = arn.split_once(":policy").map(|(_, path)| path);
        path.is_some_and(|path| path.starts_with(prefix))
    };
    let arns = role.attached_policies.iter().filter(below);
    let arns = arns.map(|arn| (arn.as_str(), arn));
    page::members(call, "AttachedPolicies", arns, |arn| show::attached(arn))
}

/// Whether there is a managed policy of this ARN.
pub(super) fn exists(iam: &Iam, arn: &str) -> bool {
    is_managed_by_aws(arn) || iam.policies.contains(arn)
}

/// The ARN of a managed policy, of whatever account, that a call names.
pub(super) fn policy_arn<'a>(call: &Call<'a>, rule: &Rule) -> Result<&'a str, Fault> {
    let arn = call.form.required(rule)?;
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", "aws", "iam", "", _, resource] if resource.starts_with("policy/") => Ok(arn),
        _ => Err(Fault::new(
            "InvalidInput",
            format!("ARN {arn} is not valid."),
        )),
    }
}
