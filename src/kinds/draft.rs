//! Calls on their way to become steps: with their relations to other resources, but not yet in a graph.

use std::collections::BTreeSet;

use crate::cloud::{Condition, Lookup, Merge, OnMissing, WriteCall};
use crate::model::{Action, Address};

/// One call of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepDraft {
    /// What it does, as an order: `put inline policy S3-Permissions`.
    pub title: String,
    /// The call.
    pub call: WriteCall,
    /// Drafts of a resource run after all its drafts of earlier stages; those of one stage are independent.
    pub stage: u8,
    /// Resources that must be complete before.
    pub needs: BTreeSet<Address>,
    /// Resources that cannot be deleted before this is done.
    pub releases: BTreeSet<Address>,
    /// Other resources the call names, which AWS may not see at once.
    pub subjects: BTreeSet<Address>,
    /// Values found right before the call.
    pub lookups: Vec<Lookup>,
    /// The statement of a shared policy that it is about.
    pub merge: Option<Merge>,
    /// What the call changes as a whole, when others change the same: no two such calls run at a time.
    pub shares: Option<String>,
    /// What must be true before the call, one after the other.
    pub ready: Vec<Condition>,
    /// What tells that the resource is still the one that was planned for; added for all drafts of a resource at once.
    pub precondition: Option<Condition>,
    /// What is true when the call has taken effect.
    pub goal: Option<Condition>,
    /// What to wait for afterwards.
    pub settled: Option<Condition>,
    /// Whether the resource comes into being by this call.
    pub makes: bool,
    /// Whether the resource ceases to be by this call.
    pub removes: bool,
    /// What it means that the thing named does not exist.
    pub on_missing: OnMissing,
}

impl StepDraft {
    /// A call of the first stage with no relations.
    pub fn new(title: impl Into<String>, call: WriteCall) -> Self {
        Self {
            title: title.into(),
            call,
            stage: 0,
            needs: BTreeSet::new(),
            releases: BTreeSet::new(),
            subjects: BTreeSet::new(),
            lookups: Vec::new(),
            merge: None,
            shares: None,
            ready: Vec::new(),
            precondition: None,
            goal: None,
            settled: None,
            makes: false,
            removes: false,
            on_missing: OnMissing::Fail,
        }
    }

    /// Moves it to a stage.
    #[must_use]
    pub fn stage(mut self, stage: u8) -> Self {
        self.stage = stage;
        self
    }

    /// Makes it wait for another resource to be complete, and name it to AWS.
    #[must_use]
    pub fn needs(mut self, targets: impl IntoIterator<Item = Address>) -> Self {
        for target in targets {
            self.needs.insert(target.clone());
            self.subjects.insert(target);
        }
        self
    }

    /// Lets another resource that the call does not name be deleted only afterwards.
    #[must_use]
    pub fn frees(mut self, targets: impl IntoIterator<Item = Address>) -> Self {
        self.releases.extend(targets);
        self
    }

    /// Lets another resource be deleted only afterwards, and names it to AWS.
    #[must_use]
    pub fn releases(mut self, targets: impl IntoIterator<Item = Address>) -> Self {
        for target in targets {
            self.releases.insert(target.clone());
            self.subjects.insert(target);
        }
        self
    }

    /// Looks a value up right before.
    #[must_use]
    pub fn lookup(mut self, lookup: Lookup) -> Self {
        self.lookups.push(lookup);
        self
    }

    /// Merges one statement into a policy that others share.
    #[must_use]
    pub fn merges(mut self, merge: Merge, shared: impl Into<String>) -> Self {
        self.merge = Some(merge);
        self.shares = Some(shared.into());
        self
    }

    /// Waits for something before.
    #[must_use]
    pub fn ready(mut self, conditions: impl IntoIterator<Item = Condition>) -> Self {
        self.ready.extend(conditions);
        self
    }

    /// Says how to recognise that it has taken effect.
    #[must_use]
    pub fn goal(mut self, condition: Condition) -> Self {
        self.goal = Some(condition);
        self
    }

    /// Waits for something afterwards.
    #[must_use]
    pub fn settled(mut self, condition: Condition) -> Self {
        self.settled = Some(condition);
        self
    }

    /// The resource comes into being by this call.
    #[must_use]
    pub fn makes(mut self) -> Self {
        self.makes = true;
        self
    }

    /// The resource, or a part of it, goes by this call: that it is gone already is fine.
    #[must_use]
    pub fn gone_is_done(mut self) -> Self {
        self.on_missing = OnMissing::Done;
        self
    }

    /// The resource ceases to be by this call.
    #[must_use]
    pub fn removes(self) -> Self {
        Self {
            removes: true,
            ..self.gone_is_done()
        }
    }
}

/// The calls of one resource's change. Everything torn down goes before anything is built.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepDrafts {
    /// Calls that take away what was.
    pub teardown: Vec<StepDraft>,
    /// Calls that make what shall be.
    pub build: Vec<StepDraft>,
}

impl StepDrafts {
    /// Calls that only make.
    pub(super) fn build(calls: impl IntoIterator<Item = StepDraft>) -> Self {
        Self {
            teardown: Vec::new(),
            build: calls.into_iter().collect(),
        }
    }

    /// Calls that only take away.
    pub(super) fn teardown(calls: impl IntoIterator<Item = StepDraft>) -> Self {
        Self {
            teardown: calls.into_iter().collect(),
            build: Vec::new(),
        }
    }
}

/// The calls of what is put whole: the same call makes it and changes it.
pub(super) fn put_whole(
    action: Action,
    put: impl FnOnce() -> Option<StepDraft>,
    delete: impl FnOnce() -> StepDraft,
) -> StepDrafts {
    match action {
        Action::Create => StepDrafts::build(put().map(StepDraft::makes)),
        Action::Update => StepDrafts::build(put()),
        Action::Replace => StepDrafts {
            teardown: vec![delete()],
            build: put().into_iter().collect(),
        },
        Action::Delete => StepDrafts::teardown([delete()]),
        Action::Adopt | Action::Detach | Action::Keep => StepDrafts::default(),
    }
}

/// What changes a resource that is made and deleted by calls of its own.
pub(super) trait Calls {
    fn create(&self) -> Vec<StepDraft>;

    fn update(&self) -> StepDrafts;

    fn delete(&self) -> Vec<StepDraft>;

    /// The calls that take it over; none for what carries no tags.
    fn adopt(&self) -> Vec<StepDraft> {
        Vec::new()
    }

    fn drafts(&self, action: Action) -> StepDrafts {
        match action {
            Action::Create => StepDrafts::build(self.create()),
            Action::Update => self.update(),
            Action::Replace => StepDrafts {
                teardown: self.delete(),
                build: self.create(),
            },
            Action::Delete => StepDrafts::teardown(self.delete()),
            Action::Adopt => StepDrafts::build(self.adopt()),
            Action::Detach | Action::Keep => StepDrafts::default(),
        }
    }
}
