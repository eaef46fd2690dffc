//! What the engine must know about a field to compare it and to show it. The values are the kinds' own.

use crate::model::{FieldName, KindName};
use crate::policy::PolicyPurpose;

/// What changing a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldChange {
    /// A call changes it.
    InPlace,
    /// AWS cannot change it: the resource is deleted and created again.
    Replace,
    /// It matters only when the resource is made; what becomes of it later is another resource's.
    AtCreation,
}

/// Whether the names of a collection's members differ by letter case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// `Team` and `team` are two members.
    Distinct,
    /// They are one (tag keys of roles, IAM user guide "Tags for IAM resources").
    Folded,
}

/// What a field decides over access, so that a change of it can be described by what it gives and takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    None,
    /// What a policy, or a collection of them, says.
    Policy(PolicyPurpose),
    /// What else it may do: a collection of managed policies by ARN.
    ManagedPolicies,
    /// What it may do at most: the ARN of a managed policy.
    Boundary,
    /// How long a session lasts, in seconds.
    SessionDuration,
    /// Whose access instances have: a link.
    Holder,
}

/// One field of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in `spec`.
    pub name: FieldName,
    /// What changing it takes.
    pub change: FieldChange,
    /// For collections: how member names compare.
    pub letters: Letters,
    /// Whether changing it changes what the instances that use the resource may do.
    pub credentials: bool,
    /// What it decides over access.
    pub access: Access,
    /// The kind of the resource that it names, if it names one.
    pub links: Option<KindName>,
}

impl Field {
    /// A field that a call can change.
    pub const fn in_place(name: FieldName) -> Self {
        Self {
            name,
            change: FieldChange::InPlace,
            letters: Letters::Distinct,
            credentials: false,
            access: Access::None,
            links: None,
        }
    }

    /// A field that only a new resource can change.
    pub const fn replacing(name: FieldName) -> Self {
        Self {
            change: FieldChange::Replace,
            credentials: true,
            ..Self::in_place(name)
        }
    }

    /// A field that matters only when the resource is made.
    pub const fn at_creation(name: FieldName) -> Self {
        Self {
            change: FieldChange::AtCreation,
            ..Self::in_place(name)
        }
    }

    /// The same field, deciding over what instances may do.
    #[must_use]
    pub const fn for_credentials(self) -> Self {
        Self {
            credentials: true,
            ..self
        }
    }

    /// The same field, deciding over access.
    #[must_use]
    pub const fn deciding(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// The same collection, with member names that ignore letter case.
    #[must_use]
    pub const fn folding_letters(self) -> Self {
        Self {
            letters: Letters::Folded,
            ..self
        }
    }

    /// The same field, naming a resource of a kind.
    #[must_use]
    pub const fn linking(self, kind: KindName) -> Self {
        Self {
            links: Some(kind),
            ..self
        }
    }
}
