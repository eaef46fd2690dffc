//! From an InstanceAssociation's `spec` to one association per instance.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{INSTANCE_PROFILE, KIND};
use crate::kinds::iam::instance_profile;
use crate::kinds::{Declared, SpecProblem, Specification};
use crate::model::{Address, Ensure, FieldPath, Link, Value};

/// Which instance profile EC2 instances have.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct InstanceAssociationSpec {
    /// The instances.
    instances: Instances,
    /// The name of an instance profile of this stack, or the ARN of any. Required to attach; with
    /// `ensure: detached` it limits the detaching to this profile.
    instance_profile: Option<String>,
    /// Whether the instances shall have the profile.
    #[serde(default)]
    ensure: Attachment,
}

/// Which instances are meant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Instances {
    /// Their ids.
    #[schemars(length(min = 1))]
    ids: Vec<String>,
}

/// Whether instances shall have the profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Attachment {
    /// They shall have it.
    #[default]
    Attached,
    /// They shall have no profile, or not this one when one is named.
    Detached,
}

pub(super) fn declare(
    specification: &Specification<'_>,
) -> Result<Vec<Declared>, Vec<SpecProblem>> {
    let spec: InstanceAssociationSpec = specification.typed()?;
    let mut problems = Vec::new();
    if spec.ensure == Attachment::Attached && spec.instance_profile.is_none() {
        let problem = SpecProblem::new(
            "",
            "missing-field",
            "an association needs an `instanceProfile`",
        );
        problems.push(problem.hint("to take profiles away write `ensure: detached`"));
    }
    for (index, id) in spec.instances.ids.iter().enumerate() {
        let pointer = format!("/instances/ids/{index}");
        problems.extend(check_id(id, &pointer));
        if spec.instances.ids[..index].contains(id) {
            let message = format!("instance {id} is listed twice");
            problems.push(SpecProblem::new(&pointer, "declared-twice", message));
        }
    }
    let profile = spec.instance_profile.as_deref().and_then(|profile| {
        let pointer = "/instanceProfile";
        let link =
            specification.named(instance_profile::KIND, "instance-profile", profile, pointer);
        link.map_err(|problem| problems.push(problem)).ok()
    });
    if !problems.is_empty() {
        return Err(problems);
    }
    let ids = spec.instances.ids.iter().enumerate();
    Ok(ids
        .map(|(index, id)| association(specification.name, id, index, profile.clone(), spec.ensure))
        .collect())
}

fn association(
    name: &str,
    id: &str,
    index: usize,
    profile: Option<Link>,
    ensure: Attachment,
) -> Declared {
    let ensure = match ensure {
        Attachment::Attached => Ensure::Present,
        Attachment::Detached => Ensure::Absent,
    };
    let mut declared = Declared::new(Address::new(KIND, name).member(id), id, ensure);
    declared
        .pointers
        .insert(FieldPath::new(""), format!("/instances/ids/{index}"));
    if let Some(link) = profile {
        if let Some(target) = link.target.clone() {
            declared.link(target);
        }
        declared.set(
            FieldPath::new(INSTANCE_PROFILE),
            Value::Link(link),
            "/instanceProfile",
        );
    }
    declared
}

/// `i-` and 8 or 17 hexadecimal digits in small letters (EC2 user guide, "Resource IDs"): AWS answers with
/// those, and what it answers is compared with what is declared.
fn check_id(id: &str, pointer: &str) -> Option<SpecProblem> {
    let digits = id.strip_prefix("i-").unwrap_or_default();
    let fine = matches!(digits.len(), 8 | 17)
        && digits
            .chars()
            .all(|digit| matches!(digit, '0'..='9' | 'a'..='f'));
    let problem = || {
        SpecProblem::new(
            pointer,
            "bad-instance-id",
            format!("`{id}` is not an instance id"),
        )
        .hint("it looks like i-1234567890abcdef0")
    };
    (!fine).then(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instance_ids_have_8_or_17_digits() {
        for fine in ["i-1a2b3c4d", "i-1234567890abcdef0"] {
            assert_eq!(check_id(fine, ""), None);
        }
        for wrong in [
            "",
            "i-",
            "web",
            "i-123",
            "i-1234567890abcdefg",
            "i-1234567890ABCDEF0",
            "iip-assoc-1234567890abcdef0",
        ] {
            assert!(check_id(wrong, "").is_some(), "{wrong}");
        }
    }
}
