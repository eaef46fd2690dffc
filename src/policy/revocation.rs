//! The document that revokes sessions: it denies everything to credentials that were issued before a moment. The
//! console's "Revoke active sessions" writes the same (IAM user guide, "Revoke IAM role temporary security credentials").

use jiff::Timestamp;
use serde_json::json;

use super::{Document, Statement};

const OPERATOR: &str = "DateLessThan";
const KEY: &str = "aws:TokenIssueTime";

/// The document that revokes what was issued before a moment, as the console spells it.
pub fn revocation(issued_before: Timestamp) -> Document {
    Document::tolerant(json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Deny",
            "Action": ["*"],
            "Resource": ["*"],
            "Condition": { OPERATOR: { KEY: issued_before.to_string() } }
        }]
    }))
}

/// The moment before which a document revokes all sessions; `None` for one that says anything else, or anything more.
pub fn issued_before(document: &Document) -> Option<Timestamp> {
    let mut moments = document.statements().iter().map(moment);
    let first = moments.next()??;
    moments.try_fold(first, |latest, moment| Some(latest.max(moment?)))
}

fn moment(statement: &Statement) -> Option<Timestamp> {
    let Statement {
        sid: _,
        effect,
        principal: None,
        not_principal: None,
        action: Some(action),
        not_action: None,
        resource: Some(resource),
        not_resource: None,
        condition: Some(condition),
        other,
    } = statement
    else {
        return None;
    };
    let all = |list: &[String]| list.iter().any(|one| one == "*");
    let denies = effect.as_deref() == Some("Deny") && all(action) && all(resource);
    let [test] = condition.as_slice() else {
        return None;
    };
    let is_ours = test.operator == OPERATOR && test.key.eq_ignore_ascii_case(KEY);
    if !denies || !is_ours || !other.is_empty() {
        return None;
    }
    // Of several moments each suffices, so the latest decides.
    let moments = test.values.iter().map(|value| value.parse().ok());
    moments
        .collect::<Option<Vec<Timestamp>>>()?
        .into_iter()
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<String> {
        issued_before(&Document::from_text(text).unwrap()).map(|moment| moment.to_string())
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["2026-01-31T18:00:00Z", "2026-01-31T18:00:00.25Z"] {
            let moment: Timestamp = text.parse().unwrap();
            let document = revocation(moment);
            assert_eq!(issued_before(&document), Some(moment));
            assert!(document.wire().contains(text), "{}", document.wire());
        }
    }

    #[test]
    fn other_spellings_mean_the_same() {
        let old = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*",
            "Condition":{"DateLessThan":{"AWS:TokenIssueTime":["2014-05-07T23:47:00Z","2014-05-08T00:00:00Z"]}}}}"#;
        assert_eq!(of(old).as_deref(), Some("2014-05-08T00:00:00Z"));
    }

    #[test]
    fn what_says_more_or_less_is_no_revocation() {
        let statement = r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:TokenIssueTime":"2014-05-07T23:47:00Z"}}}"#;
        let two =
            |more: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{statement}{more}]}}"#);
        assert!(of(&two("")).is_some());
        assert_eq!(
            of(&two(r#",{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#)),
            None
        );
        for (word, other) in [
            ("Deny", "Allow"),
            ("DateLessThan", "DateGreaterThan"),
            (r#""Action":"*""#, r#""Action":"s3:*""#),
            ("2014-05-07T23:47:00Z", "yesterday"),
            ("aws:TokenIssueTime", "aws:CurrentTime"),
        ] {
            assert_eq!(of(&two("").replace(word, other)), None, "{other}");
        }
        assert_eq!(of(r#"{"Version":"2012-10-17","Statement":[]}"#), None);
    }
}
