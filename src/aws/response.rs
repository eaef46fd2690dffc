//! From an HTTP response to an answer or an error: the envelopes of the Query protocols. Classifying errors is
//! `fault`'s, trees of XML are `xml`'s, answers in JSON are `json`'s, S3's are `s3`'s.

use std::collections::BTreeMap;

use crate::cloud::{Answer, Call, Node, Service};

use super::error_answer::{ErrorAnswer, unreadable};
use super::json;
use super::s3;
use super::transport::HttpResponse;
use super::xml;

/// Where each protocol puts the request id.
const REQUEST_ID_PATHS: [&[&str]; 4] = [
    &["ResponseMetadata", "RequestId"],
    &["RequestId"],
    &["RequestID"],
    &["requestId"],
];

/// Where each protocol puts the error, below the root.
const ERROR_PATHS: [&[&str]; 3] = [&["Error"], &["Errors", "Error"], &[]];

/// What AWS answered to a call.
pub(super) fn read(call: &Call, response: &HttpResponse) -> Result<Answer, ErrorAnswer> {
    match call.service {
        Service::AccessAnalyzer => json::read(response),
        Service::S3 => s3::read(call, response),
        Service::Iam | Service::Sts | Service::Ec2 => envelope(call, response),
    }
}

fn envelope(call: &Call, response: &HttpResponse) -> Result<Answer, ErrorAnswer> {
    let tree = std::str::from_utf8(&response.body)
        .ok()
        .and_then(|body| xml::parse(body).ok());
    let success = (200..300).contains(&response.status);
    match tree {
        Some((root, node)) if success && root == format!("{}Response", call.action) => {
            Ok(answer(call, node, response))
        }
        Some((_, node)) if !success => {
            Err(error(&node, response).unwrap_or_else(|| unreadable(response)))
        }
        _ => Err(unreadable(response)),
    }
}

fn answer(call: &Call, mut node: Node, response: &HttpResponse) -> Answer {
    let request_id = request_id(&node, response);
    let body = match (call.service, &mut node) {
        (Service::Iam | Service::Sts, Node::Map(members)) => {
            members.remove(&format!("{}Result", call.action))
        }
        (Service::Ec2, Node::Map(members)) => {
            members.remove("requestId");
            Some(node)
        }
        (Service::AccessAnalyzer | Service::S3, _) | (_, Node::Text(_) | Node::List(_)) => None,
    };
    // An action without result has an empty structure, however the protocol spells it.
    let body = body
        .filter(|body| matches!(body, Node::Map(_)))
        .unwrap_or_else(|| Node::Map(BTreeMap::new()));
    Answer { body, request_id }
}

fn error(node: &Node, response: &HttpResponse) -> Option<ErrorAnswer> {
    let text = |name: &str| {
        ERROR_PATHS
            .iter()
            .find_map(|path| node.text(&[*path, &[name]].concat()))
    };
    Some(ErrorAnswer {
        code: text("Code")?.trim().to_owned(),
        message: text("Message").unwrap_or_default().trim().to_owned(),
        status: response.status,
        request_id: request_id(node, response),
    })
}

fn request_id(node: &Node, response: &HttpResponse) -> Option<String> {
    REQUEST_ID_PATHS
        .iter()
        .find_map(|path| node.text(path))
        .or_else(|| response.header("x-amzn-requestid"))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::error_answer::{EXCERPT, UNREADABLE};
    use crate::cloud::{ReadCall, WriteCall};

    fn response(status: u16, body: &str) -> HttpResponse {
        HttpResponse {
            status,
            headers: vec![("x-amzn-requestid".into(), "header-id".into())],
            body: body.into(),
        }
    }

    fn failed(status: u16, body: &str) -> (String, String, Option<String>) {
        let call = WriteCall::new(Service::Iam, "DeleteRole");
        let error = read(call.call(), &response(status, body)).unwrap_err();
        (error.code, error.message, error.request_id)
    }

    #[test]
    fn iam_answers_are_unwrapped() {
        let call = ReadCall::new(Service::Iam, "GetRole");
        let body = "<GetRoleResponse xmlns=\"x\"><GetRoleResult><Role><Path>/</Path><New>?</New></Role></GetRoleResult>\
                    <ResponseMetadata><RequestId>body-id</RequestId></ResponseMetadata></GetRoleResponse>";
        let answer = read(call.call(), &response(200, body)).unwrap();
        assert_eq!(answer.body.text(&["Role", "Path"]), Some("/"));
        assert_eq!(answer.request_id.as_deref(), Some("body-id"));
    }

    #[test]
    fn an_action_without_result_answers_with_nothing() {
        let call = WriteCall::new(Service::Iam, "DeleteRole");
        for body in [
            "<DeleteRoleResponse><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DeleteRoleResponse>",
            "<DeleteRoleResponse/>",
            "<DeleteRoleResponse><DeleteRoleResult/></DeleteRoleResponse>",
        ] {
            let answer = read(call.call(), &response(200, body)).unwrap();
            assert_eq!(answer.body, Node::Map(BTreeMap::new()));
        }
    }

    #[test]
    fn ec2_answers_are_their_root_without_the_request_id() {
        let call = ReadCall::new(Service::Ec2, "DescribeInstances");
        let body = "<DescribeInstancesResponse><requestId>r</requestId><reservationSet/></DescribeInstancesResponse>";
        let answer = read(call.call(), &response(200, body)).unwrap();
        let expected = BTreeMap::from([("reservationSet".into(), Node::Text(String::new()))]);
        assert_eq!(answer.body, Node::Map(expected));
        assert_eq!(answer.request_id.as_deref(), Some("r"));
    }

    #[test]
    fn errors_are_found_in_every_envelope() {
        let found = |id: &str| ("Code".to_owned(), "Text".to_owned(), Some(id.to_owned()));
        let iam = "<ErrorResponse><Error><Type>Sender</Type><Code>Code</Code><Message>Text</Message></Error><RequestId>a</RequestId></ErrorResponse>";
        let ec2 = "<Response><Errors><Error><Code>Code</Code><Message>Text</Message></Error></Errors><RequestID>b</RequestID></Response>";
        let bare = "<Error><Code>Code</Code><Message>Text</Message></Error>";
        assert_eq!(failed(404, iam), found("a"));
        assert_eq!(failed(400, ec2), found("b"));
        assert_eq!(failed(400, bare), found("header-id"));
    }

    #[test]
    fn what_aws_did_not_write_is_quoted() {
        let (code, message, _) = failed(200, "<html>\n <body>Log in to the hotel</body></html>");
        assert_eq!(code, UNREADABLE);
        assert_eq!(
            message,
            "HTTP status 200 with `<html> <body>Log in to the hotel</body></html>`"
        );
        assert_eq!(failed(503, "").1, "HTTP status 503 with ``");
        let (_, long, _) = failed(502, &"x".repeat(1000));
        assert_eq!(
            long.chars().filter(|letter| *letter == 'x').count(),
            EXCERPT
        );
    }

    #[test]
    fn a_damaged_answer_with_credentials_is_not_quoted() {
        let damaged = "<AssumeRoleResponse><SecretAccessKey>hush</SecretAccessKey>";
        assert_eq!(
            failed(200, damaged).1,
            "HTTP status 200 with credentials that could not be read"
        );
    }
}
