//! What may be said about the calls of a storm, whatever came of it: nothing foreign is named, nothing is made twice,
//! and what cannot succeed is not tried again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::SignedDuration;

use super::scene::{Owner, Scene, Wish};
use crate::wire::Sent;

/// Codes of errors that time does not heal, unless the message is one of those that it does.
const FINAL: [&str; 12] = [
    "AccessDenied",
    "UnauthorizedOperation",
    "LimitExceeded",
    "MalformedPolicyDocument",
    "InvalidInput",
    "ValidationError",
    "MissingParameter",
    "InvalidParameterValue",
    "UnmodifiableEntity",
    "PolicyNotAttachable",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
];
const DENIALS: [&str; 2] = ["AccessDenied", "UnauthorizedOperation"];
/// Messages about a name that the service may not see yet, and about what a profile may still hold.
const NOT_YET: [&str; 2] = [
    "Invalid principal in policy",
    "Invalid IAM Instance Profile",
];
const STILL_HELD: &str = "InstanceSessionsPerInstanceProfile";
/// How long ago something was made that explains why AWS does not see it.
const LATELY: SignedDuration = SignedDuration::from_mins(5);

/// The calls of a storm's runs.
pub(super) struct Calls<'a> {
    pub(super) scene: &'a Scene,
    pub(super) sent: &'a [Sent],
    /// Where what made the young things ends and each run begins and ends.
    pub(super) runs: Vec<Range<usize>>,
    /// How many runs were cut off, or failed in part.
    pub(super) disturbances: usize,
    pub(super) faults: Vec<String>,
}

