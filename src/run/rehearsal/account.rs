//! An account as a seed of the sandbox has it. What is put in twice is one thing; what is only named, and not seen, is
//! there with nothing more than its name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

/// What a thing has, by the seed's names.
pub(super) type Traits = Map<String, Json>;

/// Users of a seed may do everything, like the sandbox's own: what the caller may do is not rehearsed.
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// The account so far.
#[derive(Debug, Default)]
pub(super) struct Account {
    /// Managed policies that exist, by ARN.
    pub(super) policies: BTreeSet<String>,
    users: BTreeMap<String, Traits>,
    roles: BTreeMap<String, Traits>,
    profiles: BTreeMap<String, Traits>,
    instances: BTreeMap<String, Traits>,
    buckets: BTreeMap<String, Traits>,
    /// What can be launched with, by region.
    pub(super) offers: BTreeMap<String, BTreeSet<String>>,
}

impl Account {
    /// A user of a name.
    pub(super) fn user(&mut self, name: &str) -> &mut Traits {
        let traits = of(&mut self.users, name);
        item(traits, "managedPolicies", ADMINISTRATOR.into());
        traits
    }

    /// A role of a name.
    pub(super) fn role(&mut self, name: &str) -> &mut Traits {
        of(&mut self.roles, name)
    }

    /// An instance profile of a name.
    pub(super) fn profile(&mut self, name: &str) -> &mut Traits {
        of(&mut self.profiles, name)
    }

    /// An instance profile that is only named. One without a role could not be given to an instance.
    pub(super) fn profile_in_name(&mut self, name: &str, id: Option<&String>) {
        if self.profiles.contains_key(name) {
            return;
        }
        let role = format!("role-of-{name}");
        let traits = self.profile(name);
        traits.insert("role".to_owned(), role.as_str().into());
        traits.extend(id.map(|id| ("id".to_owned(), id.as_str().into())));
        self.role(&role);
    }

    /// An instance of an id.
    pub(super) fn instance(&mut self, id: &str) -> &mut Traits {
        self.instances
            .entry(id.to_owned())
            .or_insert_with(|| Traits::from_iter([("id".to_owned(), id.into())]))
    }

    /// A bucket of a name.
    pub(super) fn bucket(&mut self, name: &str) -> &mut Traits {
        of(&mut self.buckets, name)
    }

    /// The seed file's text: YAML that happens to be JSON.
    pub(super) fn text(self, account: &str) -> String {
        let Self {
            policies,
            users,
            roles,
            profiles,
            instances,
            buckets,
            offers,
        } = self;
        let all = |things: BTreeMap<String, Traits>| things.into_values().collect::<Vec<_>>();
        json!({
            "account": account,
            "policies": policies,
            "users": all(users),
            "roles": all(roles),
            "instanceProfiles": all(profiles),
            "instances": all(instances),
            "buckets": all(buckets),
            "offers": offers,
        })
        .to_string()
    }
}

fn of<'a>(things: &'a mut BTreeMap<String, Traits>, name: &str) -> &'a mut Traits {
    things
        .entry(name.to_owned())
        .or_insert_with(|| Traits::from_iter([("name".to_owned(), name.into())]))
}

/// A member of one of a thing's collections.
pub(super) fn member(traits: &mut Traits, collection: &str, name: &str, value: Json) {
    let members = traits
        .entry(collection.to_owned())
        .or_insert_with(|| json!({}));
    if let Some(members) = members.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// An item of one of a thing's lists.
pub(super) fn item(traits: &mut Traits, list: &str, value: Json) {
    let items = traits.entry(list.to_owned()).or_insert_with(|| json!([]));
    if let Some(items) = items.as_array_mut()
        && !items.contains(&value)
    {
        items.push(value);
    }
}
