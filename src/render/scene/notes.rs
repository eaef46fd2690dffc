//! What a reviewer should know although it changes nothing, and the waves in which many instances change.

use super::Shown;
use crate::model::Address;
use crate::plan::{Note, Plan, Waves};
use crate::render::words::{self, NOTES};

pub(crate) struct NoteScene<'a> {
    pub(crate) address: Option<&'a Address>,
    pub(crate) message: &'a str,
    /// By field.
    pub(crate) content: Vec<(&'a str, Shown<'a>)>,
}

pub(crate) struct RolloutScene<'a> {
    pub(crate) address: &'a Address,
    /// How many at a time, and how long between.
    pub(crate) terms: String,
    /// The members of each wave.
    pub(crate) waves: Vec<String>,
}

/// The notes under their headings; no heading without a note.
pub(crate) fn notes(plan: &Plan) -> Vec<(&'static str, Vec<NoteScene<'_>>)> {
    let of_kind = NOTES.into_iter().map(|(kind, heading)| {
        let notes = plan.notes.iter().filter(|note| note.kind == kind);
        (heading, notes.map(NoteScene::of).collect::<Vec<_>>())
    });
    of_kind.filter(|(_, notes)| !notes.is_empty()).collect()
}

impl<'a> NoteScene<'a> {
    fn of(note: &'a Note) -> Self {
        let Note {
            kind: _,
            address,
            message,
            content,
        } = note;
        let content = content.iter();
        Self {
            address: address.as_ref(),
            message,
            content: content
                .map(|(name, value)| (name.as_str(), Shown::whole(value)))
                .collect(),
        }
    }
}

impl<'a> RolloutScene<'a> {
    pub(super) fn of(one: &'a Waves) -> Self {
        let Waves {
            address,
            rollout,
            waves,
        } = one;
        let name = |one: &'a Address| one.member.as_deref().unwrap_or(&one.name);
        let names = |wave: &'a Vec<Address>| wave.iter().map(name).collect::<Vec<_>>().join(", ");
        Self {
            address,
            terms: words::rollout(rollout, waves),
            waves: waves.iter().map(names).collect(),
        }
    }
}
