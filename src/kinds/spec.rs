//! What goes into and comes out of a kind's reading of its `spec`. Problems name a JSON pointer; the line is
//! added by `resolve`, which knows the file.

use std::collections::{BTreeMap, BTreeSet};

use super::ArnShape;
use crate::diagnostic::Severity;
use crate::model::{
    Address, Attributes, AwsScope, Ensure, FieldName, FieldPath, KindName, Link, Mode, Reference,
    Rollout, STACK_TAG, Selector, Value, field,
};
use crate::policy::PolicyDiagnostic;

/// The code of a spec that does not have its type, which happens only where its schema refuses it as well.
pub const UNREADABLE_SPEC: &str = "bad-spec";

/// What a document declares, or what is wrong with it.
pub type Declaration = Result<Vec<Declared>, Vec<SpecProblem>>;

/// One document, ready to be read by its kind.
#[derive(Debug)]
pub struct Specification<'a> {
    /// `metadata.name`.
    pub name: &'a str,
    /// `spec`.
    pub spec: &'a serde_json::Value,
    /// The stack's name.
    pub stack: &'a str,
    /// The tags that the stack puts on everything.
    pub stack_tags: &'a BTreeMap<String, String>,
    /// Account, partition, region.
    pub setting: &'a AwsScope,
    /// The resources of the stack by their ARNs.
    pub arns: &'a BTreeMap<String, Address>,
}

impl Specification<'_> {
    /// The typed form of the spec. The schema has been checked before, so that what is left to fail here
    /// is what a schema cannot say.
    pub fn typed<T: serde::de::DeserializeOwned>(&self) -> Result<T, Vec<SpecProblem>> {
        T::deserialize(self.spec)
            .map_err(|error| vec![SpecProblem::new("", UNREADABLE_SPEC, error.to_string())])
    }

    /// What a field names: a resource of this stack by name or by ARN, or a foreign one by ARN. The link's
    /// name is the last part of the ARN, which is what AWS's answers can be compared with.
    pub fn named(&self, shape: &ArnShape, text: &str, pointer: &str) -> Result<Link, SpecProblem> {
        let kind = shape.kind;
        if !text.starts_with("arn:") {
            return Ok(Link {
                name: text.to_owned(),
                id: None,
                target: Some(Address::new(kind, text)),
            });
        }
        // Roles and profiles of another account cannot be used together (IAM API reference,
        // AddRoleToInstanceProfile takes a name), and a role's ARN is easily taken for its profile's.
        let start = shape.arn(self.setting, "/", "");
        let rest = text.strip_prefix(&start);
        let name = rest
            .and_then(|rest| rest.rsplit('/').next())
            .filter(|name| !name.is_empty());
        let Some(name) = name else {
            let message = format!("`{text}` is no ARN of kind {kind} in this account");
            let problem = SpecProblem::new(pointer, "bad-arn", message);
            return Err(problem.hint(format!("it looks like {start}name")));
        };
        let target = self.arns.get(text).cloned();
        if target.is_none()
            && let Some(arn) = self.arn_of(kind, name)
        {
            let message = format!("`{text}`: the path of {kind}/{name} is another one");
            let problem = SpecProblem::new(pointer, "bad-arn", message);
            return Err(problem.hint(format!("did you mean `{arn}`?")));
        }
        Ok(Link {
            name: name.to_owned(),
            id: None,
            target,
        })
    }

    /// The ARN of a resource of this stack: no two of a kind have the same name, whatever their paths.
    fn arn_of(&self, kind: KindName, name: &str) -> Option<&str> {
        let mut resources = self.arns.iter();
        resources
            .find(|(_, address)| address.kind == kind && address.name == name)
            .map(|(arn, _)| arn.as_str())
    }

    /// All tags of a resource: its own, over the stack's, and the one that says who owns it.
    pub fn tags(&self, own: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut tags = self.stack_tags.clone();
        tags.extend(own.clone());
        tags.insert(STACK_TAG.to_owned(), self.stack.to_owned());
        tags
    }
}

/// A fault in a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecProblem {
    /// JSON pointer within `spec`.
    pub pointer: String,
    /// Stable kebab-case code.
    pub code: String,
    /// Error or warning.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl SpecProblem {
    /// An error at a pointer.
    pub fn new(pointer: &str, code: &str, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.to_owned(),
            code: code.to_owned(),
            severity: Severity::Error,
            message: message.into(),
            hint: None,
        }
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A policy's own problem, seen from the spec that holds the policy.
    pub fn from_policy(pointer: &str, problem: PolicyDiagnostic) -> Self {
        let PolicyDiagnostic {
            pointer: inner,
            code,
            severity,
            message,
            hint,
        } = problem;
        Self {
            pointer: format!("{pointer}{inner}"),
            code: code.to_owned(),
            severity,
            message,
            hint,
        }
    }
}

/// One resource that a document declares.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// Its name within the stack.
    pub address: Address,
    /// Its name in AWS.
    pub live_name: String,
    /// Its fields.
    pub attributes: Attributes,
    /// Where single fields stand: JSON pointers within `spec`.
    pub pointers: BTreeMap<FieldPath, String>,
    /// The resources it names by fields. Those named by expressions are added by `resolve`.
    pub references: BTreeSet<Reference>,
    /// How undeclared members are treated, by field.
    pub modes: BTreeMap<FieldName, Mode>,
    /// Whether it shall be there.
    pub ensure: Ensure,
    /// Its region, for regional kinds; `None` means the run's own.
    pub region: Option<String>,
    /// The instances it is about, where they are not named by id.
    pub selector: Option<Selector>,
    /// How a change goes over its instances.
    pub rollout: Option<Rollout>,
    /// Problems that do not make the declaration unusable.
    pub warnings: Vec<SpecProblem>,
}

impl Declared {
    /// A resource without fields yet.
    pub fn new(address: Address, live_name: &str, ensure: Ensure) -> Self {
        Self {
            address,
            live_name: live_name.to_owned(),
            attributes: Attributes::new(),
            pointers: BTreeMap::new(),
            references: BTreeSet::new(),
            modes: BTreeMap::new(),
            ensure,
            region: None,
            selector: None,
            rollout: None,
            warnings: Vec::new(),
        }
    }

    /// Sets a field and remembers where it stands.
    pub fn set(&mut self, path: FieldPath, value: Value, pointer: impl Into<String>) {
        self.pointers.insert(path.clone(), pointer.into());
        self.attributes.insert(path, value);
    }

    /// Sets a plain field, which stands under its own name.
    pub fn plain(&mut self, field: FieldName, value: impl Into<Value>) {
        self.set(FieldPath::new(field), value.into(), format!("/{field}"));
    }

    /// Remembers where the name in AWS stands.
    pub fn named_at(&mut self, pointer: impl Into<String>) {
        let name = FieldPath::new(field::LIVE_NAME);
        self.pointers.insert(name, pointer.into());
    }

    /// The declaration with its warnings; or what is wrong with it.
    pub fn unless_wrong(mut self, problems: Vec<SpecProblem>) -> Result<Self, Vec<SpecProblem>> {
        let is_error = |problem: &SpecProblem| problem.severity == Severity::Error;
        if problems.iter().any(is_error) {
            return Err(problems);
        }
        self.warnings = problems;
        Ok(self)
    }

    /// Names another resource of the stack that AWS needs first.
    pub fn link(&mut self, target: Address) {
        self.references.insert(Reference {
            target,
            required: true,
        });
    }
}

/// Escapes one segment of a JSON pointer (RFC 6901).
pub(super) fn segment(text: &str) -> String {
    text.replace('~', "~0").replace('/', "~1")
}
