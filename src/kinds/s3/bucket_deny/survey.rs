//! Reads the policies of buckets: where each bucket is, and what its policy has under the declared names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::bucket;
use crate::cloud::{Fault, ReadCall, Reads, Service, statement};
use crate::kinds::survey::each;
use crate::kinds::{Found, Survey};
use crate::model::{Observed, field};
use crate::policy::Document;

/// A bucket that is there.
struct Bucket {
    region: String,
    policy: Option<String>,
}

pub(super) async fn survey(reads: &dyn Reads, survey: &Survey<'_>) -> Result<Found, Fault> {
    let names = survey.named.values();
    let names: BTreeSet<String> = names
        .map(|resource| bucket(&resource.attributes).to_owned())
        .collect();
    let account = survey.setting.account.as_str();
    let reading = names.into_iter().map(|name| async move {
        let found = look(reads, &name, account).await?;
        Ok::<_, Fault>((name, found))
    });
    let buckets: BTreeMap<String, Option<Bucket>> = each(reading).await?.into_iter().collect();
    let resources = survey.named.iter().map(|(address, resource)| {
        let name = bucket(&resource.attributes);
        let found = buckets.get(name).and_then(Option::as_ref);
        (address.clone(), observed(name, &address.name, found))
    });
    Ok(Found::of(resources))
}

pub(super) fn call(action: &str, bucket: &str, account: &str) -> ReadCall {
    ReadCall::new(Service::S3, action)
        .with("Bucket", bucket)
        .with("ExpectedBucketOwner", account)
}

/// S3 gives a bucket's region at any endpoint, even to those who may not see more of it.
async fn look(reads: &dyn Reads, name: &str, account: &str) -> Result<Option<Bucket>, Fault> {
    let answer = match reads.ask(&call("HeadBucket", name, account)).await {
        Ok(answer) => answer,
        Err(fault) if fault.code == "NoSuchBucket" => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let region = answer
        .body
        .text(&["BucketRegion"])
        .unwrap_or_default()
        .to_owned();
    let get = call("GetBucketPolicy", name, account).in_region(Some(&region));
    let policy = match reads.ask(&get).await {
        Ok(answer) => answer.body.text(&["Policy"]).map(str::to_owned),
        Err(fault) if fault.is_missing() => None,
        Err(fault) => return Err(fault),
    };
    Ok(Some(Bucket { region, policy }))
}

/// The bucket, and the statement with the name if its policy has one.
fn observed(name: &str, sid: &str, found: Option<&Bucket>) -> Observed {
    let mut observed = Observed::default();
    let Some(Bucket { region, policy }) = found else {
        observed.facts.no_bucket = Some(name.to_owned());
        return observed;
    };
    observed.attributes.set(field::BUCKET, name);
    observed.facts.region = Some(region.clone());
    let Some(policy) = policy else {
        return observed;
    };
    observed.facts.bucket_policy = Some(policy.clone());
    let statement = match statement::find(policy, sid) {
        Ok(None) => return observed,
        Ok(Some(statement)) => alone(policy, statement),
        Err(error) => {
            let why = error.to_string();
            observed.facts.unreadable_policy = Some(why);
            Document::observed(policy)
        }
    };
    observed.attributes.set(field::STATEMENT, statement);
    observed
}

/// The statement as a policy of its own, of its policy's version: an older one knows no variables.
fn alone(policy: &str, statement: &str) -> Document {
    let version = Document::observed(policy).version().map(str::to_owned);
    let statement: Json = serde_json::from_str(statement).unwrap_or_default();
    let has_variables = statement.to_string().contains("${");
    let version = version.filter(|_| has_variables);
    let version = version.unwrap_or_else(|| "2012-10-17".to_owned());
    let document = json!({ "Version": version, "Statement": [statement] });
    Document::observed(&document.to_string())
}
