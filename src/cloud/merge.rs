//! One statement merged into a policy that others write as well, as data: read right before the call, put back whole.
//! AWS has no conditional write of a policy, so the call is followed by a look. Asking and sending are `apply`'s.

use serde::{Deserialize, Serialize};

use super::statement::{self, Rest, UnreadablePolicy};
use super::{Answer, ReadCall, WriteCall};

/// What a step does to a policy of which one statement is its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Merge {
    /// The name of the [`super::Parameter::Later`] that the new policy fills.
    pub name: String,
    /// Reads the policy. That it is missing is a policy without statements.
    pub read: ReadCall,
    /// Where the policy's text is in the answer.
    pub path: Vec<String>,
    /// The `Sid` of the statement.
    pub sid: String,
    /// The statement as JSON; `None` takes it out.
    pub statement: Option<String>,
    /// Sent instead of the step's call when no statement would be left.
    pub emptied: Option<WriteCall>,
    /// Whether the caller may not be able to look any more afterwards, which is then as it shall be.
    pub locks_out: bool,
}

/// What has to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// The policy is as it shall be.
    Unchanged,
    /// The new policy.
    Policy(String),
    /// No statement would be left.
    Nothing,
}

/// What a look after the call shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aftermath {
    /// The statement is as it shall be.
    Stands,
    /// The policy from before the call.
    Lagging,
    /// Another writer wrote what it had read before the call.
    Overwritten,
}

impl Merge {
    /// The policy's text in an answer.
    pub fn policy<'a>(&self, answer: &'a Answer) -> Option<&'a str> {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        answer.body.text(&path)
    }

    /// What has to be sent, for the present policy.
    ///
    /// # Errors
    /// When the text is no policy.
    pub fn apply(&self, policy: Option<&str>) -> Result<Merged, UnreadablePolicy> {
        match (policy, &self.statement) {
            (None, None) => Ok(Merged::Unchanged),
            (None, Some(statement)) => Ok(Merged::Policy(alone(statement))),
            (Some(policy), Some(statement)) => {
                let new = statement::with(policy, &self.sid, statement)?;
                if new == policy {
                    return Ok(Merged::Unchanged);
                }
                Ok(Merged::Policy(new))
            }
            (Some(policy), None) => Ok(match statement::without(policy, &self.sid)? {
                Rest::Unchanged => Merged::Unchanged,
                Rest::Policy(policy) => Merged::Policy(policy),
                Rest::Nothing => Merged::Nothing,
            }),
        }
    }

    /// What a look after the call means. A statement counts as it shall be when it is not the one from before: AWS may
    /// spell out what it was given in its own way.
    pub fn aftermath(&self, former: Option<&str>, now: Option<&str>) -> Aftermath {
        if former == now {
            return Aftermath::Lagging;
        }
        let statement = |policy: Option<&str>| -> Option<serde_json::Value> {
            let text = statement::find(policy?, &self.sid).ok()??;
            serde_json::from_str(text).ok()
        };
        let (before, after) = (statement(former), statement(now));
        if after.is_some() == self.statement.is_some() && before != after {
            Aftermath::Stands
        } else {
            Aftermath::Overwritten
        }
    }
}

/// A policy of one statement.
pub fn alone(statement: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Service;

    const OLD: &str = r#"{"Sid":"New","Effect":"Deny","Action":"s3:Get*"}"#;
    const NEW: &str = r#"{"Sid":"New","Effect":"Deny"}"#;
    const OTHER: &str = r#"{"Sid":"Other","Effect":"Allow"}"#;

    fn merge(statement: Option<&str>) -> Merge {
        Merge {
            name: "policy".into(),
            read: ReadCall::new(Service::S3, "GetBucketPolicy"),
            path: vec!["Policy".into()],
            sid: "New".into(),
            statement: statement.map(str::to_owned),
            emptied: None,
            locks_out: false,
        }
    }

    fn policy(statements: &[&str]) -> String {
        alone(&statements.join(","))
    }

    #[test]
    fn what_is_sent_depends_on_what_is_there() {
        let (put, take) = (merge(Some(NEW)), merge(None));
        let other = policy(&[OTHER]);
        let both = policy(&[OTHER, NEW]);
        assert_eq!(put.apply(None), Ok(Merged::Policy(policy(&[NEW]))));
        assert_eq!(put.apply(Some(&other)), Ok(Merged::Policy(both.clone())));
        assert_eq!(put.apply(Some(&both)), Ok(Merged::Unchanged));
        assert_eq!(take.apply(Some(&both)), Ok(Merged::Policy(other.clone())));
        assert_eq!(take.apply(Some(&other)), Ok(Merged::Unchanged));
        assert_eq!(take.apply(Some(&policy(&[NEW]))), Ok(Merged::Nothing));
        assert_eq!(take.apply(None), Ok(Merged::Unchanged));
        assert!(put.apply(Some("no policy")).is_err());
    }

    #[test]
    fn a_look_tells_what_lags_from_what_was_overwritten() {
        let (old, other) = (policy(&[OLD]), policy(&[OTHER]));
        let (new, both) = (policy(&[NEW]), policy(&[OTHER, NEW]));
        let (stale, gone) = (policy(&[OLD, OTHER]), None);
        let put = merge(Some(NEW));
        for (former, now, expected) in [
            (Some(&old), Some(&new), Aftermath::Stands),
            (Some(&old), Some(&both), Aftermath::Stands),
            (Some(&old), Some(&old), Aftermath::Lagging),
            (Some(&old), Some(&stale), Aftermath::Overwritten),
            (Some(&old), Some(&other), Aftermath::Overwritten),
            (Some(&old), None, Aftermath::Overwritten),
            (gone, Some(&new), Aftermath::Stands),
            (gone, None, Aftermath::Lagging),
            (gone, Some(&other), Aftermath::Overwritten),
        ] {
            let texts = [former, now].map(|text| text.map(String::as_str));
            assert_eq!(
                put.aftermath(texts[0], texts[1]),
                expected,
                "{former:?} {now:?}"
            );
        }
        let take = merge(None);
        assert_eq!(take.aftermath(Some(&both), Some(&other)), Aftermath::Stands);
        assert_eq!(take.aftermath(Some(&new), None), Aftermath::Stands);
        assert_eq!(
            take.aftermath(Some(&new), Some(&both)),
            Aftermath::Overwritten
        );
    }
}
