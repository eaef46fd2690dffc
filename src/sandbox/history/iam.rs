//! IAM's replica history: the entities that each write replaced.

use jiff::{SignedDuration, Timestamp};

use super::unseen;
use crate::sandbox::form::Form;
use crate::sandbox::injector::Unseen;
use crate::sandbox::world::{Iam, InstanceProfile, Role, User};

/// How many writes stay after every replica has them: a script may ask for the state before them.
const KEPT: usize = 64;

/// Writes that a replica may not have received yet, oldest first.
#[derive(Debug, Default)]
pub(crate) struct IamReplicaHistory {
    writes: Vec<Write>,
}

#[derive(Debug)]
struct Write {
    at: Timestamp,
    unseen: Unseen,
    before: Before,
}

/// The entities that one write can touch, as they were before it.
#[derive(Debug)]
pub(crate) struct Before {
    role: Option<(String, Option<Role>)>,
    profile: Option<(String, Option<InstanceProfile>)>,
    user: Option<(String, Option<User>)>,
}

impl Before {
    /// IAM's writes touch only entities that they name, so the parameters say what to keep.
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

    /// Whether it touched something that a call names, or the call names nothing.
    fn concerns(&self, form: &Form) -> bool {
        let keys = [
            ("RoleName", self.role.as_ref().map(|(key, _)| key)),
            (
                "InstanceProfileName",
                self.profile.as_ref().map(|(key, _)| key),
            ),
            ("UserName", self.user.as_ref().map(|(key, _)| key)),
        ];
        let named = keys.map(|(parameter, key)| (form.get(parameter).map(Iam::key), key));
        let mut asked = named.iter().filter(|(asked, _)| asked.is_some()).peekable();
        asked.peek().is_none() || asked.any(|(asked, key)| asked.as_ref() == *key)
    }
}

fn put<T: Clone>(map: &mut std::collections::BTreeMap<String, T>, key: &str, value: Option<&T>) {
    match value {
        Some(value) => drop(map.insert(key.to_owned(), value.clone())),
        None => drop(map.remove(key)),
    }
}

impl IamReplicaHistory {
    /// Notes a write that has just happened.
    pub(crate) fn record(&mut self, at: Timestamp, unseen: Unseen, before: Before) {
        self.writes.push(Write { at, unseen, before });
    }

    /// Drops the writes that every replica has by now: the longest of a write's delays decides.
    pub(crate) fn forget(&mut self, now: Timestamp, longest: impl Fn(Unseen) -> SignedDuration) {
        let old = |write: &Write| !unseen(write.at, longest(write.unseen), now);
        let seen = self.writes.iter().take_while(|write| old(write)).count();
        self.writes.drain(..seen.saturating_sub(KEPT));
    }

    /// IAM on a replica that receives each write after `delay`; `None` if that is the present state.
    pub(crate) fn as_of(
        &self,
        iam: &Iam,
        now: Timestamp,
        delay: impl Fn(Unseen) -> SignedDuration,
    ) -> Option<Iam> {
        self.without(iam, |_, write| unseen(write.at, delay(write.unseen), now))
    }

    /// IAM without the latest write that concerns a call.
    pub(crate) fn before_latest(&self, iam: &Iam, form: &Form) -> Option<Iam> {
        let latest = self
            .writes
            .iter()
            .rposition(|write| write.before.concerns(form))?;
        self.without(iam, |index, _| index >= latest)
    }

    /// A write that is not seen hides those after it to the same entities: what was before it is put back last.
    fn without(&self, iam: &Iam, hidden: impl Fn(usize, &Write) -> bool) -> Option<Iam> {
        let writes = self.writes.iter().enumerate().rev();
        let mut hidden = writes
            .filter(|(index, write)| hidden(*index, write))
            .peekable();
        hidden.peek()?;
        let mut then = iam.clone();
        hidden.for_each(|(_, write)| write.before.restore(&mut then));
        Some(then)
    }
}
