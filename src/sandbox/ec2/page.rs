//! EC2's paging: `MaxResults` and `NextToken` in, `nextToken` out.

use crate::sandbox::fault::Fault;
use crate::sandbox::form::Form;
use crate::sandbox::page::{self, Page};
use crate::sandbox::xml::Fields;

/// The asked page. `may_page` is false when the call names ids, which excludes `MaxResults`.
pub(super) fn cut<'a, T>(
    form: &Form,
    rows: impl IntoIterator<Item = (&'a str, &'a T)>,
    may_page: bool,
) -> Result<Page<'a, T>, Fault> {
    let limit = limit(form)?;
    if limit.is_some() && !may_page {
        let text = "The parameter instancesSet cannot be used with the parameter maxResults";
        return Err(Fault::new("InvalidParameterCombination", text));
    }
    let limit = limit.unwrap_or(1000);
    page::cut(rows, form.get("NextToken"), limit)
        .ok_or_else(|| Fault::invalid_value("Unable to parse pagination token"))
}

fn limit(form: &Form) -> Result<Option<usize>, Fault> {
    let Some(text) = form.get("MaxResults") else {
        return Ok(None);
    };
    let refuse = |bound| {
        Fault::invalid_value(format!(
            "Value ( {text} ) for parameter maxResults is invalid. Expecting a value {bound}"
        ))
    };
    match text.parse::<usize>() {
        Ok(number @ 5..=1000) => Ok(Some(number)),
        Ok(0..5) => Err(refuse("greater than 5.")),
        _ => Err(refuse("less than or equal to 1000.")),
    }
}

/// Rows as `<set><item>…</item></set>` with the token for the rest.
pub(super) fn items(
    set: &str,
    rows: impl IntoIterator<Item = Fields>,
    next: Option<String>,
) -> Fields {
    Fields::new()
        .list(set, "item", rows)
        .maybe("nextToken", next)
}
