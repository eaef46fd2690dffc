//! Draws worlds, and what of them is exported.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use rolewright::kinds::ExportFilter;
use rolewright::model::kind::{ROLE, USER_POLICY};
use rolewright::sandbox::{
    ACCOUNT, Association, AssociationState, Iam, Instance, InstanceProfile, Role, Tags, User, World,
};
use serde_json::{Value, json};

use crate::air::NOW;
use crate::dice::Dice;
use crate::words::{
    ACTIONS, CONDITION_TEXTS, DESCRIPTIONS, MANAGED, NAMES, PATHS, RESOURCES, TAG_KEYS, TAG_VALUES,
    USER_DATA,
};

/// The stack that exports are for.
pub(crate) const STACK: &str = "shop";
/// The tag that says who owns something.
pub(crate) const OWNER_TAG: &str = "rolewright:stack";
/// The tag by which roles can be chosen.
const MARK: (&str, &str) = ("Export me", "=yes: 1e3");
/// The policy that revokes sessions, of which a plan takes more for as good.
pub(crate) const REVOCATION: &str = "AWSRevokeOlderSessions";
/// When everything was made.
const LONG_AGO: Timestamp = Timestamp::constant(1_735_689_600, 0);

/// A world, and what of it is exported.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) choice: ExportFilter,
}

/// Draws one.
pub(crate) fn scene(seed: u64) -> Scene {
    let dice = &mut Dice::new(seed);
    let choice = choice(dice);
    let owned = choice.owner.is_some();
    let mut world = World::fresh();
    let pattern = world.regions["us-east-1"].instances.values().next();
    let pattern = pattern.expect("a fresh world has some").clone();
    world.regions.clear();
    for name in dice.some(60, &NAMES) {
        let mut role = role(dice, name, owned);
        let others: Vec<String> = world
            .iam
            .roles
            .values()
            .map(|role| role.id.clone())
            .collect();
        if let Some(other) = dice.maybe(20, &others) {
            // IAM keeps a role by its unique id and shows it by its ARN.
            let statement = json!({ "Effect": "Allow", "Principal": { "AWS": other }, "Action": "sts:AssumeRole" });
            role.trust_policy =
                json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
        }
        world.iam.roles.insert(Iam::key(name), role);
    }
    for name in dice.some(40, &NAMES) {
        let profile = profile(dice, name, owned, &world);
        world.iam.instance_profiles.insert(Iam::key(name), profile);
    }
    for user in choice.named(USER_POLICY) {
        let user = self::user(dice, user);
        world.iam.users.insert(Iam::key(&user.name), user);
    }
    instances(dice, &pattern, &mut world);
    Scene { world, choice }
}

fn choice(dice: &mut Dice) -> ExportFilter {
    let users = dice.some(15, &["anna", "true"]);
    let mut choice = ExportFilter::default();
    choice.name(USER_POLICY, users.into_iter().map(str::to_owned));
    match dice.from(1, 10) {
        1..=5 => choice.owner = Some(STACK.to_owned()),
        6 => choice.path_prefix = Some("/app/".to_owned()),
        7 => drop(choice.tags.insert(MARK.0.to_owned(), MARK.1.to_owned())),
        _ => {
            let roles = dice.some(40, &NAMES).into_iter();
            choice.name(ROLE, roles.map(str::to_owned));
        }
    }
    if choice.is_empty() {
        choice.name(ROLE, ["web".to_owned()]);
    }
    choice
}

fn id(prefix: &str, dice: &mut Dice) -> String {
    let letters: Vec<char> = ('A'..='Z').collect();
    let tail: String = (0..17).map(|_| dice.pick(&letters)).collect();
    format!("{prefix}{tail}")
}

fn role(dice: &mut Dice, name: &str, owned: bool) -> Role {
    if dice.percent(8) {
        return service_linked(dice, name);
    }
    let inline = inline(dice, 3);
    Role {
        name: name.to_owned(),
        path: dice.pick(&PATHS).to_owned(),
        id: id("AROA", dice),
        created: LONG_AGO,
        description: dice.maybe(70, &DESCRIPTIONS).map(str::to_owned),
        max_session_duration: dice.pick(&[3600, 3600, 7200, 43_200, 3601]),
        inline_policies: inline,
        attached_policies: dice
            .some(30, &MANAGED)
            .into_iter()
            .map(str::to_owned)
            .collect(),
        permissions_boundary: dice.maybe(25, &MANAGED).map(str::to_owned),
        tags: tags(dice, owned),
        trust_policy: trust(dice).to_string(),
    }
}

/// Up to so many inline policies.
fn inline(dice: &mut Dice, most: usize) -> BTreeMap<String, String> {
    let mut policies = BTreeMap::new();
    for _ in 0..dice.from(0, most) {
        let name = dice.pick(&NAMES).to_owned();
        policies.insert(name, identity(dice).to_string());
    }
    if dice.percent(10) {
        policies.insert(REVOCATION.to_owned(), revocation().to_string());
    }
    policies
}

