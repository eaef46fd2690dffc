//! The kind Role: an IAM role with its trust policy, inline policies, attachments, boundary and tags.

mod calls;
mod declare;
mod export;
mod grants;
mod observe;
mod offline;
mod plant;
mod spec;
mod survey;

use std::collections::BTreeMap;

use crate::cloud::Condition;
use crate::kinds::basics;
use crate::kinds::iam::instance_profile;
use crate::kinds::spec::segment;
use crate::kinds::{
    Access, Announced, ArnShape, Export, Field, Grant, GrantRequest, Kind, Lowering, Offline,
    Planted, PreflightError, Seed,
};
use crate::model::{
    Action, Attributes, Caller, FieldName, FieldPath, Mode, Observed, Quotas, REVOCATION_POLICY,
    Resource, Value, field, kind,
};
use crate::policy::{Document, PolicyPurpose, issued_before};

pub use export::role_spec;
pub(super) use offline::DETAIL_LIST;

pub(crate) const ARN: ArnShape = ArnShape {
    kind: kind::ROLE,
    resource_type: "role",
    path: field::PATH,
    is_principal: true,
};

/// The keys of `GetAccountSummary` for what a role may have.
const ATTACHMENTS_QUOTA: &str = "AttachedPoliciesPerRoleQuota";
const INLINE_QUOTA: &str = "RolePolicySizeQuota";

/// What a role is made of. Which of it can change in place: IAM API reference (there is no call that
/// changes a role's path).
static FIELDS: [Field; 8] = [
    Field::replacing(field::PATH),
    Field::in_place(field::DESCRIPTION),
    Field::in_place(field::MAX_SESSION_DURATION).deciding(Access::SessionDuration),
    Field::in_place(field::TRUST_POLICY)
        .for_credentials()
        .deciding(Access::Policy(PolicyPurpose::Trust)),
    Field::in_place(field::INLINE_POLICIES)
        .for_credentials()
        .deciding(Access::Policy(PolicyPurpose::Identity)),
    Field::in_place(field::MANAGED_POLICIES)
        .for_credentials()
        .deciding(Access::ManagedPolicies),
    Field::in_place(field::PERMISSIONS_BOUNDARY)
        .for_credentials()
        .deciding(Access::Boundary),
    Field::in_place(field::TAGS).folding_letters(),
];

#[derive(Debug)]
pub(crate) struct Role;

impl Kind for Role {
    basics! {
        name: kind::ROLE,
        about: "An IAM role: who may assume it, and what it may do.",
        spec: spec::RoleSpec,
        fields: FIELDS,
        arn: Some(ARN),
        offline: Offline::Known(offline::DETAILS),
    }

    fn policies(&self, spec: &serde_json::Value) -> Vec<String> {
        let inline = spec
            .get(field::INLINE_POLICIES.as_str())
            .and_then(serde_json::Value::as_object);
        let names = inline.into_iter().flat_map(|policies| policies.keys());
        std::iter::once(format!("/{}", field::TRUST_POLICY))
            .chain(names.map(|name| format!("/{}/{}", field::INLINE_POLICIES, segment(name))))
            .collect()
    }

