//! Principals of a trust policy: their types, and the shape of each. Whether they exist is the caller's to ask.

use super::Diagnostics;
use crate::diagnostic::did_you_mean;
use crate::policy::PolicyDiagnostic;
use crate::policy::cursor::JsonCursor;
use crate::policy::normal::is_account_id;
use crate::text::or_list;

const TYPES: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

/// Services that assume roles often: for hints only, others are as good.
const SERVICES: [&str; 10] = [
    "ec2.amazonaws.com",
    "lambda.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "eks.amazonaws.com",
    "ssm.amazonaws.com",
    "s3.amazonaws.com",
    "cloudformation.amazonaws.com",
    "codebuild.amazonaws.com",
    "states.amazonaws.com",
    "events.amazonaws.com",
];

/// What the names of services end in, over all partitions.
const SUFFIXES: [&str; 7] = [
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".amazon.com",
    ".ic.gov",
    ".sgov.gov",
    ".adc-e.uk",
];

pub(super) fn check(element: &JsonCursor<'_>, found: &mut Diagnostics) {
    let types = element.entries();
    if element.value.is_object() && types.iter().all(|(_, cursor)| cursor.members().is_empty()) {
        let problem = element.error("policy-principal", "`Principal` names nobody");
        found.push(problem.hint("for instances: `{Service: ec2.amazonaws.com}`"));
    }
    for (kind, names) in types {
        if !TYPES.contains(&kind) {
            let message = format!("`{kind}` is no type of principal");
            let problem = names.error("policy-principal-type", message);
            let general = format!("write {}", or_list(&TYPES));
            found.push(problem.hint_or(did_you_mean(kind, TYPES), &general));
            continue;
        }
        for (cursor, name) in names.texts() {
            found.extend(principal(kind, name, &cursor));
        }
    }
}

fn principal(kind: &str, name: &str, cursor: &JsonCursor<'_>) -> Option<PolicyDiagnostic> {
    if name == "*" {
        return None;
    }
    if name.contains(['*', '?']) {
        let message = format!("the principal `{name}` has a wildcard; only a whole `*` is allowed");
        let hint =
            "name every principal, or allow the account and test `aws:PrincipalArn` in a condition";
        return Some(cursor.error("policy-principal", message).hint(hint));
    }
    match kind {
        "AWS" => aws(name, cursor),
        "Service" => service(name, cursor),
        "Federated" => federated(name, cursor),
        _ => canonical_user(name, cursor),
    }
}

fn aws(name: &str, cursor: &JsonCursor<'_>) -> Option<PolicyDiagnostic> {
    if is_account_id(name) {
        return None;
    }
    if is_unique_id(name) {
        let message =
            format!("the principal `{name}` is the id of a role or user that was deleted");
        let hint =
            "write the ARN of the role or user instead: one that was made again has another id";
        return Some(
            cursor
                .warning("policy-dangling-principal", message)
                .hint(hint),
        );
    }
    let message = arn_fault(name)?;
    let hint =
        "write `*`, the 12 digits of an account, or the ARN of a root, role, user or session";
    Some(cursor.error("policy-principal", message).hint(hint))
}

/// Unique ids of roles (AROA) and users (AIDA) show up in place of an ARN whose entity is gone.
fn is_unique_id(name: &str) -> bool {
    let known = ["AROA", "AIDA"];
    known.iter().any(|prefix| name.starts_with(prefix))
        && (16..=128).contains(&name.len())
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric())
}

fn arn_fault(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let [
        "arn",
        partition,
        service @ ("iam" | "sts"),
        "",
        account,
        entity,
    ] = parts[..]
    else {
        return Some(format!(
            "the principal `{name}` is neither an account nor an ARN of IAM or STS"
        ));
    };
    if partition.is_empty() || !is_account_id(account) {
        return Some(format!(
            "the principal `{name}` lacks its partition or the 12 digits of its account"
        ));
    }
    let (kind, rest) = entity.split_once('/').unwrap_or((entity, ""));
    let fits = match (service, kind) {
        ("iam", "root") => entity == "root",
        ("iam", "role" | "user") | ("sts", "federated-user") => is_name(rest),
        ("sts", "assumed-role") => rest
            .split_once('/')
            .is_some_and(|(role, session)| is_name(role) && is_name(session)),
        ("iam", "group") => {
            return Some(format!(
                "`{name}` is a group, and groups are not principals"
            ));
        }
        ("iam", "instance-profile") => {
            return Some(format!(
                "`{name}` is an instance profile; the principal is its role"
            ));
        }
        _ => false,
    };
    (!fits).then(|| format!("the principal `{name}` is no root, role, user or session"))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.ends_with('/') && !text.contains(char::is_whitespace)
}

fn service(name: &str, cursor: &JsonCursor<'_>) -> Option<PolicyDiagnostic> {
    let general = "services are named like `ec2.amazonaws.com`";
    if !is_host(name) {
        let full = format!("{name}.amazonaws.com");
        let near = SERVICES
            .contains(&full.as_str())
            .then(|| format!("write `{full}`"));
        let message = format!("`{name}` is no service principal");
        let problem = cursor.error("policy-principal", message);
        return Some(problem.hint_or(near, general));
    }
    if SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) {
        return None;
    }
    let message = format!("`{name}` does not look like a service of AWS");
    let problem = cursor.warning("unknown-service-principal", message);
    Some(problem.hint_or(did_you_mean(name, SERVICES), general))
}

fn federated(name: &str, cursor: &JsonCursor<'_>) -> Option<PolicyDiagnostic> {
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let fits = match parts[..] {
        ["arn", _, "iam", "", account, provider] => {
            let (kind, rest) = provider.split_once('/').unwrap_or((provider, ""));
            is_account_id(account)
                && ["saml-provider", "oidc-provider"].contains(&kind)
                && is_name(rest)
        }
        _ => is_host(name),
    };
    let message = format!("`{name}` is no identity provider");
    let hint = "write the ARN of a saml-provider or oidc-provider, or a host like `cognito-identity.amazonaws.com`";
    (!fits).then(|| cursor.error("policy-principal", message).hint(hint))
}

fn canonical_user(name: &str, cursor: &JsonCursor<'_>) -> Option<PolicyDiagnostic> {
    let fits = !name.is_empty() && name.chars().all(|character| character.is_ascii_hexdigit());
    let message = format!("`{name}` is no canonical user id");
    let hint = "a canonical user id has hexadecimal digits only; in a trust policy name the account instead";
    (!fits).then(|| cursor.error("policy-principal", message).hint(hint))
}

fn is_host(name: &str) -> bool {
    let label = |part: &str| {
        let fits = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
        !part.is_empty() && part.chars().all(fits)
    };
    name.contains('.') && name.split('.').all(label)
}
