//! Instances that AWS would not launch, or not as they are meant.

use insta::assert_snapshot;

use super::faults;

/// What is wrong with an instance that has more in its spec, from line 11 on.
fn instance(more: &str) -> String {
    faults(&format!(
        "kind: Instance\nmetadata: {{name: web}}\nspec:\n  imageId: ami-1a2b3c4d\n  instanceType: t3.micro\n{more}"
    ))
}

#[test]
fn the_least_that_an_instance_needs() {
    assert_eq!(instance(""), "nothing");
    let nothing = "kind: Instance\nmetadata: {name: web}\nspec: {}";
    assert_snapshot!(faults(nothing), @"
    a.yaml:9:7 [missing-field] an instance needs an `imageId`
      hint: write it like `imageId: ami-1234567890abcdef0`
    a.yaml:9:7 [missing-field] an instance needs an `instanceType`
      hint: write it like `instanceType: t3.micro`
    ");
    let absent = "kind: Instance\nmetadata: {name: web}\nspec: {ensure: absent}";
    assert_eq!(faults(absent), "nothing");
}

#[test]
fn ids_are_what_aws_gives() {
    assert_eq!(
        instance(
            "  subnetId: subnet-1234567890abcdef0\n  securityGroupIds: [sg-1234567890abcdef0, sg-1a2b3c4d]"
        ),
        "nothing"
    );
    let wrong = "kind: Instance\nmetadata: {name: web}\nspec:\n  imageId: amazon-linux\n  instanceType: micro\n  subnetId: subnet-12\n  securityGroupIds: [default, sg-1A2B3C4D, sg-1a2b3c4d, sg-1a2b3c4d]\n  keyName: schlüssel";
    assert_snapshot!(faults(wrong), @"
    a.yaml:10:12 [bad-id] `amazon-linux` is not an image id
      hint: it looks like ami-1234567890abcdef0
    a.yaml:11:17 [bad-instance-type] `micro` is not an instance type
      hint: it looks like t3.micro: a family, a dot and a size
    a.yaml:12:13 [bad-id] `subnet-12` is not a subnet id
      hint: it looks like subnet-1234567890abcdef0
    a.yaml:13:22 [bad-id] `default` is not a security group id
      hint: it looks like sg-1234567890abcdef0
    a.yaml:13:31 [bad-id] `sg-1A2B3C4D` is not a security group id
      hint: it looks like sg-1234567890abcdef0
    a.yaml:13:57 [declared-twice] security group sg-1a2b3c4d is listed twice
    a.yaml:14:12 [bad-name] `schlüssel` cannot be the name of a key pair
      hint: it has 1 to 255 characters of ASCII
    ");
}

#[test]
fn a_name_that_cannot_be_a_tag_to_search_for() {
    let named = |name: &str| {
        faults(&format!(
            "kind: Instance\nmetadata: {{name: \"{name}\"}}\nspec: {{imageId: ami-1a2b3c4d, instanceType: t3.micro}}"
        ))
    };
    assert_eq!(named("web-1.prod_a:b/c=d+e@f"), "nothing");
    assert_snapshot!(named("web*"), @"
    a.yaml:8:18 [bad-name] `web*` cannot be an instance's name
      hint: it becomes a tag: use up to 256 letters, digits and _ . : / = + - @
    ");
    assert!(named(&"a".repeat(257)).contains("bad-name"));
}

#[test]
fn user_data_has_an_end() {
    assert_eq!(
        instance(&format!("  userData: {}", "a".repeat(16_384))),
        "nothing"
    );
    assert_snapshot!(instance(&format!("  userData: {}", "a".repeat(16_385))), @"
    a.yaml:12:13 [user-data-too-large] the user data has 16385 bytes; EC2 takes 16384
      hint: let it fetch the rest, from Amazon S3 for example
    ");
    // Bytes count, not letters.
    assert!(instance(&format!("  userData: {}", "ä".repeat(8_193))).contains("16386 bytes"));
}

#[test]
fn tags_follow_the_rules_of_ec2() {
    assert_eq!(instance("  tags: {team: a, Team: b}"), "nothing");
    let long = "k".repeat(128);
    let told = instance(&format!(
        "  tags: {{aws:x: a, \"rolewright:name\": db, \"rolewright:stack\": b, {long}: c}}"
    ));
    assert_snapshot!(told.replace(&long, "[128 letters]"), @"
    a.yaml:12:17 [bad-tag] tag key `aws:x` begins with `aws:`, which is reserved for AWS
    a.yaml:12:39 [bad-tag] tag `rolewright:name` says which resource of its stack an instance is and is set by the tool itself
    a.yaml:12:63 [bad-tag] tag `rolewright:stack` says who owns a resource and is set by the tool itself
    a.yaml:12:196 [bad-tag] tag key `[128 letters]` has more than 127 characters, the most on an instance
    ");
    let shown =
        "  metadataOptions: {instanceMetadataTags: enabled}\n  tags: {a/b: c, \"d e\": f, g: h}";
    assert_snapshot!(instance(shown), @"
    a.yaml:13:15 [bad-tag] tag key `a/b` cannot be shown by the metadata service, as `instanceMetadataTags` asks
    a.yaml:13:25 [bad-tag] tag key `d e` cannot be shown by the metadata service, as `instanceMetadataTags` asks
    ");
    assert_eq!(instance("  tags: {a/b: c}"), "nothing");
}

#[test]
fn metadata_options_have_bounds() {
    let options = "  metadataOptions: {httpTokens: none, httpPutResponseHopLimit: 65, httpEndpoint: off, hopLimit: 1}";
    assert_snapshot!(instance(options), @"
    a.yaml:12:33 [not-one-of] `spec.metadataOptions.httpTokens` must be `required` or `optional`, not `none`
    a.yaml:12:64 [out-of-range] `spec.metadataOptions.httpPutResponseHopLimit` must be at most 64, not 65
    a.yaml:12:82 [not-one-of] `spec.metadataOptions.httpEndpoint` must be `enabled` or `disabled`, not `off`
    a.yaml:12:87 [unknown-field] there is no field `spec.metadataOptions.hopLimit`
      hint: possible: httpTokens, httpPutResponseHopLimit, httpEndpoint and instanceMetadataTags
    ");
}

#[test]
fn a_profile_that_is_not_there_and_a_region_of_elsewhere() {
    assert_snapshot!(instance("  instanceProfile: nobody"), @"
    a.yaml:12:20 [unknown-reference] InstanceAssociation/web names InstanceProfile `nobody`, which no document declares
      hint: declare a document of kind InstanceProfile, or name an existing one by its ARN
    ");
    assert_snapshot!(instance("  region: cn-north-1"), @"
    a.yaml:12:11 [bad-region] region `cn-north-1` is not in partition aws, where this run is
      hint: roles and profiles do not reach beyond their partition: make it a stack of its own
    ");
}

#[test]
fn an_association_of_its_name_is_its_own() {
    let twice = "  instanceProfile: \"arn:aws:iam::123456789012:instance-profile/p\"\n---\nkind: InstanceAssociation\nmetadata: {name: web}\nspec: {ensure: detached, instances: {ids: [i-1a2b3c4d]}}";
    assert_snapshot!(instance(twice), @"
    a.yaml:17:44 [declared-twice] InstanceAssociation/web is declared twice
      at a.yaml:12:20: first declared here
    ");
}

#[test]
fn nobody_can_adopt_what_tags_alone_tell() {
    let adopted = "kind: Instance\nmetadata: {name: web, adopt: true}\nspec: {imageId: ami-1a2b3c4d, instanceType: t3.micro}";
    assert_snapshot!(faults(adopted), @"
    a.yaml:8:23 [unknown-field] `adopt` means nothing for the kind Instance
      hint: only what carries an ownership tag can be adopted; take it out
    ");
}
