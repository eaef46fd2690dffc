//! The one list of kinds. Parsing, schemas, surveys and reference tables all derive from it.

use super::ec2::instance::Instance;
use super::ec2::instance_association::InstanceAssociation;
use super::iam::instance_profile::InstanceProfile;
use super::iam::role::Role;
use super::iam::user_policy::UserPolicy;
use super::s3::bucket_deny::BucketDeny;
use super::{ArnShape, Field, Kind};
use crate::model::{FieldName, KindName};

/// Every kind, referenced ones before those that refer to them.
pub static ALL: [&dyn Kind; 6] = [
    &Role,
    &UserPolicy,
    &BucketDeny,
    &InstanceProfile,
    &Instance,
    &InstanceAssociation,
];

/// The kind of a name. Names that no document declares are never read from a file as the kind of a resource, so that
/// every resource has its kind.
pub fn find(name: KindName) -> &'static dyn Kind {
    let found = ALL.into_iter().find(|kind| kind.name() == name);
    found.unwrap_or_else(|| unreachable!("no document declares a {name}"))
}

/// A field of a kind.
pub fn field(kind: KindName, name: FieldName) -> Option<&'static Field> {
    let mut fields = find(kind).fields().iter();
    fields.find(|field| field.name == name)
}

/// The names of all kinds, in registry order.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|kind| kind.name().as_str()).collect()
}

/// The kinds whose ARNs are computed.
pub fn with_arns() -> impl Iterator<Item = (&'static dyn Kind, ArnShape)> {
    let kinds = ALL.into_iter();
    kinds.filter_map(|kind| Some((kind, kind.arn()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kind;

    #[test]
    fn every_name_of_a_kind_has_a_kind() {
        assert_eq!(ALL.map(Kind::name), kind::DECLARED);
    }

    #[test]
    fn every_field_of_a_kind_is_read_back_from_its_name() {
        for field in ALL.iter().flat_map(|kind| kind.fields()) {
            assert_eq!(field.name.as_str().parse(), Ok(field.name));
        }
    }
}
