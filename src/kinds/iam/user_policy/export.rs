//! A user's inline policy as its document says it, and which ones an export is about.

use std::collections::BTreeSet;

use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value as Json;

use super::{UserPolicy, text};
use crate::cloud::{Fault, ReadCall, Reads, Service};
use crate::kinds::{
    Export, ExportContext, ExportFilter, ExportSearch, Exported, Found, Members, Reading,
};
use crate::model::{Address, FieldPath, Observed, Value, field, kind};
use crate::policy::Document;

/// How many policies are read at a time.
const AT_ONCE: usize = 8;

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
            let name = Json::from(name);
            exported.spec.insert(field::POLICY_NAME.to_string(), name);
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
        one(reads, Address::new(kind::USER_POLICY, &name), user, policy)
    });
    let read: Vec<Option<(Address, Observed)>> = stream::iter(reading)
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(Found {
        resources: read.into_iter().flatten().collect(),
        ..Found::default()
    })
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

async fn one(
    reads: &dyn Reads,
    address: Address,
    user: String,
    policy: String,
) -> Result<Option<(Address, Observed)>, Fault> {
    let get = ReadCall::new(Service::Iam, "GetUserPolicy")
        .with("UserName", user.as_str())
        .with("PolicyName", policy.as_str());
    let answer = match reads.ask(&get).await {
        Err(fault) if fault.is_missing() => return Ok(None),
        answer => answer?,
    };
    let encoded = answer.body.text(&["PolicyDocument"]).unwrap_or_default();
    let document = Value::Policy(Document::observed_encoded(encoded));
    let fields = [
        (field::USER, Value::Text(user)),
        (field::POLICY_NAME, Value::Text(policy)),
        (field::POLICY, document),
    ];
    let fields = fields.map(|(field, value)| (FieldPath::new(field), value));
    let observed = Observed {
        attributes: fields.into(),
        ..Observed::default()
    };
    Ok(Some((address, observed)))
}
