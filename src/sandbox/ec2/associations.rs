//! `DescribeIamInstanceProfileAssociations`.

use super::filter::Filters;
use super::{Call, associate, page, show};
use crate::sandbox::fault::Outcome;
use crate::sandbox::world::{Association, Region};

pub(super) fn describe(region: &Region, call: &Call) -> Outcome {
    let asked = call.form.list("AssociationId");
    for id in &asked {
        associate::find(region, id)?;
    }
    let filters = Filters::of(call.form, |name| matches!(name, "instance-id" | "state"))?;
    let wanted = |association: &Association| {
        let named = asked.is_empty() || asked.contains(&association.id.as_str());
        named
            && filters.match_all(|name| match name {
                "instance-id" => vec![association.instance.clone()],
                _ => vec![association.state.name().to_owned()],
            })
    };
    let rows = region
        .associations
        .iter()
        .filter(|(_, association)| wanted(association));
    let page = page::cut(
        call.form,
        rows.map(|(id, association)| (id.as_str(), association)),
        asked.is_empty(),
    )?;
    Ok(page::items(
        "iamInstanceProfileAssociationSet",
        page.items.into_iter().map(show::association),
        page.next,
    ))
}
