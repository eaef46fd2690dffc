//! What is: live AWS as far as a run looked at it, and what it looked at.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Address, Attributes, AwsScope, Facts, FieldName, KindName, Reference};

/// Who we are to AWS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Caller {
    /// The ARN that `GetCallerIdentity` gave.
    pub arn: String,
    /// The account it belongs to.
    pub account: String,
    /// The ARNs of the identities that led to it, the first one first: the user or role whose credentials were given, and
    /// the roles assumed in between. Empty where it is the first one itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<String>,
}

impl Caller {
    /// The ARNs of all identities that the run uses, the one that calls last.
    pub fn identities(&self) -> impl Iterator<Item = &str> {
        let through = self.through.iter().map(String::as_str);
        through.chain([self.arn.as_str()])
    }

    /// The name of the role that an identity is: of a session (`arn:aws:sts::123456789012:assumed-role/NAME/SESSION`, without
    /// the role's path), or of the role itself (IAM user guide, "IAM identifiers").
    pub fn role_of(identity: &str) -> Option<&str> {
        match identity.split_once(":assumed-role/") {
            Some((_, session)) => session.split('/').next(),
            None => identity.split_once(":role/")?.1.rsplit('/').next(),
        }
    }

    /// The name of the user that an identity is.
    pub fn user_of(identity: &str) -> Option<&str> {
        identity.split_once(":user/")?.1.rsplit('/').next()
    }
}

/// One resource as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Observed {
    /// Its fields, all of them, declared or not.
    pub attributes: Attributes,
    /// Its unique id (AROA…, AIPA…, iip-assoc-…).
    pub id: Option<String>,
    /// The stack that its ownership tag names. Kinds without tags leave it out.
    pub owner: Option<String>,
    /// Whether it belongs to AWS itself and cannot be changed (a service-linked role).
    pub service_linked: bool,
    /// When it was made, where AWS says so.
    #[schemars(with = "Option<String>")]
    pub created: Option<Timestamp>,
    /// What else steps need to know, by names that are the kind's own (an instance's state).
    #[schemars(with = "BTreeMap<String, String>")]
    pub facts: Facts,
    /// The live resources it names.
    pub references: BTreeSet<Reference>,
    /// Fields that could not be looked at, so that nothing is known of them: they are not compared.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unknown: BTreeSet<FieldName>,
}

/// The account's limits and use, by the keys of `GetAccountSummary` (`RolesQuota`, `Roles`).
pub type Quotas = BTreeMap<String, u64>;

/// An instance as far as profiles are concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Instance {
    /// Its id.
    pub id: String,
    /// Its state (`running`), where it was looked up.
    pub state: Option<String>,
    /// Its region, where that is not the run's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// Everything a run saw.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Live {
    /// The account and region looked at.
    pub setting: AwsScope,
    /// Who looked.
    pub caller: Caller,
    /// Declared resources that exist, resources owned by the stack, and others that hang on them.
    pub resources: BTreeMap<Address, Observed>,
    /// Every name in use by kind, where the survey lists them all: names clash ignoring letter case.
    pub names: BTreeMap<KindName, BTreeSet<String>>,
    /// The instances that use a profile, by the profile's address.
    pub users: BTreeMap<Address, Vec<Instance>>,
    /// The ids of the instances that selectors found, sorted, by the address of the resource that selects.
    pub selected: BTreeMap<Address, Vec<String>>,
    /// The regions in which instances were looked for: the run's own and those the stack names.
    pub regions: BTreeSet<String>,
    /// Why it is not known which instances use the profiles; `None` when the region was looked at.
    pub unseen_users: Option<String>,
    /// Limits and use of the account.
    pub quotas: Quotas,
    /// What the survey could not look at, one sentence each.
    pub blind: Vec<String>,
    /// Declared resources that were not looked for at all, and why: nothing can be said of them, not even that they
    /// are missing. A survey of AWS leaves none; what is read from a file may.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unseen: BTreeMap<Address, String>,
}
