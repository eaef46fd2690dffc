//! Whether a principal may assume a role: the role's trust policy first, then what the principal's own policies say.

use serde_json::Value;

use super::policies::Policies;
use super::reach::Reach;
use super::request::{Request, request_tags, set};
use super::resource::{allowed, reaches};
use super::statement::texts;
use super::{AccessDenied, Call, Context, subject};
use crate::sandbox::principal::Principal;
use crate::sandbox::world::{Iam, Role, Tags};

/// What an `AssumeRole` asks for, as far as policies can look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) session: &'a str,
    pub(crate) external_id: Option<&'a str>,
    pub(crate) source_identity: Option<&'a str>,
    pub(crate) tags: &'a Tags,
    pub(crate) transitive: &'a [&'a str],
    /// Whether a code of an MFA device came along.
    pub(crate) mfa: bool,
}

/// Decides about an `AssumeRole`. The principal's own policies are asked only if `enforced`.
pub(crate) fn assume(
    iam: &Iam,
    principal: &Principal,
    role: &Role,
    call: &Call<'_>,
    asked: &Asked<'_>,
    enforced: bool,
) -> Result<(), AccessDenied> {
    let context = context(iam, principal, call, asked);
    let policies = enforced.then(|| Policies::of(principal));
    let more = [
        asked.source_identity.map(|_| "sts:SetSourceIdentity"),
        (!asked.tags.is_empty()).then_some("sts:TagSession"),
    ];
    for action in std::iter::once("sts:AssumeRole").chain(more.into_iter().flatten()) {
        let request = Request {
            action: action.to_owned(),
            resource: iam.role_arn(role),
            context: context.clone(),
        };
        let reach = trusted(role, &request, &|one| reaches(iam, principal, one))?;
        if let Some(policies) = &policies {
            policies.decide(&request, Some(reach))?;
        }
    }
    Ok(())
}

/// A caller whom an identity provider vouches for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Vouched<'a> {
    pub(crate) provider: &'a str,
    /// What the provider says, as condition keys have it.
    pub(crate) context: &'a Context,
}

/// Decides about an `AssumeRoleWithWebIdentity`: by the trust policy alone.
pub(crate) fn assume_vouched(
    iam: &Iam,
    role: &Role,
    vouched: Vouched<'_>,
) -> Result<(), AccessDenied> {
    let request = Request {
        action: "sts:AssumeRoleWithWebIdentity".to_owned(),
        resource: iam.role_arn(role),
        context: vouched.context.clone(),
    };
    let is_provider = |statement: &Value| {
        let names = texts(&statement["Principal"]["Federated"]);
        names
            .iter()
            .any(|name| name == vouched.provider)
            .then_some(Reach::Named)
    };
    trusted(role, &request, &is_provider).map(drop)
}

fn context(iam: &Iam, principal: &Principal, call: &Call<'_>, asked: &Asked<'_>) -> Context {
    let mut context = subject::context(iam, principal, call);
    set(&mut context, "sts:rolesessionname", asked.session);
    if let Some(id) = asked.external_id {
        set(&mut context, "sts:externalid", id);
    }
    if let Some(identity) = asked.source_identity {
        set(&mut context, "sts:sourceidentity", identity);
    }
    if asked.mfa {
        set(&mut context, "aws:multifactorauthpresent", "true");
    }
    request_tags(&mut context, asked.tags);
    let transitive = asked.transitive.iter().map(|key| (*key).to_owned());
    context.insert("sts:transitivetagkeys".to_owned(), transitive.collect());
    context
}

/// How far the trust policy lets somebody in.
fn trusted(
    role: &Role,
    request: &Request,
    reaches: &dyn Fn(&Value) -> Option<Reach>,
) -> Result<Reach, AccessDenied> {
    let reach = allowed(
        &role.trust_policy,
        request,
        reaches,
        "the role trust policy",
    )?;
    reach.ok_or_else(|| request.denied(""))
}
