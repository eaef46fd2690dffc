//! Whether a new version of a policy allows what the old one did not, as Access Analyzer sees it.

use super::{malformed, policy_type, sentence};
use crate::cloud::{Fault, Node, ReadCall, Reads, Service};
use crate::policy::{Document, PolicyPurpose};

const ACTION: &str = "CheckNoNewAccess";

/// What Access Analyzer says of two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// The new one allows nothing that the old one did not.
    NoNewAccess,
    /// The new one allows more.
    NewAccess {
        /// The whole in one sentence, without the full stop; may be empty.
        message: String,
        /// Statement by statement.
        reasons: Vec<Reason>,
    },
}

/// Why a new version allows more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// AWS's words, without the full stop.
    pub description: String,
    /// Which statement of the new version, counted from 0.
    pub statement: Option<usize>,
    /// That statement's `Sid`.
    pub sid: Option<String>,
}

/// Asks whether `after` allows what `before` did not. Needs `access-analyzer:CheckNoNewAccess`.
pub async fn compare(
    reads: &dyn Reads,
    before: &Document,
    after: &Document,
    purpose: PolicyPurpose,
) -> Result<Comparison, Fault> {
    let call = ReadCall::new(Service::AccessAnalyzer, ACTION)
        .with("existingPolicyDocument", before.wire())
        .with("newPolicyDocument", after.wire())
        .with("policyType", policy_type(purpose));
    let answer = reads.ask(&call).await?;
    match answer.body.text(&["result"]) {
        Some("PASS") => Ok(Comparison::NoNewAccess),
        Some("FAIL") => Ok(Comparison::NewAccess {
            message: sentence(answer.body.text(&["message"]).unwrap_or_default()),
            reasons: answer.body.list(&["reasons"]).iter().map(reason).collect(),
        }),
        _ => Err(malformed(ACTION, "result that is PASS or FAIL")),
    }
}

fn reason(node: &Node) -> Reason {
    Reason {
        description: sentence(node.text(&["description"]).unwrap_or_default()),
        statement: node
            .text(&["statementIndex"])
            .and_then(|index| index.parse().ok()),
        sid: node.text(&["statementId"]).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::Answers;
    use super::*;

    #[tokio::test]
    async fn both_versions_are_sent_and_the_reasons_kept() {
        let answers = Answers::of(&[
            json!({"result": "PASS", "message": "The modified permissions do not grant new access."}),
            json!({
                "result": "FAIL",
                "message": "The modified permissions grant new access compared to your existing policy.",
                "reasons": [{"description": "New access in the statement with sid: Write.", "statementIndex": 1, "statementId": "Write"}]
            }),
        ]);
        let [before, after] =
            [r#"{"Statement":[]}"#, r#"{"Statement":[{}]}"#].map(Document::observed);
        let ask = || compare(&answers, &before, &after, PolicyPurpose::Trust);
        assert_eq!(ask().await, Ok(Comparison::NoNewAccess));
        let reason = Reason {
            description: "New access in the statement with sid: Write".into(),
            statement: Some(1),
            sid: Some("Write".into()),
        };
        let more = Comparison::NewAccess {
            message: "The modified permissions grant new access compared to your existing policy"
                .into(),
            reasons: vec![reason],
        };
        assert_eq!(ask().await, Ok(more));
        assert_eq!(
            answers.asked()[0],
            r#"CheckNoNewAccess existingPolicyDocument={"Statement":[]} newPolicyDocument={"Statement":[{}]} policyType=RESOURCE_POLICY"#
        );
    }

    #[tokio::test]
    async fn no_verdict_is_not_a_good_one() {
        let answers = Answers::of(&[json!({"message": "?"})]);
        let document = Document::observed("{}");
        let fault = compare(&answers, &document, &document, PolicyPurpose::Identity)
            .await
            .unwrap_err();
        assert_eq!(
            fault.to_string(),
            "access-analyzer:CheckNoNewAccess: MalformedAnswer: the answer has no result that is PASS or FAIL"
        );
    }
}
