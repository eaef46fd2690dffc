//! Nearest names, for "did you mean". Pure string distance; which names exist is the caller's knowledge.

/// How alike two names must be before one is offered for the other (0 to 1, Jaro-Winkler).
const LIKENESS: f64 = 0.8;

/// The candidate most like `typed`, ignoring letter case, if any is near enough to be meant.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::jaro_winkler(&typed, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|(a, left), (b, right)| a.total_cmp(b).then(right.cmp(left)))
        .map(|(_, candidate)| candidate)
}

/// The hint itself, ``did you mean `trustPolicy`?``, when a candidate is near enough.
pub fn did_you_mean<'a>(
    typed: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(typed, candidates).map(|name| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_the_name_that_was_meant() {
        assert_eq!(
            nearest("trustpolcy", ["tags", "trustPolicy", "path"]),
            Some("trustPolicy")
        );
        assert_eq!(
            did_you_mean("Rol", ["Role", "Stack"]).as_deref(),
            Some("did you mean `Role`?")
        );
    }

    #[test]
    fn stays_silent_when_nothing_is_near() {
        assert_eq!(nearest("banana", ["tags", "trustPolicy", "path"]), None);
    }
}
