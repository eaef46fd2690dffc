//! An instance as its document says it, and which instances an export is about.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::survey::{Depth, survey};
use crate::cloud::{Fault, Reads};
use crate::kinds::{ExportContext, ExportSearch, Exported, Found, Survey, SurveyScope, tags};
use crate::model::{Address, FieldName, FieldPath, Observed, Quotas, Value, field, kind};

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
    for field in [field::IMAGE_ID, field::INSTANCE_TYPE, field::KEY_NAME] {
        exported.copy(instance, field, None);
    }
    let groups: Vec<Json> = members(instance, field::SECURITY_GROUP_IDS)
        .map(|(id, _)| Json::from(id))
        .collect();
    if !groups.is_empty() {
        let groups = Json::Array(groups);
        exported
            .spec
            .insert(field::SECURITY_GROUP_IDS.to_string(), groups);
    }
    exported.copy(instance, field::SUBNET_ID, None);
    exported.copy(instance, field::USER_DATA, None);
    profile(instance, surroundings, &mut exported);
    let options: Map<String, Json> = members(instance, field::METADATA_OPTIONS)
        .filter_map(|(option, value)| match value {
            Value::Text(text) => Some((option.to_owned(), Json::from(text.as_str()))),
            Value::Number(number) => Some((option.to_owned(), Json::from(*number))),
            _ => None,
        })
        .collect();
    exported.members(field::METADATA_OPTIONS, options);
    protection(instance, &mut exported);
    exported.members(field::TAGS, tags::exported(&instance.attributes));
    exported
}

fn profile(instance: &Observed, surroundings: &ExportContext<'_>, exported: &mut Exported) {
    let profile = instance
        .attributes
        .get(&FieldPath::new(field::INSTANCE_PROFILE));
    if let Some(Value::Link(link)) = profile {
        let target = Address::new(kind::INSTANCE_PROFILE, &link.name);
        let profile = surroundings.spoken(&target, "instance-profile", None);
        let profile = Json::from(profile);
        exported
            .spec
            .insert(field::INSTANCE_PROFILE.to_string(), profile);
    }
}

/// It is left out where it could not be looked at.
fn protection(instance: &Observed, exported: &mut Exported) {
    let path = FieldPath::new(field::TERMINATION_PROTECTION);
    if let Some(Value::Text(protected)) = instance.attributes.get(&path) {
        let protected = Json::from(protected == "true");
        exported
            .spec
            .insert(field::TERMINATION_PROTECTION.to_string(), protected);
    }
}

fn members<'a>(
    instance: &'a Observed,
    field: FieldName,
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let attributes = instance.attributes.iter();
    let attributes = attributes.filter(move |(path, _)| path.field == field);
    attributes.filter_map(|(path, value)| Some((path.member.as_deref()?, value)))
}
