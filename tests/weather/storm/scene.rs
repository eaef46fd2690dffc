//! What one storm is about, as plain data: what is there, what is declared, what shall come of it. The judge goes by
//! this and by the world, not by what the product thinks of either.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rolewright::sandbox::{InstanceState, Weather};
use serde_json::Value;

/// The stack's name.
pub(super) const STACK: &str = "shop";
/// The tag that says who owns something.
pub(super) const OWNER_TAG: &str = "rolewright:stack";
/// The run's own region, and another one.
pub(super) const HOME: &str = "us-east-1";
pub(super) const AWAY: &str = "eu-central-1";
/// The inline policy that is never taken away as undeclared.
pub(super) const REVOCATION: &str = "AWSRevokeOlderSessions";
/// A tag that selectors look for.
pub(super) const FLEET: &str = "Fleet";

pub(super) type Tags = BTreeMap<String, String>;

/// One storm: a world, a wish, the weather, and what else goes wrong.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) stack_tags: Tags,
    pub(super) prune: bool,
    /// Everything declared shall go instead.
    pub(super) destroy: bool,
    pub(super) roles: Vec<Case<Facts, RoleSpec>>,
    pub(super) profiles: Vec<Case<Content, ProfileSpec>>,
    pub(super) instances: Vec<Machine>,
    pub(super) associations: Vec<Document>,
    pub(super) weather: Weather,
    pub(super) course: Course,
    /// An action that the caller may not call in the first run.
    pub(super) denied: Option<&'static str>,
    /// Plans are made of what is there, only the runs see stale answers: then a run that calls itself complete is.
    pub(super) clear_sight: bool,
    /// What somebody else deletes between the first plan and its run, and puts back later.
    pub(super) vanishes: Option<String>,
}

/// A role or a profile: as it is, and as it shall be.
#[derive(Debug, Clone)]
pub(super) struct Case<L, W> {
    pub(super) name: String,
    pub(super) live: Option<Live<L>>,
    pub(super) want: Wish<W>,
}

/// Something that is there.
#[derive(Debug, Clone)]
pub(super) struct Live<L> {
    pub(super) owner: Owner,
    pub(super) facts: L,
    /// Made right before the story begins, so that not everybody sees it yet.
    pub(super) recent: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Ours,
    /// Another stack.
    Other,
    Nobody,
}

#[derive(Debug, Clone)]
pub(super) enum Wish<W> {
    /// The manifest says nothing about it.
    Nothing,
    Absent,
    Present(W),
}

/// What a role is made of. Tags are all of them, or those of the document where it is declared; never the owner's.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Facts {
    pub(super) path: &'static str,
    pub(super) description: Option<&'static str>,
    pub(super) session: u32,
    pub(super) trust: BTreeSet<Principal>,
    pub(super) inline: BTreeMap<String, Value>,
    pub(super) managed: BTreeSet<&'static str>,
    pub(super) boundary: Option<&'static str>,
    pub(super) tags: Tags,
}

/// Who may assume a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Principal {
    Service(&'static str),
    Account,
    Role(String),
    /// A role that is no longer there: its unique id is all that is left.
    Dead,
}

#[derive(Debug, Clone)]
pub(super) struct RoleSpec {
    pub(super) facts: Facts,
    pub(super) inline_mode: Mode,
    pub(super) managed_mode: Mode,
    /// `revokeSessionsIssuedBefore`.
    pub(super) revoked: bool,
    /// The profile that `instanceProfile` makes.
    pub(super) sugar: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Exclusive,
    Additive,
    Ignore,
}

/// What a profile is made of when it is there.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub(super) path: &'static str,
    pub(super) role: Option<String>,
    pub(super) tags: Tags,
}

#[derive(Debug, Clone)]
pub(super) struct ProfileSpec {
    pub(super) content: Content,
    /// Declared by a role's `instanceProfile`, not by a document of its own.
    pub(super) by_sugar: bool,
}

/// An instance. One that a document launches would be a case of its own beside these, with the same two halves as a role.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    pub(super) id: String,
    pub(super) region: &'static str,
    pub(super) state: InstanceState,
    pub(super) fleet: Option<String>,
    pub(super) row: Row,
}

/// The rows that EC2 lists about an instance.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Row {
    None,
    One {
        profile: String,
        /// Of a profile of this name that was deleted since.
        former: bool,
        /// Still being made.
        coming: bool,
    },
    /// Being taken away.
    Going {
        profile: String,
    },
    /// One being taken away, the other one coming.
    Swap {
        from: String,
        to: String,
    },
}

impl Row {
    /// The profile that is in effect or comes.
    pub(super) fn active(&self) -> Option<&str> {
        match self {
            Row::One { profile, .. } => Some(profile),
            Row::Swap { to, .. } => Some(to),
            Row::None | Row::Going { .. } => None,
        }
    }

    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Row::None => Vec::new(),
            Row::One { profile, .. } | Row::Going { profile } => vec![profile],
            Row::Swap { from, to } => vec![from, to],
        }
    }
}

/// An InstanceAssociation.
#[derive(Debug, Clone)]
pub(super) struct Document {
    pub(super) name: String,
    pub(super) region: &'static str,
    pub(super) target: Target,
    pub(super) profile: Option<String>,
    pub(super) detached: bool,
    /// `maxInFlight` and the pause in seconds.
    pub(super) rollout: Option<(usize, usize)>,
}

