//! Whole requests as they leave, signature included.

use insta::assert_snapshot;

use super::*;

/// A request as it goes over the wire, parameters one to a line.
fn wire(script: &Script) -> String {
    let requests = script.requests();
    let [request] = &requests[..] else {
        panic!("one request was expected: {requests:?}")
    };
    let headers: Vec<String> = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .map(|line| line.replace(env!("CARGO_PKG_VERSION"), "…"))
        .collect();
    format!(
        "{} {}\n{}\n\n{}",
        request.method,
        request.url,
        headers.join("\n"),
        body(request).replace('&', "\n&")
    )
}

#[tokio::test]
async fn a_role_is_created_with_its_tags_in_one_request() {
    let stage = stage(vec![answer(
        200,
        "<CreateRoleResponse><CreateRoleResult/></CreateRoleResponse>",
    )]);
    let tag = Parameter::map([("Key", "rolewright:stack".into()), ("Value", "demo".into())]);
    let call = WriteCall::new(Service::Iam, "CreateRole")
        .with("RoleName", "s3access")
        .with(
            "AssumeRolePolicyDocument",
            r#"{"Version":"2012-10-17","Statement":[]}"#,
        )
        .with("Tags", Parameter::List(vec![tag]));
    stage.client.send(&call).await.unwrap();
    assert_snapshot!(wire(&stage.script), @r"
    POST https://iam.amazonaws.com/
    content-type: application/x-www-form-urlencoded; charset=utf-8
    user-agent: rolewright/…
    x-amz-date: 20150830T123600Z
    authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=fb59dcb3e84dc82633e1bfccd0ec794ff55a52376aa4a9e0f15f49d3cfb0ec4f
    x-amz-security-token: hush-token

    Action=CreateRole
    &Version=2010-05-08
    &AssumeRolePolicyDocument=%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D
    &RoleName=s3access
    &Tags.member.1.Key=rolewright%3Astack
    &Tags.member.1.Value=demo
    ");
}

#[tokio::test]
async fn an_association_goes_to_the_region_of_its_instance() {
    let stage = stage(vec![answer(
        200,
        "<AssociateIamInstanceProfileResponse><requestId>r</requestId></AssociateIamInstanceProfileResponse>",
    )]);
    let call = WriteCall::new(Service::Ec2, "AssociateIamInstanceProfile")
        .in_region(Some("us-west-2"))
        .with("InstanceId", "i-0abc")
        .with(
            "IamInstanceProfile",
            Parameter::map([("Name", "s3access-profile".into())]),
        );
    stage.client.send(&call).await.unwrap();
    assert_snapshot!(wire(&stage.script), @r"
    POST https://ec2.us-west-2.amazonaws.com/
    content-type: application/x-www-form-urlencoded; charset=utf-8
    user-agent: rolewright/…
    x-amz-date: 20150830T123600Z
    authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-west-2/ec2/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=9789f63e3c664e360ce1b566377ddd41a334fecbb058c8e214c33e47325ca4d4
    x-amz-security-token: hush-token

    Action=AssociateIamInstanceProfile
    &Version=2016-11-15
    &IamInstanceProfile.Name=s3access-profile
    &InstanceId=i-0abc
    ");
}

#[tokio::test]
async fn instances_are_found_by_filters() {
    let stage = stage(vec![answer(
        200,
        "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>",
    )]);
    let filter = |name: &str, values: &[&str]| {
        let values: Parameter = values.iter().copied().collect();
        Parameter::map([("Name", name.into()), ("Value", values)])
    };
    let filters = Parameter::List(vec![
        filter("instance-state-name", &["running", "stopped"]),
        filter("tag:team", &["a b"]),
    ]);
    let call = ReadCall::new(Service::Ec2, "DescribeInstances")
        .with("MaxResults", "1000")
        .with("Filter", filters);
    stage.client.ask(&call).await.unwrap();
    assert_snapshot!(wire(&stage.script), @r"
    POST https://ec2.eu-central-1.amazonaws.com/
    content-type: application/x-www-form-urlencoded; charset=utf-8
    user-agent: rolewright/…
    x-amz-date: 20150830T123600Z
    authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-central-1/ec2/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=6f860a992458c1973b23e035bd7fa49a42e2a5d98dea26d28097cb5b59c90b8c
    x-amz-security-token: hush-token

    Action=DescribeInstances
    &Version=2016-11-15
    &Filter.1.Name=instance-state-name
    &Filter.1.Value.1=running
    &Filter.1.Value.2=stopped
    &Filter.2.Name=tag%3Ateam
    &Filter.2.Value.1=a%20b
    &MaxResults=1000
    ");
}

#[tokio::test]
async fn an_instance_is_launched_with_its_tags() {
    let stage = stage(vec![answer(200, "<RunInstancesResponse/>")]);
    let tag = Parameter::map([("Key", "Name".into()), ("Value", "web".into())]);
    let tags = Parameter::map([
        ("ResourceType", "instance".into()),
        ("Tag", Parameter::List(vec![tag])),
    ]);
    let call = WriteCall::new(Service::Ec2, "RunInstances")
        .with("ImageId", "ami-1")
        .with("MinCount", "1")
        .with("MaxCount", "1")
        .with("ClientToken", "web-1")
        .with("TagSpecification", Parameter::List(vec![tags]));
    stage.client.send(&call).await.unwrap();
    assert_snapshot!(wire(&stage.script), @r"
    POST https://ec2.eu-central-1.amazonaws.com/
    content-type: application/x-www-form-urlencoded; charset=utf-8
    user-agent: rolewright/…
    x-amz-date: 20150830T123600Z
    authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-central-1/ec2/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=5300d0d16806b7df4be0152609731f80c0dedc3c9bdfd1b5cab46b8766cbe3b1
    x-amz-security-token: hush-token

    Action=RunInstances
    &Version=2016-11-15
    &ClientToken=web-1
    &ImageId=ami-1
    &MaxCount=1
    &MinCount=1
    &TagSpecification.1.ResourceType=instance
    &TagSpecification.1.Tag.1.Key=Name
    &TagSpecification.1.Tag.1.Value=web
    ");
}
