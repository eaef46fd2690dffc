//! Envelopes: the XML around results and faults, service by service. S3's is `s3`'s.

use jiff::Timestamp;

use super::fault::Fault;
use super::http::{Response, header};
use super::service::Service;
use super::timestamp;
use super::xml::Fields;

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
    let id_header = if service == Service::Ec2 {
        "x-amzn-requestid"
    } else {
        "x-amzn-RequestId"
    };
    let headers = vec![
        header("Content-Type", "text/xml;charset=UTF-8"),
        header(id_header, request_id),
        header("Date", timestamp::http(now)),
    ];
    Response::new(status, headers, body)
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
    let mut document = Fields::new();
    // Actions that answer nothing have no result element. UpdateRole's is empty, but there.
    if !fields.is_empty() || action == "UpdateRole" {
        document = document.within(&format!("{action}Result"), fields.clone());
    }
    let metadata = Fields::new().text("RequestId", request_id);
    document
        .within("ResponseMetadata", metadata)
        .document(&root, Some(&namespace(service)))
}

fn failure(service: Service, request_id: &str, fault: &Fault) -> Vec<u8> {
    if service == Service::Ec2 {
        return Fields::new()
            .within("Errors", Fields::new().within("Error", fault.fields()))
            .text("RequestID", request_id)
            .document("Response", None);
    }
    // IAM and STS say which side caused the fault.
    let side = if fault.status() < 500 {
        "Sender"
    } else {
        "Receiver"
    };
    let error = Fields::new().text("Type", side).and(fault.fields());
    Fields::new()
        .within("Error", error)
        .text("RequestId", request_id)
        .document("ErrorResponse", Some(&namespace(service)))
}

fn namespace(service: Service) -> String {
    let (name, version) = (service.name(), service.version());
    format!("https://{name}.amazonaws.com/doc/{version}/")
}
