//! AWS's own managed policies, known by name.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::table::{MANAGED_POLICIES, rows};

/// What is known of a managed policy of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManagedPolicy {
    /// Whether it denies something.
    pub denies: bool,
    /// Whether whoever has it can give himself any permission.
    pub escalates: bool,
}

struct Index {
    all: BTreeSet<&'static str>,
    denies: BTreeSet<&'static str>,
    escalates: BTreeSet<&'static str>,
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| {
        let named = |of: &str| {
            let rows = rows(MANAGED_POLICIES).filter(|(_, set, _)| *set == of);
            rows.flat_map(|(_, _, names)| names).collect()
        };
        Index {
            all: named("all"),
            denies: named("denies"),
            escalates: named("escalates"),
        }
    })
}

/// The managed policy of AWS that an ARN names; `None` for an account's own, and for one that is not known.
pub fn managed_policy(arn: &str) -> Option<ManagedPolicy> {
    let (_, path) = arn.split_once(":iam::aws:policy/")?;
    let name = path.rsplit('/').next().unwrap_or(path);
    let Index {
        all,
        denies,
        escalates,
    } = index();
    all.contains(name).then(|| ManagedPolicy {
        denies: denies.contains(name),
        escalates: escalates.contains(name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_of_aws_are_known_by_name() {
        let known = |name: &str| managed_policy(&format!("arn:aws:iam::aws:policy/{name}"));
        let plain = known("AmazonS3ReadOnlyAccess").unwrap();
        assert!(!plain.denies && !plain.escalates);
        assert!(known("AdministratorAccess").unwrap().escalates);
        assert!(known("AWSDenyAll").unwrap().denies);
        assert!(known("service-role/AmazonEC2RoleforSSM").is_some());
        assert_eq!(known("AmazonS3ReadOnlyAcces"), None);
        assert_eq!(
            managed_policy("arn:aws:iam::123456789012:policy/AWSDenyAll"),
            None
        );
    }
}
