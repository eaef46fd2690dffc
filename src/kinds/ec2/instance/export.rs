//! An instance as its document says it, and which instances an export is about.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::survey::{Depth, survey};
use super::{
    IMAGE_ID, INSTANCE_PROFILE, INSTANCE_TYPE, KEY_NAME, METADATA_OPTIONS, SECURITY_GROUP_IDS,
    SUBNET_ID, TERMINATION_PROTECTION, USER_DATA,
};
use crate::cloud::{Fault, Reads};
use crate::kinds::iam::instance_profile;
use crate::kinds::{ExportContext, ExportSearch, Exported, Found, Survey, SurveyScope, tags};
use crate::model::{FieldPath, Observed, Quotas, Value};

/// Finds the instances that a stack launched, in the run's region. Nothing but the stack's tags tells which these
/// are, and other instances are nobody's to declare.
pub(super) async fn choose(reads: &dyn Reads, search: &ExportSearch<'_>) -> Result<Found, Fault> {
    let Some(stack) = &search.choice.owner else {
        return Ok(Found::default());
    };
    let (named, quotas) = (BTreeMap::new(), Quotas::new());
    let regions = BTreeSet::from([search.setting.region.clone()]);
    let all = Survey {
        setting: search.setting,
        stack,
        breadth: SurveyScope::Owned,
        named: &named,
        regions: &regions,
        quotas: &quotas,
        found: search.found,
    };
    let mut found = survey(reads, &all, Depth::Whole).await?;
    let choice = search.choice;
    found
        .resources
        .retain(|_, instance| choice.path_prefix.is_none() && choice.marks(instance));
    Ok(found)
}

/// Everything that launching it again would take.
pub(super) fn exported(instance: &Observed, surroundings: &ExportContext<'_>) -> Exported {
    let mut exported = Exported::default();
    for field in [IMAGE_ID, INSTANCE_TYPE, KEY_NAME] {
        exported.copy(instance, field, None);
    }
    let groups: Vec<Json> = members(instance, SECURITY_GROUP_IDS)
        .map(|(id, _)| Json::from(id))
        .collect();
    if !groups.is_empty() {
        let groups = Json::Array(groups);
        exported.spec.insert(SECURITY_GROUP_IDS.to_owned(), groups);
    }
    exported.copy(instance, SUBNET_ID, None);
    exported.copy(instance, USER_DATA, None);
    profile(instance, surroundings, &mut exported);
    let options: Map<String, Json> = members(instance, METADATA_OPTIONS)
        .filter_map(|(option, value)| match value {
            Value::Text(text) => Some((option.to_owned(), Json::from(text.as_str()))),
            Value::Number(number) => Some((option.to_owned(), Json::from(*number))),
            _ => None,
        })
        .collect();
    exported.members(METADATA_OPTIONS, options);
    protection(instance, &mut exported);
    exported.members(tags::FIELD, tags::exported(&instance.attributes));
    exported
}

fn profile(instance: &Observed, surroundings: &ExportContext<'_>, exported: &mut Exported) {
    let profile = instance.attributes.get(&FieldPath::new(INSTANCE_PROFILE));
    if let Some(Value::Link(link)) = profile {
        let profile = surroundings.reference(&instance_profile::ARN, &link.name, None);
        let profile = Json::from(profile);
        exported.spec.insert(INSTANCE_PROFILE.to_owned(), profile);
    }
}

/// It is left out where it could not be looked at.
fn protection(instance: &Observed, exported: &mut Exported) {
    let path = FieldPath::new(TERMINATION_PROTECTION);
    if let Some(Value::Text(protected)) = instance.attributes.get(&path) {
        let protected = Json::from(protected == "true");
        exported
            .spec
            .insert(TERMINATION_PROTECTION.to_owned(), protected);
    }
}

fn members<'a>(
    instance: &'a Observed,
    field: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let attributes = instance.attributes.iter();
    let attributes = attributes.filter(move |(path, _)| path.field == field);
    attributes.filter_map(|(path, value)| Some((path.member.as_deref()?, value)))
}
