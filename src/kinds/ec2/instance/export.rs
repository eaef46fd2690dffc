//! An instance as its document says it, and which instances an export is about.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::Instance;
use super::survey::{Depth, survey};
use crate::cloud::{Fault, Reads};
use crate::kinds::export::members_of;
use crate::kinds::iam::instance_profile;
use crate::kinds::{
    Export, ExportContext, ExportSearch, Exported, Found, Members, Reading, Survey, SurveyScope,
    tags,
};
use crate::model::{FieldPath, Observed, Quotas, Value, field};

impl Export for Instance {
    fn select<'a>(&'a self, reads: &'a dyn Reads, search: &'a ExportSearch<'a>) -> Reading<'a> {
        Box::pin(select(reads, search))
    }

    /// Everything that launching it again would take.
    fn document(&self, members: &Members<'_>, context: &ExportContext<'_>) -> Option<Exported> {
        let instance = members.values().next()?;
        let mut exported = Exported::default();
        for field in [field::IMAGE_ID, field::INSTANCE_TYPE, field::KEY_NAME] {
            exported.copy(instance, field, None);
        }
        exported.copy_names(instance, field::SECURITY_GROUP_IDS);
        exported.copy(instance, field::SUBNET_ID, None);
        exported.copy(instance, field::USER_DATA, None);
        profile(instance, context, &mut exported);
        let options: Map<String, Json> = members_of(instance, field::METADATA_OPTIONS)
            .filter_map(|(option, value)| match value {
                Value::Text(text) => Some((option.to_owned(), Json::from(text.as_str()))),
                Value::Number(number) => Some((option.to_owned(), Json::from(*number))),
                _ => None,
            })
            .collect();
        exported.members(field::METADATA_OPTIONS, options);
        protection(instance, &mut exported);
        exported.members(field::TAGS, tags::exported(&instance.attributes));
        Some(exported)
    }
}

/// Finds the instances that a stack launched, in the run's region. Nothing but the stack's tags tells which these
/// are, and other instances are nobody's to declare.
async fn select(reads: &dyn Reads, search: &ExportSearch<'_>) -> Result<Found, Fault> {
    let Some(stack) = &search.filter.owner else {
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
    let filter = search.filter;
    found
        .resources
        .retain(|_, instance| filter.path_prefix.is_none() && filter.matches(instance));
    Ok(found)
}

fn profile(instance: &Observed, context: &ExportContext<'_>, exported: &mut Exported) {
    let profile = instance
        .attributes
        .get(&FieldPath::new(field::INSTANCE_PROFILE));
    if let Some(Value::Link(link)) = profile {
        let profile = context.reference(&instance_profile::ARN, &link.name, None);
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
