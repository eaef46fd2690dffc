//! Hosts as botocore 1.44 computes them, and what an override may be.

use super::*;

fn overridden(url: &str) -> Result<Endpoint, EndpointError> {
    let settings = EndpointSettings::everywhere(url);
    Endpoints::new(&settings)?.resolve(Service::Iam, "eu-central-1")
}

#[test]
fn an_override_changes_the_host_and_not_the_signature() {
    assert_eq!(
        overridden("http://localhost:5000/moto"),
        Ok(Endpoint {
            url: "http://localhost:5000/moto".into(),
            signing_region: "us-east-1".into(),
            is_official: false
        })
    );
    assert_eq!(
        overridden("https://vpce.example.com").unwrap().url,
        "https://vpce.example.com/"
    );
}

#[test]
fn plain_http_stays_on_this_machine() {
    for loopback in [
        "http://127.0.0.1:1",
        "http://127.9.9.9",
        "http://[::1]:8080",
        "http://localhost",
        "HTTP://LOCALHOST:80",
    ] {
        assert!(overridden(loopback).is_ok(), "{loopback}");
    }
    for elsewhere in [
        "http://iam.amazonaws.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://0.0.0.0:5000",
    ] {
        assert_eq!(
            overridden(elsewhere),
            Err(EndpointError::Unencrypted(elsewhere.into()))
        );
    }
}

#[test]
fn what_is_not_an_endpoint_is_refused() {
    assert_eq!(
        overridden("localhost:5000").unwrap_err().to_string(),
        "`localhost:5000` is not an endpoint URL"
    );
    assert_eq!(
        overridden("ftp://localhost"),
        Err(EndpointError::Unusable("ftp://localhost".into()))
    );
    let secret = overridden("https://user:hush@example.com/?key=hush").unwrap_err();
    assert!(!format!("{secret} {secret:?}").contains("hush"));
}

#[test]
fn a_region_cannot_smuggle_in_another_host() {
    let endpoints = Endpoints::default();
    for region in ["", "eu-west-1.example.com/#", "EU-WEST-1"] {
        assert_eq!(
            endpoints.resolve(Service::Ec2, region),
            Err(EndpointError::NotARegion(region.into()))
        );
    }
    assert_eq!(
        endpoints.resolve(Service::Iam, "us-moon-east-1"),
        Err(EndpointError::UnknownPartition("us-moon-east-1".into()))
    );
}

fn variant(fips: bool, dual_stack: bool) -> Endpoints {
    let settings = EndpointSettings {
        variant: Variant { fips, dual_stack },
        ..EndpointSettings::default()
    };
    Endpoints::new(&settings).unwrap()
}

/// Plain, FIPS, dual-stack, both; `-` where it is refused.
fn hosts(service: Service, region: &str) -> String {
    let ways = [(false, false), (true, false), (false, true), (true, true)];
    let host = |(fips, dual_stack)| match variant(fips, dual_stack).resolve(service, region) {
        Ok(endpoint) => {
            let url = endpoint.url.trim_start_matches("https://");
            url.trim_end_matches('/').to_owned()
        }
        Err(EndpointError::NoVariant { .. }) => "-".to_owned(),
        Err(error) => error.to_string(),
    };
    ways.map(host).join(" ")
}

