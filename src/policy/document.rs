//! The document: JSON as its author (or AWS) wrote it, beside its statements. It is never rewritten, so what is
//! sent to AWS is what the author wrote.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use super::parse::{Content, decode};
use super::{PolicyProblem, Principals, Statement, Variables, unique};

/// A policy document. Equality is of JSON; [`super::same`] compares meaning. Never changed once made, so clones
/// share it: a document travels from the declaration through the plan into a call.
#[derive(Debug, Clone)]
pub struct Document {
    /// An object; for something that is no policy at all, its text.
    json: Arc<Value>,
    content: Arc<Content>,
}

impl Document {
    /// A declared document, from JSON or YAML that has been read already.
    ///
    /// # Errors
    /// Everything that is not of its shape (an `Action` that is a number). Grammar is [`super::check`]'s.
    pub fn from_json(json: Value) -> Result<Document, Vec<PolicyProblem>> {
        let (content, problems) = decode(&json);
        if problems.is_empty() {
            Ok(Document::made(json, content))
        } else {
            Err(problems)
        }
    }

    /// A declared document, from JSON text.
    ///
    /// # Errors
    /// As [`Document::from_json`], and text that is not JSON or has a key twice in one object.
    pub fn from_text(text: &str) -> Result<Document, Vec<PolicyProblem>> {
        Document::from_json(unique::parse(text)?)
    }

    /// What AWS returned, percent-decoded. Never fails: unknown elements and odd shapes are kept as they stand,
    /// and a text that is no policy at all is a document that only equals the same text.
    pub fn observed(text: &str) -> Document {
        match unique::parse(text) {
            Ok(json) if json.is_object() => Document::tolerant(json),
            _ => Document::tolerant(Value::from(text)),
        }
    }

    /// What IAM returned as it came: percent-encoded, where `+` stands for itself (IAM API reference, GetRolePolicy: RFC 3986).
    pub fn observed_encoded(text: &str) -> Document {
        Document::observed(&percent_encoding::percent_decode_str(text).decode_utf8_lossy())
    }

    /// A document that this crate spells out itself.
    pub(super) fn trusted(json: Value) -> Document {
        Document::tolerant(json)
    }

    fn tolerant(json: Value) -> Document {
        let (content, _) = decode(&json);
        Document::made(json, content)
    }

    fn made(json: Value, content: Content) -> Document {
        Document {
            json: Arc::new(json),
            content: Arc::new(content),
        }
    }

    /// The trust policy that lets services assume the role: `ec2.amazonaws.com` for instances.
    pub fn trust_for_services(services: &[String]) -> Document {
        let services = match services {
            [only] => json!(only),
            several => json!(several),
        };
        Document::tolerant(json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": services },
                "Action": "sts:AssumeRole",
            }],
        }))
    }

    /// The document as it was written; a text when it is no policy at all.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The text that is sent to AWS: compact, in the author's order of keys.
    pub fn wire(&self) -> String {
        match self.json.as_ref() {
            Value::String(text) => text.clone(),
            json => json.to_string(),
        }
    }

    /// Whether this is a JSON object, and so can be a policy.
    pub fn is_readable(&self) -> bool {
        self.json.is_object()
    }

    /// The value of `Version`.
    pub fn version(&self) -> Option<&str> {
        self.content.version.as_deref()
    }

    /// Whether `${…}` stands for a value in it (IAM user guide, "Policy variables").
    pub fn variables(&self) -> Variables {
        match self.version() {
            Some("2012-10-17") => Variables::Meant,
            _ => Variables::Literal,
        }
    }

    /// The value of `Id`.
    pub fn id(&self) -> Option<&str> {
        self.content.id.as_deref()
    }

    /// The statements in the author's order.
    pub fn statements(&self) -> &[Statement] {
        &self.content.statements
    }

    /// The JSON pointer to a statement, counted from 0; one that is alone may stand without a list.
    pub fn statement_pointer(&self, index: usize) -> String {
        match &self.json["Statement"] {
            Value::Array(_) => format!("/Statement/{index}"),
            _ => "/Statement".to_owned(),
        }
    }

    /// Elements of the document that we do not know, or that are not of their shape, as JSON.
    pub fn unknown_elements(&self) -> &BTreeMap<String, Value> {
        &self.content.other
    }

    /// Every principal of type `AWS` as written (ARN, account id, unique id, `*`), in order, also those of
    /// `NotPrincipal`: AWS refuses the document when one does not exist.
    pub fn principals(&self) -> Vec<&str> {
        let statements = self.statements().iter();
        let blocks = statements.flat_map(|one| one.principal.iter().chain(&one.not_principal));
        blocks.flat_map(aws_principals).collect()
    }

    pub(super) fn content(&self) -> &Content {
        &self.content
    }
}

fn aws_principals(principals: &Principals) -> Vec<&str> {
    match principals {
        Principals::Anyone => Vec::new(),
        Principals::Typed(typed) => typed
            .iter()
            .filter(|(kind, _)| kind == "AWS")
            .flat_map(|(_, names)| names.iter().map(String::as_str))
            .collect(),
    }
}

impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        // The content follows from the JSON.
        let Self { json, content: _ } = self;
        *json == other.json
    }
}

