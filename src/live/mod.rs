//! Reads what is: who we are, the live counterparts of what is declared, and what the stack owns.
//! Holds only [`Reads`]: it cannot change anything, by type.

mod chosen;

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::{Class, Fault, Node, ReadCall, Reads, Service};
use crate::kinds::{self, Kind, Survey, SurveyScope};
use crate::model::{Address, AwsScope, Caller, Desired, Live, Quotas, Resource};

pub use chosen::{Chosen, choose};

/// Who we are, as AWS says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// ARN and account.
    pub caller: Caller,
    /// The unique id; for a role's session followed by its name (`AROA…:NAME`).
    pub user_id: String,
}

/// Asks AWS who we are. Works even for callers who may do nothing else (STS API reference, GetCallerIdentity).
pub async fn identity(reads: &dyn Reads) -> Result<Identity, Fault> {
    const ACTION: &str = "GetCallerIdentity";
    let answer = reads.ask(&ReadCall::new(Service::Sts, ACTION)).await?;
    let text = |member: &str| answer.body.text(&[member]).map(str::to_owned);
    match (text("Arn"), text("Account")) {
        (Some(arn), Some(account)) => Ok(Identity {
            caller: Caller {
                arn,
                account,
                through: Vec::new(),
            },
            user_id: text("UserId").unwrap_or_default(),
        }),
        _ => {
            let message = "the answer names no account";
            Err(Fault::new(
                Class::Unexpected,
                Service::Sts,
                ACTION,
                "MalformedAnswer",
                message,
            ))
        }
    }
}

/// Reads everything a plan needs to know.
pub async fn survey(
    reads: &dyn Reads,
    setting: &AwsScope,
    caller: &Caller,
    desired: &Desired,
    breadth: SurveyScope,
) -> Result<Live, Fault> {
    survey_from(nothing(setting, caller, desired), reads, desired, breadth).await
}

/// The same from what is known already, which may name more regions.
pub async fn survey_from(
    mut live: Live,
    reads: &dyn Reads,
    desired: &Desired,
    breadth: SurveyScope,
) -> Result<Live, Fault> {
    live.quotas = quotas(reads, &mut live.blind).await?;
    look(reads, desired, breadth, kinds::ALL, &mut live).await?;
    Ok(live)
}

/// What is known before anything was asked.
pub fn nothing(setting: &AwsScope, caller: &Caller, desired: &Desired) -> Live {
    Live {
        setting: setting.clone(),
        caller: caller.clone(),
        resources: BTreeMap::new(),
        names: BTreeMap::new(),
        users: BTreeMap::new(),
        selected: BTreeMap::new(),
        regions: regions(setting, desired),
        unseen_users: None,
        quotas: Quotas::new(),
        blind: Vec::new(),
        unseen: BTreeMap::new(),
    }
}

/// Adds what there is of some kinds, one after the other, in the order of the registry: profiles are looked for by the
/// roles found before, instances by the profiles.
pub async fn look(
    reads: &dyn Reads,
    desired: &Desired,
    breadth: SurveyScope,
    kinds: impl IntoIterator<Item = &'static dyn Kind>,
    live: &mut Live,
) -> Result<(), Fault> {
    for kind in kinds {
        let named = named(desired, kind);
        let survey = Survey {
            setting: &live.setting,
            stack: &desired.stack.name,
            breadth,
            named: &named,
            regions: &live.regions,
            quotas: &live.quotas,
            found: &live.resources,
        };
        let found = kind.survey(reads, &survey).await?;
        live.resources.extend(found.resources);
        if let Some(names) = found.names {
            live.names.insert(kind.name(), names);
        }
        live.users.extend(found.users);
        live.selected.extend(found.selected);
        live.unseen_users = live.unseen_users.take().or(found.unseen_users);
        live.blind.extend(found.blind);
    }
    Ok(())
}

fn named<'a>(desired: &'a Desired, kind: &dyn Kind) -> BTreeMap<Address, &'a Resource> {
    let resources = desired
        .resources
        .values()
        .filter(|resource| resource.address.kind == kind.name());
    resources
        .map(|resource| (resource.address.clone(), resource))
        .collect()
}

/// The run's own region and every other one that the stack names.
fn regions(setting: &AwsScope, desired: &Desired) -> BTreeSet<String> {
    let named = desired
        .resources
        .values()
        .filter_map(|resource| resource.region.clone());
    named.chain([setting.region.clone()]).collect()
}

/// The account's own limits. A caller who may not ask for them plans without.
async fn quotas(reads: &dyn Reads, blind: &mut Vec<String>) -> Result<Quotas, Fault> {
    match reads
        .ask(&ReadCall::new(Service::Iam, "GetAccountSummary"))
        .await
    {
        Ok(answer) => Ok(match answer.body.at(&["SummaryMap"]) {
            Some(Node::Map(entries)) => entries
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), value.text(&[])?.parse().ok()?)))
                .collect(),
            _ => Quotas::new(),
        }),
        Err(fault) if fault.class == Class::Denied => {
            blind.push(format!(
                "the account's quotas: the caller may not call {}",
                fault.call
            ));
            Ok(Quotas::new())
        }
        Err(fault) => Err(fault),
    }
}