#[test]
fn hosts_are_those_of_botocore() {
    let regions = [
        "us-east-1",
        "eu-west-1",
        "cn-northwest-1",
        "us-gov-east-1",
        "eusc-de-east-1",
        "us-iso-west-1",
        "us-isob-east-1",
        "eu-isoe-west-1",
        "us-isof-east-1",
    ];
    let services = [
        Service::Iam,
        Service::Sts,
        Service::Ec2,
        Service::S3,
        Service::AccessAnalyzer,
    ];
    let rows = services
        .iter()
        .flat_map(|service| regions.map(|region| format!("{region} {}", hosts(*service, region))));
    insta::assert_snapshot!(rows.collect::<Vec<_>>().join("\n"), @"
    us-east-1 iam.amazonaws.com iam-fips.amazonaws.com iam.global.api.aws iam-fips.global.api.aws
    eu-west-1 iam.amazonaws.com - iam.global.api.aws -
    cn-northwest-1 iam.cn-north-1.amazonaws.com.cn - iam.global.api.amazonwebservices.com.cn -
    us-gov-east-1 iam.us-gov.amazonaws.com iam.us-gov.amazonaws.com iam.us-gov.api.aws iam.us-gov.api.aws
    eusc-de-east-1 iam.eusc-de-east-1.amazonaws.eu - iam.global.api.amazonwebservices.eu -
    us-iso-west-1 iam.us-iso-east-1.c2s.ic.gov - - -
    us-isob-east-1 iam.us-isob-east-1.sc2s.sgov.gov - - -
    eu-isoe-west-1 iam.eu-isoe-west-1.cloud.adc-e.uk - - -
    us-isof-east-1 iam.us-isof-south-1.csp.hci.ic.gov - - -
    us-east-1 sts.us-east-1.amazonaws.com sts-fips.us-east-1.amazonaws.com sts.us-east-1.api.aws sts-fips.us-east-1.api.aws
    eu-west-1 sts.eu-west-1.amazonaws.com - sts.eu-west-1.api.aws -
    cn-northwest-1 sts.cn-northwest-1.amazonaws.com.cn - sts.cn-northwest-1.api.amazonwebservices.com.cn -
    us-gov-east-1 sts.us-gov-east-1.amazonaws.com sts.us-gov-east-1.amazonaws.com sts.us-gov-east-1.api.aws sts-fips.us-gov-east-1.api.aws
    eusc-de-east-1 sts.eusc-de-east-1.amazonaws.eu - sts.eusc-de-east-1.api.amazonwebservices.eu -
    us-iso-west-1 sts.us-iso-west-1.c2s.ic.gov - - -
    us-isob-east-1 sts.us-isob-east-1.sc2s.sgov.gov - - -
    eu-isoe-west-1 sts.eu-isoe-west-1.cloud.adc-e.uk - - -
    us-isof-east-1 sts.us-isof-east-1.csp.hci.ic.gov - - -
    us-east-1 ec2.us-east-1.amazonaws.com ec2-fips.us-east-1.amazonaws.com ec2.us-east-1.api.aws ec2-fips.us-east-1.api.aws
    eu-west-1 ec2.eu-west-1.amazonaws.com - ec2.eu-west-1.api.aws -
    cn-northwest-1 ec2.cn-northwest-1.amazonaws.com.cn - ec2.cn-northwest-1.api.amazonwebservices.com.cn -
    us-gov-east-1 ec2.us-gov-east-1.amazonaws.com ec2.us-gov-east-1.amazonaws.com ec2.us-gov-east-1.api.aws ec2-fips.us-gov-east-1.api.aws
    eusc-de-east-1 ec2.eusc-de-east-1.amazonaws.eu - ec2.eusc-de-east-1.api.amazonwebservices.eu -
    us-iso-west-1 ec2.us-iso-west-1.c2s.ic.gov - - -
    us-isob-east-1 ec2.us-isob-east-1.sc2s.sgov.gov - - -
    eu-isoe-west-1 ec2.eu-isoe-west-1.cloud.adc-e.uk - - -
    us-isof-east-1 ec2.us-isof-east-1.csp.hci.ic.gov - - -
    us-east-1 s3.us-east-1.amazonaws.com s3-fips.us-east-1.amazonaws.com s3.dualstack.us-east-1.amazonaws.com s3-fips.dualstack.us-east-1.amazonaws.com
    eu-west-1 s3.eu-west-1.amazonaws.com - s3.dualstack.eu-west-1.amazonaws.com -
    cn-northwest-1 s3.cn-northwest-1.amazonaws.com.cn - s3.dualstack.cn-northwest-1.amazonaws.com.cn -
    us-gov-east-1 s3.us-gov-east-1.amazonaws.com s3-fips.us-gov-east-1.amazonaws.com s3.dualstack.us-gov-east-1.amazonaws.com s3-fips.dualstack.us-gov-east-1.amazonaws.com
    eusc-de-east-1 s3.eusc-de-east-1.amazonaws.eu - s3.dualstack.eusc-de-east-1.amazonaws.eu -
    us-iso-west-1 s3.us-iso-west-1.c2s.ic.gov - - -
    us-isob-east-1 s3.us-isob-east-1.sc2s.sgov.gov - - -
    eu-isoe-west-1 s3.eu-isoe-west-1.cloud.adc-e.uk - - -
    us-isof-east-1 s3.us-isof-east-1.csp.hci.ic.gov - - -
    us-east-1 access-analyzer.us-east-1.amazonaws.com access-analyzer-fips.us-east-1.amazonaws.com access-analyzer.us-east-1.api.aws access-analyzer-fips.us-east-1.api.aws
    eu-west-1 access-analyzer.eu-west-1.amazonaws.com - access-analyzer.eu-west-1.api.aws -
    cn-northwest-1 access-analyzer.cn-northwest-1.amazonaws.com.cn - access-analyzer.cn-northwest-1.api.amazonwebservices.com.cn -
    us-gov-east-1 access-analyzer.us-gov-east-1.amazonaws.com access-analyzer.us-gov-east-1.amazonaws.com access-analyzer.us-gov-east-1.api.aws access-analyzer-fips.us-gov-east-1.api.aws
    eusc-de-east-1 access-analyzer.eusc-de-east-1.amazonaws.eu - access-analyzer.eusc-de-east-1.api.amazonwebservices.eu -
    us-iso-west-1 access-analyzer.us-iso-west-1.c2s.ic.gov - - -
    us-isob-east-1 access-analyzer.us-isob-east-1.sc2s.sgov.gov - - -
    eu-isoe-west-1 access-analyzer.eu-isoe-west-1.cloud.adc-e.uk - - -
    us-isof-east-1 access-analyzer.us-isof-east-1.csp.hci.ic.gov - - -
    ");
}

#[test]
fn signatures_for_iam_name_the_region_of_its_control_plane() {
    let signing = |service, region| {
        let endpoint = Endpoints::default().resolve(service, region);
        endpoint.unwrap().signing_region
    };
    for (region, iam) in [
        ("eu-west-1", "us-east-1"),
        ("cn-northwest-1", "cn-north-1"),
        ("us-gov-east-1", "us-gov-west-1"),
        ("eusc-de-east-1", "eusc-de-east-1"),
        ("us-iso-west-1", "us-iso-east-1"),
        ("us-isob-west-1", "us-isob-east-1"),
        ("us-isof-east-1", "us-isof-south-1"),
    ] {
        assert_eq!(signing(Service::Iam, region), iam);
        assert_eq!(signing(Service::Sts, region), region);
    }
}

#[test]
fn an_override_cannot_be_a_fips_endpoint() {
    let settings = EndpointSettings {
        variant: Variant {
            fips: true,
            dual_stack: false,
        },
        ..EndpointSettings::everywhere("https://sts.example.com")
    };
    let endpoints = Endpoints::new(&settings).unwrap();
    let error = endpoints.resolve(Service::Sts, "us-east-1").unwrap_err();
    assert_eq!(
        error.to_string(),
        "sts has the endpoint URL https://sts.example.com/, and a FIPS endpoint was asked for"
    );
}

#[test]
fn sts_has_a_global_address_for_those_who_want_it() {
    let settings = EndpointSettings {
        global_sts: true,
        ..EndpointSettings::default()
    };
    let endpoints = Endpoints::new(&settings).unwrap();
    let sts = |region| {
        let found = endpoints.resolve(Service::Sts, region).unwrap();
        (found.url, found.signing_region)
    };
    let pair = |url: &str, region: &str| (url.to_owned(), region.to_owned());
    let global = pair("https://sts.amazonaws.com/", "us-east-1");
    assert_eq!(sts("eu-west-1"), global);
    let regional = pair("https://sts.eu-south-1.amazonaws.com/", "eu-south-1");
    assert_eq!(sts("eu-south-1"), regional);
}

#[test]
fn what_hands_out_credentials_is_near() {
    for near in [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "[fd00:ec2::254]",
        "fd00:ec2::23",
    ] {
        assert!(is_near(near), "{near}");
    }
    for far in [
        "sts.amazonaws.com",
        "10.0.0.1",
        "fd00:ec3::254",
        "169.254.169.254.nip.io",
    ] {
        assert!(!is_near(far), "{far}");
    }
}
