//! What IAM looked like a moment ago. EC2 and lagging replicas see that, not the present.
//!
//! Kept as the entities each write replaced, in memory only: a process that ends takes the lag with it.

use jiff::Timestamp;

use super::form::Form;
use super::world::{Iam, InstanceProfile, Role, User};

/// Writes younger than the propagation delay, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Past {
    writes: Vec<(Timestamp, Before)>,
}

/// The entities that one write can touch, as they were before it.
#[derive(Debug)]
pub(crate) struct Before {
    role: Option<(String, Option<Role>)>,
    profile: Option<(String, Option<InstanceProfile>)>,
    user: Option<(String, Option<User>)>,
}

impl Before {
    /// IAM's writes touch only entities that they name, so the parameters tell what to keep.
    pub(crate) fn of(iam: &Iam, form: &Form) -> Before {
        let key = |parameter| form.get(parameter).map(Iam::key);
        let role = key("RoleName").map(|key| (key.clone(), iam.roles.get(&key).cloned()));
        let profile = key("InstanceProfileName")
            .map(|key| (key.clone(), iam.instance_profiles.get(&key).cloned()));
        let user = key("UserName").map(|key| (key.clone(), iam.users.get(&key).cloned()));
        Before {
            role,
            profile,
            user,
        }
    }

    fn restore(&self, iam: &mut Iam) {
        if let Some((key, role)) = &self.role {
            put(&mut iam.roles, key, role.as_ref());
        }
        if let Some((key, profile)) = &self.profile {
            put(&mut iam.instance_profiles, key, profile.as_ref());
        }
        if let Some((key, user)) = &self.user {
            put(&mut iam.users, key, user.as_ref());
        }
    }
}

fn put<T: Clone>(map: &mut std::collections::BTreeMap<String, T>, key: &str, value: Option<&T>) {
    match value {
        Some(value) => drop(map.insert(key.to_owned(), value.clone())),
        None => drop(map.remove(key)),
    }
}

impl Past {
    /// Notes a write that has just happened.
    pub(crate) fn record(&mut self, now: Timestamp, before: Before) {
        self.writes.push((now, before));
    }

    /// Drops what everybody has seen by now.
    pub(crate) fn forget(&mut self, horizon: Timestamp) {
        self.writes.retain(|(at, _)| *at > horizon);
    }

    /// IAM as it was at the horizon; nothing if it was as it is now.
    pub(crate) fn as_of(&self, iam: &Iam, horizon: Timestamp) -> Option<Iam> {
        let unseen = || self.writes.iter().rev().filter(|(at, _)| *at > horizon);
        unseen().next()?;
        let mut then = iam.clone();
        unseen().for_each(|(_, before)| before.restore(&mut then));
        Some(then)
    }
}
