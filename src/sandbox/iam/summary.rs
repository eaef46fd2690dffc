//! `GetAccountSummary`: how much there is and how much there may be.

use super::{Call, attached, inline, profile, role, trust};
use crate::sandbox::fault::Outcome;
use crate::sandbox::world::Iam;
use crate::sandbox::xml::Fields;

#[expect(clippy::unnecessary_wraps, reason = "every action has this signature")]
pub(super) fn summary(iam: &Iam, _call: &Call) -> Outcome {
    let rows = [
        ("AssumeRolePolicySizeQuota", trust::QUOTA),
        ("AttachedPoliciesPerRoleQuota", attached::QUOTA),
        ("AttachedPoliciesPerUserQuota", 10),
        ("InstanceProfiles", iam.instance_profiles.len()),
        ("InstanceProfilesQuota", profile::QUOTA),
        ("Policies", iam.policies.len()),
        ("PoliciesQuota", 1500),
        ("PolicySizeQuota", 6144),
        ("RolePolicySizeQuota", inline::QUOTA),
        ("Roles", iam.roles.len()),
        ("RolesQuota", role::QUOTA),
        ("UserPolicySizeQuota", 2048),
        ("Users", iam.users.len()),
        ("UsersQuota", 5000),
        ("VersionsPerPolicyQuota", 5),
    ];
    let entries = rows.map(|(key, value)| Fields::new().text("key", key).text("value", value));
    Ok(Fields::new().list("SummaryMap", "entry", entries))
}