    /// A role brings a profile along, as in the console.
    fn announced<'a>(&self, spec: &'a serde_json::Value) -> Vec<Announced<'a>> {
        let role = Announced::new(ARN, spec);
        let profile = |name| Announced {
            shape: instance_profile::ARN,
            name,
            ..role
        };
        let brought = match spec.get("instanceProfile") {
            Some(serde_json::Value::Bool(true)) => Some(profile(None)),
            Some(serde_json::Value::String(name)) => Some(profile(Some(name))),
            _ => None,
        };
        std::iter::once(role).chain(brought).collect()
    }

    fn export(&self) -> Option<&dyn Export> {
        Some(self)
    }

    /// The session revocation is how sessions were revoked in the console: taking it away would let them
    /// back in.
    fn never_prunes(&self, path: &FieldPath) -> bool {
        path.field == field::INLINE_POLICIES && path.member.as_deref() == Some(REVOCATION_POLICY)
    }

    /// Somebody has revoked sessions since: an earlier moment would let them back in.
    fn exceeds(&self, path: &FieldPath, live: &Value, declared: &Value) -> bool {
        let moment = |value: &Value| issued_before(value.as_policy()?);
        self.never_prunes(path) && moment(live).is_some_and(|live| Some(live) >= moment(declared))
    }

    fn preflight_errors(
        &self,
        desired: &Resource,
        observed: Option<&Observed>,
        quotas: &Quotas,
    ) -> Vec<PreflightError> {
        let service_linked = observed
            .is_some_and(|observed| observed.service_linked)
            .then(|| PreflightError {
                code: "service-linked",
                message: "it is a service-linked role, which only AWS can change".to_owned(),
                hint: "remove it from the manifests".to_owned(),
            });
        service_linked
            .into_iter()
            .chain(over_quota(desired, observed, quotas))
            .collect()
    }

    fn is_identity(&self, name: &str, _: &Attributes, identity: &str) -> bool {
        Caller::role_of(identity) == Some(name)
    }

    /// Sessions end with their role, and a role that is created again under its name is another one. Instances fetch
    /// credentials only when the old ones are about to expire (IAM API reference, AddRoleToInstanceProfile; EC2
    /// user guide, "IAM roles for Amazon EC2").
    fn gap(&self, action: Action, _: &[&FieldPath]) -> Option<&'static str> {
        match action {
            Action::Replace => Some(
                "their credentials stop working when the role is deleted; those that this stack associates are associated anew and have others within seconds as a rule, the rest at their next rotation, which may be hours away",
            ),
            Action::Delete => Some(
                "those that this stack associates are without a profile for seconds as a rule, and are associated anew before the former role goes; credentials of the rest stop working then, until their next rotation, which may be hours away",
            ),
            _ => None,
        }
    }

    fn quota(&self) -> Option<(&'static str, &'static str)> {
        Some(("Roles", "RolesQuota"))
    }

    fn grants_for_owned(&self, asked: &GrantRequest<'_>) -> Vec<Grant> {
        grants::for_owned(asked)
    }

    fn plant(&self, what: &Planted<'_>, seed: &mut Seed) {
        plant::plant(what, seed);
    }

    fn precondition(&self, lowering: &Lowering<'_>, found: Option<&Observed>) -> Option<Condition> {
        Some(calls::tagged(lowering).precondition(found))
    }
}

/// The account's own limits, which can be higher or lower than the published ones.
fn over_quota(
    desired: &Resource,
    observed: Option<&Observed>,
    quotas: &Quotas,
) -> Vec<PreflightError> {
    let members = |field| members(field, desired, observed);
    let trust = desired.attributes.value(field::TRUST_POLICY);
    let inline = members(field::INLINE_POLICIES);
    let limits = [
        (
            ATTACHMENTS_QUOTA,
            members(field::MANAGED_POLICIES).len(),
            "managed policies attached",
        ),
        (
            "AssumeRolePolicySizeQuota",
            trust.map_or(0, size),
            "characters of trust policy, white space not counted",
        ),
        (
            INLINE_QUOTA,
            inline.into_values().map(size).sum(),
            "characters of inline policies, white space not counted",
        ),
    ];
    limits
        .into_iter()
        .filter_map(|(key, used, what)| over(quotas, key, used, what))
        .collect()
}

/// The members that a collection will have: those declared, and those that stay.
fn members<'a>(
    field: FieldName,
    desired: &'a Resource,
    observed: Option<&'a Observed>,
) -> BTreeMap<&'a FieldPath, &'a Value> {
    let exclusive = desired.modes.get(&field).copied().unwrap_or_default() == Mode::Exclusive;
    let there = observed
        .into_iter()
        .flat_map(|observed| &observed.attributes);
    there
        .filter(|(path, _)| !exclusive || Role.never_prunes(path))
        .chain(&desired.attributes)
        .filter(|(path, _)| path.field == field)
        .collect()
}

fn over(quotas: &Quotas, key: &str, used: usize, what: &str) -> Option<PreflightError> {
    let quota = *quotas.get(key)?;
    (used as u64 > quota).then(|| PreflightError {
        code: "over-quota",
        message: format!("it would have {used} {what}; the account allows {quota}"),
        hint: "shorten or split the policies, or ask AWS for a higher quota where there is one"
            .to_owned(),
    })
}

fn size(value: &Value) -> usize {
    value.as_policy().map_or(0, Document::size)
}
