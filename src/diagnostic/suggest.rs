//! Nearest names, for "did you mean". Pure string distance; which names exist is the caller's knowledge.

use super::work;

/// How alike two names must be before one is offered for the other (0 to 1, Jaro-Winkler).
const LIKENESS: f64 = 0.8;

/// More candidates than any table of names has; among the names of a very large stack nothing is looked for, as every mistake would
/// cost the more the larger it is.
const MOST_CANDIDATES: usize = 1000;

/// Characters of a name that is looked for: longer ones are no typing mistake.
const LONGEST: usize = 200;

/// The candidate most like `typed`, ignoring letter case, if any is near enough to be meant.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut near = candidates.into_iter();
    let candidates: Vec<&str> = near.by_ref().take(MOST_CANDIDATES).collect();
    if typed.len() > LONGEST || near.next().is_some() {
        return None;
    }
    work::steps(candidates.len());
    let typed = typed.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST)
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
    fn does_not_compare_very_many_or_very_long_names() {
        let names = |number: usize| {
            (0..number)
                .map(|one| format!("role{one}"))
                .collect::<Vec<_>>()
        };
        let near =
            |names: Vec<String>| nearest("rolle1", names.iter().map(String::as_str)).is_some();
        assert!(near(names(1000)) && !near(names(1001)));
        let long = "a".repeat(100_000);
        assert_eq!(nearest(&long, [&*long]), None);
    }

    #[test]
    fn stays_silent_when_nothing_is_near() {
        assert_eq!(nearest("banana", ["tags", "trustPolicy", "path"]), None);
    }
}
