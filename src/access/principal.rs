//! Principals as patterns: an account stands for everybody in it, a role for its sessions.
//!
//! Except in the role's own account: naming the account there lets in those whose own policies allow it as well,
//! naming a role lets it in whatever its policies say (IAM user guide, "Cross-account policy evaluation logic" and
//! "Evaluating identity-based policies with resource-based policies"). So there neither includes the other.

use super::cube::term;
use super::set::Term;
use crate::model::AwsScope;
use crate::policy::{Pattern, Principals, Variables, is_account_id};

/// Those a `Principal` lets in.
pub(super) fn terms(principals: &Principals, scope: &AwsScope) -> Vec<Term> {
    each(principals, &|kind, name| match kind {
        "AWS" => patterns(name, scope),
        _ => vec![itself(kind, name)],
    })
}

/// Those a `NotPrincipal` names.
pub(super) fn named(principals: &Principals) -> Vec<Term> {
    each(principals, &|kind, name| vec![itself(kind, name)])
}

fn each(principals: &Principals, read: &dyn Fn(&str, &str) -> Vec<Pattern>) -> Vec<Term> {
    let typed = match principals {
        Principals::Anyone => return vec![term(anyone(), "*")],
        Principals::Typed(typed) => typed,
    };
    let mut terms = Vec::new();
    for (kind, names) in typed {
        for name in names {
            let patterns = read(kind, name).into_iter();
            terms.extend(patterns.map(|pattern| term(pattern, name)));
        }
    }
    terms
}

/// The ARNs that a principal of type `AWS` stands for.
fn patterns(name: &str, scope: &AwsScope) -> Vec<Pattern> {
    if name == "*" {
        return vec![anyone()];
    }
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let (partition, of, entity) = match parts[..] {
        ["arn", partition, "iam" | "sts", "", of, entity] => (partition, of, entity),
        _ if is_account_id(name) => (scope.partition.name(), name, "root"),
        _ => return vec![itself("AWS", name)],
    };
    if entity == "root" && of == scope.account {
        return vec![Pattern::literal(&own_account(&scope.account))];
    }
    if entity == "root" {
        let everybody = |service| wild(&format!("AWS:arn:{partition}:{service}::{of}:*"));
        return ["iam", "sts"].map(everybody).into();
    }
    let role = entity.strip_prefix("role/");
    let sessions = role.and_then(|role| role.rsplit('/').next()).map(|role| {
        wild(&format!(
            "AWS:arn:{partition}:sts::{of}:assumed-role/{role}/*"
        ))
    });
    std::iter::once(itself("AWS", name))
        .chain(sessions)
        .collect()
}

/// How the role's own account stands among the principals.
fn own_account(account: &str) -> String {
    format!("AWS:account:{account}")
}

fn itself(kind: &str, name: &str) -> Pattern {
    Pattern::literal(&format!("{kind}:{name}"))
}

fn anyone() -> Pattern {
    wild("AWS:*")
}

fn wild(pattern: &str) -> Pattern {
    Pattern::new(pattern, Variables::Literal)
}
