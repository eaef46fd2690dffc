//! One field of a change: its sign, and what is shown of its values. Policies stand in `policy`.

use similar::TextDiff;

use super::{Policy, Sign};
use crate::diagnostic::Place;
use crate::model::{Action, FieldPath, Value};
use crate::plan::Edit;
use crate::render::value::{both, short};

/// Lines around a difference that are shown with it.
const CONTEXT: usize = 3;

/// A field that changes.
pub(crate) struct EditScene<'a> {
    pub(crate) path: &'a FieldPath,
    pub(crate) sign: Sign,
    /// Whether it comes or goes with its whole resource, whose sign is enough.
    pub(crate) with_resource: bool,
    pub(crate) forces_replacement: bool,
    /// Where it is declared; the place of a whole resource stands in its first line.
    pub(crate) place: Option<&'a Place>,
    pub(crate) shown: Shown<'a>,
}

/// What is shown of a field's values.
pub(crate) enum Shown<'a> {
    Nothing,
    Line(String),
    /// Before and after.
    Both([String; 2]),
    /// More than one line.
    Text(&'a str),
    /// A unified diff of two texts.
    Diff(String),
    Policy(Policy<'a>),
}

impl<'a> EditScene<'a> {
    pub(crate) fn of(action: Action, edit: &'a Edit, partition: &str) -> Self {
        let Edit {
            path,
            before,
            after,
            forces_replacement,
            place,
        } = edit;
        let place = place.as_ref();
        Self {
            path,
            sign: match (before, after) {
                (None, None) => Sign::Same,
                (None, Some(_)) => Sign::Added,
                (Some(_), None) => Sign::Removed,
                (Some(_), Some(_)) => Sign::Changed,
            },
            with_resource: match action {
                Action::Create => before.is_none(),
                Action::Delete | Action::Detach => after.is_none(),
                Action::Update | Action::Replace | Action::Adopt | Action::Keep => false,
            },
            forces_replacement: *forces_replacement,
            place: place.filter(|_| matches!(action, Action::Update | Action::Replace)),
            shown: Shown::of(before.as_ref(), after.as_ref(), partition),
        }
    }
}

impl<'a> Shown<'a> {
    fn of(before: Option<&'a Value>, after: Option<&'a Value>, partition: &str) -> Self {
        match (before, after) {
            (Some(Value::Policy(before)), Some(Value::Policy(after))) => {
                Self::Policy(Policy::changed(before, after, partition))
            }
            (Some(Value::Text(before)), Some(Value::Text(after)))
                if is_long(before) || is_long(after) =>
            {
                let diff = TextDiff::from_lines(before, after);
                Self::Diff(diff.unified_diff().context_radius(CONTEXT).to_string())
            }
            (Some(before), Some(after)) => Self::Both(both(before, after)),
            (None, Some(value)) | (Some(value), None) => Self::whole(value),
            (None, None) => Self::Nothing,
        }
    }

    /// A value that stands alone: all of it.
    pub(super) fn whole(value: &'a Value) -> Self {
        match value {
            Value::Present => Self::Nothing,
            Value::Policy(document) => Self::Policy(Policy::whole(document)),
            Value::Text(text) if is_long(text) => Self::Text(text),
            Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Link(_) => {
                Self::Line(short(value))
            }
        }
    }

    /// Whether it needs lines of its own.
    pub(crate) fn is_block(&self) -> bool {
        match self {
            Self::Text(_) | Self::Diff(_) | Self::Policy(_) => true,
            Self::Nothing | Self::Line(_) | Self::Both(_) => false,
        }
    }
}

fn is_long(text: &str) -> bool {
    text.contains('\n')
}

/// The lines of a unified diff, their first character included; no sign for those that only say where the next ones stand.
pub(crate) fn diff_lines(diff: &str) -> impl Iterator<Item = (Option<Sign>, &str)> {
    diff.lines().map(|line| {
        let sign = match line.chars().next() {
            Some('+') => Some(Sign::Added),
            Some('-') => Some(Sign::Removed),
            Some(' ') => Some(Sign::Same),
            _ => None,
        };
        (sign, line)
    })
}
