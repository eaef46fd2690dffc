//! Token buckets as they fill and empty, and the sizes of those that EC2 publishes (EC2 developer guide, "Request
//! throttling for the Amazon EC2 API").

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::sandbox::form::Form;
use crate::sandbox::service::Service;
use crate::sandbox::weather::{Rate, Throttle};

/// IAM publishes no sizes. This is a guess, small enough to be met.
const IAM: Rate = Rate::shared(20.0, 20.0);
/// 600 calls a second for the account and region (IAM user guide, quotas).
const STS: Rate = Rate::shared(600.0, 600.0);
/// S3 publishes rates for objects only (Amazon S3 user guide, "Best practices design patterns"). A guess for the rest.
const S3: Rate = Rate::shared(100.0, 100.0);

/// Every bucket that was ever asked.
#[derive(Debug, Default)]
pub(super) struct Buckets(BTreeMap<String, Bucket>);

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Timestamp,
}

struct TokenCost {
    /// The bucket, apart from where it stands.
    name: String,
    rate: Rate,
    tokens: f64,
}

impl Buckets {
    /// Takes what the call costs from all its buckets, or nothing from any.
    pub(super) fn admit(
        &mut self,
        throttle: &Throttle,
        service: Service,
        region: &str,
        form: &Form,
        now: Timestamp,
    ) -> bool {
        // IAM has one control plane for all regions.
        let place = if service == Service::Iam { "" } else { region };
        let costs = costs(throttle, service, form);
        let key = |cost: &TokenCost| format!("{}:{place}:{}", service.name(), cost.name);
        for cost in &costs {
            let full = || Bucket {
                tokens: cost.rate.capacity,
                filled: now,
            };
            let bucket = self.0.entry(key(cost)).or_insert_with(full);
            bucket.fill(cost.rate, now);
            if bucket.tokens < cost.tokens {
                return false;
            }
        }
        for cost in &costs {
            if let Some(bucket) = self.0.get_mut(&key(cost)) {
                bucket.tokens -= cost.tokens;
            }
        }
        true
    }
}

impl Bucket {
    fn fill(&mut self, rate: Rate, now: Timestamp) {
        let passed = now.duration_since(self.filled).max(SignedDuration::ZERO);
        let refill = passed.as_secs_f64() * rate.refill_per_second;
        self.tokens = (self.tokens + refill).min(rate.capacity);
        self.filled = self.filled.max(now);
    }
}

fn costs(throttle: &Throttle, service: Service, form: &Form) -> Vec<TokenCost> {
    let action = form.get("Action").unwrap_or_default();
    let one = |rate: Rate| TokenCost {
        name: if rate.shared { "*" } else { action }.to_owned(),
        rate,
        tokens: 1.0,
    };
    if let Some(rate) = throttle
        .actions
        .get(&format!("{}:{action}", service.name()))
    {
        let rate = Rate {
            shared: false,
            ..*rate
        };
        return vec![one(rate)];
    }
    let (own, published) = match service {
        Service::Iam => (throttle.iam, IAM),
        Service::Sts => (throttle.sts, STS),
        Service::Ec2 => (throttle.ec2, requests(action, form)),
        Service::S3 => (throttle.s3, S3),
    };
    match own {
        Some(rate) => vec![one(rate)],
        None if !throttle.published => Vec::new(),
        None if service == Service::Ec2 => [one(published)]
            .into_iter()
            .chain(resources(action, form))
            .collect(),
        None => vec![one(published)],
    }
}

/// EC2's bucket for the requests of one action.
fn requests(action: &str, form: &Form) -> Rate {
    let reads = ["Describe", "Get", "List", "Search"];
    match action {
        "RunInstances" | "StartInstances" => Rate::each(5.0, 2.0),
        "AssociateIamInstanceProfile"
        | "DisassociateIamInstanceProfile"
        | "ModifyInstanceMetadataOptions"
        | "TerminateInstances" => Rate::each(100.0, 5.0),
        "CreateTags" | "DeleteTags" => Rate::each(100.0, 10.0),
        "DescribeInstances" if is_unbounded(form) => Rate::each(50.0, 10.0),
        read if reads.iter().any(|verb| read.starts_with(verb)) => Rate::each(100.0, 20.0),
        _ => Rate::each(50.0, 5.0),
    }
}

/// Neither filtered nor paged: a smaller bucket.
fn is_unbounded(form: &Form) -> bool {
    form.members("Filter").is_empty() && form.get("MaxResults").is_none()
}

/// EC2's second bucket for actions on instances: a token for each instance.
fn resources(action: &str, form: &Form) -> Option<TokenCost> {
    let named = || u32::try_from(form.list("InstanceId").len()).unwrap_or(u32::MAX);
    let asked = || form.get("MaxCount").and_then(|count| count.parse().ok());
    let (rate, instances) = match action {
        "RunInstances" => (Rate::each(1000.0, 2.0), asked().unwrap_or(1)),
        "StartInstances" => (Rate::each(1000.0, 2.0), named()),
        "StopInstances" | "TerminateInstances" => (Rate::each(1000.0, 20.0), named()),
        _ => return None,
    };
    Some(TokenCost {
        name: format!("{action}/instances"),
        rate,
        tokens: instances.into(),
    })
}
