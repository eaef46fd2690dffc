//! Sets of texts as patterns: any of some, and none of others. Every operation errs on one side only, which its doc says.

use crate::policy::Pattern;

/// The texts that one of `any` stands for and none of `none` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set {
    any: Vec<Term>,
    none: Vec<Term>,
    /// Whether it may be larger than it should be.
    pub(super) approximate: bool,
}

/// A pattern, and how its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) pattern: Pattern,
    pub(super) text: String,
}

impl Set {
    /// The texts that one of the terms stands for.
    pub(super) fn any(terms: Vec<Term>) -> Self {
        let mut set = Self {
            any: Vec::new(),
            none: Vec::new(),
            approximate: false,
        };
        for term in terms {
            add(&mut set.any, term);
        }
        set
    }

    /// The texts of `all` that none of the terms stands for.
    pub(super) fn all_but(all: Term, terms: Vec<Term>) -> Self {
        let set = Self {
            none: terms,
            ..Self::any(vec![all])
        };
        set.tidied()
    }

    /// Whether it is surely empty. One that is empty only because several exclusions together leave nothing is not
    /// recognised, which keeps what may be there.
    pub(super) fn is_empty(&self) -> bool {
        self.any.is_empty()
    }

    /// What it has, and what is left out of that, as written.
    pub(super) fn texts(&self) -> (Vec<String>, Vec<String>) {
        let texts = |terms: &[Term]| terms.iter().map(|term| term.text.clone()).collect();
        (texts(&self.any), texts(&self.none))
    }

    /// Whether it has a text.
    #[cfg(test)]
    pub(super) fn has(&self, text: &str) -> bool {
        let in_one = |terms: &[Term]| terms.iter().any(|term| term.pattern.matches(text));
        in_one(&self.any) && !in_one(&self.none)
    }

    /// What is in this and not in `other`, in parts; never less than that.
    pub(super) fn minus(&self, other: &Set) -> Vec<Set> {
        let outside = self.without(&other.any);
        // What `other` leaves out of itself stays.
        let left_out = self.within(&other.any).within(&other.none);
        let parts = [outside, left_out].into_iter();
        parts.filter(|part| !part.is_empty()).collect()
    }

    /// What is in both; never less than that.
    pub(super) fn and(&self, other: &Set) -> Set {
        self.within(&other.any).without(&other.none)
    }

    fn without(&self, terms: &[Term]) -> Set {
        let mut rest = self.clone();
        for term in terms {
            rest.any.retain(|one| !term.pattern.includes(&one.pattern));
        }
        for term in terms {
            if rest
                .any
                .iter()
                .any(|one| one.pattern.overlaps(&term.pattern))
            {
                add(&mut rest.none, term.clone());
            }
        }
        rest.tidied()
    }

    fn within(&self, terms: &[Term]) -> Set {
        let mut both = Set {
            any: Vec::new(),
            none: self.none.clone(),
            approximate: self.approximate,
        };
        for ours in &self.any {
            for theirs in terms {
                if theirs.pattern.includes(&ours.pattern) {
                    add(&mut both.any, ours.clone());
                } else if ours.pattern.includes(&theirs.pattern) {
                    add(&mut both.any, theirs.clone());
                } else if ours.pattern.overlaps(&theirs.pattern) {
                    both.approximate = true;
                    add(&mut both.any, ours.clone());
                }
            }
        }
        both.tidied()
    }

    /// Without what is excluded anyway, and without exclusions of what is not there.
    fn tidied(mut self) -> Set {
        let Self { any, none, .. } = &mut self;
        any.retain(|one| !none.iter().any(|out| out.pattern.includes(&one.pattern)));
        none.retain(|out| any.iter().any(|one| one.pattern.overlaps(&out.pattern)));
        self
    }
}

/// Adds a term unless it is there already; one that is wider takes the place of those it includes.
fn add(terms: &mut Vec<Term>, term: Term) {
    if terms
        .iter()
        .any(|known| known.pattern.includes(&term.pattern))
    {
        return;
    }
    terms.retain(|known| !term.pattern.includes(&known.pattern));
    terms.push(term);
}
