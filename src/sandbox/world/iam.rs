//! Everything in IAM, by name, and finding it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{InstanceProfile, Role, User};

/// IAM's entities. Keys are names in lower case, because IAM's names are unique ignoring case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Iam {
    /// The account's 12 digits.
    pub account: String,
    /// Roles by lower-case name.
    pub roles: BTreeMap<String, Role>,
    /// Instance profiles by lower-case name.
    pub instance_profiles: BTreeMap<String, InstanceProfile>,
    /// Users by lower-case name.
    pub users: BTreeMap<String, User>,
    /// ARNs of the account's own managed policies. AWS's own need no entry.
    pub policies: BTreeSet<String>,
}

impl Iam {
    /// The key of a name.
    pub fn key(name: &str) -> String {
        name.to_ascii_lowercase()
    }

    /// The role of this name, in any letter case.
    pub fn role(&self, name: &str) -> Option<&Role> {
        self.roles.get(&Iam::key(name))
    }

    /// The instance profile of this name, in any letter case.
    pub fn profile(&self, name: &str) -> Option<&InstanceProfile> {
        self.instance_profiles.get(&Iam::key(name))
    }

    /// The user of this name, in any letter case.
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.get(&Iam::key(name))
    }

    /// The profiles that hold the role of this name, by name.
    pub fn profiles_of<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a InstanceProfile> {
        let profiles = self.instance_profiles.values();
        profiles.filter(move |profile| profile.holds(role))
    }

    /// The role's ARN.
    pub fn role_arn(&self, role: &Role) -> String {
        self.arn("role", &role.path, &role.name)
    }

    /// The instance profile's ARN.
    pub fn profile_arn(&self, profile: &InstanceProfile) -> String {
        self.arn("instance-profile", &profile.path, &profile.name)
    }

    /// The user's ARN.
    pub fn user_arn(&self, user: &User) -> String {
        self.arn("user", &user.path, &user.name)
    }

    fn arn(&self, kind: &str, path: &str, name: &str) -> String {
        format!("arn:aws:iam::{}:{kind}{path}{name}", self.account)
    }

    pub(crate) fn id_of_principal(&self, arn: &str) -> Option<&str> {
        let user = || self.user(arn.rsplit('/').next()?);
        let user = || user().filter(|user| self.user_arn(user) == arn);
        self.role_of_arn(arn)
            .map(|role| role.id.as_str())
            .or_else(|| user().map(|user| user.id.as_str()))
    }

    pub(crate) fn role_of_arn(&self, arn: &str) -> Option<&Role> {
        let role = self.role(arn.rsplit('/').next()?);
        role.filter(|role| self.role_arn(role) == arn)
    }

    /// The ARN of the role or user with a unique id, while there is one.
    pub(crate) fn arn_of_principal(&self, id: &str) -> Option<String> {
        let role = self.roles.values().find(|role| role.id == id);
        let user = || self.users.values().find(|user| user.id == id);
        role.map(|role| self.role_arn(role))
            .or_else(|| user().map(|user| self.user_arn(user)))
    }
}
