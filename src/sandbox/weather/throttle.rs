//! Token buckets as the weather describes them. Filling and emptying them is `injector`'s.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Token buckets. What has no bucket is never throttled. An action's own bucket wins over its service's, and that over
/// the published ones. The word `published` alone stands for `{published: true}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(
    remote = "Self",
    deny_unknown_fields,
    rename_all = "camelCase",
    default
)]
pub struct Throttle {
    /// EC2's buckets as its developer guide publishes them, and for IAM, STS and S3, whose sizes are not or not
    /// fully published, one bucket for all their calls: 20 calls at once and 20 a second for IAM, 600 and 600 for STS, 100
    /// and 100 for S3.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub published: bool,
    /// IAM, for the whole account: error `Throttling`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iam: Option<Rate>,
    /// STS, per region: error `Throttling`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sts: Option<Rate>,
    /// EC2, per region: error `RequestLimitExceeded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ec2: Option<Rate>,
    /// S3, per region: error `SlowDown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3: Option<Rate>,
    /// Buckets of single actions, as `iam:CreateRole`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub actions: BTreeMap<String, Rate>,
}

/// A token bucket; every call takes one token.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Rate {
    /// Tokens in a full bucket, at least 1.
    pub capacity: f64,
    /// Tokens that come back in a second.
    pub refill_per_second: f64,
    /// Whether all actions of the service take from this one bucket. Otherwise each has one of this size, as at EC2.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
}

impl Rate {
    /// A bucket for each action.
    pub const fn each(capacity: f64, refill_per_second: f64) -> Rate {
        Rate {
            capacity,
            refill_per_second,
            shared: false,
        }
    }

    /// One bucket for all actions of a service.
    pub const fn shared(capacity: f64, refill_per_second: f64) -> Rate {
        Rate {
            shared: true,
            ..Rate::each(capacity, refill_per_second)
        }
    }
}

impl Throttle {
    pub(super) fn is_off(&self) -> bool {
        *self == Throttle::default()
    }

    /// Every rate, with the field that holds it.
    pub(super) fn rates(&self) -> impl Iterator<Item = (&str, &Rate)> {
        let services = [
            ("iam", &self.iam),
            ("sts", &self.sts),
            ("ec2", &self.ec2),
            ("s3", &self.s3),
        ];
        services
            .into_iter()
            .filter_map(|(name, rate)| rate.as_ref().map(|rate| (name, rate)))
            .chain(
                self.actions
                    .iter()
                    .map(|(name, rate)| (name.as_str(), rate)),
            )
    }
}

impl Serialize for Throttle {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Throttle::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Throttle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Throttle, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> serde::de::Visitor<'de> for Reader {
    type Value = Throttle;

    fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.write_str("`published`, or buckets by service and action")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Throttle, E> {
        if text == "published" {
            Ok(Throttle {
                published: true,
                ..Throttle::default()
            })
        } else {
            Err(E::invalid_value(serde::de::Unexpected::Str(text), &self))
        }
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Throttle, A::Error> {
        Throttle::deserialize(serde::de::value::MapAccessDeserializer::new(map))
    }
}
