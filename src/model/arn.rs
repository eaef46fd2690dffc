//! Partitions and ARNs. ARNs of IAM resources are computed, never unknown.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A group of regions with accounts and an IAM of their own (botocore, `partitions.json`).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
pub enum Partition {
    /// The commercial regions.
    #[default]
    #[serde(rename = "aws")]
    Aws,
    /// The regions in China.
    #[serde(rename = "aws-cn")]
    China,
    /// The GovCloud regions.
    #[serde(rename = "aws-us-gov")]
    GovCloud,
    /// The AWS European Sovereign Cloud.
    #[serde(rename = "aws-eusc")]
    EuropeanSovereign,
    /// The Top Secret regions.
    #[serde(rename = "aws-iso")]
    Iso,
    /// The Secret regions.
    #[serde(rename = "aws-iso-b")]
    IsoB,
    /// The regions of the United Kingdom's government.
    #[serde(rename = "aws-iso-e")]
    IsoE,
    /// The regions of the United States' intelligence community.
    #[serde(rename = "aws-iso-f")]
    IsoF,
}

/// What the names of the commercial regions begin with: those of other partitions have a second word of their own.
const COMMERCIAL: [&str; 9] = ["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"];

impl Partition {
    /// All there are.
    pub const ALL: [Self; 8] = [
        Partition::Aws,
        Partition::China,
        Partition::GovCloud,
        Partition::EuropeanSovereign,
        Partition::Iso,
        Partition::IsoB,
        Partition::IsoE,
        Partition::IsoF,
    ];

    /// The partition a region is in, by the form of its name. None for a name that no partition has: to take it for
    /// one of `aws` would make ARNs that do not exist.
    pub fn of_region(region: &str) -> Option<Self> {
        let (place, number) = region.rsplit_once('-')?;
        let (prefix, direction) = place.rsplit_once('-')?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let is_word =
            !direction.is_empty() && direction.bytes().all(|byte| byte.is_ascii_lowercase());
        if !is_number || !is_word {
            return None;
        }
        match prefix {
            "cn" => Some(Partition::China),
            "us-gov" => Some(Partition::GovCloud),
            "eusc-de" => Some(Partition::EuropeanSovereign),
            "us-iso" => Some(Partition::Iso),
            "us-isob" => Some(Partition::IsoB),
            "eu-isoe" => Some(Partition::IsoE),
            "us-isof" => Some(Partition::IsoF),
            _ if COMMERCIAL.contains(&prefix) => Some(Partition::Aws),
            _ => None,
        }
    }

    /// The partition of a name, as in ARNs.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The partition that an ARN names, if it is one that exists.
    pub fn of_arn(arn: &str) -> Option<Self> {
        Self::named(arn.strip_prefix("arn:")?.split(':').next()?)
    }

    /// The partition's name in ARNs.
    pub fn name(self) -> &'static str {
        match self {
            Partition::Aws => "aws",
            Partition::China => "aws-cn",
            Partition::GovCloud => "aws-us-gov",
            Partition::EuropeanSovereign => "aws-eusc",
            Partition::Iso => "aws-iso",
            Partition::IsoB => "aws-iso-b",
            Partition::IsoE => "aws-iso-e",
            Partition::IsoF => "aws-iso-f",
        }
    }

    /// The region that has its IAM.
    pub fn home(self) -> &'static str {
        match self {
            Partition::Aws => "us-east-1",
            Partition::China => "cn-north-1",
            Partition::GovCloud => "us-gov-west-1",
            Partition::EuropeanSovereign => "eusc-de-east-1",
            Partition::Iso => "us-iso-east-1",
            Partition::IsoB => "us-isob-east-1",
            Partition::IsoE => "eu-isoe-west-1",
            Partition::IsoF => "us-isof-south-1",
        }
    }

    /// What hosts of the partition end in.
    pub fn dns_suffix(self) -> &'static str {
        match self {
            Partition::Aws | Partition::GovCloud => "amazonaws.com",
            Partition::China => "amazonaws.com.cn",
            Partition::EuropeanSovereign => "amazonaws.eu",
            Partition::Iso => "c2s.ic.gov",
            Partition::IsoB => "sc2s.sgov.gov",
            Partition::IsoE => "cloud.adc-e.uk",
            Partition::IsoF => "csp.hci.ic.gov",
        }
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// Where a run works: everything an ARN needs besides path and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AwsScope {
    /// The partition of the region.
    pub partition: Partition,
    /// The 12 digits of the account.
    pub account: String,
    /// The run's own region.
    pub region: String,
}

impl AwsScope {
    /// The ARN of an IAM resource: `arn:aws:iam::123456789012:role/app/s3access` for type `role`, path `/app/`.
    /// IAM ARNs have no region.
    pub fn iam_arn(&self, resource_type: &str, path: &str, name: &str) -> String {
        let Self {
            partition,
            account,
            region: _,
        } = self;
        format!("arn:{partition}:iam::{account}:{resource_type}{path}{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_carry_partition_account_path_and_name() {
        let china = AwsScope {
            partition: Partition::China,
            account: "123456789012".into(),
            region: "cn-north-1".into(),
        };
        assert_eq!(
            china.iam_arn("role", "/app/", "web"),
            "arn:aws-cn:iam::123456789012:role/app/web"
        );
    }

    #[test]
    fn regions_know_their_partition() {
        for (region, partition) in [
            ("eu-central-1", "aws"),
            ("mx-central-1", "aws"),
            ("cn-northwest-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("eusc-de-east-1", "aws-eusc"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-west-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-south-1", "aws-iso-f"),
        ] {
            let found = Partition::of_region(region);
            assert_eq!(found, Partition::named(partition), "{region}");
            assert!(found.is_some(), "{partition}");
        }
    }

    #[test]
    fn a_region_of_no_partition_is_not_taken_for_a_commercial_one() {
        for region in [
            "",
            "local",
            "aws-global",
            "us-east",
            "us-new-east-1",
            "xx-east-1",
            "us-east-1a",
            "fips-us-east-1",
            "us-east-1-fips",
        ] {
            assert_eq!(Partition::of_region(region), None, "{region}");
        }
    }

    #[test]
    fn arns_name_their_partition() {
        let of = Partition::of_arn;
        assert_eq!(of("arn:aws-cn:s3:::b"), Some(Partition::China));
        assert_eq!(of("arn:aws:iam::aws:policy/P"), Some(Partition::Aws));
        for other in ["arn:*:s3:::b", "arn:aws-moon:s3:::b", "b"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
