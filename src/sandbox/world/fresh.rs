//! What a new sandbox holds.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    Bucket, Iam, Instance, InstanceState, MetadataOptions, Object, Region, Role, ShutdownBehavior,
    User, World,
};
use crate::sandbox::catalogue;
use crate::sandbox::ids::Entropy;

/// When everything that was there from the start was made: 2024-01-01T00:00:00Z.
pub(crate) const EPOCH: Timestamp = Timestamp::constant(1_704_067_200, 0);

/// The fresh world's regions. The same instances stand in each, so that an example works from either.
const REGIONS: [&str; 2] = ["eu-central-1", "us-east-1"];

/// The fresh world's instances. The first three are those of the EC2 user guide's examples.
const INSTANCES: [(&str, InstanceState, &str); 4] = [
    ("i-1234567890abcdef0", InstanceState::Running, "web-1"),
    ("i-087711ddaf98f9489", InstanceState::Running, "web-2"),
    ("i-088ce778fbfeb4361", InstanceState::Running, "worker-1"),
    ("i-0fedcba9876543210", InstanceState::Stopped, "batch-1"),
];

/// A fleet in each of these regions, with the tag `Fleet=shop`, for examples that select by tags.
const FLEET: [(&str, InstanceState, &str); 6] = [
    ("i-05a0b0c0d0e0f0001", InstanceState::Running, "shop-1"),
    ("i-05a0b0c0d0e0f0002", InstanceState::Running, "shop-2"),
    ("i-05a0b0c0d0e0f0003", InstanceState::Running, "shop-3"),
    ("i-05a0b0c0d0e0f0004", InstanceState::Running, "shop-4"),
    ("i-05a0b0c0d0e0f0005", InstanceState::Running, "shop-5"),
    ("i-05a0b0c0d0e0f0006", InstanceState::Stopped, "shop-6"),
];

/// One more region, with an instance that no other has, for examples of two regions.
const ELSEWHERE: (&str, &str) = ("eu-west-1", "i-0e1e2e3e4e5e6e7e8");

/// The fresh world's buckets, by the names that AWS's guides use: one with a report in it, and one elsewhere, with a policy
/// that others look after.
const BUCKETS: [(&str, &str, Option<&str>); 2] = [
    ("amzn-s3-demo-bucket", "us-east-1", None),
    ("amzn-s3-demo-bucket1", "eu-west-1", Some(SHARED_POLICY)),
];

/// Laid out by hand. A change of one part must not change the rest.
const SHARED_POLICY: &str = r#"{
  "Version": "2012-10-17",
  "Id": "KeptByTheStorageTeam",
  "Statement": [
    { "Sid": "TheAccountMayRead", "Effect": "Allow",
      "Principal": { "AWS": "arn:aws:iam::123456789012:root" },
      "Action": [ "s3:GetObject", "s3:ListBucket" ],
      "Resource": [ "arn:aws:s3:::amzn-s3-demo-bucket1", "arn:aws:s3:::amzn-s3-demo-bucket1/*" ] }
  ]
}
"#;

pub(super) fn world() -> World {
    let mut world = empty(super::super::caller::ACCOUNT);
    let support = service_role();
    world.iam.roles.insert(Iam::key(&support.name), support);
    let (elsewhere, id) = ELSEWHERE;
    let only = instance(id, InstanceState::Running, "mirror-1");
    let regions = REGIONS.iter().map(|name| (*name, region(instances())));
    let regions = regions.chain([(elsewhere, region([only]))]);
    world.regions = regions
        .map(|(name, region)| (name.to_owned(), region))
        .collect();
    world.buckets = BUCKETS
        .map(|(name, region, policy)| (name.to_owned(), bucket(region, policy)))
        .into();
    world
}

fn bucket(region: &str, policy: Option<&str>) -> Bucket {
    let report = Object {
        modified: EPOCH,
        content_type: "text/plain".to_owned(),
        body: b"all is well\n".to_vec(),
    };
    Bucket {
        policy: policy.map(str::to_owned),
        objects: BTreeMap::from([("reports/2024.txt".to_owned(), report)]),
        ..Bucket::new(region, EPOCH)
    }
}

fn instances() -> impl Iterator<Item = Instance> {
    let single = INSTANCES.iter();
    let single = single.map(|(id, state, name)| instance(id, *state, name));
    let fleet = FLEET.iter().map(|(id, state, name)| {
        let mut instance = instance(id, *state, name);
        instance.tags.insert("Fleet".to_owned(), "shop".to_owned());
        instance
    });
    single.chain(fleet)
}

fn region(instances: impl IntoIterator<Item = Instance>) -> Region {
    let instances = instances.into_iter();
    Region {
        instances: instances
            .map(|instance| (instance.id.clone(), instance))
            .collect(),
        ..Region::default()
    }
}

pub(super) fn empty(account: &str) -> World {
    let name = super::super::caller::USER.to_owned();
    let id = Entropy::of("user/sandbox").unique_id("AIDA");
    let caller = User {
        name: name.clone(),
        path: "/".to_owned(),
        id,
        created: EPOCH,
        attached_policies: super::user::administrator(),
        ..User::default()
    };
    let iam = Iam {
        account: account.to_owned(),
        users: BTreeMap::from([(name, caller)]),
        ..Iam::default()
    };
    World {
        iam,
        ..World::default()
    }
}

/// The trust policy of the EC2 user guide.
pub(crate) fn ec2_trust() -> String {
    trust("ec2.amazonaws.com")
}

fn trust(service: &str) -> String {
    let statement = format!(
        r#"{{"Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole"}}"#
    );
    format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#)
}

/// Every account has this role, which only AWS may change.
fn service_role() -> Role {
    Role {
        name: "AWSServiceRoleForSupport".to_owned(),
        path: "/aws-service-role/support.amazonaws.com/".to_owned(),
        id: Entropy::of("role/AWSServiceRoleForSupport").unique_id("AROA"),
        created: EPOCH,
        description: Some("Enables resource access for AWS to provide billing, administrative and support services".to_owned()),
        max_session_duration: 3600,
        trust_policy: trust("support.amazonaws.com"),
        ..Role::default()
    }
}

fn instance(id: &str, state: InstanceState, name: &str) -> Instance {
    Instance {
        id: id.to_owned(),
        reservation: Entropy::of(id).resource_id("r-"),
        state,
        changes_at: None,
        image_id: catalogue::IMAGE.to_owned(),
        instance_type: "t3.micro".to_owned(),
        launched: EPOCH,
        key_name: Some(catalogue::KEY_PAIR.to_owned()),
        subnet_id: catalogue::SUBNET.to_owned(),
        security_groups: vec![catalogue::SECURITY_GROUP_ID.to_owned()],
        user_data: None,
        metadata_options: MetadataOptions::default(),
        disable_api_termination: false,
        shutdown_behavior: ShutdownBehavior::Stop,
        client_token: None,
        launch_fingerprint: None,
        tags: BTreeMap::from([("Name".to_owned(), name.to_owned())]),
    }
}
