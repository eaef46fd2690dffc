//! Which statement of one document is which of the other: equal ones first, then by `Sid`, then by how much
//! they have in common.

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::normal::{self, NormalStatement};
use crate::policy::{Element, Statement};

/// A statement with its canonical form.
pub(super) struct Candidate<'a> {
    pub(super) statement: &'a Statement,
    pub(super) normal: NormalStatement,
}

/// The statements that differ from all earlier ones of the same document.
pub(super) fn distinct<'a>(statements: &'a [Statement], partition: &str) -> Vec<Candidate<'a>> {
    let mut seen = BTreeSet::new();
    let candidates = statements.iter().map(|statement| Candidate {
        statement,
        normal: normal::statement(statement, partition),
    });
    candidates
        .filter(|candidate| seen.insert(candidate.normal.clone()))
        .collect()
}

/// For every later statement, the index of the earlier one that it was.
pub(super) fn pairs(before: &[Candidate<'_>], after: &[Candidate<'_>]) -> Vec<Option<usize>> {
    let mut pairing = Pairing {
        matched: vec![None; after.len()],
        taken: vec![false; before.len()],
    };
    pairing.equal(before, after);
    pairing.by_sid(before, after);
    pairing.by_overlap(before, after);
    pairing.matched
}

struct Pairing {
    matched: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Pairing {
    fn join(&mut self, old: usize, new: usize) {
        if !self.taken[old] && self.matched[new].is_none() {
            self.taken[old] = true;
            self.matched[new] = Some(old);
        }
    }

    fn equal(&mut self, before: &[Candidate<'_>], after: &[Candidate<'_>]) {
        let known: BTreeMap<&NormalStatement, usize> = before
            .iter()
            .enumerate()
            .map(|(index, old)| (&old.normal, index))
            .collect();
        for (new, candidate) in after.iter().enumerate() {
            if let Some(old) = known.get(&candidate.normal) {
                self.join(*old, new);
            }
        }
    }

    fn by_sid(&mut self, before: &[Candidate<'_>], after: &[Candidate<'_>]) {
        for (new, candidate) in after.iter().enumerate() {
            let Some(sid) = named(candidate) else {
                continue;
            };
            let old = before
                .iter()
                .enumerate()
                .position(|(index, old)| !self.taken[index] && named(old) == Some(sid));
            if let Some(old) = old {
                self.join(old, new);
            }
        }
    }

    fn by_overlap(&mut self, before: &[Candidate<'_>], after: &[Candidate<'_>]) {
        let mut offers = Vec::new();
        for (new, later) in after.iter().enumerate() {
            for (old, earlier) in before.iter().enumerate() {
                if self.matched[new].is_none() && !self.taken[old] {
                    let overlap = Overlap::of(&earlier.normal, &later.normal);
                    offers.extend(overlap.is_enough().then_some((overlap, new, old)));
                }
            }
        }
        // Stable: ties go to the order of the documents.
        offers.sort_by(|(a, ..), (b, ..)| b.compare(a));
        for (_, new, old) in offers {
            self.join(old, new);
        }
    }
}

fn named<'a>(candidate: &Candidate<'a>) -> Option<&'a str> {
    candidate
        .statement
        .sid
        .as_deref()
        .filter(|sid| !sid.is_empty())
}

/// How much two statements share: a fraction, kept whole so that comparing is exact.
#[derive(Clone, Copy)]
struct Overlap {
    shared: usize,
    all: usize,
}

impl Overlap {
    fn of(a: &NormalStatement, b: &NormalStatement) -> Self {
        let [a, b] = [content(a), content(b)];
        let shared = a.intersection(&b).count();
        Overlap {
            shared,
            all: a.len() + b.len() - shared,
        }
    }

    /// A quarter in common makes it the same statement to a reader; less is a new one.
    fn is_enough(self) -> bool {
        self.shared > 0 && self.shared * 4 >= self.all
    }

    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        (self.shared * other.all).cmp(&(other.shared * self.all))
    }
}

/// What a statement is about. Its effect, its name and a bare `*` are left out: most statements share them
/// without having anything to do with each other.
fn content(statement: &NormalStatement) -> BTreeSet<(&Element, &str)> {
    statement
        .iter()
        .filter(|(element, _)| !matches!(element, Element::Sid | Element::Effect))
        .flat_map(|(element, members)| members.iter().map(move |text| (element, text.as_str())))
        .filter(|(_, text)| *text != "*")
        .collect()
}
