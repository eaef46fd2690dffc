//! Sets of texts as patterns: any of some, and none of others. Every operation errs on one side only, which its doc says.

use std::collections::BTreeMap;

use crate::policy::Pattern;

/// A pattern, and how its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenPattern {
    pub(super) pattern: Pattern,
    pub(super) text: String,
}

impl WrittenPattern {
    pub(super) fn new(pattern: Pattern, text: &str) -> Self {
        Self {
            pattern,
            text: text.to_owned(),
        }
    }
}

/// Patterns, of which none includes another. Plain texts stand apart: there may be hundreds, and they are looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Patterns {
    /// How each was written.
    plain: BTreeMap<Pattern, String>,
    /// The same of those with wildcards.
    wild: BTreeMap<Pattern, String>,
}

/// The texts that one of `any` stands for and none of `none` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PatternSet {
    any: Patterns,
    none: Patterns,
    /// Whether it may be larger than it should be.
    pub(super) approximate: bool,
}

impl Patterns {
    fn of(patterns: Vec<WrittenPattern>) -> Self {
        // Those with wildcards first: a plain text then never has to make way.
        let (plain, wild): (Vec<WrittenPattern>, Vec<WrittenPattern>) = patterns
            .into_iter()
            .partition(|one| one.pattern.is_literal());
        let mut all = Self::default();
        for one in wild.into_iter().chain(plain) {
            all.add(one);
        }
        all
    }

    fn is_empty(&self) -> bool {
        self.plain.is_empty() && self.wild.is_empty()
    }

    /// Adds a pattern; one that is wider takes the place of those it includes.
    fn add(&mut self, one: WrittenPattern) {
        if self.covers(&one.pattern) {
            return;
        }
        if one.pattern.is_literal() {
            self.plain.insert(one.pattern, one.text);
            return;
        }
        self.plain.retain(|known, _| !one.pattern.includes(known));
        self.wild.retain(|known, _| !one.pattern.includes(known));
        self.wild.insert(one.pattern, one.text);
    }

    /// Whether one of them includes a pattern.
    fn covers(&self, pattern: &Pattern) -> bool {
        self.plain.contains_key(pattern)
            || self.wild.contains_key(pattern)
            || self.wild_covers(pattern)
    }

    fn wild_covers(&self, pattern: &Pattern) -> bool {
        self.wild.keys().any(|wild| wild.includes(pattern))
    }

    /// Whether one with a wildcard may have something in common with a pattern.
    fn wild_meets(&self, pattern: &Pattern) -> bool {
        self.wild.keys().any(|wild| wild.overlaps(pattern))
    }

    fn texts(&self) -> Vec<String> {
        self.wild
            .values()
            .chain(self.plain.values())
            .cloned()
            .collect()
    }
}

impl PatternSet {
    /// The texts that one of the patterns stands for.
    pub(super) fn any(patterns: Vec<WrittenPattern>) -> Self {
        Self {
            any: Patterns::of(patterns),
            none: Patterns::default(),
            approximate: false,
        }
    }

    /// The texts of `all` that none of the patterns stands for.
    pub(super) fn all_but(all: WrittenPattern, patterns: Vec<WrittenPattern>) -> Self {
        let set = Self {
            none: Patterns::of(patterns),
            ..Self::any(vec![all])
        };
        set.tidied()
    }

    /// Whether it is surely empty. One that is empty only because several exclusions together leave nothing is not
    /// recognised, which keeps what may be there.
    pub(super) fn is_empty(&self) -> bool {
        self.any.is_empty()
    }

    /// What it has, and what is left out of that, as written: patterns first, then plain texts in order.
    pub(super) fn texts(&self) -> (Vec<String>, Vec<String>) {
        (self.any.texts(), self.none.texts())
    }

    #[cfg(test)]
    pub(super) fn has(&self, text: &str) -> bool {
        let text = Pattern::literal(text);
        self.any.covers(&text) && !self.none.covers(&text)
    }

    /// What is in this and not in `other`, in parts; never less than that.
    pub(super) fn minus(&self, other: &PatternSet) -> Vec<PatternSet> {
        if self == other {
            return Vec::new();
        }
        let outside = self.clone().without(&other.any);
        // What `other` leaves out of itself stays.
        let left_out = if other.none.is_empty() {
            None
        } else {
            Some(self.within(&other.any).within(&other.none))
        };
        let parts = std::iter::once(outside).chain(left_out);
        parts.filter(|part| !part.is_empty()).collect()
    }

    /// Whether all of it is surely in `other`: then nothing is left of it [`minus`](PatternSet::minus) that.
    pub(super) fn is_within(&self, other: &PatternSet) -> bool {
        if self == other {
            return true;
        }
        let Patterns { plain, wild } = &self.any;
        let covered = plain.keys().all(|plain| other.any.covers(plain))
            && wild.keys().all(|wild| other.any.covers(wild));
        covered && (other.none.is_empty() || self.within(&other.any).within(&other.none).is_empty())
    }

    /// What is in both; never less than that.
    pub(super) fn and(&self, other: &PatternSet) -> PatternSet {
        if self == other {
            return self.clone();
        }
        self.within(&other.any).without(&other.none)
    }

    fn without(mut self, others: &Patterns) -> PatternSet {
        self.any.plain.retain(|plain, _| !others.covers(plain));
        self.any.wild.retain(|wild, _| !others.wild_covers(wild));
        // What is left of plain texts meets none of the patterns.
        if !self.any.wild.is_empty() {
            for (plain, text) in &others.plain {
                if self.any.wild_covers(plain) {
                    self.none.add(WrittenPattern::new(plain.clone(), text));
                }
            }
            for (wild, text) in &others.wild {
                if self.any.wild_meets(wild) {
                    self.none.add(WrittenPattern::new(wild.clone(), text));
                }
            }
        }
        self.tidied()
    }

    fn within(&self, others: &Patterns) -> PatternSet {
        let mut both = PatternSet {
            any: Patterns::default(),
            none: self.none.clone(),
            approximate: self.approximate,
        };
        let ours = self
            .any
            .plain
            .iter()
            .filter(|(plain, _)| others.covers(plain));
        let theirs = others
            .plain
            .iter()
            .filter(|(plain, _)| self.any.wild_covers(plain));
        let plain = ours.chain(theirs);
        both.any.plain = plain
            .map(|(plain, text)| (plain.clone(), text.clone()))
            .collect();
        for (ours, text) in &self.any.wild {
            if others.covers(ours) {
                both.any.add(WrittenPattern::new(ours.clone(), text));
                continue;
            }
            for (theirs, their_text) in &others.wild {
                if ours.includes(theirs) {
                    both.any
                        .add(WrittenPattern::new(theirs.clone(), their_text));
                } else if ours.overlaps(theirs) {
                    both.approximate = true;
                    both.any.add(WrittenPattern::new(ours.clone(), text));
                }
            }
        }
        both.tidied()
    }

    /// Without what is excluded anyway, and without exclusions of what is not there.
    fn tidied(mut self) -> PatternSet {
        let Self {
            any,
            none,
            approximate: _,
        } = &mut self;
        if none.is_empty() {
            return self;
        }
        any.plain.retain(|plain, _| !none.covers(plain));
        any.wild.retain(|wild, _| !none.wild_covers(wild));
        none.plain.retain(|plain, _| any.wild_covers(plain));
        none.wild.retain(|wild, _| any.wild_meets(wild));
        self
    }
}
