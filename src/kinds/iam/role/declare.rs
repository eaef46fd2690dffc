//! From a Role's `spec` to its fields. What AWS has instead is read in `survey`.

use super::spec::RoleSpec;
use crate::kinds::iam::{instance_profile, name};
use crate::kinds::spec::segment;
use crate::kinds::{
    Declaration, Declared, Letters, PolicySource, SpecProblem, Specification, tags,
};
use crate::model::{
    Address, Ensure, FieldName, FieldPath, Mode, REVOCATION_POLICY, Value, field, kind,
};
use crate::policy::{Document, PolicyPurpose, ROLE_INLINE_LIMIT, revocation};

/// How long a session lasts when the role does not say (IAM API reference, CreateRole).
pub(super) const DEFAULT_SESSION: u64 = 3600;

/// Gathers one role's fields and what is wrong with them.
struct Declaring {
    role: Declared,
    problems: Vec<SpecProblem>,
}

/// The role, and the instance profile it brings along.
pub(super) fn declare(specification: &Specification<'_>) -> Declaration {
    let spec: RoleSpec = specification.typed()?;
    let address = Address::new(kind::ROLE, specification.name);
    let mut declaring = Declaring {
        role: Declared::new(address, specification.name, spec.ensure),
        problems: Vec::new(),
    };
    declaring.problems.extend(name::check(
        "role name",
        specification.name,
        64,
        "../metadata/name",
    ));
    declaring.plain(&spec);
    declaring.trust(&spec, specification);
    declaring.inline(&spec);
    declaring.managed(&spec);
    let all_tags = specification.tags(&spec.tags);
    let wrong = tags::declare(&mut declaring.role, &all_tags, &spec.tags, Letters::Folded);
    declaring.problems.extend(wrong);
    let profile = declaring.profile(&spec, specification);
    let Declaring { role, problems } = declaring;
    let role = role.unless_wrong(problems)?;
    Ok(std::iter::once(role).chain(profile).collect())
}

impl Declaring {
    fn plain(&mut self, spec: &RoleSpec) {
        let path = spec.path.as_deref().unwrap_or(name::ROOT);
        self.problems.extend(name::check_path(path, "/path"));
        self.role.plain(field::PATH, path);
        if let Some(description) = spec.description.as_deref().filter(|text| !text.is_empty()) {
            self.problems.extend(check_description(description));
            self.role.plain(field::DESCRIPTION, description);
        }
        let seconds = spec
            .max_session_duration
            .as_ref()
            .map_or(Ok(DEFAULT_SESSION), super::spec::SessionDuration::seconds);
        match seconds {
            Ok(seconds) => self.role.plain(field::MAX_SESSION_DURATION, seconds),
            Err(message) => self.problems.push(SpecProblem::new(
                "/maxSessionDuration",
                "bad-duration",
                message,
            )),
        }
        if let Some(boundary) = &spec.permissions_boundary {
            self.problems
                .extend(check_policy_arn(boundary, "/permissionsBoundary"));
            self.role
                .plain(field::PERMISSIONS_BOUNDARY, boundary.as_str());
        }
    }

    fn trust(&mut self, spec: &RoleSpec, specification: &Specification<'_>) {
        let path = FieldPath::new(field::TRUST_POLICY);
        match &spec.trust_policy {
            Some(source) => {
                self.policy(source, path, "/trustPolicy", PolicyPurpose::Trust);
                if spec.ensure == Ensure::Present {
                    self.needs_principals(specification);
                }
            }
            None if spec.ensure == Ensure::Present => self.problems.push(
                SpecProblem::new(
                    "",
                    "missing-field",
                    "a role needs a `trustPolicy`: who may assume it",
                )
                .hint("for EC2 instances write `trustPolicy: {services: [ec2.amazonaws.com]}`"),
            ),
            None => {}
        }
    }

    /// IAM refuses a trust policy whose principals do not exist, so those of the stack come first. A role
    /// that trusts itself cannot come before itself: whether it may is decided by whether it exists.
    fn needs_principals(&mut self, specification: &Specification<'_>) {
        let Some(document) = self.role.attributes.policy(field::TRUST_POLICY) else {
            return;
        };
        let principals = document.principals().into_iter();
        let ours: Vec<Address> = principals
            .filter_map(|principal| specification.arns.get(principal).cloned())
            .filter(|target| *target != self.role.address)
            .collect();
        for target in ours {
            self.role.link(target);
        }
    }

    fn policy(
        &mut self,
        source: &PolicySource,
        path: FieldPath,
        pointer: &str,
        purpose: PolicyPurpose,
    ) {
        match source.document(pointer, purpose) {
            Ok((document, problems)) => {
                self.problems.extend(problems);
                self.role.set(path, Value::Policy(document), pointer);
            }
            Err(problems) => self.problems.extend(problems),
        }
    }

