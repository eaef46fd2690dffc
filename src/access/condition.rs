//! Whether one condition is as narrow as another: whenever it holds, the other holds. What cannot be decided is answered with
//! "no", so an unknown operator is only as narrow as itself.

mod region;
mod test;

pub(super) use test::Test;

/// Whether every request that passes all of `narrow` passes all of `wide`.
pub(super) fn implies(narrow: &[Test], wide: &[Test]) -> bool {
    unmet(narrow, wide).is_empty()
}

/// The tests of `wide` that `narrow` does not imply.
pub(super) fn unmet<'a>(narrow: &[Test], wide: &'a [Test]) -> Vec<&'a Test> {
    let implied = |test: &&Test| narrow.iter().any(|own| own.implies(test));
    wide.iter().filter(|test| !implied(test)).collect()
}

/// Whether surely no request passes both.
pub(super) fn contradict(one: &[Test], other: &[Test]) -> bool {
    let against = |test: &Test| other.iter().any(|their| test.contradicts(their));
    one.iter().any(against)
}

#[cfg(test)]
mod tests;