#[derive(Debug, Clone)]
pub(super) enum Target {
    Ids(Vec<String>),
    Fleet {
        name: String,
        states: Option<&'static [&'static str]>,
    },
}

/// What happens to the first run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// Nothing.
    Whole,
    /// Somebody presses Ctrl-C.
    StoppedAfter(Duration),
    /// The process dies.
    KilledAfter(Duration),
}

impl<L, W> Case<L, W> {
    pub(super) fn owner(&self) -> Option<Owner> {
        self.live.as_ref().map(|live| live.owner)
    }

    pub(super) fn wanted(&self) -> Option<&W> {
        match &self.want {
            Wish::Present(spec) => Some(spec),
            Wish::Nothing | Wish::Absent => None,
        }
    }

    /// Nobody owns it and the manifest asks for it: then it takes a run of its own to become ours.
    pub(super) fn is_adopted(&self) -> bool {
        self.owner() == Some(Owner::Nobody) && !matches!(self.want, Wish::Nothing)
    }

    /// Whether the stack may do anything to it at all.
    fn is_ours_to_change(&self, scene: &Scene) -> bool {
        match self.owner() {
            Some(Owner::Ours) => true,
            Some(Owner::Nobody) => self.is_adopted() && !scene.destroy,
            Some(Owner::Other) | None => false,
        }
    }

    fn goes_for_good(&self, scene: &Scene) -> bool {
        self.is_ours_to_change(scene)
            && match self.want {
                Wish::Nothing => scene.prune || scene.destroy,
                Wish::Absent => true,
                Wish::Present(_) => scene.destroy,
            }
    }
}

impl Case<Facts, RoleSpec> {
    /// Whether what is there is deleted, for good or to be made anew.
    pub(super) fn goes(&self, scene: &Scene) -> bool {
        self.goes_for_good(scene) || self.is_replaced(scene)
    }

    pub(super) fn is_replaced(&self, scene: &Scene) -> bool {
        let (Some(live), Some(spec)) = (&self.live, self.wanted()) else {
            return false;
        };
        !scene.destroy && live.facts.path != spec.facts.path
    }
}

impl Case<Content, ProfileSpec> {
    pub(super) fn goes(&self, scene: &Scene) -> bool {
        self.goes_for_good(scene) || self.is_replaced(scene)
    }

    pub(super) fn is_replaced(&self, scene: &Scene) -> bool {
        let (Some(live), Some(spec)) = (&self.live, self.wanted()) else {
            return false;
        };
        !scene.destroy && live.facts.path != spec.content.path
    }
}

impl Scene {
    pub(super) fn role(&self, name: &str) -> Option<&Case<Facts, RoleSpec>> {
        self.roles.iter().find(|role| role.name == name)
    }

    pub(super) fn profile(&self, name: &str) -> Option<&Case<Content, ProfileSpec>> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    pub(super) fn machine(&self, id: &str) -> Option<&Machine> {
        self.instances.iter().find(|machine| machine.id == id)
    }

    /// The instances that a document is about, once every state has come to rest.
    pub(super) fn members(&self, document: &Document) -> Vec<&Machine> {
        let is_member = |machine: &&Machine| match &document.target {
            Target::Ids(ids) => ids.contains(&machine.id),
            Target::Fleet { name, states } => {
                let state = machine.state.name();
                machine.region == document.region
                    && machine.fleet.as_ref() == Some(name)
                    && !matches!(state, "shutting-down" | "terminated")
                    && states.is_none_or(|states| states.contains(&state))
            }
        };
        self.instances.iter().filter(is_member).collect()
    }

    /// How many runs a user needs in good weather.
    pub(super) fn runs_needed(&self) -> usize {
        let roles = self.roles.iter().any(Case::is_adopted);
        let profiles = self.profiles.iter().any(Case::is_adopted);
        1 + usize::from(!self.destroy && (roles || profiles))
    }

    /// What the manifest names and the stack does not declare: others' roles and profiles.
    pub(super) fn foreign_names(&self) -> BTreeSet<String> {
        let roles = self.roles.iter().filter_map(Case::wanted);
        let principals = roles.flat_map(|spec| &spec.facts.trust);
        let principals = principals.filter_map(|principal| match principal {
            Principal::Role(name) => Some(name.clone()),
            _ => None,
        });
        let profiles = self.profiles.iter().filter_map(Case::wanted);
        let held = profiles.filter_map(|spec| spec.content.role.clone());
        let used = self
            .associations
            .iter()
            .filter_map(|one| one.profile.clone());
        let is_foreign = |name: &String| {
            let role = self
                .role(name)
                .is_some_and(|one| matches!(one.want, Wish::Nothing));
            let profile = self.profile(name);
            role || profile.is_some_and(|one| matches!(one.want, Wish::Nothing))
        };
        let named = principals.chain(held).chain(used);
        named.filter(is_foreign).collect()
    }

    /// All tags of something of the stack that declares these.
    pub(super) fn all_tags(&self, own: &Tags) -> Tags {
        let mut tags = self.stack_tags.clone();
        tags.extend(own.clone());
        tags.insert(OWNER_TAG.to_owned(), STACK.to_owned());
        tags
    }
}
