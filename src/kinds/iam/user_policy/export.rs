//! A user's inline policy as its document says it, and which ones an export is about.

use std::collections::BTreeSet;

use super::survey::one;
use super::{UserPolicy, text};
use crate::cloud::{Fault, ReadCall, Reads, Service};
use crate::kinds::survey::each;
use crate::kinds::{
    Export, ExportContext, ExportFilter, ExportSearch, Exported, Found, Members, Reading,
};
use crate::model::{Address, field, kind};

impl Export for UserPolicy {
    fn select<'a>(&'a self, reads: &'a dyn Reads, search: &'a ExportSearch<'a>) -> Reading<'a> {
        Box::pin(select(reads, search.filter))
    }

    /// The policy's name is said where it is not the document's.
    fn document(&self, members: &Members<'_>, _: &ExportContext<'_>) -> Option<Exported> {
        let (address, policy) = members.iter().next()?;
        let mut exported = Exported::default();
        exported.copy(policy, field::USER, None);
        let name = text(&policy.attributes, field::POLICY_NAME);
        if name != address.name {
            exported.set(field::POLICY_NAME, name);
        }
        exported.copy(policy, field::POLICY, None);
        Some(exported)
    }
}

/// Finds all inline policies of the users that are chosen.
async fn select(reads: &dyn Reads, filter: &ExportFilter) -> Result<Found, Fault> {
    let mut names: Vec<(String, String)> = Vec::new();
    for user in filter.named(kind::USER_POLICY) {
        let list = ReadCall::new(Service::Iam, "ListUserPolicies").with("UserName", user.as_str());
        let answer = reads.ask(&list).await?;
        let policies = answer.body.list(&["PolicyNames"]).iter();
        let policies = policies.filter_map(|policy| policy.text(&[]));
        names.extend(policies.map(|policy| (user.clone(), policy.to_owned())));
    }
    let taken = twice(&names);
    let reading = names.into_iter().map(|(user, policy)| {
        let name = if taken.contains(&policy.to_lowercase()) {
            format!("{user}-{policy}")
        } else {
            policy.clone()
        };
        let address = Address::new(kind::USER_POLICY, &name);
        async move {
            let observed = one(reads, &user, &policy).await?;
            Ok(observed.map(|observed| (address, observed)))
        }
    });
    Ok(Found::of(each(reading).await?.into_iter().flatten()))
}

/// The names that two users' policies share, which so cannot be those of their documents. Letter case does not
/// make two names of one.
fn twice(names: &[(String, String)]) -> BTreeSet<String> {
    let mut seen = BTreeSet::new();
    let folded = names.iter().map(|(_, policy)| policy.to_lowercase());
    folded
        .filter(|policy| !seen.insert(policy.clone()))
        .collect()
}
