//! IAM's paging: `Marker` and `MaxItems` in, `IsTruncated` and `Marker` out.

use super::Call;
use crate::sandbox::fault::{Fault, Outcome};
use crate::sandbox::page;
use crate::sandbox::xml::Fields;

/// The asked page of `items` as `<list><member>…</member></list>`.
pub(super) fn members<'a, T: 'a>(
    call: &Call,
    list: &str,
    items: impl IntoIterator<Item = (&'a str, &'a T)>,
    show: impl Fn(&T) -> Fields,
) -> Outcome {
    let page = cut(call, items)?;
    let members = Fields::new().list(list, "member", page.items.into_iter().map(show));
    Ok(members.and(rest(page.next)))
}

/// The asked page of `items`, to be shown by the caller.
pub(super) fn cut<'a, T>(
    call: &Call,
    items: impl IntoIterator<Item = (&'a str, &'a T)>,
) -> Result<page::Page<'a, T>, Fault> {
    let asked = call.form.number("MaxItems", 1, 1000)?.unwrap_or(100);
    let limit = asked.div_ceil(if call.short_page { 2 } else { 1 });
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    page::cut(items, call.form.get("Marker"), limit)
        .ok_or_else(|| Fault::validation("Invalid Marker."))
}

/// What the client reads to see whether more follows.
pub(super) fn rest(next: Option<String>) -> Fields {
    Fields::new()
        .text("IsTruncated", next.is_some())
        .maybe("Marker", next)
}
