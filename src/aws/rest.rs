//! From a call to method, path, query and body of the REST protocol with JSON, as IAM Access Analyzer speaks it: one
//! row for each action. Headers and signing live elsewhere, answers in `json`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use thiserror::Error;

use crate::cloud::{Call, Parameter};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Where an action goes (service model of Access Analyzer, 2019-11-01).
struct Route {
    action: &'static str,
    method: &'static str,
    /// `{name}` stands for the parameter of that name.
    path: &'static str,
    /// The parameters that go into the query.
    query: &'static [&'static str],
    /// Whether the rest goes into a body. All of it is text, but for [`FLAGS`].
    has_body: bool,
}

const ROUTES: [Route; 5] = [
    Route {
        action: "ValidatePolicy",
        method: "POST",
        path: "/policy/validation",
        query: &["maxResults", "nextToken"],
        has_body: true,
    },
    Route {
        action: "CheckNoNewAccess",
        method: "POST",
        path: "/policy/check-no-new-access",
        query: &[],
        has_body: true,
    },
    Route {
        action: "StartPolicyGeneration",
        method: "PUT",
        path: "/policy/generation",
        query: &[],
        has_body: true,
    },
    Route {
        action: "GetGeneratedPolicy",
        method: "GET",
        path: "/policy/generation/{jobId}",
        query: &["includeResourcePlaceholders", "includeServiceLevelTemplate"],
        has_body: false,
    },
    Route {
        action: "CancelPolicyGeneration",
        method: "PUT",
        path: "/policy/generation/{jobId}",
        query: &[],
        has_body: false,
    },
];

/// The members of bodies that are booleans.
const FLAGS: [&str; 1] = ["allRegions"];

/// Why a call cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum RestError {
    /// No row of the table.
    #[error("no path is known for {0}")]
    UnknownAction(String),
    /// A value that should have been looked up first.
    #[error("the value of {0} is not known yet")]
    Unfilled(String),
    /// What goes into the path or the query has to be there, and to be text.
    #[error("{0} has to be a text that is not empty")]
    NotAText(String),
    /// A parameter that has no place in the request.
    #[error("{0} has no place in the request")]
    Misplaced(String),
}

/// What of a request depends on the call.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Resource {
    /// The HTTP method.
    pub(super) method: &'static str,
    /// The path below the endpoint, with the query.
    pub(super) target: String,
    /// The JSON of the body, where the action has one.
    pub(super) body: Option<String>,
}

/// The request of a call.
pub(super) fn resource(call: &Call) -> Result<Resource, RestError> {
    let mut routes = ROUTES.iter();
    let route = routes
        .find(|route| route.action == call.action)
        .ok_or_else(|| RestError::UnknownAction(call.action.clone()))?;
    let mut path = route.path.to_owned();
    let mut query = Vec::new();
    let mut body = serde_json::Map::new();
    for (name, value) in &call.parameters {
        let hole = format!("{{{name}}}");
        if path.contains(&hole) {
            path = path.replace(&hole, &encode(text(name, value)?));
        } else if route.query.contains(&name.as_str()) {
            query.push(format!("{}={}", encode(name), encode(text(name, value)?)));
        } else if route.has_body {
            body.insert(name.clone(), json(name, value)?);
        } else {
            return Err(RestError::Misplaced(name.clone()));
        }
    }
    if let Some((_, hole)) = path.split_once('{') {
        return Err(RestError::NotAText(hole.trim_end_matches('}').to_owned()));
    }
    let mark = if query.is_empty() { "" } else { "?" };
    Ok(Resource {
        method: route.method,
        target: format!("{path}{mark}{}", query.join("&")),
        body: route.has_body.then(|| Value::Object(body).to_string()),
    })
}

fn text<'a>(name: &str, value: &'a Parameter) -> Result<&'a str, RestError> {
    match value {
        Parameter::Text(text) if !text.is_empty() => Ok(text),
        Parameter::Later(lookup) => Err(RestError::Unfilled(lookup.clone())),
        Parameter::Text(_) | Parameter::List(_) | Parameter::Map(_) => {
            Err(RestError::NotAText(name.to_owned()))
        }
    }
}

fn json(name: &str, value: &Parameter) -> Result<Value, RestError> {
    Ok(match value {
        Parameter::Text(text) if FLAGS.contains(&name) => Value::Bool(text == "true"),
        Parameter::Text(text) => Value::String(text.clone()),
        Parameter::List(items) => {
            let items = items.iter().map(|item| json(name, item));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        Parameter::Map(members) => {
            let members = members
                .iter()
                .map(|(name, value)| Ok((name.clone(), json(name, value)?)));
            Value::Object(members.collect::<Result<_, _>>()?)
        }
        Parameter::Later(lookup) => return Err(RestError::Unfilled(lookup.clone())),
    })
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{ReadCall, Service, WriteCall};

    const ANALYZER: Service = Service::AccessAnalyzer;

    #[test]
    fn a_document_goes_into_the_body_and_paging_into_the_query() {
        let call = ReadCall::new(ANALYZER, "ValidatePolicy")
            .with("policyDocument", r#"{"Statement":[]}"#)
            .with("policyType", "IDENTITY_POLICY")
            .with("nextToken", "a/b=");
        let expected = Resource {
            method: "POST",
            target: "/policy/validation?nextToken=a%2Fb%3D".into(),
            body: Some(
                r#"{"policyDocument":"{\"Statement\":[]}","policyType":"IDENTITY_POLICY"}"#.into(),
            ),
        };
        assert_eq!(resource(call.call()), Ok(expected));
    }

    #[test]
    fn a_job_is_named_in_the_path() {
        let call = WriteCall::new(ANALYZER, "CancelPolicyGeneration").with("jobId", "../a b");
        let expected = Resource {
            method: "PUT",
            target: "/policy/generation/..%2Fa%20b".into(),
            body: None,
        };
        assert_eq!(resource(call.call()), Ok(expected));
    }

    #[test]
    fn flags_are_booleans() {
        let trail = Parameter::map([("allRegions", "true".into())]);
        let details = Parameter::map([("trails", Parameter::List(vec![trail]))]);
        let call =
            WriteCall::new(ANALYZER, "StartPolicyGeneration").with("cloudTrailDetails", details);
        let body = resource(call.call()).unwrap().body.unwrap();
        assert_eq!(
            body,
            r#"{"cloudTrailDetails":{"trails":[{"allRegions":true}]}}"#
        );
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        let get = ReadCall::new(ANALYZER, "GetGeneratedPolicy");
        let refused = |call: &ReadCall| resource(call.call()).unwrap_err().to_string();
        assert_eq!(refused(&get), "jobId has to be a text that is not empty");
        assert_eq!(
            refused(&get.clone().with("jobId", "")),
            "jobId has to be a text that is not empty"
        );
        let later = Parameter::Later("job".into());
        assert_eq!(
            refused(&get.clone().with("jobId", later)),
            "the value of job is not known yet"
        );
        assert_eq!(
            refused(&get.with("jobId", "1").with("locale", "EN")),
            "locale has no place in the request"
        );
        let unknown = ReadCall::new(ANALYZER, "GetAnalyzer");
        assert_eq!(refused(&unknown), "no path is known for GetAnalyzer");
    }
}
