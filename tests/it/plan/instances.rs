//! Instances that the stack launches: made, changed, made anew and terminated.

use insta::{assert_debug_snapshot, assert_snapshot};
use rolewright::cloud::Call;
use rolewright::model::{Address, Desired, FieldPath, Link, Value, field, kind};
use rolewright::plan::{GuardOverrides, refusals};

use super::text;
use crate::support::{World, desired, drawn_diagnostics};

/// A role with its profile, and an instance that is launched with it.
const APP: &str = "
kind: Role
metadata: {name: app}
spec: {instanceProfile: true, trustPolicy: {services: [ec2.amazonaws.com]}}
---
kind: Instance
metadata: {name: web}
spec:
  imageId: ami-1a2b3c4d
  instanceType: t3.micro
  userData: hello
  instanceProfile: app
  tags: {Team: data}
";

const WEB: &str = "Instance/web";

/// An instance with nothing but what it needs, and more.
fn alone(more: &str) -> Desired {
    desired(&format!(
        "kind: Instance\nmetadata: {{name: web}}\nspec: {{imageId: ami-1a2b3c4d, instanceType: t3.micro{more}}}"
    ))
}

/// The instance before, as the survey leaves it behind.
fn former(world: &mut World, state: &str, ids: &str) {
    let observed = world.at(WEB);
    observed.id = None;
    observed.attributes.clear();
    observed.facts.instance_state = Some(state.into());
    observed.facts.predecessors = ids.split(',').map(str::to_owned).collect();
}

/// The calls of a plan to an action.
fn calls(world: &World, desired: &Desired, action: &str) -> Vec<Call> {
    let plan = world.plan(desired).unwrap();
    let calls = plan.steps.iter().map(|step| step.call.call());
    calls
        .filter(|call| call.action == action)
        .cloned()
        .collect()
}

/// The token of the launch in a plan.
fn token(world: &World, desired: &Desired) -> String {
    let launches = calls(world, desired, "RunInstances");
    let [launch] = launches.as_slice() else {
        panic!("{launches:?}");
    };
    format!("{:?}", launch.parameters["ClientToken"])
}

#[test]
fn an_instance_is_launched_with_its_profile() {
    let desired = desired(APP);
    assert_snapshot!(World::empty(&desired).story(&desired), @"
    create Role/app !NewAccess
    create InstanceProfile/app !NewAccess
    create Instance/web
    create InstanceAssociation/web (the instance is launched with it) !NewAccess
    0. create role app
    1. create instance profile app
    2. add role app to instance profile app <- 0 1
    3. launch instance web <- 1 2
    ");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story with all that it shows")]
