//! What several parts of the page have to know: what is shown, and under which number each change can be found.

use std::collections::BTreeMap;

use crate::diagnostic::Place;
use crate::model::Address;
use crate::render::markup::Markup;
use crate::render::review::Review;
use crate::render::scene::{Scene, Sign};
use crate::render::words::at;

/// Beyond this many changes the actions behind patterns are left out: they would be most of the page.
const DETAILED: usize = 200;

/// A review as it is shown.
pub(super) struct Page<'a> {
    pub(super) review: Review<'a>,
    pub(super) scene: Scene<'a>,
    anchors: BTreeMap<&'a Address, usize>,
}

impl<'a> Page<'a> {
    pub(super) fn of(review: Review<'a>) -> Self {
        let scene = Scene::of(review.plan, review.destroy);
        let numbered = scene.changes.iter().enumerate();
        let anchors = numbered
            .flat_map(|(number, change)| change.alike.iter().map(move |one| (&one.address, number)))
            .collect();
        Self {
            review,
            scene,
            anchors,
        }
    }

    /// The number of the change that a resource is in, when it is in one.
    pub(super) fn anchor(&self, address: &Address) -> Option<usize> {
        self.anchors.get(address).copied()
    }

    /// Whether there is room for everything.
    pub(super) fn is_detailed(&self) -> bool {
        self.scene.changes.len() <= DETAILED
    }

    /// An address that leads to its change, when there is one.
    pub(super) fn link(&self, out: &mut Markup, address: &Address) {
        match self.anchor(address) {
            Some(number) => out.fill("<a href=\"#c{}\">{}</a>", [&number, address]),
            None => out.text(&address.to_string()),
        };
    }
}

/// `stack.yaml:12`, small.
pub(super) fn whereabouts(out: &mut Markup, place: Option<&Place>) {
    if let Some(place) = place {
        out.fill(" <span class=\"pl\">{}</span>", [&at(place)]);
    }
}

/// The class of what comes, goes or changes; empty for what stays.
pub(super) fn class(sign: Sign) -> &'static str {
    match sign {
        Sign::Same => "",
        Sign::Added => "p",
        Sign::Removed => "m",
        Sign::Changed => "t",
    }
}
