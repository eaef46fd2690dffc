//! What several parts of the page have to know: which changes are drawn as one, under which number each can be found, and
//! whose calls are whose.

use std::collections::BTreeMap;

use crate::diagnostic::Place;
use crate::model::{Action, Address};
use crate::plan::{Change, Step};
use crate::render::markup::Markup;
use crate::render::review::Review;
use crate::render::text::group::groups;
use crate::render::words::{in_order, symbol};

/// Beyond this many changes the actions behind patterns are left out: they would be most of the page.
const DETAILED: usize = 200;

/// A review, and what is found in it again and again.
pub(super) struct Scene<'a> {
    pub(super) review: Review<'a>,
    /// The changes as they are drawn, those that are alike together.
    pub(super) groups: Vec<Vec<&'a Change>>,
    anchors: BTreeMap<&'a Address, usize>,
    calls: BTreeMap<&'a Address, Vec<&'a Step>>,
}

impl<'a> Scene<'a> {
    pub(super) fn of(review: Review<'a>) -> Self {
        let groups = groups(in_order(review.plan).into_iter());
        let numbered = groups.iter().enumerate();
        let anchors = numbered
            .flat_map(|(number, group)| group.iter().map(move |one| (&one.address, number)))
            .collect();
        let mut calls: BTreeMap<&Address, Vec<&Step>> = BTreeMap::new();
        for step in &review.plan.steps {
            calls.entry(&step.address).or_default().push(step);
        }
        Self {
            review,
            groups,
            anchors,
            calls,
        }
    }

    /// The number of the change that a resource is in, when it is in one.
    pub(super) fn anchor(&self, address: &Address) -> Option<usize> {
        self.anchors.get(address).copied()
    }

    /// The calls of a change.
    pub(super) fn calls(&self, change: &Change) -> &[&'a Step] {
        self.calls.get(&change.address).map_or(&[], Vec::as_slice)
    }

    /// Whether there is room for everything.
    pub(super) fn is_detailed(&self) -> bool {
        self.groups.len() <= DETAILED
    }

    /// An address that leads to its change, when there is one.
    pub(super) fn link(&self, out: &mut Markup, address: &Address) {
        let Some(number) = self.anchor(address) else {
            out.text(&address.to_string());
            return;
        };
        out.raw("<a href=\"#c").number(number).raw("\">");
        out.text(&address.to_string()).raw("</a>");
    }
}

/// `stack.yaml:12`, small.
pub(super) fn whereabouts(out: &mut Markup, place: Option<&Place>) {
    let Some(Place {
        file,
        line,
        column: _,
        length: _,
    }) = place
    else {
        return;
    };
    out.raw(" <span class=\"pl\">").text(file).raw(":");
    out.number(*line).raw("</span>");
}

/// The sign of an action; of one that has none, nothing.
pub(super) fn sign(out: &mut Markup, action: Action) {
    out.raw("<b class=\"sg\">").raw(symbol(action)).raw("</b>");
}
