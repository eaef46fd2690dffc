//! The shape of resources: `*` or an ARN. Wildcards stand anywhere but in the service segment.

use super::Diagnostics;
use crate::policy::cursor::JsonCursor;

const SHAPE: &str = "resources are `*` or `arn:partition:service:region:account:resource`";

pub(super) fn check(element: &JsonCursor<'_>, found: &mut Diagnostics) {
    for (cursor, resource) in element.texts() {
        if let Some(message) = fault(resource) {
            found.push(cursor.error("policy-resource", message).hint(SHAPE));
        }
    }
}

fn fault(resource: &str) -> Option<String> {
    if resource == "*" {
        return None;
    }
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    // What stands last may be empty: AWS's own AmazonDevOpsGuruOrganizationsAccess has `arn:aws:organizations::*:`.
    let ["arn", partition, service, _region, _account, _name] = parts[..] else {
        return Some(format!("the resource `{resource}` is not an ARN"));
    };
    if partition.is_empty() || service.is_empty() {
        Some(format!(
            "the ARN `{resource}` lacks its partition or service"
        ))
    } else if service.contains(['*', '?']) {
        Some(format!(
            "the ARN `{resource}` has a wildcard where its service stands"
        ))
    } else {
        None
    }
}
