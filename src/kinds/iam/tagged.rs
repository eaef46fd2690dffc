//! The calls that roles and instance profiles have in common: both carry tags, by which their stack is known.

use crate::cloud::{Condition, Expect, ReadCall, Service, WriteCall};
use crate::kinds::{Lowering, StepDraft, tags};
use crate::model::{Observed, STACK_TAG, field};

/// A role or an instance profile that changes.
pub(super) struct Tagged<'a> {
    /// How the API spells what it is: `InstanceProfile`.
    pub(super) api: &'static str,
    /// What it is called in titles: `instance profile`.
    pub(super) noun: &'static str,
    pub(super) lowering: &'a Lowering<'a>,
}

impl<'a> Tagged<'a> {
    pub(super) fn name(&self) -> &'a str {
        self.lowering.live_name
    }

    /// What it is with its name, as in titles.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.noun, self.name())
    }

    /// A call that names it.
    pub(super) fn call(&self, action: &str) -> WriteCall {
        WriteCall::new(Service::Iam, action).with(&format!("{}Name", self.api), self.name())
    }

    /// That something is true of it.
    pub(super) fn condition(&self, about: &str, expect: Expect) -> Condition {
        let Self { api, .. } = self;
        let read = ReadCall::new(Service::Iam, &format!("Get{api}"));
        Condition {
            about: format!("{} to {about}", self.title()),
            read: read.with(&format!("{api}Name"), self.name()),
            expect,
            hopeless: None,
        }
    }

    /// That it is not there any more.
    pub(super) fn is_gone(&self) -> Condition {
        self.condition("be gone", Expect::Missing)
    }

    /// That it is the one that was found, and belongs to whom it belonged then; of one that this run makes, that nobody
    /// else has taken it over.
    pub(super) fn precondition(&self, found: Option<&Observed>) -> Condition {
        let mut all = vec![tags::still_owned(
            &[self.api, "Tags"],
            tags::IAM,
            self.lowering.wanted().tag(STACK_TAG),
            found,
        )];
        let id = found.and_then(|found| found.id.as_deref());
        all.extend(id.map(|id| Expect::is(&[self.api, &format!("{}Id", self.api)], id)));
        let about = tags::described(&self.title(), found);
        Condition {
            about,
            ..self.condition("", Expect::All(all))
        }
    }

    /// What tells one made by this stack, after a lost answer, from somebody else's of its name.
    pub(super) fn is_ours(&self) -> Condition {
        let wanted = self.lowering.wanted();
        let tag = Expect::All(vec![
            Expect::is(&["Key"], STACK_TAG),
            Expect::is(&["Value"], self.owner()),
        ]);
        let path = wanted.text(field::PATH).unwrap_or("/");
        let expect = Expect::All(vec![
            Expect::any(&[self.api, "Tags"], tag),
            Expect::is(&[self.api, "Path"], path),
        ]);
        self.condition("carry the tag of its stack", expect)
    }

    /// Tags that are set, and tags that are removed.
    pub(super) fn retag(&self) -> (Option<StepDraft>, Option<StepDraft>) {
        let (changed, wanted) = (self.lowering.changed, self.lowering.wanted());
        let set = tags::changed_parameter(changed, wanted).map(|list| {
            let call = self.call(&format!("Tag{}", self.api)).with("Tags", list);
            StepDraft::new(format!("tag {}", self.title()), call)
        });
        let removed = tags::removed_parameter(changed, wanted).map(|keys| {
            let call = self.call(&format!("Untag{}", self.api));
            let title = format!("remove tags from {}", self.title());
            StepDraft::new(title, call.with("TagKeys", keys))
        });
        (set, removed)
    }

    /// Tags it as the stack's, and nothing else.
    pub(super) fn adopt(&self) -> Vec<StepDraft> {
        let owner = self.owner();
        let call = self.call(&format!("Tag{}", self.api));
        let title = format!("tag {} as owned by stack {owner}", self.title());
        vec![StepDraft::new(
            title,
            call.with("Tags", tags::owner_parameter(owner)),
        )]
    }

    fn owner(&self) -> &'a str {
        self.lowering.wanted().tag(STACK_TAG).unwrap_or_default()
    }
}
