//! From S3's HTTP responses to answers and errors. Its calls about buckets answer with headers, with a policy's
//! text, or with nothing; only errors are XML. Classifying errors is `fault`'s.

use std::collections::BTreeMap;

use crate::aws::error_answer::{ErrorAnswer, unreadable};
use crate::aws::transport::HttpResponse;
use crate::aws::xml;
use crate::cloud::{Answer, Call, Node};

/// Says where the bucket is, whatever else the answer is (Amazon S3 API reference, HeadBucket).
const REGION: &str = "x-amz-bucket-region";
const REQUEST_ID: &str = "x-amz-request-id";

/// What S3 answered to a call: `BucketRegion` for HeadBucket, `Policy` for GetBucketPolicy, nothing for the rest.
pub(in crate::aws) fn read(call: &Call, response: &HttpResponse) -> Result<Answer, ErrorAnswer> {
    let success = (200..300).contains(&response.status);
    match call.action.as_str() {
        "HeadBucket" => head(success, response),
        _ if !success => Err(error(response)),
        "GetBucketPolicy" => match std::str::from_utf8(&response.body) {
            Ok(policy) if policy.trim_start().starts_with('{') => {
                Ok(answer(response, Some(("Policy", policy))))
            }
            _ => Err(unreadable(response)),
        },
        _ => Ok(answer(response, None)),
    }
}

/// The answer has the region even where it hides the bucket: to a caller who may not list it, at another region's endpoint.
fn head(success: bool, response: &HttpResponse) -> Result<Answer, ErrorAnswer> {
    let region = response.header(REGION).filter(|region| !region.is_empty());
    match (region, response.status) {
        (Some(region), 200..=299 | 301 | 400 | 403) => {
            Ok(answer(response, Some(("BucketRegion", region))))
        }
        _ if success => Err(unreadable(response)),
        _ => Err(bare(response)),
    }
}

fn answer(response: &HttpResponse, member: Option<(&str, &str)>) -> Answer {
    let members = member.map(|(name, value)| (name.to_owned(), Node::Text(value.to_owned())));
    Answer {
        body: Node::Map(members.into_iter().collect::<BTreeMap<_, _>>()),
        request_id: response.header(REQUEST_ID).map(str::to_owned),
    }
}

/// The answer to a HEAD has no body: its status is all there is, and S3 has one code for each of these.
fn bare(response: &HttpResponse) -> ErrorAnswer {
    let (code, message) = match response.status {
        403 => ("AccessDenied", "Access Denied"),
        404 => ("NoSuchBucket", "The specified bucket does not exist"),
        503 => ("SlowDown", "Please reduce your request rate."),
        _ => return unreadable(response),
    };
    ErrorAnswer {
        code: code.to_owned(),
        message: message.to_owned(),
        status: response.status,
        request_id: response.header(REQUEST_ID).map(str::to_owned),
    }
}

fn error(response: &HttpResponse) -> ErrorAnswer {
    let tree = std::str::from_utf8(&response.body)
        .ok()
        .and_then(|body| xml::parse(body).ok());
    let Some((root, node)) = tree else {
        return unreadable(response);
    };
    let text = |name: &str| node.text(&[name]).map(|text| text.trim().to_owned());
    match text("Code") {
        Some(code) if root == "Error" => ErrorAnswer {
            code,
            message: text("Message").unwrap_or_default(),
            status: response.status,
            request_id: text("RequestId")
                .or_else(|| response.header(REQUEST_ID).map(str::to_owned)),
        },
        _ => unreadable(response),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::error_answer::UNREADABLE;
    use crate::cloud::{ReadCall, Service, WriteCall};

    fn response(status: u16, region: Option<&str>, body: &str) -> HttpResponse {
        let id = (REQUEST_ID.to_owned(), "id".to_owned());
        let region = region.map(|region| (REGION.to_owned(), region.to_owned()));
        HttpResponse {
            status,
            headers: [id].into_iter().chain(region).collect(),
            body: body.into(),
        }
    }

    fn head(status: u16, region: Option<&str>) -> Result<String, String> {
        let call = ReadCall::new(Service::S3, "HeadBucket");
        match read(call.call(), &response(status, region, "")) {
            Ok(answer) => Ok(answer.body.text(&["BucketRegion"]).unwrap().to_owned()),
            Err(error) => Err(error.code),
        }
    }

    #[test]
    fn the_region_is_found_whoever_asks_and_wherever() {
        for status in [200, 301, 400, 403] {
            assert_eq!(head(status, Some("eu-west-1")), Ok("eu-west-1".into()));
        }
        assert_eq!(head(404, None), Err("NoSuchBucket".into()));
        assert_eq!(head(403, None), Err("AccessDenied".into()));
        assert_eq!(head(503, Some("eu-west-1")), Err("SlowDown".into()));
        assert_eq!(head(200, None), Err(UNREADABLE.into()));
    }

    #[test]
    fn a_policy_comes_byte_for_byte() {
        let call = ReadCall::new(Service::S3, "GetBucketPolicy");
        let policy = " {\"Version\" :\"2012-10-17\",\n\t\"Statement\":[]}\n";
        let answer = read(call.call(), &response(200, None, policy)).unwrap();
        assert_eq!(answer.body.text(&["Policy"]), Some(policy));
        let page = read(call.call(), &response(200, None, "<html/>"));
        assert_eq!(page.unwrap_err().code, UNREADABLE);
    }

    #[test]
    fn errors_are_xml_and_writes_answer_with_nothing() {
        let call = WriteCall::new(Service::S3, "PutBucketPolicy");
        let body = "<Error><Code>MalformedPolicy</Code><Message>Invalid principal in policy</Message>\
                    <RequestId>body-id</RequestId></Error>";
        let error = read(call.call(), &response(400, None, body)).unwrap_err();
        assert_eq!(error.code, "MalformedPolicy");
        assert_eq!(error.message, "Invalid principal in policy");
        assert_eq!(error.request_id.as_deref(), Some("body-id"));
        let answer = read(call.call(), &response(204, None, "")).unwrap();
        assert_eq!(answer.body, Node::Map(BTreeMap::new()));
        assert_eq!(answer.request_id.as_deref(), Some("id"));
    }
}
