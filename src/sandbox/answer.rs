//! Envelopes: the XML around results and faults, service by service. S3's is `s3`'s.

use std::time::Duration;

use jiff::Timestamp;

use super::fault::Fault;
use super::http::{Delivery, Response};
use super::service::Service;
use super::timestamp;
use super::xml::Fields;

/// The response to one call.
pub(crate) fn response(
    service: Option<Service>,
    action: &str,
    request_id: &str,
    now: Timestamp,
    outcome: Result<&Fields, &Fault>,
) -> Response {
    let service = service.unwrap_or(Service::Iam);
    let (status, body) = match outcome {
        Ok(fields) => (200, success(service, action, request_id, fields)),
        Err(fault) => (fault.status(), failure(service, request_id, fault)),
    };
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let id_header = if service == Service::Ec2 {
        "x-amzn-requestid"
    } else {
        "x-amzn-RequestId"
    };
    Response {
        status,
        headers: vec![
            header("Content-Type", "text/xml;charset=UTF-8"),
            header(id_header, request_id),
            header("Date", &timestamp::http(now)),
        ],
        body,
        delay: Duration::ZERO,
        delivery: Delivery::Deliver,
    }
}

fn success(service: Service, action: &str, request_id: &str, fields: &Fields) -> Vec<u8> {
    let root = format!("{action}Response");
    if service == Service::Ec2 {
        let namespace = format!("http://ec2.amazonaws.com/doc/{}/", service.version());
        return Fields::new()
            .text("requestId", request_id)
            .and(fields.clone())
            .document(&root, Some(&namespace));
    }
    // Actions that answer nothing have no result element. UpdateRole's is empty, but there.
    let result = if fields.is_empty() && action != "UpdateRole" {
        Fields::new()
    } else {
        Fields::new().within(&format!("{action}Result"), fields.clone())
    };
    let metadata = Fields::new().text("RequestId", request_id);
    result
        .within("ResponseMetadata", metadata)
        .document(&root, Some(&namespace(service)))
}

fn failure(service: Service, request_id: &str, fault: &Fault) -> Vec<u8> {
    if service == Service::Ec2 {
        let error = Fields::new()
            .text("Code", fault.code)
            .text("Message", &fault.message);
        let errors = Fields::new().within("Error", error);
        return Fields::new()
            .within("Errors", errors)
            .text("RequestID", request_id)
            .document("Response", None);
    }
    let error = Fields::new()
        .text("Type", fault.blame())
        .text("Code", fault.code)
        .text("Message", &fault.message);
    let document = Fields::new()
        .within("Error", error)
        .text("RequestId", request_id);
    document.document("ErrorResponse", Some(&namespace(service)))
}

fn namespace(service: Service) -> String {
    format!(
        "https://{}.amazonaws.com/doc/{}/",
        service.name(),
        service.version()
    )
}
