//! What else steps need to know of a resource than its fields. All facts that there are stand here, whichever kinds have
//! them; files have them as texts by name.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::name::{FactName, fact};

/// What is known of a resource beside its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The state of the instance that it is or is about (`running`).
    pub instance_state: Option<String>,
    /// The bucket that a statement is for, where there is no such bucket.
    pub no_bucket: Option<String>,
    /// The user that a policy is for, where there is no such user.
    pub no_user: Option<String>,
    /// The text of a bucket's policy, if it has one.
    pub bucket_policy: Option<String>,
    /// The ids of the instances that were this resource before.
    pub predecessors: BTreeSet<String>,
    /// Its region, where that is not the run's own, and of buckets always.
    pub region: Option<String>,
    /// The ARN of the role in a profile, for an export: AWS says it, and its path is in it.
    pub role_arn: Option<String>,
    /// Whether AWS refuses to terminate it.
    pub termination_protected: bool,
    /// The instances that carry the tags of one resource, where there are several.
    pub twins: Vec<String>,
    /// Why a bucket's policy cannot be read.
    pub unreadable_policy: Option<String>,
}

impl Facts {
    /// Those that there are, as texts.
    pub fn texts(&self) -> BTreeMap<FactName, String> {
        let Self {
            instance_state,
            no_bucket,
            no_user,
            bucket_policy,
            predecessors,
            region,
            role_arn,
            termination_protected,
            twins,
            unreadable_policy,
        } = self;
        let predecessors: Vec<&str> = predecessors.iter().map(String::as_str).collect();
        let list = |members: String| Some(members).filter(|members| !members.is_empty());
        let all = [
            (fact::INSTANCE_STATE, instance_state.clone()),
            (fact::NO_BUCKET, no_bucket.clone()),
            (fact::NO_USER, no_user.clone()),
            (fact::POLICY_TEXT, bucket_policy.clone()),
            (fact::PREDECESSORS, list(predecessors.join(","))),
            (fact::REGION, region.clone()),
            (fact::ROLE_ARN, role_arn.clone()),
            (
                fact::TERMINATION_PROTECTED,
                termination_protected.then(String::new),
            ),
            (fact::TWINS, list(twins.join(" and "))),
            (fact::UNREADABLE_POLICY, unreadable_policy.clone()),
        ];
        let there = all.into_iter();
        there
            .filter_map(|(name, text)| Some((name, text?)))
            .collect()
    }

    /// The other way round.
    pub fn from_texts(mut texts: BTreeMap<FactName, String>) -> Self {
        let mut take = |name| texts.remove(&name);
        let list = |text: Option<String>| -> Vec<String> {
            let members = text.iter().flat_map(|text| text.split(','));
            members.map(str::to_owned).collect()
        };
        Self {
            instance_state: take(fact::INSTANCE_STATE),
            no_bucket: take(fact::NO_BUCKET),
            no_user: take(fact::NO_USER),
            bucket_policy: take(fact::POLICY_TEXT),
            predecessors: list(take(fact::PREDECESSORS)).into_iter().collect(),
            region: take(fact::REGION),
            role_arn: take(fact::ROLE_ARN),
            termination_protected: take(fact::TERMINATION_PROTECTED).is_some(),
            twins: take(fact::TWINS).into_iter().collect(),
            unreadable_policy: take(fact::UNREADABLE_POLICY),
        }
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.texts().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self::from_texts)
    }
}
