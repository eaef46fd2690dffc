//! Reads inline policies of users, one by one: no listing has users with their policies and nothing else.

use futures::stream::{self, StreamExt, TryStreamExt};

use super::{NO_USER, text};
use crate::cloud::{Fault, ReadCall, Reads, Service};
use crate::kinds::{Found, Survey};
use crate::model::{Address, Ensure, FieldPath, Observed, Resource, Value, field};
use crate::policy::Document;

/// How many policies are read at a time.
const AT_ONCE: usize = 8;

pub(super) async fn survey(reads: &dyn Reads, survey: &Survey<'_>) -> Result<Found, Fault> {
    let named: Vec<(Address, Resource)> = survey
        .named
        .iter()
        .map(|(address, resource)| (address.clone(), (*resource).clone()))
        .collect();
    let reading = named
        .into_iter()
        .map(|(address, resource)| one(reads, address, resource));
    let found: Vec<Option<(Address, Observed)>> = stream::iter(reading)
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    Ok(Found {
        resources: found.into_iter().flatten().collect(),
        ..Found::default()
    })
}

/// The policy, or that there is no user who could have it; nothing where only the policy is not there.
async fn one(
    reads: &dyn Reads,
    address: Address,
    resource: Resource,
) -> Result<Option<(Address, Observed)>, Fault> {
    let (user, name) = (
        text(&resource.attributes, field::USER),
        text(&resource.attributes, field::POLICY_NAME),
    );
    let named = |action: &str| ReadCall::new(Service::Iam, action).with("UserName", user);
    let get = named("GetUserPolicy").with("PolicyName", name);
    match reads.ask(&get).await {
        Ok(answer) => {
            let encoded = answer.body.text(&["PolicyDocument"]).unwrap_or_default();
            Ok(Some((address, observed(&resource, encoded))))
        }
        // The user or its policy: the answer is the same but for its words.
        Err(fault) if fault.is_missing() => match reads.ask(&named("GetUser")).await {
            Err(fault) if fault.is_missing() && resource.ensure == Ensure::Present => {
                let mut nobody = Observed::default();
                nobody.facts.insert(NO_USER.to_owned(), user.to_owned());
                Ok(Some((address, nobody)))
            }
            Err(fault) if fault.is_missing() => Ok(None),
            answer => answer.map(|_| None),
        },
        Err(fault) => Err(fault),
    }
}

/// Names are as declared: IAM finds them in any letter case.
fn observed(resource: &Resource, encoded: &str) -> Observed {
    let mut observed = Observed::default();
    for field in [field::USER, field::POLICY_NAME] {
        let path = FieldPath::new(field);
        let value = resource.attributes.get(&path).cloned();
        observed.attributes.extend(value.map(|value| (path, value)));
    }
    let document = Document::observed_encoded(encoded);
    observed
        .attributes
        .insert(FieldPath::new(field::POLICY), Value::Policy(document));
    observed
}
