//! What has drifted, for people: by who probably did it, seen from what is declared. A plus is what AWS has and nobody
//! declared.

use super::page::{Ink, Page};
use super::{below, change, edit, headline};
use crate::plan::{Action, Cause, Difference, Drift, Edit, Plan};
use crate::render::Style;
use crate::render::scene::{EditScene, Headline, notes};
use crate::text::count;

/// What a cause is called.
pub(in crate::render) fn heading(cause: Cause) -> &'static str {
    match cause {
        Cause::Undeclared => "Policies that nobody declared: added by hand",
        Cause::Access => "Access that is not as declared: changed by hand",
        Cause::Anew => {
            "Made anew under the same name, or without its tag: deleted and made again by hand"
        }
        Cause::Taken => "In another stack's hands: tagged by hand, or adopted there",
        Cause::Missing => "Not there: deleted by hand, or never applied",
        Cause::Unwanted => "There although declared absent: made again, or never applied",
        Cause::Exchanged => "Another role or profile in its place: exchanged by hand",
        Cause::Tags => "Tags that differ: set by hand, or by a tool that tags",
        Cause::Settings => "Settings that differ: changed by hand",
    }
}

/// All of it, and a last line with the numbers.
pub fn drift(plan: &Plan, drift: &Drift<'_>, style: Style) -> String {
    let mut page = Page::new(style, super::TextOptions::default().width);
    headline::place(&mut page, &Headline::of(plan, false));
    for (cause, differences) in drift {
        page.blank();
        page.line(0, Ink::STRONG, heading(*cause));
        for difference in differences {
            draw(&mut page, plan, difference);
        }
    }
    below::notes(&mut page, &notes(plan));
    page.blank();
    page.line(0, Ink::STRONG, &closing(drift));
    page.finished()
}

/// `Drift: 3 differences in 2 resources.`
pub(in crate::render) fn closing(drift: &Drift<'_>) -> String {
    let all = || drift.values().flatten();
    if all().next().is_none() {
        return "No drift. AWS is as declared.".to_owned();
    }
    let resources: std::collections::BTreeSet<_> = all().map(|one| one.address).collect();
    let differences = count(all().count(), "difference");
    format!(
        "Drift: {differences} in {}.",
        count(resources.len(), "resource")
    )
}

fn draw(page: &mut Page, plan: &Plan, difference: &Difference<'_>) {
    let Difference {
        address,
        place,
        edit,
        reasons,
        hand,
    } = difference;
    change::title(page, Ink::PLAIN, &address.to_string(), *place);
    if let Some(undone) = edit {
        let done = turned(undone);
        let scene = EditScene::of(Action::Update, &done, plan.setting.partition.name());
        edit::draw(page, &scene);
    }
    for reason in *reasons {
        page.line(3, Ink::PLAIN, reason);
    }
    if let Some(hand) = hand {
        page.line(3, Ink::CAREFUL, hand);
    }
}

/// The edit that somebody else has made: the one that would undo it, turned round.
fn turned(edit: &Edit) -> Edit {
    let Edit {
        path,
        before,
        after,
        forces_replacement: _,
        place: _,
    } = edit;
    Edit {
        path: path.clone(),
        before: after.clone(),
        after: before.clone(),
        forces_replacement: false,
        place: None,
    }
}
