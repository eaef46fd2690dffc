//! From a call to the body of its POST request, in the two dialects of the Query protocol: IAM and STS
//! write lists as `Name.member.1`, EC2 as `Name.1`. Headers and signing live elsewhere.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use thiserror::Error;

use crate::cloud::{Call, Parameter, Service};

/// Everything but the unreserved characters of RFC 3986: what AWS expects in form bodies.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Why a call cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum QueryError {
    /// A value that should have been looked up first.
    #[error("the value of {0} is not known yet")]
    Unfilled(String),
    /// EC2 takes a DeleteTags without tags as an order to delete every tag of the resource.
    #[error("DeleteTags without any tag would delete every tag")]
    EveryTag,
    /// The service does not take forms.
    #[error("{0} does not take forms")]
    NoForm(&'static str),
}

/// The API version a service is spoken to in.
fn version(service: Service) -> Result<&'static str, QueryError> {
    match service {
        Service::Iam => Ok("2010-05-08"),
        Service::Sts => Ok("2011-06-15"),
        Service::Ec2 => Ok("2016-11-15"),
        Service::AccessAnalyzer | Service::S3 => Err(QueryError::NoForm(service.name())),
    }
}

/// The form body: action and version first, then the parameters in the order of their names. Empty lists
/// and structures leave nothing behind.
pub(super) fn form(call: &Call) -> Result<String, QueryError> {
    let mut pairs = vec![
        ("Action".to_owned(), call.action.clone()),
        ("Version".to_owned(), version(call.service)?.to_owned()),
    ];
    for (name, value) in &call.parameters {
        flatten(call.service, name.clone(), value, &mut pairs)?;
    }
    if call.action == "DeleteTags" && !pairs.iter().any(|(name, _)| name.starts_with("Tag.")) {
        return Err(QueryError::EveryTag);
    }
    let encoded: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    Ok(encoded.join("&"))
}

fn flatten(
    service: Service,
    name: String,
    value: &Parameter,
    pairs: &mut Vec<(String, String)>,
) -> Result<(), QueryError> {
    match value {
        Parameter::Text(text) => pairs.push((name, text.clone())),
        Parameter::List(items) => {
            for (item, number) in items.iter().zip(1_usize..) {
                flatten(service, numbered(service, &name, number), item, pairs)?;
            }
        }
        Parameter::Map(members) => {
            for (member, value) in members {
                flatten(service, format!("{name}.{member}"), value, pairs)?;
            }
        }
        Parameter::Later(lookup) => return Err(QueryError::Unfilled(lookup.clone())),
    }
    Ok(())
}

fn numbered(service: Service, name: &str, number: usize) -> String {
    match service {
        Service::Iam | Service::Sts => format!("{name}.member.{number}"),
        Service::Ec2 | Service::AccessAnalyzer | Service::S3 => format!("{name}.{number}"),
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{ReadCall, WriteCall};

    fn tag(key: &str, value: &str) -> Parameter {
        Parameter::map([("Key", key.into()), ("Value", value.into())])
    }

    #[test]
    fn iam_lists_have_members() {
        let call = WriteCall::new(Service::Iam, "CreateRole")
            .with("RoleName", "s3access")
            .with("Path", "/")
            .with(
                "AssumeRolePolicyDocument",
                r#"{"Version": "2012-10-17", "Statement": []}"#,
            )
            .with(
                "Tags",
                Parameter::List(vec![tag("rolewright:stack", "demo"), tag("note", "a+b=ü")]),
            );
        assert_eq!(
            form(call.call()).unwrap(),
            "Action=CreateRole&Version=2010-05-08\
             &AssumeRolePolicyDocument=%7B%22Version%22%3A%20%222012-10-17%22%2C%20%22Statement%22%3A%20%5B%5D%7D\
             &Path=%2F&RoleName=s3access\
             &Tags.member.1.Key=rolewright%3Astack&Tags.member.1.Value=demo\
             &Tags.member.2.Key=note&Tags.member.2.Value=a%2Bb%3D%C3%BC"
        );
    }

    #[test]
    fn ec2_lists_are_flat_and_nest() {
        let filter = Parameter::map([
            ("Name", "tag:rolewright:stack".into()),
            ("Value", ["demo", "other"].into_iter().collect()),
        ]);
        let call = ReadCall::new(Service::Ec2, "DescribeInstances")
            .with("MaxResults", "1000")
            .with("Filter", Parameter::List(vec![filter]));
        assert_eq!(
            form(call.call()).unwrap(),
            "Action=DescribeInstances&Version=2016-11-15\
             &Filter.1.Name=tag%3Arolewright%3Astack&Filter.1.Value.1=demo&Filter.1.Value.2=other\
             &MaxResults=1000"
        );
    }

    #[test]
    fn tags_at_launch_are_lists_within_lists() {
        let tags = Parameter::map([
            ("ResourceType", "instance".into()),
            (
                "Tag",
                Parameter::List(vec![tag("Name", "web"), tag("a", "")]),
            ),
        ]);
        let call = WriteCall::new(Service::Ec2, "RunInstances")
            .with("MinCount", "1")
            .with("MaxCount", "1")
            .with(
                "IamInstanceProfile",
                Parameter::map([("Name", "s3access-profile".into())]),
            )
            .with("TagSpecification", Parameter::List(vec![tags]));
        assert_eq!(
            form(call.call()).unwrap(),
            "Action=RunInstances&Version=2016-11-15&IamInstanceProfile.Name=s3access-profile\
             &MaxCount=1&MinCount=1&TagSpecification.1.ResourceType=instance\
             &TagSpecification.1.Tag.1.Key=Name&TagSpecification.1.Tag.1.Value=web\
             &TagSpecification.1.Tag.2.Key=a&TagSpecification.1.Tag.2.Value="
        );
    }

    #[test]
    fn the_eleventh_item_follows_the_tenth() {
        let keys: Parameter = (1..=11).map(|key| key.to_string()).collect();
        let call = WriteCall::new(Service::Iam, "UntagRole").with("TagKeys", keys);
        let body = form(call.call()).unwrap();
        assert!(
            body.ends_with("TagKeys.member.10=10&TagKeys.member.11=11"),
            "{body}"
        );
    }

    #[test]
    fn empty_lists_leave_nothing_behind() {
        let call = WriteCall::new(Service::Sts, "AssumeRole").with("Tags", Parameter::List(vec![]));
        assert_eq!(
            form(call.call()).unwrap(),
            "Action=AssumeRole&Version=2011-06-15"
        );
    }

    #[test]
    fn a_value_that_was_never_looked_up_is_refused() {
        let call = WriteCall::new(Service::Ec2, "DisassociateIamInstanceProfile")
            .with("AssociationId", Parameter::Later("association".into()));
        assert_eq!(
            form(call.call()),
            Err(QueryError::Unfilled("association".into()))
        );
    }

    #[test]
    fn deleting_no_tags_in_particular_is_refused() {
        let call = WriteCall::new(Service::Ec2, "DeleteTags")
            .with("ResourceId", ["i-1"].into_iter().collect::<Parameter>())
            .with("Tag", Parameter::List(vec![]));
        assert_eq!(form(call.call()), Err(QueryError::EveryTag));
    }
}
