//! Principals of trust policies. IAM stores those of the account as unique ids and maps them back when it answers; a
//! deleted one shows its bare id from then on (IAM user guide, elements reference: Principal).

use serde_json::Value;

use super::grammar::{self, texts};
use super::json;
use crate::sandbox::fault::Fault;
use crate::sandbox::world::Iam;

/// A trust policy as IAM keeps it. Principals must exist in `seen`, which lags behind the present.
pub(crate) fn stored(document: &str, seen: &Iam, naming: Naming) -> Result<String, Fault> {
    let mut root = grammar::trust(document)?;
    for principal in principals(&mut root) {
        store(principal, seen, naming)?;
    }
    Ok(root.to_string())
}

/// When a policy names its principals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// Now: they have to be there.
    Now,
    /// Some time ago: bare ids of those that are gone may be among them.
    Earlier,
}

/// A kept trust policy as IAM shows it now.
pub(crate) fn shown(document: &str, iam: &Iam) -> String {
    renamed(document, &|text| iam.arn_of_principal(text))
}

/// A kept policy with other names for some of its principals.
pub(crate) fn renamed(document: &str, named: &dyn Fn(&str) -> Option<String>) -> String {
    let Some(mut root) = json::parse(document) else {
        return document.to_owned();
    };
    for principal in principals(&mut root) {
        if let Some(aws) = principal.get_mut("AWS") {
            each(aws, &mut |name| {
                named(name).unwrap_or_else(|| name.to_owned())
            });
        }
    }
    root.to_string()
}

pub(super) fn principals(root: &mut Value) -> impl Iterator<Item = &mut Value> {
    let statements = match root.get_mut("Statement") {
        Some(Value::Array(list)) => list.iter_mut().collect(),
        Some(single) => vec![single],
        None => Vec::new(),
    };
    statements
        .into_iter()
        .filter_map(|statement| statement.get_mut("Principal"))
}

/// Whether everybody named exists.
pub(super) fn known(principal: &Value, seen: &Iam, naming: Naming) -> Result<(), Fault> {
    store(&mut principal.clone(), seen, naming)
}

fn store(principal: &mut Value, seen: &Iam, naming: Naming) -> Result<(), Fault> {
    if principal == "*" {
        return Ok(());
    }
    let syntax = || Fault::malformed_policy("Syntax errors in policy.");
    let kinds = principal
        .as_object_mut()
        .filter(|kinds| !kinds.is_empty())
        .ok_or_else(syntax)?;
    for (kind, named) in kinds {
        let names = texts(named)
            .filter(|names| !names.is_empty())
            .ok_or_else(syntax)?;
        let is_gone = |name: &str| naming == Naming::Earlier && kind == "AWS" && is_id(name);
        let mut names = names.iter();
        let refused = names.find(|name| !exists(kind, name, seen) && !is_gone(name));
        if let Some(name) = refused {
            let kind = if kind == "Service" {
                "SERVICE"
            } else {
                kind.as_str()
            };
            return Err(Fault::malformed_policy(format!(
                "Invalid principal in policy: \"{kind}\":\"{name}\""
            )));
        }
        if kind == "AWS" {
            each(named, &mut |text| keep(text, seen));
        }
    }
    Ok(())
}

fn exists(kind: &str, name: &str, seen: &Iam) -> bool {
    match kind {
        "AWS" => exists_in_aws(name, seen),
        "Service" => is_service(name),
        "Federated" => match name.strip_prefix("arn:") {
            Some(rest) => rest.starts_with("aws:"),
            None => name.contains('.'),
        },
        "CanonicalUser" => name.len() == 64,
        _ => false,
    }
}

/// Accounts and other accounts' principals are taken on trust: the sandbox knows only its own account.
fn exists_in_aws(name: &str, seen: &Iam) -> bool {
    if name == "*" || is_account(name) || seen.arn_of_principal(name).is_some() {
        return true;
    }
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let [_, partition, service, "", account, resource] = parts[..] else {
        return false;
    };
    if !name.starts_with("arn:") || partition != "aws" || !is_account(account) {
        return false;
    }
    match (service, resource.split_once('/')) {
        ("iam", None) => resource == "root",
        ("iam", Some(("role" | "user", _))) => {
            account != seen.account || seen.id_of_principal(name).is_some()
        }
        ("sts", Some(("assumed-role" | "federated-user", rest))) => {
            !rest.is_empty() && !rest.contains(['*', '?'])
        }
        _ => false,
    }
}

/// Whether it looks like the unique id of a role or a user.
fn is_id(text: &str) -> bool {
    let rest = text
        .strip_prefix("AROA")
        .or_else(|| text.strip_prefix("AIDA"));
    rest.is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The sandbox knows no list of services, only how their principals look.
fn is_service(name: &str) -> bool {
    let service = name
        .strip_suffix(".amazonaws.com")
        .or_else(|| name.strip_suffix(".amazonaws.com.cn"));
    let fits = |service: &str| {
        !service.is_empty()
            && service
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
    };
    service.is_some_and(fits)
}

/// A principal of this account becomes its unique id; a bare account becomes its root ARN.
fn keep(text: &str, seen: &Iam) -> String {
    if is_account(text) {
        return format!("arn:aws:iam::{text}:root");
    }
    seen.id_of_principal(text).unwrap_or(text).to_owned()
}

pub(super) fn each(named: &mut Value, change: &mut dyn FnMut(&str) -> String) {
    match named {
        Value::String(text) => *text = change(text),
        Value::Array(list) => list.iter_mut().for_each(|member| each(member, change)),
        _ => {}
    }
}
