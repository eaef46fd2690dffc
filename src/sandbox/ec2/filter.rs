//! Filters of Describe actions: all must match, one value of each suffices, `*` and `?` are wildcards.

use crate::sandbox::fault::Fault;
use crate::sandbox::form::Form;
use crate::sandbox::wildcard::matches;

#[derive(Debug)]
pub(super) struct Filters {
    filters: Vec<(String, Vec<String>)>,
}

impl Filters {
    /// Reads `Filter.N.Name` and `Filter.N.Value.M`; refuses names that the action does not know.
    pub(super) fn of(form: &Form, known: impl Fn(&str) -> bool) -> Result<Filters, Fault> {
        let read = |member: String| {
            let name = form
                .get(&format!("{member}.Name"))
                .unwrap_or_default()
                .to_owned();
            if !known(&name) {
                return Err(Fault::invalid_value(format!(
                    "The filter '{name}' is invalid"
                )));
            }
            let values: Vec<String> = form
                .list(&format!("{member}.Value"))
                .into_iter()
                .map(str::to_owned)
                .collect();
            if values.is_empty() {
                return Err(Fault::invalid_value(format!(
                    "The filter '{name}' must have at least one value"
                )));
            }
            Ok((name, values))
        };
        let filters: Result<_, Fault> = form.members("Filter").into_iter().map(read).collect();
        Ok(Filters { filters: filters? })
    }

    /// Whether each filter has a value that one of the thing's texts matches.
    pub(super) fn match_all(&self, texts: impl Fn(&str) -> Vec<String>) -> bool {
        self.filters.iter().all(|(name, values)| {
            let texts = texts(name);
            let mut values = values.iter();
            values.any(|value| texts.iter().any(|text| matches(value, text)))
        })
    }
}