/// What IAM's console writes to revoke sessions.
fn revocation() -> Value {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Action": ["*"], "Resource": ["*"],
        "Condition": { "DateLessThan": { "aws:TokenIssueTime": "2025-12-01T00:00:00.000Z" } },
    }] })
}

fn service_linked(dice: &mut Dice, name: &str) -> Role {
    Role {
        name: name.to_owned(),
        path: "/aws-service-role/autoscaling.amazonaws.com/".to_owned(),
        id: id("AROA", dice),
        created: LONG_AGO,
        description: None,
        max_session_duration: 3600,
        trust_policy: trust(dice).to_string(),
        inline_policies: BTreeMap::new(),
        attached_policies: MANAGED
            .iter()
            .take(1)
            .map(|arn| (*arn).to_owned())
            .collect(),
        permissions_boundary: None,
        tags: Tags::new(),
    }
}

/// Tag keys of roles are one in any letter case, of which the list has no two.
fn tags(dice: &mut Dice, owned: bool) -> Tags {
    let keys = dice.some(25, &TAG_KEYS);
    let values = keys
        .into_iter()
        .map(|key| (key.to_owned(), dice.pick(&TAG_VALUES).to_owned()));
    let mut tags: Tags = values.collect();
    if dice.percent(40) {
        tags.insert(MARK.0.to_owned(), MARK.1.to_owned());
    }
    let stack = match (owned, dice.from(1, 10)) {
        (true, 1..=6) | (false, 1..=3) => Some(STACK),
        (true, 7) | (false, 4) => Some("another"),
        _ => None,
    };
    tags.extend(stack.map(|stack| (OWNER_TAG.to_owned(), stack.to_owned())));
    tags
}

fn profile(dice: &mut Dice, name: &str, owned: bool, world: &World) -> InstanceProfile {
    let roles = world
        .iam
        .roles
        .values()
        .filter(|role| !role.is_service_linked());
    let roles: Vec<String> = roles.map(|role| role.name.clone()).collect();
    let same = roles
        .iter()
        .find(|role| *role == name && dice.percent(50))
        .cloned();
    let role = same.or_else(|| dice.maybe(70, &roles));
    InstanceProfile {
        name: name.to_owned(),
        path: dice.pick(&PATHS).to_owned(),
        id: id("AIPA", dice),
        created: LONG_AGO,
        tags: tags(dice, owned),
        role,
    }
}

fn user(dice: &mut Dice, name: &str) -> User {
    let inline = inline(dice, 2);
    User {
        name: name.to_owned(),
        path: "/".to_owned(),
        id: id("AIDA", dice),
        created: LONG_AGO,
        tags: Tags::new(),
        inline_policies: inline,
        attached_policies: std::collections::BTreeSet::new(),
        permissions_boundary: None,
    }
}

fn instances(dice: &mut Dice, pattern: &Instance, world: &mut World) {
    let profiles = world.iam.instance_profiles.values();
    let profiles: Vec<(String, String)> = profiles
        .map(|profile| (world.iam.profile_arn(profile), profile.id.clone()))
        .collect();
    let region = world.regions.entry("us-east-1".to_owned()).or_default();
    for number in 0..dice.from(0, 6) {
        let id = format!("i-{number:017x}");
        let mut instance = Instance {
            id: id.clone(),
            reservation: format!("r-{number:017x}"),
            tags: Tags::from([("Name".to_owned(), dice.pick(&TAG_VALUES).to_owned())]),
            ..pattern.clone()
        };
        if dice.percent(35) {
            launched(dice, &mut instance, number);
        }
        region.instances.insert(id.clone(), instance);
        if let Some((arn, profile)) = dice.maybe(70, &profiles) {
            let row = Association {
                id: format!("iip-assoc-{number:017x}"),
                instance: id,
                profile_arn: arn,
                profile_id: profile,
                state: AssociationState::Associated,
                changes_at: None,
                made: NOW,
            };
            region.associations.insert(row.id.clone(), row);
        }
    }
}

/// One that the stack has launched itself.
fn launched(dice: &mut Dice, instance: &mut Instance, number: usize) {
    let data = dice.maybe(60, &USER_DATA);
    instance.user_data = data.map(|text| STANDARD.encode(text));
    instance.key_name = dice.maybe(30, &["deploy key"]).map(str::to_owned);
    instance.disable_api_termination = dice.percent(30);
    let options = &mut instance.metadata_options;
    let tokens = dice.pick(&["required", "optional"]);
    tokens.clone_into(&mut options.http_tokens);
    options.http_put_response_hop_limit = dice.pick(&[1, 2]);
    let own = [
        (OWNER_TAG, STACK.to_owned()),
        ("rolewright:name", format!("{number}e3")),
    ];
    let own = own.map(|(key, value)| (key.to_owned(), value));
    instance.tags.extend(own);
}

