//! The kinds of resources: everything the tool knows about each, one kind in one place.
//! A kind states facts and makes calls as data. Ordering, comparing and running them is done elsewhere.

mod access;
mod arn;
mod basics;
mod draft;
mod duration;
mod ec2;
mod export;
mod field;
mod grant;
mod iam;
mod lowering;
mod offline;
mod policy_source;
mod registry;
mod s3;
mod seed;
mod spec;
mod survey;
pub mod tags;

use std::collections::BTreeSet;

use crate::cloud::{Condition, Reads};
use crate::model::{
    Action, Attributes, Desired, FactName, Facts, FieldPath, KindName, Observed, Quotas, Resource,
    Value,
};

use basics::basics;

pub use arn::{Announced, ArnShape};
pub use draft::{StepDraft, StepDrafts};
pub use export::{Export, ExportContext, ExportFilter, ExportSearch, Exported, Members, arns};
pub use field::{Access, Field, FieldChange, Letters};
pub use grant::{Grant, GrantRequest, Purpose};
pub use iam::role::role_spec;
pub use lowering::{Lowering, Renewal};
pub use offline::{Details, Offline};
pub use policy_source::PolicySource;
pub use registry::{ALL, field, find, names, with_arns};
pub use seed::{Entry, Planted, Seed};
pub use spec::{Declaration, Declared, SpecProblem, Specification, UNREADABLE_SPEC};
pub use survey::{Found, Reading, Survey, SurveyScope};

/// A reason why a resource cannot be as declared, known before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreflightError {
    /// Stable kebab-case code.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

/// One kind of resource.
pub trait Kind: Sync {
    /// The name in `kind:`.
    fn name(&self) -> KindName;

    /// What it is, in one sentence, for schemas and help.
    fn about(&self) -> &'static str;

    /// Its fields, in the order in which they are shown.
    fn fields(&self) -> &'static [Field];

    /// The JSON Schema of `spec`.
    fn schema(&self) -> schemars::Schema;

    /// The JSON pointers within `spec` under which policies stand, so that `{file: …}` can be read before.
    fn policies(&self, spec: &serde_json::Value) -> Vec<String> {
        let _ = spec;
        Vec::new()
    }

    /// How the ARNs of its resources are computed; nothing where AWS gives them.
    fn arn(&self) -> Option<ArnShape>;

