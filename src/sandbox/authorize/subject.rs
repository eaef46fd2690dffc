//! The values of the global condition keys: who asks, with which credentials, when and how (IAM user guide, "AWS global
//! condition context keys").

use super::request::set;
use super::{Call, Context};
use crate::sandbox::principal::Principal;
use crate::sandbox::service::Service;
use crate::sandbox::world::{Iam, Tags};

pub(super) fn context(iam: &Iam, principal: &Principal, call: &Call<'_>) -> Context {
    let region = match call.service {
        Service::Iam => "us-east-1",
        Service::Sts | Service::Ec2 | Service::S3 => call.region,
    };
    let values = [
        ("aws:currenttime", call.now.to_string()),
        ("aws:epochtime", call.now.as_second().to_string()),
        ("aws:principalaccount", iam.account.clone()),
        ("aws:principalarn", owner_arn(iam, principal)),
        ("aws:principaltype", kind(principal).to_owned()),
        ("aws:requestedregion", region.to_owned()),
        // Plain HTTP on loopback.
        ("aws:securetransport", "false".to_owned()),
        ("aws:sourceip", "127.0.0.1".to_owned()),
        ("aws:userid", principal.id(iam)),
    ];
    let mut context: Context = values
        .into_iter()
        .map(|(key, value)| (key.to_owned(), vec![value]))
        .collect();
    if let Some(user) = principal.user() {
        set(&mut context, "aws:username", &user.name);
    }
    for (key, value) in tags(principal) {
        let key = format!("aws:principaltag/{}", key.to_lowercase());
        set(&mut context, &key, &value);
    }
    of_session(&mut context, principal);
    context
}

fn of_session(context: &mut Context, principal: &Principal) {
    if let Some(terms) = principal.terms() {
        set(context, "aws:tokenissuetime", &terms.issued.to_string());
    }
    let mfa = match principal {
        Principal::Caller(_) => None,
        Principal::Role { assumed, .. } => Some(assumed.mfa),
        Principal::Federated { .. } => Some(false),
        Principal::User { mfa, .. } => Some(*mfa),
    };
    if let Some(mfa) = mfa {
        set(context, "aws:multifactorauthpresent", &mfa.to_string());
    }
    if let Principal::Role { assumed, .. } = principal
        && let Some(identity) = &assumed.source_identity
    {
        set(context, "aws:sourceidentity", identity);
    }
}

/// `aws:PrincipalArn`: of a session of a role it is the role's.
fn owner_arn(iam: &Iam, principal: &Principal) -> String {
    match principal {
        Principal::Role { role, .. } => iam.role_arn(role),
        Principal::Caller(_) | Principal::Federated { .. } | Principal::User { .. } => {
            principal.arn(iam)
        }
    }
}

fn kind(principal: &Principal) -> &'static str {
    match principal {
        Principal::Caller(_) | Principal::User { .. } => "User",
        Principal::Role { .. } => "AssumedRole",
        Principal::Federated { .. } => "FederatedUser",
    }
}

/// Tags of the session win over those of the role or user.
fn tags(principal: &Principal) -> Tags {
    let (own, session) = match principal {
        Principal::Caller(user) | Principal::User { user, .. } => (&user.tags, None),
        Principal::Role { role, assumed, .. } => (&role.tags, Some(&assumed.tags)),
        Principal::Federated { user, tags, .. } => (&user.tags, Some(tags)),
    };
    let named = |tags: &Tags| {
        let lower = tags
            .iter()
            .map(|(key, value)| (key.to_lowercase(), value.clone()));
        lower.collect::<Tags>()
    };
    let mut all = named(own);
    all.extend(session.into_iter().flat_map(named));
    all
}
