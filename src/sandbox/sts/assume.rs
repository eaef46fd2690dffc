//! `AssumeRole`: a session of a role, for whom the role's trust policy lets in.

use std::collections::BTreeSet;

use super::policies::Packed;
use super::{Call, assumed_role, credentials, mfa};
use crate::sandbox::authorize::{self, AccessDenied, Asked};
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::iam;
use crate::sandbox::principal::Principal;
use crate::sandbox::refusal;
use crate::sandbox::rule::Rule;
use crate::sandbox::service::Service;
use crate::sandbox::session::{Assumed, Bearer};
use crate::sandbox::world::{Role, Tags};

const HOUR: u32 = 3_600;

pub(super) fn assume(call: &Call<'_>) -> Outcome {
    let form = call.form;
    let arn = form.required(&Rule::ROLE_ARN)?;
    let session = form.required(&Rule::ROLE_SESSION_NAME)?;
    let external_id = form.optional(&Rule::EXTERNAL_ID)?;
    let asked_identity = form.optional(&Rule::SOURCE_IDENTITY)?;
    let seconds = form.number("DurationSeconds", 900, 43_200)?;
    let tags = iam::session_tags(form)?;
    let transitive = form.list("TransitiveTagKeys.member");
    let packed = Packed::of(call, &tags)?;
    let mfa = mfa::present(form)?;
    let (all_tags, all_transitive) = inherited(call.principal, &tags, &transitive)?;
    let asked = Asked {
        session,
        external_id,
        source_identity: asked_identity,
        tags: &tags,
        transitive: &transitive,
        mfa,
    };
    let role = allowed(call, arn, &asked)?;
    let seconds = lifetime(call.principal, role, seconds)?;
    let identity = source_identity(call, arn, asked_identity)?;
    let assumed = Assumed {
        role: role.name.clone(),
        role_id: role.id.clone(),
        session: session.to_owned(),
        source_identity: identity.clone(),
        tags: all_tags,
        transitive: all_transitive,
        mfa,
    };
    let shown = assumed_role(&call.iam.account, role, session);
    let bearer = Bearer::Role(assumed);
    Ok(
        credentials(call.now, bearer, seconds, packed.policies.clone())
            .within("AssumedRoleUser", shown)
            .and(packed.shown())
            .maybe("SourceIdentity", identity),
    )
}

/// The role, if it is there and the caller may assume it. One answer for both, as AWS gives it.
fn allowed<'a>(call: &Call<'a>, arn: &str, asked: &Asked<'_>) -> Result<&'a Role, Fault> {
    let seen = call.seen.unwrap_or(call.iam);
    let name = arn.rsplit('/').next().unwrap_or_default();
    let role = seen.role(name).filter(|role| seen.role_arn(role) == arn);
    let closed = matches!(call.principal, Principal::Federated { .. });
    let role = role.filter(|_| !closed).ok_or_else(|| refused(call, arn))?;
    let about = authorize::Call {
        service: Service::Sts,
        action: "AssumeRole",
        form: call.form,
        region: call.region,
        now: call.now,
    };
    let (principal, enforced) = (call.principal, call.enforced);
    authorize::assume(call.iam, principal, role, &about, asked, enforced)
        .map(|()| role)
        .map_err(|denial| refusal::unauthorized(Service::Sts, &principal.arn(call.iam), &denial))
}

fn refused(call: &Call<'_>, arn: &str) -> Fault {
    let denial = AccessDenied {
        action: "sts:AssumeRole".to_owned(),
        resource: arn.to_owned(),
        because: String::new(),
    };
    refusal::unauthorized(Service::Sts, &call.principal.arn(call.iam), &denial)
}

/// How long the session lasts, in seconds: an hour at most from one role to the next.
fn lifetime(principal: &Principal, role: &Role, asked: Option<u32>) -> Result<u32, Fault> {
    let seconds = asked.unwrap_or(HOUR);
    let chained = matches!(principal, Principal::Role { .. });
    let text = if chained && seconds > HOUR {
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    } else if seconds > role.max_session_duration {
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    } else {
        return Ok(seconds);
    };
    Err(Fault::new("ValidationError", text))
}

/// The tags of the session, and the keys of those that go on: the caller's transitive ones come along and stay as they are.
fn inherited(
    principal: &Principal,
    tags: &Tags,
    transitive: &[&str],
) -> Result<(Tags, BTreeSet<String>), Fault> {
    let refused = |text: &str| Err(Fault::new("InvalidParameterValue", text));
    let has = |tags: &Tags, key: &str| tags.keys().any(|tag| tag.eq_ignore_ascii_case(key));
    if transitive.iter().any(|key| !has(tags, key)) {
        return refused("The specified transitive tag key must be included in the requested tags.");
    }
    let transitive = transitive.iter().map(|key| (*key).to_owned());
    let (mut tags, mut transitive) = (tags.clone(), transitive.collect::<BTreeSet<_>>());
    let Principal::Role { assumed, .. } = principal else {
        return Ok((tags, transitive));
    };
    if assumed.transitive.iter().any(|key| has(&tags, key)) {
        return refused(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
        );
    }
    let kept = |key: &str| {
        let mut kept = assumed.transitive.iter();
        kept.any(|one| one.eq_ignore_ascii_case(key))
    };
    let from_caller = assumed.tags.iter().filter(|(key, _)| kept(key));
    tags.extend(from_caller.map(|(key, value)| (key.clone(), value.clone())));
    transitive.extend(assumed.transitive.iter().cloned());
    Ok((tags, transitive))
}

/// A source identity stays for the whole chain of roles.
fn source_identity(
    call: &Call<'_>,
    arn: &str,
    asked: Option<&str>,
) -> Result<Option<String>, Fault> {
    let kept = match call.principal {
        Principal::Role { assumed, .. } => assumed.source_identity.as_deref(),
        Principal::Caller(_) | Principal::Federated { .. } | Principal::User { .. } => None,
    };
    if kept.is_some() && asked.is_some() && kept != asked {
        return Err(refused(call, arn));
    }
    Ok(kept.or(asked).map(str::to_owned))
}