impl Calls<'_> {
    /// Looks at everything.
    pub(super) fn sentence(mut self) -> Vec<String> {
        let first = self.runs.first().map_or(self.sent.len(), |run| run.start);
        for sent in &self.sent[first..] {
            self.names_nothing_foreign(sent);
            self.is_legal(sent);
        }
        self.makes_nothing_twice(first);
        for run in self.runs.clone() {
            self.in_waves(run.clone());
            self.one_run(run);
        }
        self.faults
    }

    fn names_nothing_foreign(&mut self, sent: &Sent) {
        let mine = match (sent.get("InstanceProfileName"), sent.get("RoleName")) {
            (Some(profile), _) => {
                let case = self.scene.profile(profile);
                case.is_some_and(|case| may_touch(self.scene, case.owner(), &case.want))
            }
            (None, Some(role)) => {
                let case = self.scene.role(role);
                case.is_some_and(|case| may_touch(self.scene, case.owner(), &case.want))
            }
            (None, None) => sent.instance.as_ref().is_none_or(|id| self.is_declared(id)),
        };
        if !mine {
            self.faults
                .push(format!("a call about something foreign: {sent:?}"));
        }
    }

    fn is_declared(&self, id: &str) -> bool {
        let mut documents = self.scene.associations.iter();
        documents.any(|document| {
            let mut members = self.scene.members(document).into_iter();
            members.any(|machine| machine.id == id)
        })
    }

    /// A storm is legal, so nothing in it can be wrong for good; where it is destroyed, nothing is made.
    fn is_legal(&mut self, sent: &Sent) {
        if let Some((code, _)) = sent.refusal.as_ref().filter(|_| is_final(sent))
            && !(DENIALS.contains(&code.as_str()) && self.scene.denied.is_some())
        {
            self.faults
                .push(format!("a call that cannot succeed: {sent:?}"));
        }
        let makes = [
            "Create",
            "Put",
            "Attach",
            "Associate",
            "Replace",
            "Tag",
            "Add",
            "Update",
        ];
        if self.scene.destroy && makes.iter().any(|verb| sent.action.starts_with(verb)) {
            self.faults.push(format!("destroying, and yet: {sent:?}"));
        }
    }

    /// Roles and profiles are made at most once, and deleted at most once, in all runs together. Only a run that did not
    /// read back may leave the next one with a stale look at what was made anew.
    fn makes_nothing_twice(&mut self, first: usize) {
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for sent in self.sent[first..].iter().filter(|sent| sent.is_done()) {
            let name = match sent.action.as_str() {
                "CreateRole" | "DeleteRole" => sent.get("RoleName"),
                "CreateInstanceProfile" | "DeleteInstanceProfile" => {
                    sent.get("InstanceProfileName")
                }
                _ => None,
            };
            if let Some(name) = name {
                *counts.entry((&sent.action, name)).or_default() += 1;
            }
        }
        for ((action, name), count) in counts {
            if count > 1 + self.disturbances {
                self.faults
                    .push(format!("{action} of {name} took effect {count} times"));
            }
        }
    }

    /// A rollout never has more instances on their way at a time than it may.
    fn in_waves(&mut self, run: Range<usize>) {
        let delay = self.scene.weather.association_delay.least();
        for document in &self.scene.associations {
            let Some((most, _)) = document.rollout else {
                continue;
            };
            // Those that use what is made anew under its name cannot wait for each other.
            let profile = document.profile.as_deref();
            let profile = profile.and_then(|name| self.scene.profile(name));
            if profile.is_some_and(|profile| profile.is_replaced(self.scene)) {
                continue;
            }
            let members = self.scene.members(document);
            let is_member = |id: &str| members.iter().any(|machine| machine.id == id);
            let moves: Vec<(&str, &Sent)> = self.sent[run.clone()]
                .iter()
                .filter(|sent| sent.is_done())
                .filter_map(|sent| Some((sent.instance.as_deref()?, sent)))
                .filter(|(id, _)| is_member(id))
                .collect();
            for (at, (_, sent)) in moves.iter().enumerate() {
                let is_moving = |(_, one): &&(&str, &Sent)| sent.at.duration_since(one.at) < delay;
                let moving = moves[..=at].iter().filter(is_moving).map(|(id, _)| *id);
                let moving: BTreeSet<&str> = moving.collect();
                if moving.len() > most {
                    let fault =
                        format!("{moving:?} at a time in {}: at most {most}", document.name);
                    self.faults.push(fault);
                }
            }
        }
    }

    fn one_run(&mut self, run: Range<usize>) {
        let mut moved: BTreeMap<&str, usize> = BTreeMap::new();
        let mut refused: BTreeMap<(&str, &BTreeMap<String, String>), &Sent> = BTreeMap::new();
        for (at, sent) in self.sent.iter().enumerate().take(run.end).skip(run.start) {
            let comes = matches!(
                sent.action.as_str(),
                "AssociateIamInstanceProfile" | "ReplaceIamInstanceProfileAssociation"
            );
            if let Some(id) = sent.instance.as_deref().filter(|_| comes && sent.is_done()) {
                *moved.entry(id).or_default() += 1;
            }
            let key = (sent.action.as_str(), &sent.parameters);
            if let Some(before) = refused.get(&key) {
                self.faults
                    .push(format!("sent again in vain: {before:?}, then {sent:?}"));
            }
            let is_vain = is_final(sent) || (is_not_yet(sent) && !self.is_explained(at, sent));
            if sent.heard && is_vain {
                refused.insert(key, sent);
            }
        }
        for (id, count) in moved {
            if count > 1 {
                self.faults
                    .push(format!("{id} was given a profile {count} times in one run"));
            }
        }
    }

    /// Whether what the refusal names was made lately.
    fn is_explained(&self, at: usize, sent: &Sent) -> bool {
        let message = sent.refusal.as_ref().map_or("", |(_, message)| message);
        let names = |one: &&Sent| {
            let made = one.get("InstanceProfileName").or(one.get("RoleName"));
            made.is_some_and(|name| message.contains(name))
        };
        let lately = |one: &&Sent| sent.at.duration_since(one.at) < LATELY;
        let made = |one: &&Sent| one.is_done() && one.action.starts_with("Create");
        let earlier = self.sent[..at].iter();
        earlier.filter(made).filter(lately).any(|one| names(&one))
    }
}

fn may_touch<W>(scene: &Scene, owner: Option<Owner>, want: &Wish<W>) -> bool {
    match (owner, want) {
        (Some(Owner::Ours), Wish::Nothing) => scene.prune || scene.destroy,
        (Some(Owner::Other), _) | (Some(Owner::Nobody) | None, Wish::Nothing) => false,
        (Some(Owner::Nobody), _) => !scene.destroy,
        (Some(Owner::Ours) | None, _) => true,
    }
}

fn is_not_yet(sent: &Sent) -> bool {
    let message = sent.refusal.as_ref().map_or("", |(_, message)| message);
    NOT_YET.iter().any(|text| message.contains(text))
}

fn is_final(sent: &Sent) -> bool {
    let Some((code, message)) = &sent.refusal else {
        return false;
    };
    FINAL.contains(&code.as_str()) && !is_not_yet(sent) && !message.contains(STILL_HELD)
}
