//! The principals of a trust policy one by one. Whether one is let in wrongly is decided elsewhere.

use super::spot::Spot;
use crate::policy::{Principals, is_account_id};

/// One principal of a statement.
#[derive(Debug, Clone)]
pub(in crate::findings) struct Trusted<'a> {
    pub(in crate::findings) pointer: String,
    /// `AWS`, `Service` or `Federated`.
    pub(in crate::findings) kind: &'a str,
    pub(in crate::findings) name: &'a str,
}

/// The principals of a statement; the bare `*` is the `AWS` one.
pub(in crate::findings) fn trusted<'a>(spot: &Spot<'a>) -> Vec<Trusted<'a>> {
    let everyone = || Trusted {
        pointer: spot.at("Principal"),
        kind: "AWS",
        name: "*",
    };
    match &spot.statement.principal {
        None => Vec::new(),
        Some(Principals::Anyone) => vec![everyone()],
        Some(Principals::Typed(typed)) => {
            let typed = typed.iter().flat_map(|(kind, names)| {
                let names = spot.pointed("Principal", kind, names).into_iter();
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
pub(in crate::findings) fn account_of(name: &str) -> Option<&str> {
    let account = match name.split(':').collect::<Vec<_>>()[..] {
        ["arn", _, "iam" | "sts", "", account, ..] => account,
        _ => name,
    };
    is_account_id(account).then_some(account)
}
