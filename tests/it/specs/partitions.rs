//! ARNs of another partition than the run's, wherever they stand.

use insta::assert_snapshot;

use super::told;
use crate::support::Project;

#[test]
fn arns_of_another_partition_are_told_where_they_stand() {
    let role = "kind: Role\nmetadata: {name: a}\nspec:\n  trustPolicy:\n    Statement:\n      Effect: Allow\n      Principal:\n        AWS: arn:aws-us-gov:iam::123456789012:root\n        Federated: arn:aws-cn:iam::123456789012:oidc-provider/example.com\n      Action: sts:AssumeRole\n  inlinePolicies:\n    p:\n      Statement:\n        - { Effect: Allow, Action: 's3:*', Resource: ['arn:aws:s3:::b', 'arn:aws-cn:s3:::b/*'] }\n        - { Effect: Deny, Action: 's3:*', NotResource: 'arn:aws-moon:s3:::b' }\n  managedPolicies: ['arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess']\n  permissionsBoundary: arn:aws-cn:iam::aws:policy/ReadOnlyAccess";
    assert_snapshot!(told(&Project::of(role)), @"
    a.yaml:14:14 [foreign-partition] `arn:aws-us-gov:iam::123456789012:root` is of partition aws-us-gov, and this run is in aws
      hint: write arn:aws:, or {{ partition }} for the partition of the run
    a.yaml:15:20 [foreign-partition] `arn:aws-cn:iam::123456789012:oidc-provider/example.com` is of partition aws-cn, and this run is in aws
      hint: write arn:aws:, or {{ partition }} for the partition of the run
    a.yaml:20:73 [foreign-partition] `arn:aws-cn:s3:::b/*` is of partition aws-cn, and this run is in aws
      hint: write arn:aws:, or {{ partition }} for the partition of the run
    a.yaml:21:56 [foreign-partition] `arn:aws-moon:s3:::b` is of partition aws-moon, and this run is in aws
      hint: write arn:aws:, or {{ partition }} for the partition of the run
    a.yaml:22:21 [foreign-partition] `arn:aws-us-gov:iam::aws:policy/ReadOnlyAccess` is of partition aws-us-gov, and this run is in aws
      hint: write arn:aws:, or {{ partition }} for the partition of the run
    a.yaml:23:24 [foreign-partition] `arn:aws-cn:iam::aws:policy/ReadOnlyAccess` is of partition aws-cn, and this run is in aws
      hint: write arn:aws:, or {{ partition }} for the partition of the run
    ");
}

#[test]
fn what_may_stand_for_ours_is_let_through() {
    let role = "kind: Role\nmetadata: {name: a}\nspec:\n  trustPolicy: {services: [ec2.amazonaws.com]}\n  inlinePolicies:\n    p:\n      Version: '2012-10-17'\n      Statement:\n        Effect: Allow\n        Action: s3:*\n        Resource: ['arn:*:s3:::a', 'arn:aws*:s3:::b', 'arn:${aws:Partition}:s3:::c', 'arn:{{ partition }}:s3:::d', '*']\n        Condition: {ArnLike: {'aws:SourceArn': 'arn:aws-cn:s3:::e'}}\n  tags: {twin: 'arn:aws-cn:iam::123456789012:role/a'}\n  description: arn:aws-cn:s3:::f";
    assert_eq!(told(&Project::of(role)), "nothing");
}

#[test]
fn policies_of_users_and_buckets_too() {
    let user = "kind: UserPolicy\nmetadata: {name: p}\nspec:\n  user: u\n  policy:\n    Statement: {Effect: Deny, Action: 's3:*', Resource: 'arn:aws-cn:s3:::b'}\n---\nkind: BucketDeny\nmetadata: {name: Deny}\nspec:\n  bucket: some-bucket\n  principals: ['arn:aws-cn:iam::123456789012:user/u']\n  actions: ['s3:*']";
    assert_snapshot!(told(&Project::of(user)), @"
    a.yaml:12:57 [foreign-partition] `arn:aws-cn:s3:::b` is of partition aws-cn, and this run is in aws
      hint: write arn:aws:, or {{ partition }} for the partition of the run
    a.yaml:18:3 [foreign-partition] `arn:aws-cn:iam::123456789012:user/u` is of partition aws-cn, and this run is in aws
      hint: write arn:aws:, or {{ partition }} for the partition of the run
    ");
}
