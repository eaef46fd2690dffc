//! Whom a `Principal` element means (IAM user guide, elements reference: Principal).

use serde_json::Value;

use super::statement::texts;
use crate::sandbox::principal::Principal;
use crate::sandbox::world::Iam;

/// How a `Principal` element matches a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// By the account, which decides further with its own policies.
    Account,
    /// By itself, or as everybody.
    Named,
}

/// How a `Principal` means a principal, if it does.
pub(super) fn reach(iam: &Iam, principal: &Principal, value: &Value) -> Option<Reach> {
    if value == "*" {
        return Some(Reach::Named);
    }
    let root = format!("arn:aws:iam::{}:root", iam.account);
    let mut names = vec!["*".to_owned(), principal.arn(iam)];
    match principal {
        Principal::Caller(user) | Principal::User { user, .. } => names.push(user.id.clone()),
        Principal::Role { role, .. } => names.extend([role.id.clone(), iam.role_arn(role)]),
        // A match of a user is a match of everyone the user vouches for.
        Principal::Federated { user, .. } => {
            names.extend([user.id.clone(), iam.user_arn(user)]);
        }
    }
    let reaches = texts(&value["AWS"]).into_iter().filter_map(|text| {
        if names.contains(&text) {
            return Some(Reach::Named);
        }
        (text == root || text == iam.account).then_some(Reach::Account)
    });
    reaches.max()
}
