//! IAM's replica history: the entities that each write replaced.

use std::collections::BTreeMap;

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
    role: Kept<Role>,
    profile: Kept<InstanceProfile>,
    user: Kept<User>,
}

/// The entity that a call names, by its key; none for one that was not there.
type Kept<T> = Option<(String, Option<T>)>;
type ByKey<T> = BTreeMap<String, T>;

fn keep<T: Clone>(all: &ByKey<T>, form: &Form, parameter: &str) -> Kept<T> {
    let key = form.get(parameter).map(Iam::key)?;
    let entity = all.get(&key).cloned();
    Some((key, entity))
}

impl Before {
    /// IAM's writes touch only entities that they name, so the parameters say what to keep.
    pub(crate) fn of(iam: &Iam, form: &Form) -> Before {
        Before {
            role: keep(&iam.roles, form, "RoleName"),
            profile: keep(&iam.instance_profiles, form, "InstanceProfileName"),
            user: keep(&iam.users, form, "UserName"),
        }
    }

    fn restore(&self, iam: &mut Iam) {
        put(&mut iam.roles, self.role.as_ref());
        put(&mut iam.instance_profiles, self.profile.as_ref());
        put(&mut iam.users, self.user.as_ref());
    }

    /// Whether it touched something that a call names, or the call names nothing.
    fn concerns(&self, form: &Form) -> bool {
        let profile = self.profile.as_ref().map(|(key, _)| key);
        let keys = [
            ("RoleName", self.role.as_ref().map(|(key, _)| key)),
            ("InstanceProfileName", profile),
            ("UserName", self.user.as_ref().map(|(key, _)| key)),
        ];
        let named = keys.map(|(parameter, key)| (form.get(parameter).map(Iam::key), key));
        let mut asked = named.iter().filter(|(asked, _)| asked.is_some()).peekable();
        asked.peek().is_none() || asked.any(|(asked, key)| asked.as_ref() == *key)
    }
}

fn put<T: Clone>(all: &mut ByKey<T>, kept: Option<&(String, Option<T>)>) {
    match kept {
        Some((key, Some(entity))) => drop(all.insert(key.clone(), entity.clone())),
        Some((key, None)) => drop(all.remove(key)),
        None => {}
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
