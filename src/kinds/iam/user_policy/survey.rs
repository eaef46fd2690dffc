//! Reads inline policies of users, one by one: no listing has users with their policies and nothing else.

use super::text;
use crate::cloud::{Fault, ReadCall, Reads, Service};
use crate::kinds::survey::each;
use crate::kinds::{Found, Survey};
use crate::model::{Address, Ensure, Observed, Resource, field};
use crate::policy::Document;

pub(super) async fn survey(reads: &dyn Reads, survey: &Survey<'_>) -> Result<Found, Fault> {
    let named: Vec<(Address, Resource)> = survey
        .named
        .iter()
        .map(|(address, resource)| (address.clone(), (*resource).clone()))
        .collect();
    let reading = named
        .into_iter()
        .map(|(address, resource)| declared(reads, address, resource));
    Ok(Found::of(each(reading).await?.into_iter().flatten()))
}

/// The policy, or that there is no user who could have it; nothing where only the policy is not there.
async fn declared(
    reads: &dyn Reads,
    address: Address,
    resource: Resource,
) -> Result<Option<(Address, Observed)>, Fault> {
    // Names are as declared: IAM finds them in any letter case.
    let user = text(&resource.attributes, field::USER);
    let name = text(&resource.attributes, field::POLICY_NAME);
    if let Some(observed) = one(reads, user, name).await? {
        return Ok(Some((address, observed)));
    }
    // The user or its policy: the answer is the same but for its words.
    let get = ReadCall::new(Service::Iam, "GetUser").with("UserName", user);
    match reads.ask(&get).await {
        Err(fault) if fault.is_missing() && resource.ensure == Ensure::Present => {
            let mut nobody = Observed::default();
            nobody.facts.no_user = Some(user.to_owned());
            Ok(Some((address, nobody)))
        }
        Err(fault) if fault.is_missing() => Ok(None),
        answer => answer.map(|_| None),
    }
}

/// A policy of a user; nothing where one of the two is not there.
pub(super) async fn one(
    reads: &dyn Reads,
    user: &str,
    policy: &str,
) -> Result<Option<Observed>, Fault> {
    let get = ReadCall::new(Service::Iam, "GetUserPolicy")
        .with("UserName", user)
        .with("PolicyName", policy);
    let answer = match reads.ask(&get).await {
        Err(fault) if fault.is_missing() => return Ok(None),
        answer => answer?,
    };
    let encoded = answer.body.text(&["PolicyDocument"]).unwrap_or_default();
    let mut observed = Observed::default();
    let attributes = &mut observed.attributes;
    attributes.set(field::USER, user);
    attributes.set(field::POLICY_NAME, policy);
    attributes.set(field::POLICY, Document::observed_encoded(encoded));
    Ok(Some(observed))
}
