//! What a kind needs to say which calls a change takes. Which changes there are is decided in `plan`.

use crate::model::{
    Action, Address, Attributes, AwsScope, FieldName, FieldPath, Observed, Quotas, Resource,
};

static NO_FIELDS: Attributes = Attributes::new();

/// Whether a resource is taken away and put back as it was, because what it links to has changed inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Renewal {
    /// It is not.
    None,
    /// It is.
    PutBack,
    /// It is, and this may be deleted only afterwards.
    Before(Address),
}

/// What a kind needs to say which calls a change takes.
#[derive(Debug, Clone, Copy)]
pub struct Lowering<'a> {
    /// What happens to the resource.
    pub action: Action,
    /// The resource as declared; `None` for one that is only being removed.
    pub desired: Option<&'a Resource>,
    /// The resource as it is.
    pub observed: Option<&'a Observed>,
    /// The fields that change.
    pub changed: &'a [FieldPath],
    /// Whether what it links to is deleted and created again under the same name.
    pub target_is_replaced: bool,
    /// Whether it is taken away and put back as it was.
    pub renewal: &'a Renewal,
    /// The name in AWS.
    pub live_name: &'a str,
    /// Account, partition, region.
    pub setting: &'a AwsScope,
    /// The ARN of who runs us.
    pub caller: &'a str,
    /// The account's limits, as far as known.
    pub quotas: &'a Quotas,
}

impl<'a> Lowering<'a> {
    /// The fields as declared; none for what is only being removed.
    pub(super) fn wanted(&self) -> &'a Attributes {
        self.desired.map_or(&NO_FIELDS, |one| &one.attributes)
    }

    /// The fields as they are; none for what is not there.
    pub(super) fn had(&self) -> &'a Attributes {
        self.observed.map_or(&NO_FIELDS, |one| &one.attributes)
    }

    /// Whether anything of a field changes.
    pub(super) fn changes(&self, field: FieldName) -> bool {
        self.changed.iter().any(|path| path.field == field)
    }

    /// The resources that AWS needs before it takes the declaration.
    pub(super) fn required(&self) -> impl Iterator<Item = Address> + 'a {
        let references = self.desired.into_iter().flat_map(|one| &one.references);
        let required = references.filter(|reference| reference.required);
        required.map(|reference| reference.target.clone())
    }
}
