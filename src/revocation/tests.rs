//! What changes, from what is there and what is wished.

use insta::assert_snapshot;

use super::*;

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const NOON: &str = "2026-03-01T12:00:00Z";

fn seen(document: Option<Document>) -> Seen {
    Seen {
        subject: Subject::Role("orders".into()),
        arn: "arn:aws:iam::123456789012:role/orders".into(),
        document,
        others: 0,
        instances: Vec::new(),
        unseen_instances: None,
        is_own: false,
    }
}

fn calls(change: &Change) -> String {
    let steps = change.steps.iter();
    let calls = steps.map(|step| serde_json::to_string(&step.call).unwrap());
    calls.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_policy_of_the_console_is_put() {
    let change = change(seen(None), Request::Revoke(moment(NOON))).unwrap();
    assert_eq!((change.before, change.after), (None, Some(moment(NOON))));
    assert_snapshot!(calls(&change), @r#"{"service":"iam","action":"PutRolePolicy","parameters":{"PolicyDocument":{"text":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":[\"*\"],\"Resource\":[\"*\"],\"Condition\":{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-03-01T12:00:00Z\"}}}]}"},"PolicyName":{"text":"AWSRevokeOlderSessions"},"RoleName":{"text":"orders"}}}"#);
}

#[test]
fn a_later_moment_takes_the_place_of_an_earlier_one() {
    let before = revocation(moment("2026-01-01T00:00:00Z"));
    let change = change(seen(Some(before)), Request::Revoke(moment(NOON))).unwrap();
    assert_eq!(change.before, Some(moment("2026-01-01T00:00:00Z")));
    assert_eq!(change.after, Some(moment(NOON)));
    assert_eq!(change.steps.len(), 1);
}

#[test]
fn an_earlier_moment_would_let_sessions_back_in_and_changes_nothing() {
    let before = revocation(moment("2026-12-01T00:00:00Z"));
    let change = change(seen(Some(before)), Request::Revoke(moment(NOON))).unwrap();
    assert!(change.is_empty());
    assert_eq!(change.after, Some(moment("2026-12-01T00:00:00Z")));
}

#[test]
fn a_restoration_takes_the_policy_away() {
    let before = revocation(moment(NOON));
    let restored = change(seen(Some(before)), Request::Restore).unwrap();
    assert_snapshot!(calls(&restored), @r#"{"service":"iam","action":"DeleteRolePolicy","parameters":{"PolicyName":{"text":"AWSRevokeOlderSessions"},"RoleName":{"text":"orders"}}}"#);
    let nothing = change(seen(None), Request::Restore).unwrap();
    assert!(nothing.is_empty());
}

#[test]
fn a_user_has_calls_of_its_own() {
    let user = Seen {
        subject: Subject::User("token-app".into()),
        ..seen(None)
    };
    let change = change(user, Request::Revoke(moment(NOON))).unwrap();
    assert_snapshot!(calls(&change), @r#"{"service":"iam","action":"PutUserPolicy","parameters":{"PolicyDocument":{"text":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":[\"*\"],\"Resource\":[\"*\"],\"Condition\":{\"DateLessThan\":{\"aws:TokenIssueTime\":\"2026-03-01T12:00:00Z\"}}}]}"},"PolicyName":{"text":"AWSRevokeOlderSessions"},"UserName":{"text":"token-app"}}}"#);
    assert_eq!(
        idle_from(&change.subject, moment(NOON)),
        moment("2026-03-03T00:00:00Z")
    );
}

#[test]
fn a_policy_that_says_something_else_is_not_overwritten() {
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    for wish in [Request::Revoke(moment(NOON)), Request::Restore] {
        let document = Document::from_text(other).unwrap();
        let obstacle = change(seen(Some(document)), wish).unwrap_err();
        assert_eq!(
            obstacle.to_string(),
            "inline policy `AWSRevokeOlderSessions` of role orders is not a revocation: it says something else"
        );
    }
}

#[test]
fn there_has_to_be_room() {
    let full = Seen {
        others: 10_200,
        ..seen(None)
    };
    let obstacle = change(full, Request::Revoke(moment(NOON))).unwrap_err();
    assert_snapshot!(obstacle, @"the inline policies of role orders would have 10363 characters, white space not counted; IAM allows 10240");
}
