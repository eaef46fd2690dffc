//! From a UserPolicy's `spec` to its fields. What AWS has instead is read in `survey`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kinds::iam::name;
use crate::kinds::{Declaration, Declared, PolicySource, SpecProblem, Specification};
use crate::model::{Address, Ensure, field, kind};
use crate::policy::{PolicyPurpose, USER_INLINE_LIMIT};

/// An inline policy of an IAM user that exists already. The user's other policies are left alone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UserPolicySpec {
    /// `absent` deletes the policy.
    #[serde(default)]
    ensure: Ensure,
    /// The name of the user.
    user: String,
    /// The name of the policy; that of the document by default.
    policy_name: Option<String>,
    /// What the user may do: a policy in IAM's own words, or `{file: …}`.
    policy: Option<PolicySource>,
}

pub(super) fn declare(specification: &Specification<'_>) -> Declaration {
    let spec: UserPolicySpec = specification.typed()?;
    let policy_name = spec.policy_name.as_deref().unwrap_or(specification.name);
    let mut problems = Vec::new();
    problems.extend(user(&spec.user));
    problems.extend(name::check("policy name", policy_name, 128, "/policyName"));
    let mut declared = Declared::new(
        Address::new(kind::USER_POLICY, specification.name),
        &format!("{}/{policy_name}", spec.user),
        spec.ensure,
    );
    declared.plain(field::USER, spec.user.as_str());
    declared.plain(field::POLICY_NAME, policy_name);
    match &spec.policy {
        Some(source) => problems.extend(policy(&mut declared, source)),
        None if spec.ensure == Ensure::Present => problems.push(SpecProblem::new(
            "",
            "missing-field",
            "a user policy needs a `policy`: what the user may do",
        )),
        None => {}
    }
    Ok(vec![declared.unless_wrong(problems)?])
}

/// The root user is no IAM user: no policy of the account applies to it (IAM user guide, "Disabling permissions for
/// temporary security credentials").
fn user(user: &str) -> Option<SpecProblem> {
    let is_root = user.eq_ignore_ascii_case("root") || user.ends_with(":root");
    if is_root {
        let message = "the root user has every permission, and no policy can give or take any";
        let problem = SpecProblem::new("/user", "root-user", message);
        return Some(
            problem.hint("use a user or a role instead of root, and keep no access keys of root"),
        );
    }
    if user.starts_with("arn:") {
        let problem = SpecProblem::new("/user", "bad-name", format!("`{user}` is an ARN"));
        let name = user.rsplit('/').next().unwrap_or_default();
        return Some(problem.hint(format!("write the user's name: {name}")));
    }
    name::check("user name", user, 64, "/user")
}

fn policy(declared: &mut Declared, source: &PolicySource) -> Vec<SpecProblem> {
    const POINTER: &str = "/policy";
    let (document, mut problems) = match source.document(POINTER, PolicyPurpose::Identity) {
        Ok(read) => read,
        Err(problems) => return problems,
    };
    let size = document.size();
    if size > USER_INLINE_LIMIT {
        let message = format!(
            "the policy has {size} characters, white space not counted; all inline policies of a user may have {USER_INLINE_LIMIT}"
        );
        let problem = SpecProblem::new(POINTER, "policy-too-large", message);
        problems.push(problem.hint("put it into a managed policy; this quota cannot be raised"));
    }
    declared.plain(field::POLICY, document);
    problems
}
