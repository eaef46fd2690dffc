//! Instances of a seed, and what joins them with profiles.

use serde::Deserialize;

use crate::sandbox::catalogue;
use crate::sandbox::error::SandboxError;
use crate::sandbox::ids::Entropy;
use crate::sandbox::world::{
    Association, AssociationState, EPOCH, Iam, Instance, InstanceState, MetadataOptions,
    ShutdownBehavior, Tags, World,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct SeedInstance {
    id: String,
    #[serde(default = "super::region")]
    region: String,
    #[serde(default = "running")]
    state: InstanceState,
    #[serde(default = "small")]
    instance_type: String,
    image_id: Option<String>,
    key_name: Option<String>,
    subnet_id: Option<String>,
    #[serde(default)]
    security_group_ids: Vec<String>,
    /// In base64.
    user_data: Option<String>,
    #[serde(default)]
    metadata_options: SeedMetadata,
    #[serde(default)]
    disable_api_termination: bool,
    #[serde(default)]
    tags: Tags,
    association: Option<SeedAssociation>,
}

/// What is left out is as EC2 has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SeedMetadata {
    http_tokens: Option<String>,
    http_put_response_hop_limit: Option<u32>,
    http_endpoint: Option<String>,
    instance_metadata_tags: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct SeedAssociation {
    /// Derived from the instance's id if left out.
    id: Option<String>,
    /// The name of a profile of this file.
    instance_profile: String,
}

fn running() -> InstanceState {
    InstanceState::Running
}

fn small() -> String {
    "t3.micro".to_owned()
}

impl SeedInstance {
    pub(super) fn plant(self, world: &mut World) -> Result<(), SandboxError> {
        let association = self
            .association
            .as_ref()
            .map(|asked| asked.planted(&self.id, &world.iam))
            .transpose()?;
        let mut groups = self.security_group_ids;
        if groups.is_empty() {
            groups.push(catalogue::SECURITY_GROUP_ID.to_owned());
        }
        let region = world.regions.entry(self.region).or_default();
        if let Some(association) = association {
            region
                .associations
                .insert(association.id.clone(), association);
        }
        let instance = Instance {
            reservation: Entropy::of(&self.id).resource_id("r-"),
            id: self.id,
            state: self.state,
            changes_at: None,
            image_id: self.image_id.unwrap_or_else(|| catalogue::IMAGE.to_owned()),
            instance_type: self.instance_type,
            launched: EPOCH,
            key_name: self.key_name,
            subnet_id: self
                .subnet_id
                .unwrap_or_else(|| catalogue::SUBNET.to_owned()),
            security_groups: groups,
            user_data: self.user_data,
            metadata_options: self.metadata_options.planted(),
            disable_api_termination: self.disable_api_termination,
            shutdown_behavior: ShutdownBehavior::Stop,
            client_token: None,
            launch_fingerprint: None,
            tags: self.tags,
        };
        let id = instance.id.clone();
        match region.instances.insert(id.clone(), instance) {
            None => Ok(()),
            Some(_) => Err(SandboxError::Seed(format!("instance {id} is there twice"))),
        }
    }
}

impl SeedMetadata {
    fn planted(self) -> MetadataOptions {
        let usual = MetadataOptions::default();
        let Self {
            http_tokens,
            http_put_response_hop_limit,
            http_endpoint,
            instance_metadata_tags,
        } = self;
        MetadataOptions {
            http_tokens: http_tokens.unwrap_or(usual.http_tokens),
            http_put_response_hop_limit: http_put_response_hop_limit
                .unwrap_or(usual.http_put_response_hop_limit),
            http_endpoint: http_endpoint.unwrap_or(usual.http_endpoint),
            instance_metadata_tags: instance_metadata_tags.unwrap_or(usual.instance_metadata_tags),
        }
    }
}

impl SeedAssociation {
    fn planted(&self, instance: &str, iam: &Iam) -> Result<Association, SandboxError> {
        let missing = || {
            SandboxError::Seed(format!(
                "instance {instance} uses {}, which is not there",
                self.instance_profile
            ))
        };
        let profile = iam.profile(&self.instance_profile).ok_or_else(missing)?;
        Ok(Association {
            id: self
                .id
                .clone()
                .unwrap_or_else(|| Entropy::of(instance).nth(1).resource_id("iip-assoc-")),
            instance: instance.to_owned(),
            profile_arn: iam.profile_arn(profile),
            profile_id: profile.id.clone(),
            state: AssociationState::Associated,
            changes_at: None,
            made: EPOCH,
        })
    }
}
