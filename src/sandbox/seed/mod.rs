//! Starting worlds from YAML: what a test or a tour wants to find in the account.

mod instance;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::caller;
use super::error::SandboxError;
use super::ids::Entropy;
use super::policy::{self, Naming};
use super::world::{
    Bucket, EPOCH, Iam, InstanceProfile, Object, Role, Tags, User, World, ec2_trust,
};
use instance::SeedInstance;

/// A whole seed file. Everything may be left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
struct Seed {
    account: String,
    /// ARNs of the account's own managed policies.
    policies: BTreeSet<String>,
    users: Vec<SeedUser>,
    roles: Vec<SeedRole>,
    instance_profiles: Vec<SeedProfile>,
    instances: Vec<SeedInstance>,
    buckets: Vec<SeedBucket>,
    /// By region, what can be launched with besides what every region has.
    offers: BTreeMap<String, BTreeSet<String>>,
}

impl Default for Seed {
    fn default() -> Seed {
        let (users, roles, instance_profiles, instances) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Seed {
            account: caller::ACCOUNT.to_owned(),
            policies: BTreeSet::new(),
            users,
            roles,
            instance_profiles,
            instances,
            buckets: Vec::new(),
            offers: BTreeMap::new(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SeedBucket {
    name: String,
    #[serde(default = "region")]
    region: String,
    /// A document, or a text that is kept byte for byte.
    policy: Option<Value>,
    #[serde(default)]
    objects: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SeedUser {
    name: String,
    #[serde(default = "root")]
    path: String,
    #[serde(default)]
    tags: Tags,
    #[serde(default)]
    inline_policies: BTreeMap<String, Value>,
    #[serde(default)]
    managed_policies: BTreeSet<String>,
    permissions_boundary: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SeedRole {
    name: String,
    #[serde(default = "root")]
    path: String,
    id: Option<String>,
    description: Option<String>,
    #[serde(default = "hour")]
    max_session_duration: u32,
    /// The EC2 trust policy if left out.
    trust_policy: Option<Value>,
    #[serde(default)]
    inline_policies: BTreeMap<String, Value>,
    #[serde(default)]
    managed_policies: BTreeSet<String>,
    permissions_boundary: Option<String>,
    #[serde(default)]
    tags: Tags,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SeedProfile {
    name: String,
    #[serde(default = "root")]
    path: String,
    id: Option<String>,
    role: Option<String>,
    #[serde(default)]
    tags: Tags,
}

fn root() -> String {
    "/".to_owned()
}

fn hour() -> u32 {
    3600
}

fn region() -> String {
    "us-east-1".to_owned()
}

pub(crate) fn read(text: &str) -> Result<World, SandboxError> {
    let seed: Seed = serde_yaml::from_str(text).map_err(SandboxError::SeedSyntax)?;
    let mut world = World::empty(&seed.account);
    world.iam.policies = seed.policies;
    for user in seed.users {
        world.iam.users.insert(Iam::key(&user.name), user.planted());
    }
    let mut trusts = Vec::new();
    for role in seed.roles {
        let (trust, role) = role.planted();
        trusts.push((Iam::key(&role.name), trust));
        insert(&mut world.iam.roles, &role.name.clone(), role)?;
    }
    settle_trust(&mut world.iam, trusts)?;
    for profile in seed.instance_profiles {
        let profile = profile.planted();
        let (name, role) = (profile.name.clone(), profile.role.as_ref());
        if let Some(role) = role.filter(|role| world.iam.role(role).is_none()) {
            let text = format!("instance profile {name} holds role {role}, which is not there");
            return Err(SandboxError::Seed(text));
        }
        insert(&mut world.iam.instance_profiles, &name, profile)?;
    }
    for (region, offers) in seed.offers {
        world.regions.entry(region).or_default().offers = offers;
    }
    seed.instances
        .into_iter()
        .try_for_each(|instance| instance.plant(&mut world))?;
    for bucket in seed.buckets {
        let (name, bucket) = bucket.planted(&world.iam)?;
        world.buckets.insert(name, bucket);
    }
    Ok(world)
}

fn insert<T>(map: &mut BTreeMap<String, T>, name: &str, value: T) -> Result<(), SandboxError> {
    match map.insert(Iam::key(name), value) {
        None => Ok(()),
        Some(_) => Err(SandboxError::Seed(format!("{name} is there twice"))),
    }
}

/// Trust policies come last: they may name any role of the file.
fn settle_trust(iam: &mut Iam, trusts: Vec<(String, String)>) -> Result<(), SandboxError> {
    for (key, document) in trusts {
        let stored = policy::stored(&document, iam, Naming::Earlier).map_err(|fault| {
            SandboxError::Seed(format!("the trust policy of role {key}: {}", fault.message))
        })?;
        if let Some(role) = iam.roles.get_mut(&key) {
            role.trust_policy = stored;
        }
    }
    Ok(())
}

fn texts(documents: BTreeMap<String, Value>) -> BTreeMap<String, String> {
    let documents = documents.into_iter();
    documents
        .map(|(name, document)| (name, document.to_string()))
        .collect()
}

impl SeedUser {
    fn planted(self) -> User {
        let id = Entropy::of(&format!("user/{}", self.name)).unique_id("AIDA");
        User {
            name: self.name,
            path: self.path,
            id,
            created: EPOCH,
            tags: self.tags,
            inline_policies: texts(self.inline_policies),
            attached_policies: self.managed_policies,
            permissions_boundary: self.permissions_boundary,
        }
    }
}

impl SeedRole {
    fn planted(self) -> (String, Role) {
        let id = self
            .id
            .unwrap_or_else(|| Entropy::of(&format!("role/{}", self.name)).unique_id("AROA"));
        let trust = self
            .trust_policy
            .map_or_else(ec2_trust, |document| document.to_string());
        let role = Role {
            name: self.name,
            path: self.path,
            id,
            created: EPOCH,
            description: self.description,
            max_session_duration: self.max_session_duration,
            trust_policy: String::new(),
            inline_policies: texts(self.inline_policies),
            attached_policies: self.managed_policies,
            permissions_boundary: self.permissions_boundary,
            tags: self.tags,
        };
        (trust, role)
    }
}

impl SeedProfile {
    fn planted(self) -> InstanceProfile {
        let id = self
            .id
            .unwrap_or_else(|| Entropy::of(&format!("profile/{}", self.name)).unique_id("AIPA"));
        InstanceProfile {
            name: self.name,
            path: self.path,
            id,
            created: EPOCH,
            role: self.role,
            tags: self.tags,
        }
    }
}

impl SeedBucket {
    fn planted(self, iam: &Iam) -> Result<(String, Bucket), SandboxError> {
        let mut bucket = Bucket::new(&self.region, EPOCH);
        let text = self.policy.map(|policy| match policy {
            Value::String(text) => text,
            document => document.to_string(),
        });
        if let Some(text) = text {
            bucket.principals =
                policy::bucket(&text, &self.name, iam, Naming::Earlier).map_err(|fault| {
                    SandboxError::Seed(format!(
                        "the policy of bucket {}: {}",
                        self.name, fault.message
                    ))
                })?;
            bucket.policy = Some(text);
        }
        let object = |body: String| Object {
            modified: EPOCH,
            content_type: "text/plain".to_owned(),
            body: body.into_bytes(),
        };
        let objects = self.objects.into_iter();
        bucket.objects = objects.map(|(key, body)| (key, object(body))).collect();
        Ok((self.name, bucket))
    }
}
