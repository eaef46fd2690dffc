//! From an InstanceProfile's `spec` to its fields. What AWS has instead is read in `survey`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::kinds::iam::name;
use crate::kinds::iam::role;
use crate::kinds::{Declaration, Declared, Letters, Specification, tags};
use crate::model::{Address, Ensure, FieldPath, Link, Value, field, kind};

/// The container through which EC2 instances get a role. It holds at most one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct InstanceProfileSpec {
    /// `absent` deletes the profile.
    #[serde(default)]
    ensure: Ensure,
    /// The path in the profile's ARN, `/` by default. Changing it replaces the profile.
    path: Option<String>,
    /// The name of the role it holds: one of this stack, or the ARN of another.
    role: Option<String>,
    /// Tags of the profile, over those of the stack.
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

pub(super) fn declare(specification: &Specification<'_>) -> Declaration {
    let spec: InstanceProfileSpec = specification.typed()?;
    let mut profile = Declared::new(
        Address::new(kind::INSTANCE_PROFILE, specification.name),
        specification.name,
        spec.ensure,
    );
    let mut problems = Vec::new();
    problems.extend(name::check(
        "instance profile name",
        specification.name,
        128,
        "../metadata/name",
    ));
    let path = spec.path.as_deref().unwrap_or(name::ROOT);
    problems.extend(name::check_path(path, "/path"));
    profile.plain(field::PATH, path);
    if let Some(role) = &spec.role {
        match specification.named(&role::ARN, role, "/role") {
            Ok(link) => hold(&mut profile, link, "/role"),
            Err(problem) => problems.push(problem),
        }
    }
    let all = specification.tags(&spec.tags);
    problems.extend(tags::declare(
        &mut profile,
        &all,
        &spec.tags,
        Letters::Distinct,
    ));
    Ok(vec![profile.unless_wrong(problems)?])
}

/// The profile that a role brings along with `instanceProfile: true`.
pub(in crate::kinds::iam) fn for_role(
    profile: &str,
    role: &str,
    path: &str,
    ensure: Ensure,
    all_tags: &BTreeMap<String, String>,
) -> Declared {
    const POINTER: &str = "/instanceProfile";
    let mut declared = Declared::new(
        Address::new(kind::INSTANCE_PROFILE, profile),
        profile,
        ensure,
    );
    declared.named_at(POINTER);
    declared.set(FieldPath::new(field::PATH), path.into(), POINTER);
    if ensure == Ensure::Present {
        let link = Link {
            name: role.to_owned(),
            id: None,
            target: Some(Address::new(kind::ROLE, role)),
        };
        hold(&mut declared, link, POINTER);
    }
    for (key, value) in all_tags {
        let tag = FieldPath::member(field::TAGS, key);
        declared.set(tag, value.as_str().into(), POINTER);
    }
    declared
}

/// Puts a role into a declared profile.
fn hold(profile: &mut Declared, role: Link, pointer: &str) {
    if let Some(target) = &role.target {
        profile.link(target.clone());
    }
    profile.set(FieldPath::new(field::ROLE), Value::Link(role), pointer);
}
