//! The principals of a trust policy one by one. Whether one is let in wrongly is decided elsewhere.

use super::statement::StatementRef;
use crate::policy::{Principals, is_account_id};

/// One principal of a statement.
#[derive(Debug, Clone)]
pub(crate) struct Trusted<'a> {
    pub(crate) pointer: String,
    /// `AWS`, `Service` or `Federated`.
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
}

/// The principals of a statement; the bare `*` is the `AWS` one.
pub(crate) fn trusted<'a>(statement: &StatementRef<'a>) -> Vec<Trusted<'a>> {
    let everyone = || Trusted {
        pointer: statement.at("Principal"),
        kind: "AWS",
        name: "*",
    };
    match &statement.elements.principal {
        None => Vec::new(),
        Some(Principals::Anyone) => vec![everyone()],
        Some(Principals::Typed(typed)) => {
            let typed = typed.iter().flat_map(|(kind, names)| {
                let names = statement.principals(kind, names).into_iter();
                names.map(|(pointer, name)| Trusted {
                    pointer,
                    kind,
                    name,
                })
            });
            typed.collect()
        }
    }
}

/// The account of a principal of type `AWS`.
pub(crate) fn account_of(name: &str) -> Option<&str> {
    let account = match name.split(':').collect::<Vec<_>>()[..] {
        ["arn", _, "iam" | "sts", "", account, ..] => account,
        _ => name,
    };
    is_account_id(account).then_some(account)
}
