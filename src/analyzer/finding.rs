//! What Access Analyzer finds in one policy.

use super::location::pointer;
use super::{malformed, policy_type, resource_type, sentence};
use crate::cloud::{Answer, Fault, Node, ReadCall, Reads, Service};
use crate::policy::{Document, PolicyPurpose};

const ACTION: &str = "ValidatePolicy";

/// What kind of trouble a finding is (Access Analyzer API reference, ValidatePolicyFinding).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// A part of the policy does not work.
    Error,
    /// The policy allows what AWS considers too much.
    SecurityWarning,
    /// The policy is not written as it should be.
    Warning,
    /// The policy could be written better; access stays the same.
    Suggestion,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub impact: Impact,
    /// AWS's code in our style: `MISSING_ARN_REGION` is `aws-missing-arn-region`.
    pub code: String,
    /// What it is, in AWS's words, without the full stop at the end.
    pub details: String,
    /// The address of a page that says more.
    pub link: Option<String>,
    /// JSON pointers into the document; empty for a finding about the whole of it.
    pub pointers: Vec<String>,
}

/// Asks what is wrong with a document. Needs `access-analyzer:ValidatePolicy`.
pub async fn validate(
    reads: &dyn Reads,
    document: &Document,
    purpose: PolicyPurpose,
) -> Result<Vec<Finding>, Fault> {
    let mut call = ReadCall::new(Service::AccessAnalyzer, ACTION)
        .with("policyDocument", document.wire())
        .with("policyType", policy_type(purpose));
    if let Some(resource_type) = resource_type(purpose) {
        call = call.with("validatePolicyResourceType", resource_type);
    }
    findings(&reads.ask(&call).await?, document)
}

fn findings(answer: &Answer, document: &Document) -> Result<Vec<Finding>, Fault> {
    if answer.body.at(&["findings"]).is_none() {
        return Err(malformed(ACTION, "findings"));
    }
    let findings = answer.body.list(&["findings"]).iter();
    findings.map(|node| finding(node, document)).collect()
}

fn finding(node: &Node, document: &Document) -> Result<Finding, Fault> {
    let member = |name: &'static str| node.text(&[name]).ok_or_else(|| malformed(ACTION, name));
    let locations = node.list(&["locations"]).iter();
    Ok(Finding {
        impact: impact(member("findingType")?),
        code: code(member("issueCode")?),
        details: sentence(member("findingDetails")?),
        link: node.text(&["learnMoreLink"]).map(str::to_owned),
        pointers: locations
            .map(|location| pointer(location, document.json()))
            .collect(),
    })
}

/// Types that AWS may add later are warnings.
fn impact(finding_type: &str) -> Impact {
    match finding_type {
        "ERROR" => Impact::Error,
        "SECURITY_WARNING" => Impact::SecurityWarning,
        "SUGGESTION" => Impact::Suggestion,
        _ => Impact::Warning,
    }
}

fn code(issue: &str) -> String {
    format!("aws-{}", issue.to_lowercase().replace('_', "-"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::Answers;
    use super::*;

    fn document() -> Document {
        Document::observed(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:Gett"],"Resource":"*"}]}"#,
        )
    }

    #[tokio::test]
    async fn a_finding_keeps_all_that_aws_says_of_it() {
        let answers = Answers::of(&[json!({ "findings": [{
            "findingType": "ERROR",
            "issueCode": "INVALID_ACTION",
            "findingDetails": "The action s3:Gett does not exist.",
            "learnMoreLink": "https://docs.aws.amazon.com/x",
            "locations": [{
                "path": [{"value": "Statement"}, {"index": 0}, {"value": "Action"}, {"index": 1}],
                "span": {"start": {"line": 1, "column": 60, "offset": 60}, "end": {"line": 1, "column": 69, "offset": 69}}
            }]
        }]})]);
        let found = validate(&answers, &document(), PolicyPurpose::Identity)
            .await
            .unwrap();
        let expected = Finding {
            impact: Impact::Error,
            code: "aws-invalid-action".into(),
            details: "The action s3:Gett does not exist".into(),
            link: Some("https://docs.aws.amazon.com/x".into()),
            pointers: vec!["/Statement/0/Action/1".into()],
        };
        assert_eq!(found, [expected]);
    }

    #[tokio::test]
    async fn a_trust_policy_is_asked_about_as_that_of_a_role() {
        let answers = Answers::of(&[json!({"findings": []}), json!({"findings": []})]);
        for purpose in [PolicyPurpose::Trust, PolicyPurpose::Identity] {
            let found = validate(&answers, &document(), purpose).await.unwrap();
            assert_eq!(found, []);
        }
        let wire = document().wire();
        let asked = [
            format!(
                "ValidatePolicy policyDocument={wire} policyType=RESOURCE_POLICY \
                 validatePolicyResourceType=AWS::IAM::AssumeRolePolicyDocument"
            ),
            format!("ValidatePolicy policyDocument={wire} policyType=IDENTITY_POLICY"),
        ];
        assert_eq!(answers.asked(), asked);
    }

    #[tokio::test]
    async fn an_answer_without_findings_is_not_taken_for_a_good_one() {
        let answers = Answers::of(&[
            json!({}),
            json!({"findings": [{"findingType": "ERROR", "findingDetails": "x"}]}),
        ]);
        for what in ["findings", "issueCode"] {
            let fault = validate(&answers, &document(), PolicyPurpose::Trust)
                .await
                .unwrap_err();
            assert_eq!(
                fault.to_string(),
                format!(
                    "access-analyzer:ValidatePolicy: MalformedAnswer: the answer has no {what}"
                )
            );
        }
    }
}
