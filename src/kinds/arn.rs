//! ARNs that are computed: how those of a kind are spelled, and which resources a document announces before anything in
//! it is evaluated. Account and partition are the caller's.

use serde_json::Value as Json;

use crate::model::{Attributes, AwsScope, FieldName, KindName};

/// How the ARNs of a kind are computed. All are IAM's, which have no region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArnShape {
    /// The kind.
    pub kind: KindName,
    /// How ARNs spell it (`instance-profile`).
    pub resource_type: &'static str,
    /// The field that stands between type and name.
    pub path: FieldName,
    /// Whether policies name such resources as principals, which have to exist before.
    pub is_principal: bool,
}

impl ArnShape {
    /// The ARN of a resource with a path, which begins and ends with a slash.
    pub fn arn(&self, scope: &AwsScope, path: &str, name: &str) -> String {
        scope.iam_arn(self.resource_type, path, name)
    }

    /// The ARN of a resource with these fields.
    pub fn of(&self, scope: &AwsScope, attributes: &Attributes, name: &str) -> String {
        let path = attributes.text(self.path).unwrap_or("/");
        self.arn(scope, path, name)
    }

    /// Path and name of the resource that an ARN of this account means, if it is one of the kind.
    pub fn parts<'a>(&self, scope: &AwsScope, arn: &'a str) -> Option<(&'a str, &'a str)> {
        let rest = arn.strip_prefix(&self.arn(scope, "", ""))?;
        let (path, name) = rest.split_at(rest.rfind('/')? + 1);
        (path.starts_with('/') && !name.is_empty()).then_some((path, name))
    }
}

/// A resource with an ARN that a document will declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announced<'a> {
    /// How its ARN is computed.
    pub shape: ArnShape,
    /// Its path; the root where none is said. It may hold expressions.
    pub path: Option<&'a str>,
    /// Its name, where that is not the document's. It may hold expressions.
    pub name: Option<&'a str>,
}

impl<'a> Announced<'a> {
    /// The resource that has the document's own name.
    pub fn new(shape: ArnShape, spec: &'a Json) -> Self {
        Self {
            shape,
            path: spec.get(shape.path.as_str()).and_then(Json::as_str),
            name: None,
        }
    }
}
