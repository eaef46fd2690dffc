//! Reads roles: in bulk, which is also the only way to find those that a stack owns, or one by one.

use std::collections::{BTreeMap, BTreeSet};

use super::observe;
use crate::cloud::{Answer, Class, Fault, ReadCall, Reads, Service};
use crate::kinds::survey::each;
use crate::kinds::{Found, Survey, SurveyScope};
use crate::model::{Address, Observed};

/// The largest page IAM gives, and the number of roles a page is sure to hold (IAM API reference: MaxItems).
const PAGE: &str = "1000";
const SURE_PAGE: u64 = 100;

pub(super) async fn survey(reads: &dyn Reads, survey: &Survey<'_>) -> Result<Found, Fault> {
    if survey.breadth != SurveyScope::Owned && !bulk_is_cheaper(survey) {
        return one_by_one(reads, survey).await;
    }
    let wanted = |address: &Address, role: &Observed| {
        survey.named.contains_key(address) || role.owner.as_deref() == Some(survey.stack)
    };
    let bulk = Bulk {
        is_wanted: &wanted,
        is_read_again: &|address| survey.named.contains_key(address),
    };
    match bulk.with_named(reads, survey).await {
        Err(fault) if fault.class == Class::Denied => {
            let mut found = one_by_one(reads, survey).await?;
            let what = format!(
                "roles of stack {} that are no longer declared",
                survey.stack
            );
            found.miss(&what, &fault);
            Ok(found)
        }
        result => result,
    }
}

/// One by one a role takes `GetRole`, two listings and one call for each inline policy (one, most often);
/// in bulk all roles of the account take two calls a page.
fn bulk_is_cheaper(survey: &Survey<'_>) -> bool {
    let roles = survey.quotas.get("Roles").copied().unwrap_or(u64::MAX);
    let one_by_one = survey.named.len() as u64 * 4;
    roles.div_ceil(SURE_PAGE).max(1).saturating_mul(2) < one_by_one
}

/// Reading all roles of the account: which of them are wanted, and which of those are asked for by name when only
/// one of the two answers has them.
pub(super) struct Bulk<'a> {
    pub(super) is_wanted: &'a (dyn Fn(&Address, &Observed) -> bool + Sync),
    pub(super) is_read_again: &'a (dyn Fn(&Address) -> bool + Sync),
}

impl Bulk<'_> {
    /// The wanted roles; what is declared and not among them is asked for by name.
    async fn with_named(&self, reads: &dyn Reads, survey: &Survey<'_>) -> Result<Found, Fault> {
        let (mut found, _) = self.gather(reads).await?;
        let unlisted = survey.named.keys();
        let unlisted: Vec<&Address> = unlisted
            .filter(|address| !found.resources.contains_key(*address))
            .collect();
        let late = by_name(reads, unlisted).await?;
        let names = found.names.get_or_insert_default();
        names.extend(late.keys().map(|address| address.name.clone()));
        found.resources.extend(late);
        Ok(found)
    }

    /// Puts the two bulk answers together: each lacks fields that the other has. Either may lag behind, so that a
    /// role which is not in both may be left out here, to be asked for by name; those are given beside.
    pub(super) async fn gather(&self, reads: &dyn Reads) -> Result<(Found, Vec<Address>), Fault> {
        let (details, list) = both(reads).await?;
        let mut found = Found::default();
        let (mut names, mut late) = (BTreeSet::new(), Vec::new());
        let mut listed: BTreeMap<Address, Observed> = BTreeMap::new();
        for node in list.body.list(&["Roles"]) {
            if let Some(address) = observe::address(node) {
                names.insert(address.name.clone());
                listed.insert(address, observe::role(node));
            }
        }
        for node in details.body.list(&["RoleDetailList"]) {
            let Some(address) = observe::address(node) else {
                continue;
            };
            let mut role = observe::detailed(node);
            if !(self.is_wanted)(&address, &role) {
                continue;
            }
            names.insert(address.name.clone());
            match listed.remove(&address) {
                Some(rest) => add_missing(&mut role, rest),
                None if (self.is_read_again)(&address) => {
                    late.push(address);
                    continue;
                }
                None => {}
            }
            found.resources.insert(address, role);
        }
        found.names = Some(names);
        Ok((found, late))
    }
}

async fn both(reads: &dyn Reads) -> Result<(Answer, Answer), Fault> {
    let details = ReadCall::new(Service::Iam, "GetAccountAuthorizationDetails")
        .with(
            "Filter",
            ["Role"].into_iter().collect::<crate::cloud::Parameter>(),
        )
        .with("MaxItems", PAGE);
    let list = listing();
    futures::try_join!(reads.ask(&details), reads.ask(&list))
}

/// Asks for every role, which is shown without its tags and policies.
pub(super) fn listing() -> ReadCall {
    ReadCall::new(Service::Iam, "ListRoles").with("MaxItems", PAGE)
}

fn add_missing(role: &mut Observed, rest: Observed) {
    for (path, value) in rest.attributes {
        role.attributes.entry(path).or_insert(value);
    }
}

async fn one_by_one(reads: &dyn Reads, survey: &Survey<'_>) -> Result<Found, Fault> {
    Ok(Found::of(by_name(reads, survey.named.keys()).await?))
}

pub(super) async fn by_name(
    reads: &dyn Reads,
    addresses: impl IntoIterator<Item = &Address>,
) -> Result<BTreeMap<Address, Observed>, Fault> {
    let names: Vec<String> = addresses
        .into_iter()
        .map(|address| address.name.clone())
        .collect();
    let reading = names.into_iter().map(|name| one(reads, name));
    Ok(each(reading).await?.into_iter().flatten().collect())
}

/// One role; nothing when it is not there, or goes while it is read.
async fn one(reads: &dyn Reads, name: String) -> Result<Option<(Address, Observed)>, Fault> {
    match whole(reads, &name).await {
        Err(fault) if fault.is_missing() => Ok(None),
        result => result,
    }
}

async fn whole(reads: &dyn Reads, name: &str) -> Result<Option<(Address, Observed)>, Fault> {
    let named = |action: &str| ReadCall::new(Service::Iam, action).with("RoleName", name);
    let (get, inline, attached) = (
        named("GetRole"),
        named("ListRolePolicies"),
        named("ListAttachedRolePolicies"),
    );
    let role = reads.ask(&get).await?;
    let Some(node) = role.body.at(&["Role"]) else {
        return Ok(None);
    };
    let mut observed = observe::role(node);
    let (inline, attached) = futures::try_join!(reads.ask(&inline), reads.ask(&attached))?;
    attached
        .body
        .list(&["AttachedPolicies"])
        .iter()
        .for_each(|policy| observe::attached(&mut observed, policy));
    for policy in inline.body.list(&["PolicyNames"]) {
        let policy_name = policy.text(&[]).unwrap_or_default();
        let get = named("GetRolePolicy").with("PolicyName", policy_name);
        match reads.ask(&get).await {
            Err(fault) if fault.is_missing() => {}
            answer => observe::inline(&mut observed, &answer?.body),
        }
    }
    // A name that differs in letter case finds the role as well; it goes under the name AWS knows.
    Ok(observe::address(node).map(|address| (address, observed)))
}