    fn inline(&mut self, spec: &RoleSpec) {
        self.mode(
            field::INLINE_POLICIES,
            spec.inline_policy_mode,
            spec.inline_policies.len(),
        );
        for (policy_name, source) in &spec.inline_policies {
            let pointer = format!("/{}/{}", field::INLINE_POLICIES, segment(policy_name));
            self.problems
                .extend(name::check("policy name", policy_name, 128, &pointer));
            self.policy(
                source,
                FieldPath::member(field::INLINE_POLICIES, policy_name),
                &pointer,
                PolicyPurpose::Identity,
            );
        }
        if let Some(time) = &spec.revoke_sessions_issued_before {
            self.revocation(time, spec.inline_policies.contains_key(REVOCATION_POLICY));
        }
        self.inline_size();
    }

    fn revocation(&mut self, time: &str, also_inline: bool) {
        const POINTER: &str = "/revokeSessionsIssuedBefore";
        if also_inline {
            let message = format!(
                "inline policy `{REVOCATION_POLICY}` is declared as well; only one of them can hold"
            );
            self.problems
                .push(SpecProblem::new(POINTER, "declared-twice", message));
        }
        match time.parse::<jiff::Timestamp>() {
            Ok(time) => {
                let path = FieldPath::member(field::INLINE_POLICIES, REVOCATION_POLICY);
                self.role
                    .set(path, Value::Policy(revocation(time)), POINTER);
            }
            Err(_) => self.problems.push(
                SpecProblem::new(POINTER, "bad-time", format!("`{time}` is not a time"))
                    .hint("write it as in RFC 3339: 2026-01-31T18:00:00Z"),
            ),
        }
    }

    fn inline_size(&mut self) {
        let policies = self.role.attributes.members(field::INLINE_POLICIES);
        let policies = policies.filter_map(|(_, value)| value.as_policy());
        let size: usize = policies.map(Document::size).sum();
        if size > ROLE_INLINE_LIMIT {
            let message = format!(
                "inline policies have {size} characters in all, white space not counted; IAM allows {ROLE_INLINE_LIMIT}"
            );
            let hint = "move statements into managed policies; this quota cannot be raised";
            self.problems.push(
                SpecProblem::new("/inlinePolicies", "policies-too-large", message).hint(hint),
            );
        }
    }

    fn managed(&mut self, spec: &RoleSpec) {
        self.mode(
            field::MANAGED_POLICIES,
            spec.managed_policy_mode,
            spec.managed_policies.len(),
        );
        for (index, arn) in spec.managed_policies.iter().enumerate() {
            let pointer = format!("/{}/{index}", field::MANAGED_POLICIES);
            self.problems.extend(check_policy_arn(arn, &pointer));
            let path = FieldPath::member(field::MANAGED_POLICIES, arn);
            if self.role.attributes.contains_key(&path) {
                let message = format!("`{arn}` is listed twice");
                self.problems
                    .push(SpecProblem::new(&pointer, "declared-twice", message));
            }
            self.role.set(path, Value::Present, pointer);
        }
    }

    fn mode(&mut self, field: FieldName, mode: Mode, declared: usize) {
        self.role.modes.insert(field, mode);
        if mode == Mode::Ignore && declared > 0 {
            let message = format!("{field} are declared, but their mode is `ignore`");
            let hint = "use mode `additive` to keep undeclared ones, or remove the declaration";
            self.problems
                .push(SpecProblem::new(&format!("/{field}"), "ignored-field", message).hint(hint));
        }
    }

    fn profile(&mut self, spec: &RoleSpec, specification: &Specification<'_>) -> Option<Declared> {
        let profile = spec.instance_profile.as_ref()?.name(specification.name)?;
        self.problems.extend(name::check(
            "instance profile name",
            &profile,
            128,
            "/instanceProfile",
        ));
        let path = spec.path.as_deref().unwrap_or(name::ROOT);
        let all_tags = specification.tags(&spec.tags);
        Some(instance_profile::for_role(
            &profile,
            specification.name,
            path,
            spec.ensure,
            &all_tags,
        ))
    }
}

/// Latin-1 without control characters (IAM API reference, roleDescriptionType): a curly quote pasted from a
/// text processor is refused by AWS only at apply.
fn check_description(description: &str) -> Option<SpecProblem> {
    const POINTER: &str = "/description";
    if description.chars().count() > 1000 {
        return Some(SpecProblem::new(
            POINTER,
            "bad-description",
            "a description may have at most 1000 characters",
        ));
    }
    let fine =
        |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
    let odd = description.chars().find(|character| !fine(*character))?;
    let message = format!("IAM refuses the character `{odd}` in a description");
    Some(SpecProblem::new(POINTER, "bad-description", message).hint("use plain quotes and hyphens"))
}

fn check_policy_arn(arn: &str, pointer: &str) -> Option<SpecProblem> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let fine = matches!(parts.as_slice(), ["arn", _, "iam", "", account, resource]
        if (*account == "aws" || account.len() == 12) && resource.strip_prefix("policy/").is_some_and(|name| !name.is_empty()));
    let hint = "it looks like arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess or arn:aws:iam::123456789012:policy/name";
    (!fine).then(|| {
        SpecProblem::new(
            pointer,
            "bad-arn",
            format!("`{arn}` is not the ARN of a managed policy"),
        )
        .hint(hint)
    })
}