    /// The resources with ARNs that a document announces, before its expressions are evaluated.
    fn announced<'a>(&self, spec: &'a serde_json::Value) -> Vec<Announced<'a>> {
        let shape = self.arn().into_iter();
        shape.map(|shape| Announced::new(shape, spec)).collect()
    }

    /// What a document of this kind declares. The spec has passed the schema, its expressions are
    /// evaluated and its policy files read.
    fn declare(&self, specification: &Specification<'_>) -> Declaration;

    /// Reads the live counterparts.
    fn survey<'a>(&'a self, reads: &'a dyn Reads, survey: &'a Survey<'a>) -> Reading<'a>;

    /// What of a declaration decides what is read of it, beside name, region and selector: what was read for another
    /// declaration says nothing about this one.
    fn survey_key(&self, resource: &Resource) -> BTreeSet<String> {
        let _ = resource;
        BTreeSet::new()
    }

    /// How its live resources are written down as manifests; nothing where they do not say whose they are.
    fn export(&self) -> Option<&dyn Export>;

    /// What a file with an account's authorization details says of it.
    fn offline(&self) -> Offline;

    /// The action that a difference amounts to; [`Action::Keep`] never reaches this.
    fn action(&self, usual: Action, desired: &Resource, observed: Option<&Observed>) -> Action {
        let _ = (desired, observed);
        usual
    }

    /// Whether an undeclared member of a collection stays even where undeclared ones are removed.
    fn never_prunes(&self, path: &FieldPath) -> bool {
        let _ = path;
        false
    }

    /// Whether a live value does all that the declared one would do, and more that must not be taken back unasked.
    fn exceeds(&self, path: &FieldPath, live: &Value, declared: &Value) -> bool {
        let _ = (path, live, declared);
        false
    }

    /// Why the resource cannot be as declared, from what is known before anything is sent.
    fn preflight_errors(
        &self,
        desired: &Resource,
        observed: Option<&Observed>,
        quotas: &Quotas,
    ) -> Vec<PreflightError> {
        let _ = (desired, observed, quotas);
        Vec::new()
    }

    /// Why the resource as it is cannot go, whether it is deleted or replaced. `desired` is what is declared of
    /// it, if anything is.
    fn delete_blockers(
        &self,
        desired: Option<&Resource>,
        observed: &Observed,
    ) -> Vec<PreflightError> {
        let _ = (desired, observed);
        Vec::new()
    }

    /// The facts that may change between a plan and its apply, because steps look at them again themselves.
    fn volatile_facts(&self) -> &'static [FactName] {
        &[]
    }

    /// Whether a fact has only changed as it does by itself, so that a plan from before still does the right thing.
    fn is_expected_transition(&self, fact: FactName, before: &Facts, now: &Facts) -> bool {
        let _ = (fact, before, now);
        false
    }

    /// What has to be known once the stack has let go of one, if anything has.
    fn release_warning(&self) -> Option<&'static str> {
        None
    }

    /// What is lost when the resource is replaced by a new one of its name, if anything is.
    fn replacing_loses(&self) -> Option<&'static str> {
        None
    }

    /// Whether an existing one without an owner can be found, and so be taken over.
    fn can_be_adopted(&self) -> bool {
        let mut fields = self.fields().iter();
        fields.any(|field| field.name == tags::FIELD)
    }

    /// Whether a resource, by its name and fields, decides what an identity may do: it is the role, or belongs to the user.
    /// `identity` is the ARN of a role, of a session of one, or of a user.
    fn is_identity(&self, name: &str, fields: &Attributes, identity: &str) -> bool {
        let _ = (name, fields, identity);
        false
    }

    /// What the caller could not do any more afterwards, so that it could not undo it either: an action and on what.
    fn locks_out(&self, desired: &Resource, caller: &str) -> Option<String> {
        let _ = (desired, caller);
        None
    }

    /// Whether instances can use it, so that it must not go unseen from under them.
    fn serves_instances(&self) -> bool {
        false
    }

    /// What running instances that use it have to do without while it changes, because AWS lets nothing take its
    /// place before: a sentence about "them". `changed` are the fields that an update changes.
    fn gap(&self, action: Action, changed: &[&FieldPath]) -> Option<&'static str> {
        let _ = (action, changed);
        None
    }

    /// The keys of `GetAccountSummary` that hold how many of these there are and may be.
    fn quota(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// What the identity that runs us has to be allowed for a resource.
    fn grants(&self, resource: &Resource, asked: &GrantRequest<'_>) -> Vec<Grant>;

    /// What it has to be allowed for whatever of this kind the stack owns and no longer declares, so that it can be
    /// found and deleted. What it is called nobody knows; that it carries the stack's tag is known.
    fn grants_for_owned(&self, asked: &GrantRequest<'_>) -> Vec<Grant> {
        let _ = asked;
        Vec::new()
    }

    /// What else it has to be allowed for a resource, where nobody knows on what exactly: one sentence each.
    fn unknown_grants(&self, resource: &Resource, desired: &Desired) -> Vec<String> {
        let _ = (resource, desired);
        Vec::new()
    }

    /// Plants it in the starting world of a rehearsal.
    fn plant(&self, what: &Planted<'_>, seed: &mut Seed);

    /// What tells, right before a call, that the resource is still the one that the plan found and belongs to whom it
    /// belonged then; for one that this run makes (`found` is none) that nobody else has taken it over. Nothing where
    /// every call of the kind looks for itself.
    fn precondition(&self, lowering: &Lowering<'_>, found: Option<&Observed>) -> Option<Condition>;

    /// The calls of a change.
    fn drafts(&self, lowering: &Lowering<'_>) -> StepDrafts;
}