impl Eq for Document {}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    /// Reads back what was serialised, observed documents included, so nothing is refused.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            json @ (Value::Object(_) | Value::String(_)) => Document::tolerant(json),
            other => Document::tolerant(Value::from(other.to_string())),
        })
    }
}

impl JsonSchema for Document {
    fn schema_name() -> Cow<'static, str> {
        "Document".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": ["object", "string"],
            "description": "A policy document in AWS's own words; a text where AWS holds something that is no policy.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(json: Value) -> Vec<(String, String)> {
        let problems = Document::from_json(json).unwrap_err().into_iter();
        problems.map(|one| (one.pointer, one.message)).collect()
    }

    #[test]
    fn the_wire_keeps_the_authors_order_without_white_space() {
        let text = "{ \"Statement\": [ {\"Sid\":\"A b\"} ],\n \"Version\": \"2012-10-17\" }";
        assert_eq!(
            Document::from_text(text).unwrap().wire(),
            r#"{"Statement":[{"Sid":"A b"}],"Version":"2012-10-17"}"#
        );
    }

    #[test]
    fn shapes_are_told_with_their_spot() {
        let json = json!({
            "Version": 2012,
            "Statement": [
                {"Effect": "Allow", "Action": ["s3:*", 5], "Resource": {}},
                {"Principal": {"AWS": 123_456_789_012_u64}, "Condition": {"Bool": {"aws:SecureTransport": [null]}}},
                {"Principal": "arn:aws:iam::123456789012:root", "Condition": []},
            ],
        });
        let expected = [
            ("/Version", "`Version` must be text, not a number"),
            (
                "/Statement/0/Action/1",
                "`Action` must be text or a list of texts, not a number",
            ),
            (
                "/Statement/0/Resource",
                "`Resource` must be text or a list of texts, not a mapping",
            ),
            (
                "/Statement/1/Principal/AWS",
                "`AWS` must be text or a list of texts, not a number",
            ),
            (
                "/Statement/1/Condition/Bool/aws:SecureTransport/0",
                "`aws:SecureTransport` must be a text, number or boolean, or a list of them, not nothing",
            ),
            (
                "/Statement/2/Principal",
                "`Principal` must be `*` or a mapping from type to principals, not text",
            ),
            (
                "/Statement/2/Condition",
                "`Condition` must be a mapping, not a list",
            ),
        ];
        let expected = expected.map(|(pointer, message)| (pointer.to_owned(), message.to_owned()));
        assert_eq!(problems(json), expected);
    }

    #[test]
    fn an_account_id_without_quotes_is_told_how_to_write_it() {
        let json = json!({"Statement": {"Principal": {"AWS": 123_456_789_012_u64}}});
        let problem = Document::from_json(json).unwrap_err().remove(0);
        assert_eq!(problem.pointer, "/Statement/Principal/AWS");
        assert_eq!(
            problem.hint.as_deref(),
            Some("put it into quotes: \"123456789012\"")
        );
    }

    #[test]
    fn statements_and_documents_must_be_mappings() {
        assert_eq!(
            problems(json!({"Statement": ["x"]})),
            [(
                "/Statement/0".to_owned(),
                "a statement must be a mapping, not text".to_owned()
            )]
        );
        assert_eq!(
            problems(json!([])),
            [(
                String::new(),
                "a policy must be a mapping, not a list".to_owned()
            )]
        );
    }

    #[test]
    fn what_aws_returns_is_taken_as_it_is() {
        let odd = Document::observed(r#"{"Statement":{"Effect":"allow","Action":5,"New":[1]}}"#);
        assert_eq!(odd.statements()[0].effect.as_deref(), Some("allow"));
        assert_eq!(
            odd.statements()[0].other.keys().collect::<Vec<_>>(),
            ["Action", "New"]
        );
        let none = Document::observed("Access denied");
        assert!(!none.is_readable());
        assert_eq!(none.wire(), "Access denied");
        let twice = r#"{"Statement":[],"Statement":[]}"#;
        assert_eq!(Document::observed(twice).wire(), twice);
    }

    #[test]
    fn a_document_survives_a_saved_plan() {
        for text in [
            r#"{"Version":"2012-10-17","Statement":[]}"#,
            "no policy",
            "5",
            "\"5\"",
        ] {
            let document = Document::observed(text);
            let saved = serde_json::to_string(&document).unwrap();
            let back: Document = serde_json::from_str(&saved).unwrap();
            assert_eq!(back, document);
            assert_eq!(back.wire(), text);
        }
    }

    #[test]
    fn services_become_a_trust_policy() {
        assert_eq!(
            Document::trust_for_services(&["ec2.amazonaws.com".into()]).wire(),
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
        );
        let two = Document::trust_for_services(&["ec2.amazonaws.com".into(), "x.y".into()]);
        assert!(
            two.wire()
                .contains(r#""Service":["ec2.amazonaws.com","x.y"]"#)
        );
    }

    #[test]
    fn aws_principals_are_listed_and_others_are_not() {
        let document = Document::observed(
            r#"{"Statement":[{"Principal":{"AWS":["a","b"],"Service":"s"}},{"Principal":"*"},{"NotPrincipal":{"AWS":"c"}}]}"#,
        );
        assert_eq!(document.principals(), ["a", "b", "c"]);
    }
}
