//! AWS's own hosts, per service, partition and variant. Facts: botocore's rule sets of the services and its
//! `endpoints.json`.

use std::fmt;

use super::EndpointError;
use crate::cloud::Service;
use crate::model::Partition;

/// Which of AWS's hosts are asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Variant {
    /// Those whose cryptography is validated by FIPS 140.
    pub fips: bool,
    /// Those with IPv6 addresses.
    pub dual_stack: bool,
}

impl fmt::Display for Variant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fips, dual_stack } = self;
        out.write_str(match (fips, dual_stack) {
            (true, true) => "FIPS dual-stack endpoint",
            (true, false) => "FIPS endpoint",
            (false, true) => "dual-stack endpoint",
            (false, false) => "endpoint",
        })
    }
}

/// What dual-stack hosts end in. The isolated partitions have none for our services.
fn dual_stack_suffix(partition: Partition) -> Option<&'static str> {
    match partition {
        Partition::Aws | Partition::GovCloud => Some("api.aws"),
        Partition::China => Some("api.amazonwebservices.com.cn"),
        Partition::EuropeanSovereign => Some("api.amazonwebservices.eu"),
        Partition::Iso | Partition::IsoB | Partition::IsoE | Partition::IsoF => None,
    }
}

fn has_fips(partition: Partition, region: &str) -> bool {
    let is_american = region.starts_with("us-") || region.starts_with("ca-");
    // IAM has one for its whole partition, but a run needs STS and EC2 too.
    partition == Partition::GovCloud || (partition == Partition::Aws && is_american)
}

/// The host of a service.
pub(super) fn host(
    service: Service,
    partition: Partition,
    region: &str,
    variant: Variant,
) -> Result<String, EndpointError> {
    let missing = || EndpointError::NoVariant {
        service,
        region: region.to_owned(),
        variant,
    };
    if variant.fips && !has_fips(partition, region) {
        return Err(missing());
    }
    let suffix = if variant.dual_stack {
        dual_stack_suffix(partition).ok_or_else(missing)?
    } else {
        partition.dns_suffix()
    };
    Ok(match service {
        Service::Iam => iam(partition, suffix, variant),
        Service::S3 => s3(partition, region, variant),
        Service::Sts | Service::Ec2 | Service::AccessAnalyzer => {
            let fips = infix(partition, variant);
            format!("{}{fips}.{region}.{suffix}", service.name())
        }
    })
}

/// GovCloud's plain hosts are FIPS hosts.
fn infix(partition: Partition, variant: Variant) -> &'static str {
    let Variant { fips, dual_stack } = variant;
    if fips && (dual_stack || partition != Partition::GovCloud) {
        "-fips"
    } else {
        ""
    }
}

fn iam(partition: Partition, suffix: &str, variant: Variant) -> String {
    let fips = if variant.fips { "-fips" } else { "" };
    match (partition, variant.dual_stack) {
        (Partition::GovCloud, _) => format!("iam.us-gov.{suffix}"),
        (Partition::Aws, false) => format!("iam{fips}.{suffix}"),
        (_, true) => format!("iam{fips}.global.{suffix}"),
        (_, false) => format!("iam.{}.{suffix}", partition.home()),
    }
}

/// S3 has its word for dual-stack before the region, and the usual end.
fn s3(partition: Partition, region: &str, variant: Variant) -> String {
    let fips = if variant.fips { "-fips" } else { "" };
    let dual_stack = if variant.dual_stack { ".dualstack" } else { "" };
    format!("s3{fips}{dual_stack}.{region}.{}", partition.dns_suffix())
}