/// A single value or a list, as IAM takes both.
fn one_or_more(dice: &mut Dice, all: &[&str]) -> Value {
    if dice.percent(50) {
        return json!(dice.pick(all));
    }
    let mut some = dice.some(40, all);
    if some.is_empty() {
        some.push(dice.pick(all));
    }
    json!(some)
}

fn policy(dice: &mut Dice, statement: fn(&mut Dice) -> Value) -> Value {
    let mut policy = json!({});
    if dice.percent(90) {
        policy["Version"] = json!(dice.pick(&["2012-10-17", "2012-10-17", "2008-10-17"]));
    }
    policy["Statement"] = if dice.percent(25) {
        statement(dice)
    } else {
        (0..dice.from(1, 3)).map(|_| statement(dice)).collect()
    };
    if dice.percent(30) {
        // Elements stand in any order.
        let fields = policy.as_object().cloned().unwrap_or_default();
        return fields.into_iter().rev().collect();
    }
    policy
}

/// What somebody may do.
pub(crate) fn identity(dice: &mut Dice) -> Value {
    policy(dice, |dice| {
        let mut statement = json!({});
        if dice.percent(30) {
            statement["Sid"] = json!(format!("S{}", dice.from(1, 1_000_000)));
        }
        statement["Effect"] = json!(dice.pick(&["Allow", "Allow", "Deny"]));
        let action = if dice.percent(80) {
            "Action"
        } else {
            "NotAction"
        };
        statement[action] = one_or_more(dice, &ACTIONS);
        let resource = if dice.percent(80) {
            "Resource"
        } else {
            "NotResource"
        };
        statement[resource] = one_or_more(dice, &RESOURCES);
        condition(dice, &mut statement);
        statement
    })
}

/// Who may assume a role.
fn trust(dice: &mut Dice) -> Value {
    policy(dice, |dice| {
        let principal = match dice.from(1, 6) {
            1 | 2 => {
                json!({ "Service": one_or_more(dice, &["ec2.amazonaws.com", "lambda.amazonaws.com"]) })
            }
            3 => {
                json!({ "AWS": one_or_more(dice, &["123456789012", "arn:aws:iam::210987654321:root"]) })
            }
            4 => json!({ "AWS": "*" }),
            5 => json!({ "Federated": "arn:aws:iam::123456789012:saml-provider/idp" }),
            _ => {
                json!({ "Service": "ec2.amazonaws.com", "AWS": [format!("arn:aws:iam::{ACCOUNT}:root")] })
            }
        };
        // IAM takes no `NotPrincipal` here.
        let mut statement =
            json!({ "Effect": dice.pick(&["Allow", "Allow", "Deny"]), "Principal": principal });
        statement["Action"] = one_or_more(dice, &["sts:AssumeRole", "sts:TagSession"]);
        condition(dice, &mut statement);
        statement
    })
}

fn condition(dice: &mut Dice, statement: &mut Value) {
    if dice.percent(50) {
        return;
    }
    let text = one_or_more(dice, &CONDITION_TEXTS);
    let all = [
        json!({ "StringLike": { "aws:username": text } }),
        json!({ "Bool": { "aws:SecureTransport": dice.pick(&[json!(true), json!("true"), json!(["false"])]) } }),
        json!({ "NumericLessThan": { "s3:max-keys": dice.pick(&[json!(10), json!("10"), json!([1, 2.5])]) } }),
        json!({ "ForAnyValue:StringEquals": { "aws:TagKeys": text }, "Null": { "aws:TokenIssueTime": false } }),
        json!({ "DateGreaterThan": { "aws:CurrentTime": "2026-01-01T00:00:00Z" } }),
        json!({ "IpAddress": { "aws:SourceIp": ["10.0.0.0/8", "2001:db8::/32"] } }),
    ];
    statement["Condition"] = dice.pick(&all);
}

/// A role and a profile as the simplest are.
pub(crate) fn patterns(name: &str) -> (Role, InstanceProfile) {
    let role = Role {
        name: name.to_owned(),
        path: "/".to_owned(),
        id: "AROAOFNOBODYOFNOBODY2".to_owned(),
        created: LONG_AGO,
        description: None,
        max_session_duration: 3600,
        trust_policy: json!({ "Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" }, "Action": "sts:AssumeRole",
        }] })
        .to_string(),
        inline_policies: BTreeMap::new(),
        attached_policies: std::collections::BTreeSet::new(),
        permissions_boundary: None,
        tags: Tags::new(),
    };
    let profile = InstanceProfile {
        name: name.to_owned(),
        path: "/".to_owned(),
        id: "AIPAOFNOBODYOFNOBODY2".to_owned(),
        created: LONG_AGO,
        role: None,
        tags: Tags::new(),
    };
    (role, profile)
}