fn all_that_is_declared_stands_in_the_one_call() {
    let desired = desired(&format!(
        "{}  keyName: ops\n  subnetId: subnet-1a2b3c4d\n  securityGroupIds: [sg-1a2b3c4d, sg-1a2b3c4e]\n  terminationProtection: true\n  metadataOptions: {{httpPutResponseHopLimit: 2, httpEndpoint: enabled, instanceMetadataTags: enabled}}\n",
        APP.trim_end_matches('\n').to_owned() + "\n"
    ));
    let launches = calls(&World::empty(&desired), &desired, "RunInstances");
    assert_debug_snapshot!(launches, @r#"
    [
        Call {
            service: Ec2,
            action: "RunInstances",
            region: None,
            parameters: {
                "ClientToken": Text(
                    "1a062bafd40d4d71588e886468c174b9a649521f1eb6a183316078f5f23071e2",
                ),
                "DisableApiTermination": Text(
                    "true",
                ),
                "IamInstanceProfile": Map(
                    {
                        "Name": Text(
                            "app",
                        ),
                    },
                ),
                "ImageId": Text(
                    "ami-1a2b3c4d",
                ),
                "InstanceType": Text(
                    "t3.micro",
                ),
                "KeyName": Text(
                    "ops",
                ),
                "MaxCount": Text(
                    "1",
                ),
                "MetadataOptions": Map(
                    {
                        "HttpEndpoint": Text(
                            "enabled",
                        ),
                        "HttpPutResponseHopLimit": Text(
                            "2",
                        ),
                        "HttpTokens": Text(
                            "required",
                        ),
                        "InstanceMetadataTags": Text(
                            "enabled",
                        ),
                    },
                ),
                "MinCount": Text(
                    "1",
                ),
                "SecurityGroupId": List(
                    [
                        Text(
                            "sg-1a2b3c4d",
                        ),
                        Text(
                            "sg-1a2b3c4e",
                        ),
                    ],
                ),
                "SubnetId": Text(
                    "subnet-1a2b3c4d",
                ),
                "TagSpecification": List(
                    [
                        Map(
                            {
                                "ResourceType": Text(
                                    "instance",
                                ),
                                "Tag": List(
                                    [
                                        Map(
                                            {
                                                "Key": Text(
                                                    "Team",
                                                ),
                                                "Value": Text(
                                                    "data",
                                                ),
                                            },
                                        ),
                                        Map(
                                            {
                                                "Key": Text(
                                                    "rolewright:name",
                                                ),
                                                "Value": Text(
                                                    "web",
                                                ),
                                            },
                                        ),
                                        Map(
                                            {
                                                "Key": Text(
                                                    "rolewright:stack",
                                                ),
                                                "Value": Text(
                                                    "test",
                                                ),
                                            },
                                        ),
                                    ],
                                ),
                            },
                        ),
                    ],
                ),
                "UserData": Text(
                    "aGVsbG8=",
                ),
            },
        },
    ]
    "#);
}

#[test]
fn an_instance_as_declared_is_left_alone() {
    let desired = desired(APP);
    let world = World::of(&desired);
    assert!(world.plan(&desired).unwrap().is_empty());
}

#[test]
fn what_is_not_declared_is_not_managed() {
    let desired = alone("");
    let mut world = World::of(&desired);
    // The survey does not even look; a protection is seen all the same.
    world.at(WEB).facts.termination_protected = true;
    assert!(world.plan(&desired).unwrap().is_empty());
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story with all that it shows")]
fn what_can_change_in_place_does() {
    let declared = alone(
        ", securityGroupIds: [sg-1a2b3c4d], terminationProtection: true, metadataOptions: {httpPutResponseHopLimit: 2}, tags: {Team: data}",
    );
    let mut world = World::of(&declared);
    world.unset(WEB, "securityGroupIds.sg-1a2b3c4d");
    world.set(WEB, "securityGroupIds.sg-99999999", Value::Present);
    world.set(WEB, "terminationProtection", Value::Bool(false));
    world.set(WEB, "metadataOptions.httpTokens", text("optional"));
    world.set(WEB, "tags.Team", text("other"));
    world.set(WEB, "tags.Extra", text("1"));
    assert_snapshot!(world.story(&declared), @"
    update Instance/web
      + securityGroupIds.sg-1a2b3c4d: present
      - securityGroupIds.sg-99999999: present
      ~ metadataOptions.httpTokens: optional -> required
      ~ terminationProtection: false -> true
      ~ tags.Team: other -> data
      - tags.Extra: 1
    0. set the security groups of instance web (i-web)
    1. set the metadata options of instance web (i-web)
    2. protect instance web (i-web) from termination
    3. tag instance web (i-web)
    4. remove tags from instance web (i-web)
    ");
    let changing = ["ModifyInstanceAttribute", "ModifyInstanceMetadataOptions"];
    let changing = changing.map(|action| calls(&world, &declared, action));
    assert_debug_snapshot!(changing, @r#"
    [
        [
            Call {
                service: Ec2,
                action: "ModifyInstanceAttribute",
                region: None,
                parameters: {
                    "GroupId": List(
                        [
                            Text(
                                "sg-1a2b3c4d",
                            ),
                        ],
                    ),
                    "InstanceId": Text(
                        "i-web",
                    ),
                },
            },
            Call {
                service: Ec2,
                action: "ModifyInstanceAttribute",
                region: None,
                parameters: {
                    "DisableApiTermination": Map(
                        {
                            "Value": Text(
                                "true",
                            ),
                        },
                    ),
                    "InstanceId": Text(
                        "i-web",
                    ),
                },
            },
        ],
        [
            Call {
                service: Ec2,
                action: "ModifyInstanceMetadataOptions",
                region: None,
                parameters: {
                    "HttpPutResponseHopLimit": Text(
                        "2",
                    ),
                    "HttpTokens": Text(
                        "required",
                    ),
                    "InstanceId": Text(
                        "i-web",
                    ),
                },
            },
        ],
    ]
    "#);
    let tagging = ["CreateTags", "DeleteTags"].map(|action| calls(&world, &declared, action));
    assert_debug_snapshot!(tagging, @r#"
    [
        [
            Call {
                service: Ec2,
                action: "CreateTags",
                region: None,
                parameters: {
                    "ResourceId": List(
                        [
                            Text(
                                "i-web",
                            ),
                        ],
                    ),
                    "Tag": List(
                        [
                            Map(
                                {
                                    "Key": Text(
                                        "Team",
                                    ),
                                    "Value": Text(
                                        "data",
                                    ),
                                },
                            ),
                        ],
                    ),
                },
            },
        ],
        [
            Call {
                service: Ec2,
                action: "DeleteTags",
                region: None,
                parameters: {
                    "ResourceId": List(
                        [
                            Text(
                                "i-web",
                            ),
                        ],
                    ),
                    "Tag": List(
                        [
                            Map(
                                {
                                    "Key": Text(
                                        "Extra",
                                    ),
                                },
                            ),
                        ],
                    ),
                },
            },
        ],
    ]
    "#);
}

#[test]
fn another_image_takes_another_instance() {
    let desired = desired(APP);
    let mut world = World::of(&desired);
    world.set(WEB, "imageId", text("ami-99999999"));
    assert_snapshot!(world.story(&desired), @"
    keep Role/app
    keep InstanceProfile/app
    replace Instance/web [i-web running] !Deletion
      ~ imageId: ami-99999999 -> ami-1a2b3c4d (replaces)
    keep InstanceAssociation/web[i-web] (the instance is launched anew with what is declared)
    0. terminate instance web (i-web)
    1. launch instance web <- 0
    ");
}

#[test]
fn what_matters_only_at_launch_takes_another_instance() {
    let declared = alone(", keyName: ops, subnetId: subnet-1a2b3c4d, userData: hello");
    for field in ["instanceType", "keyName", "subnetId", "userData"] {
        let mut world = World::of(&declared);
        world.set(WEB, field, text("other"));
        let launches = calls(&world, &declared, "RunInstances");
        assert_eq!(launches.len(), 1, "{field}");
        let terminations = calls(&world, &declared, "TerminateInstances");
        assert_eq!(terminations.len(), 1, "{field}");
    }
}

#[test]
fn another_region_takes_another_instance_there() {
    let declared = alone(", region: eu-west-1");
    let mut world = World::of(&declared);
    world.set(WEB, "region", text("eu-central-1"));
    assert_snapshot!(world.story(&declared), @"
    replace Instance/web [i-web running] !Deletion
      ~ region: eu-central-1 -> eu-west-1 (replaces)
    0. terminate instance web (i-web)
    1. launch instance web <- 0
    ");
    let region = |action: &str| calls(&world, &declared, action)[0].region.clone();
    assert_eq!(region("TerminateInstances"), None, "the run's own");
    assert_eq!(region("RunInstances").as_deref(), Some("eu-west-1"));
}

#[test]
fn another_profile_is_the_associations_matter() {
    let other = "
kind: Role
metadata: {name: other}
spec: {instanceProfile: true, trustPolicy: {services: [ec2.amazonaws.com]}}
---";
    let before = desired(&format!("{other}{APP}"));
    let after =
        desired(&format!("{other}{APP}").replace("instanceProfile: app", "instanceProfile: other"));
    assert_snapshot!(World::of(&before).story(&after), @"
    keep Role/app
    keep InstanceProfile/app
    keep Role/other
    keep InstanceProfile/other
    keep Instance/web
    update InstanceAssociation/web[i-web] [i-web running] !NewAccess
      ~ instanceProfile: app#AIPA-app -> other#AIPA-other
      gains: gives instances the access of other
      loses: takes the access of app from instances
    0. replace the instance profile of i-web by other
    ");
}

#[test]
fn a_profile_that_takes_the_place_of_another_comes_before_the_old_instance_goes() {
    let before = desired(APP);
    let renamed = APP
        .replace("name: app", "name: shop")
        .replace("instanceProfile: app", "instanceProfile: shop")
        .replace("ami-1a2b3c4d", "ami-1a2b3c4e");
    let mut world = World::of(&before);
    let link = Value::Link(Link {
        name: "app".into(),
        id: Some("AIPA-app".into()),
        target: Some(Address::new(kind::INSTANCE_PROFILE, "app")),
    });
    world.set(WEB, "instanceProfile", link);
    world.wishes.prune = true;
    assert_snapshot!(world.story(&desired(&renamed)), @"
    create Role/shop !NewAccess
    create InstanceProfile/shop !NewAccess
    replace Instance/web [i-web running] !Deletion
      ~ imageId: ami-1a2b3c4d -> ami-1a2b3c4e (replaces)
    update InstanceAssociation/web[i-web] [i-web running] (the instance is launched anew with what is declared) !NewAccess
      ~ instanceProfile: app#AIPA-app -> shop
      gains: gives instances the access of shop
      loses: takes the access of app from instances
    delete InstanceProfile/app [i-web running] (the stack owns it and no longer declares it) !Deletion
    delete Role/app [i-web running] (the stack owns it and no longer declares it) !Deletion
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. create role shop
    1. create instance profile shop
    2. add role shop to instance profile shop <- 0 1
    3. terminate instance web (i-web) <- 1 2
    4. launch instance web <- 1 2 3
    5. remove role app from instance profile app <- 3
    6. delete instance profile app <- 3 5
    7. delete role app <- 5
    ");
}

#[test]
fn an_instance_that_shall_be_absent_is_terminated() {
    let there = desired(APP);
    let absent = desired(&APP.replace("imageId:", "ensure: absent\n  imageId:"));
    let world = World::of(&there);
    assert_snapshot!(world.story(&absent), @"
    delete Instance/web [i-web running] !Deletion
    keep Role/app
    keep InstanceProfile/app
    detach InstanceAssociation/web[i-web] [i-web running] (it goes with the instance) !Deletion
      - instanceProfile: app#AIPA-app
    0. terminate instance web (i-web)
    ");
    for state in ["terminated", "shutting-down"] {
        let mut world = World::of(&alone(""));
        former(&mut world, state, "i-web");
        let absent = alone(", ensure: absent");
        assert!(world.plan(&absent).unwrap().is_empty(), "{state}");
    }
}

#[test]
fn everything_goes_together() {
    let desired = desired(APP);
    let mut world = World::of(&desired);
    let link = Value::Link(Link {
        name: "app".into(),
        id: Some("AIPA-app".into()),
        target: Some(Address::new(kind::INSTANCE_PROFILE, "app")),
    });
    world.set(WEB, "instanceProfile", link);
    world.wishes.destroy = true;
    assert_snapshot!(world.story(&desired), @"
    delete Role/app [i-web running] !Deletion
    delete InstanceProfile/app [i-web running] !Deletion
    delete Instance/web [i-web running] !Deletion
    detach InstanceAssociation/web[i-web] [i-web running] (it goes with the instance) !Deletion
      - instanceProfile: app#AIPA-app
    note (Warning): instances of other regions were not looked at: only eu-central-1
    0. terminate instance web (i-web)
    1. remove role app from instance profile app <- 0
    2. delete role app <- 1
    3. delete instance profile app <- 0 1
    ");
}

#[test]
fn an_instance_that_is_no_longer_declared_goes_when_it_is_pruned() {
    let mut world = World::of(&alone(""));
    let nothing = desired("kind: Stack\nmetadata: {name: test}\nspec: {}");
    assert_snapshot!(world.story(&nothing), @"
    keep Instance/web (the stack owns it and no longer declares it)
    note (Orphan): Instance/web is owned by the stack but no longer declared; `--prune` deletes it
    ");
    world.wishes.prune = true;
    assert_snapshot!(world.story(&nothing), @"
    delete Instance/web [i-web running] (the stack owns it and no longer declares it) !Deletion
    0. terminate instance web (i-web)
    ");
}

/// The run would end with what it runs on.
#[test]
fn a_run_does_not_terminate_its_own_instance() {
    let mut world = World::of(&alone(""));
    world.wishes.prune = true;
    world.live.caller.arn = "arn:aws:sts::123456789012:assumed-role/ops/i-web".to_owned();
    let nothing = desired("kind: Stack\nmetadata: {name: test}\nspec: {}");
    let plan = world.plan(&nothing).unwrap();
    let refusals = refusals(&plan, &nothing, &world.live, &GuardOverrides::default());
    assert_snapshot!(drawn_diagnostics(&refusals.into_iter().collect()), @"
    [lock-out] the plan would delete Instance/web, which this run itself uses (arn:aws:sts::123456789012:assumed-role/ops/i-web)
      hint: run it with other credentials, or pass `--allow-lock-out` if you know another way in
    ");
}

/// Nobody is left who could miss the profile.
#[test]
fn a_profile_may_go_with_the_only_instance_that_uses_it() {
    let mut world = World::of(&desired(APP));
    // Associations carry no tags: one that is no longer declared is not seen.
    world.gone("InstanceAssociation/web[i-web]");
    world.wishes.prune = true;
    let nothing = desired("kind: Stack\nmetadata: {name: test}\nspec: {}");
    let refused = |world: &World| {
        let plan = world.plan(&nothing).unwrap();
        refusals(&plan, &nothing, &world.live, &GuardOverrides::default())
    };
    assert_eq!(refused(&world), []);
    let users = world.live.users.values_mut();
    users.for_each(|users| users[0].id = "i-other".to_owned());
    assert_eq!(refused(&world).len(), 1);
}

#[test]
fn a_terminated_instance_is_launched_anew_as_another_launch() {
    let desired = alone("");
    let first = token(&World::empty(&desired), &desired);
    assert_eq!(first, token(&World::empty(&desired), &desired));
    let mut tokens = vec![first];
    let mut stories = Vec::new();
    for (state, ids) in [
        ("terminated", "i-11111111"),
        ("shutting-down", "i-22222222"),
        ("terminated", "i-11111111,i-22222222"),
    ] {
        let mut world = World::of(&desired);
        former(&mut world, state, ids);
        stories.push(world.story(&desired));
        tokens.push(token(&world, &desired));
    }
    assert_snapshot!(stories.join("\n"), @"
    create Instance/web
    0. launch instance web

    create Instance/web
    0. launch instance web

    create Instance/web
    0. launch instance web
    ");
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 4, "each is a launch of its own");
}

/// Cut off between terminating and launching, the next run sees the old instance terminated.
#[test]
fn a_replacement_that_was_cut_off_is_the_same_launch() {
    let desired = alone("");
    let mut replacing = World::of(&desired);
    replacing.set(WEB, "imageId", text("ami-99999999"));
    let mut cut_off = World::of(&desired);
    former(&mut cut_off, "terminated", "i-web");
    assert_eq!(token(&replacing, &desired), token(&cut_off, &desired));
}

#[test]
fn two_instances_with_the_tags_of_one_are_told() {
    let mut world = World::of(&alone(""));
    let twins = ["i-11111111", "i-22222222 (eu-west-1)"];
    world.at(WEB).facts.twins = twins.map(str::to_owned).into();
    let absent = alone(", ensure: absent");
    let stories = [&alone(""), &absent].map(|desired| world.story(desired));
    assert_snapshot!(stories.join("\n"), @"
    a.yaml:8:18 [launched-twice] Instance/web: instances i-11111111 and i-22222222 (eu-west-1) all carry its tags
      hint: take the tag `rolewright:name` from those that are not meant, or terminate them
    a.yaml:8:18 [launched-twice] Instance/web: instances i-11111111 and i-22222222 (eu-west-1) all carry its tags
      hint: take the tag `rolewright:name` from those that are not meant, or terminate them
    ");
    world.set(WEB, "imageId", text("ami-99999999"));
    world.wishes.destroy = true;
    assert_snapshot!(world.story(&alone("")), @"
    a.yaml:8:18 [launched-twice] Instance/web: instances i-11111111 and i-22222222 (eu-west-1) all carry its tags
      hint: take the tag `rolewright:name` from those that are not meant, or terminate them
    ");
}

#[test]
fn a_protected_instance_is_not_terminated() {
    let protected = |declared: &Desired| {
        let mut world = World::of(declared);
        world.at(WEB).facts.termination_protected = true;
        world
    };
    let absent = alone(", ensure: absent");
    let gone = protected(&alone("")).story(&absent);
    let mut other_image = protected(&alone(""));
    other_image.set(WEB, "imageId", text("ami-99999999"));
    let replaced = other_image.story(&alone(""));
    let mut pruning = protected(&alone(""));
    pruning.wishes.prune = true;
    let nothing = desired("kind: Stack\nmetadata: {name: test}\nspec: {}");
    let pruned = pruning.story(&nothing);
    let mut destroying = protected(&alone(""));
    destroying.wishes.destroy = true;
    let declared = alone(", terminationProtection: true");
    let destroyed = destroying.story(&declared);
    assert_snapshot!([gone, replaced, pruned, destroyed].join("\n"), @"
    a.yaml:8:18 [termination-protected] Instance/web: instance i-web is protected from termination
      hint: declare it with `terminationProtection: false`, or lift the protection in EC2
    a.yaml:8:18 [termination-protected] Instance/web: instance i-web is protected from termination
      hint: declare it with `terminationProtection: false`, or lift the protection in EC2
    [termination-protected] Instance/web: instance i-web is protected from termination
      hint: declare it with `terminationProtection: false`, or lift the protection in EC2
    a.yaml:8:18 [termination-protected] Instance/web: instance i-web is protected from termination
      hint: declare it with `terminationProtection: false`, or lift the protection in EC2
    ");
}

#[test]
fn a_protection_that_is_declared_off_is_lifted_before() {
    let declared = alone(", terminationProtection: false");
    let mut world = World::of(&declared);
    world.set(WEB, "terminationProtection", Value::Bool(true));
    world.at(WEB).facts.termination_protected = true;
    let mut destroying = world.clone();
    destroying.wishes.destroy = true;
    world.set(WEB, "imageId", text("ami-99999999"));
    let stories = [world.story(&declared), destroying.story(&declared)];
    assert_snapshot!(stories.join("\n"), @"
    replace Instance/web [i-web running] !Deletion
      ~ imageId: ami-99999999 -> ami-1a2b3c4d (replaces)
      ~ terminationProtection: true -> false
    0. stop protecting instance web (i-web) from termination
    1. terminate instance web (i-web) <- 0
    2. launch instance web <- 1

    delete Instance/web [i-web running] !Deletion
    0. stop protecting instance web (i-web) from termination
    1. terminate instance web (i-web) <- 0
    ");
}

/// What no manifest says stays as EC2 chose it.
#[test]
fn a_launch_says_nothing_that_is_not_declared() {
    let desired = alone("");
    let launches = calls(&World::empty(&desired), &desired, "RunInstances");
    let names: Vec<&String> = launches[0].parameters.keys().collect();
    assert_debug_snapshot!(names, @r#"
    [
        "ClientToken",
        "ImageId",
        "InstanceType",
        "MaxCount",
        "MetadataOptions",
        "MinCount",
        "TagSpecification",
    ]
    "#);
}

#[test]
fn an_association_by_reference_is_launched_with_its_profile() {
    let declared = desired(
        "kind: Instance\nmetadata: {name: web}\nspec: {imageId: ami-1a2b3c4d, instanceType: t3.micro}\n---\nkind: InstanceAssociation\nmetadata: {name: of-web}\nspec: {instances: {ref: web}, instanceProfile: \"arn:aws:iam::123456789012:instance-profile/theirs\"}",
    );
    let mut world = World::empty(&declared);
    let names = world.live.names.get_mut(&kind::INSTANCE_PROFILE).unwrap();
    names.insert("theirs".to_owned());
    let plan = world.plan(&declared).unwrap();
    let web = plan
        .changes
        .iter()
        .find(|change| change.address.kind == kind::INSTANCE);
    let path = FieldPath::new(field::INSTANCE_PROFILE);
    assert!(web.unwrap().edits.iter().any(|edit| edit.path == path));
    assert_snapshot!(world.story(&declared), @"
    create Instance/web
    create InstanceAssociation/of-web (the instance is launched with it) !NewAccess
    0. launch instance web
    ");
}

#[test]
fn an_instance_with_two_profiles_is_told_before_it_is_launched_and_after() {
    let both = format!(
        "{APP}---\nkind: InstanceAssociation\nmetadata: {{name: more}}\nspec: {{instances: {{ref: web}}, instanceProfile: app}}"
    );
    let desired = desired(&both);
    let stories = [World::empty(&desired), World::of(&desired)].map(|world| world.story(&desired));
    assert_snapshot!(stories.join("\n"), @"
    a.yaml:18:20 [declared-twice] Instance/web is claimed by both InstanceAssociation/more and InstanceAssociation/web
      at a.yaml:24:19: claimed here as well
      hint: an instance has one profile: let one of them leave it out
    a.yaml:18:20 [declared-twice] i-web is claimed by both InstanceAssociation/more[i-web] and InstanceAssociation/web[i-web]
      at a.yaml:24:19: claimed here as well
      hint: an instance has one profile: let one of them leave it out
    ");
}

/// Two listings of EC2 may disagree for some seconds: one still shows the instance, the other one its end.
#[test]
fn an_association_of_a_launched_instance_leaves_its_end_to_the_instance() {
    let desired = desired(APP);
    let mut world = World::of(&desired);
    world.set(WEB, "imageId", text("ami-99999999"));
    world.instance_is("InstanceAssociation/web[i-web]", "shutting-down");
    assert!(world.plan(&desired).is_ok());
    world.gone("InstanceAssociation/web[i-web]");
    assert!(world.plan(&desired).is_ok());
}
