//! The tables as text: `first second name name …` on each line, sorted.

pub(super) const ACTIONS: &str = include_str!("actions.txt");
pub(super) const MANAGED_POLICIES: &str = include_str!("managed_policies.txt");
pub(super) const CONDITION_KEYS: &str = include_str!("condition_keys.txt");

/// The lines of a table: the first two words, and the names.
pub(super) fn rows(
    table: &'static str,
) -> impl Iterator<Item = (&'static str, &'static str, std::str::Split<'static, char>)> {
    let lines = table.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut words = line.split(' ');
        Some((words.next()?, words.next()?, words))
    })
}
