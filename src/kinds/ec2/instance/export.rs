//! An instance as its document says it, and which instances an export is about.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::Instance;
use super::survey::{Depth, survey_of};
use crate::cloud::{Fault, Reads};
use crate::kinds::iam::instance_profile;
use crate::kinds::{
    Export, ExportContext, ExportSearch, Exported, Found, Members, Reading, Survey, SurveyScope,
    tags,
};
use crate::model::{Quotas, Value, field};

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
        exported.names(instance, field::SECURITY_GROUP_IDS);
        exported.copy(instance, field::SUBNET_ID, None);
        exported.copy(instance, field::USER_DATA, None);
        if let Some(link) = instance.attributes.link(field::INSTANCE_PROFILE) {
            let profile = context.reference(&instance_profile::ARN, &link.name, None);
            exported.set(field::INSTANCE_PROFILE, profile);
        }
        let options = instance.attributes.members(field::METADATA_OPTIONS);
        let options = options.filter_map(|(option, value)| match value {
            Value::Text(text) => Some((option.to_owned(), Json::from(text.as_str()))),
            Value::Number(number) => Some((option.to_owned(), Json::from(*number))),
            _ => None,
        });
        exported.members(field::METADATA_OPTIONS, options.collect());
        // It is left out where it could not be looked at.
        exported.copy(instance, field::TERMINATION_PROTECTION, None);
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
    let mut found = survey_of(reads, &all, Depth::Whole).await?;
    let filter = search.filter;
    found
        .resources
        .retain(|_, instance| filter.path_prefix.is_none() && filter.matches(instance));
    Ok(found)
}
