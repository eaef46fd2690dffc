//! Partitions and ARNs. ARNs of IAM resources are computed, never unknown.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A group of regions with accounts and an IAM of their own.
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
}

impl Partition {
    /// The partition a region is in, by the prefix of its name.
    pub fn of_region(region: &str) -> Self {
        if region.starts_with("cn-") {
            Partition::China
        } else if region.starts_with("us-gov-") {
            Partition::GovCloud
        } else {
            Partition::Aws
        }
    }

    /// The partition's name in ARNs.
    pub fn name(self) -> &'static str {
        match self {
            Partition::Aws => "aws",
            Partition::China => "aws-cn",
            Partition::GovCloud => "aws-us-gov",
        }
    }

    /// What hosts of the partition end in.
    pub fn dns_suffix(self) -> &'static str {
        match self {
            Partition::Aws | Partition::GovCloud => "amazonaws.com",
            Partition::China => "amazonaws.com.cn",
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
    /// An account's region; the partition follows from it.
    pub fn new(account: &str, region: &str) -> Self {
        Self {
            partition: Partition::of_region(region),
            account: account.to_owned(),
            region: region.to_owned(),
        }
    }

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
        let china = AwsScope::new("123456789012", "cn-north-1");
        assert_eq!(
            china.iam_arn("role", "/app/", "web"),
            "arn:aws-cn:iam::123456789012:role/app/web"
        );
    }

    #[test]
    fn regions_know_their_partition() {
        assert_eq!(Partition::of_region("eu-central-1"), Partition::Aws);
        assert_eq!(Partition::of_region("us-gov-west-1"), Partition::GovCloud);
    }
}
