//! From an HTTP response to an answer or an error, for services that answer in JSON. Classifying errors is `fault`'s,
//! writing requests is `rest`'s.

use serde_json::Value;

use super::error_answer::{ErrorAnswer, unreadable};
use super::transport::HttpResponse;
use crate::cloud::{Answer, Node};

/// What AWS answered.
pub(super) fn read(response: &HttpResponse) -> Result<Answer, ErrorAnswer> {
    let value: Option<Value> = serde_json::from_slice(&response.body).ok();
    let success = (200..300).contains(&response.status);
    match value.and_then(node) {
        Some(body @ Node::Map(_)) if success => Ok(Answer {
            body,
            request_id: request_id(response),
        }),
        // An action without result may answer with nothing at all.
        None if success && response.body.is_empty() => Ok(Answer {
            body: Node::Map(std::collections::BTreeMap::new()),
            request_id: request_id(response),
        }),
        body if !success => {
            Err(error(body.as_ref(), response).unwrap_or_else(|| unreadable(response)))
        }
        _ => Err(unreadable(response)),
    }
}

/// The tree of a value; nothing for `null`, which says as much as a member that is left out.
fn node(value: Value) -> Option<Node> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => Node::Text(flag.to_string()),
        Value::Number(number) => Node::Text(number.to_string()),
        Value::String(text) => Node::Text(text),
        Value::Array(items) => Node::List(items.into_iter().filter_map(node).collect()),
        Value::Object(members) => {
            let members = members
                .into_iter()
                .filter_map(|(name, value)| Some((name, node(value)?)));
            Node::Map(members.collect())
        }
    })
}

/// The code stands in a header, or in the body; the message in the body (Smithy's `restJson1`, "Operation error
/// serialization").
fn error(body: Option<&Node>, response: &HttpResponse) -> Option<ErrorAnswer> {
    let member = |names: [&str; 2]| {
        let body = body?;
        names.into_iter().find_map(|name| body.text(&[name]))
    };
    let code = response
        .header("x-amzn-errortype")
        .or_else(|| member(["__type", "code"]))?;
    Some(ErrorAnswer {
        code: bare(code).to_owned(),
        message: member(["message", "Message"])
            .unwrap_or_default()
            .trim()
            .to_owned(),
        status: response.status,
        request_id: request_id(response),
    })
}

/// A code without the namespace before it (`aws.x#Code`) and the address behind it (`Code:http://…`).
fn bare(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or(code);
    code.rsplit('#').next().unwrap_or(code).trim()
}

fn request_id(response: &HttpResponse) -> Option<String> {
    response.header("x-amzn-requestid").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, error_type: Option<&str>, body: &str) -> HttpResponse {
        let mut headers = vec![("x-amzn-requestid".to_owned(), "r-1".to_owned())];
        headers.extend(error_type.map(|code| ("x-amzn-errortype".to_owned(), code.to_owned())));
        HttpResponse {
            status,
            headers,
            body: body.into(),
        }
    }

    #[test]
    fn members_lists_and_leaves_become_a_tree() {
        let body = r#"{"findings":[{"span":{"line":3},"flag":true,"gone":null}],"nextToken":"t"}"#;
        let answer = read(&response(200, None, body)).unwrap();
        let finding = &answer.body.list(&["findings"])[0];
        assert_eq!(finding.text(&["span", "line"]), Some("3"));
        assert_eq!(finding.text(&["flag"]), Some("true"));
        assert_eq!(finding.at(&["gone"]), None);
        assert_eq!(answer.body.text(&["nextToken"]), Some("t"));
        assert_eq!(answer.request_id.as_deref(), Some("r-1"));
    }

    #[test]
    fn an_action_without_result_answers_with_nothing() {
        for body in ["", "{}"] {
            let answer = read(&response(200, None, body)).unwrap();
            assert_eq!(answer.body, Node::Map(std::collections::BTreeMap::new()));
        }
    }

    #[test]
    fn the_code_of_an_error_is_found_wherever_it_stands() {
        let cases = [
            (
                Some("AccessDeniedException:http://internal.amazon.com/coral/"),
                r#"{"message":"no"}"#,
            ),
            (
                None,
                r#"{"__type":"com.amazonaws.accessanalyzer#AccessDeniedException","Message":"no"}"#,
            ),
            (None, r#"{"code":"AccessDeniedException","message":" no "}"#),
        ];
        for (header, body) in cases {
            let error = read(&response(403, header, body)).unwrap_err();
            let expected = ErrorAnswer {
                code: "AccessDeniedException".into(),
                message: "no".into(),
                status: 403,
                request_id: Some("r-1".into()),
            };
            assert_eq!(error, expected, "{body}");
        }
        let bare = read(&response(429, Some("ThrottlingException"), "")).unwrap_err();
        assert_eq!(
            (bare.code.as_str(), bare.message.as_str()),
            ("ThrottlingException", "")
        );
    }

    #[test]
    fn what_aws_did_not_write_is_quoted() {
        for status in [200, 403] {
            let error = read(&response(status, None, "<html>Log in</html>")).unwrap_err();
            assert_eq!(
                error.message,
                format!("HTTP status {status} with `<html>Log in</html>`")
            );
        }
        let list = read(&response(200, None, "[]")).unwrap_err();
        assert_eq!(list.message, "HTTP status 200 with `[]`");
    }
}
