//! The changes, each of which unfolds: what it is called and how bad it is in its line; why, what it means for access, the
//! fields, the instances and the calls beneath. One field is drawn in `edit`.

use super::edit;
use super::scene::{Scene, sign, whereabouts};
use crate::access::{AccessChange, AccessDiff, Direction, Known, Subject, sentence};
use crate::model::{Address, Instance};
use crate::plan::{Action, Change, Gap, Plan, Risk, RiskFlag, Step};
use crate::render::graph::action_class;
use crate::render::markup::Markup;
use crate::render::words::{self, RISKS, access_head};
use crate::text::count;

/// So many changes are unfolded from the start; of more, only those that let somebody in.
const UNFOLDED: usize = 4;
/// So many instances or calls are named; more are folded.
const NAMED: usize = 10;

/// The colour of a risk.
pub(super) fn risk_class(risk: Risk) -> &'static str {
    match risk {
        Risk::TrustWidened | Risk::BoundaryRemoved => "hi",
        Risk::NewAccess | Risk::Deletion => "me",
        Risk::Narrowing | Risk::Cosmetic => "lo",
    }
}

pub(super) fn draw(out: &mut Markup, scene: &Scene<'_>) {
    if scene.groups.is_empty() {
        return;
    }
    out.raw("<section id=\"changes\"><h2>Changes</h2>\n");
    for (risk, words) in RISKS {
        let numbered = scene.groups.iter().enumerate();
        let is_of = |group: &[&Change]| group.first().is_some_and(|first| first.risk == risk);
        let of_risk: Vec<_> = numbered.filter(|(_, group)| is_of(group)).collect();
        if of_risk.is_empty() {
            continue;
        }
        out.raw("<div class=\"rs\"><h3 class=\"")
            .raw(risk_class(risk));
        out.raw("\">").raw(words).raw(" <span class=\"n\">");
        out.number(of_risk.iter().map(|(_, group)| group.len()).sum::<usize>());
        out.raw("</span></h3>\n");
        for (number, group) in of_risk {
            change(out, scene, number, group);
        }
        out.raw("</div>\n");
    }
    out.raw("<p id=\"none\" class=\"f\" hidden>No change matches.</p></section>\n");
}

/// The resources that stay as they are.
pub(super) fn kept(out: &mut Markup, plan: &Plan) {
    let kept: Vec<&Change> = plan
        .changes
        .iter()
        .filter(|change| change.action == Action::Keep)
        .collect();
    if kept.is_empty() {
        return;
    }
    out.raw("<section id=\"unchanged\"><h2>Unchanged</h2>\n<details class=\"fold\"><summary>");
    out.text(&count(kept.len(), "resource"));
    out.raw("</summary><ul class=\"cols\">");
    for change in kept {
        out.raw("<li>").text(&change.address.to_string());
        whereabouts(out, change.place.as_ref());
        out.raw("</li>");
    }
    out.raw("</ul></details></section>\n");
}

fn change(out: &mut Markup, scene: &Scene<'_>, number: usize, alike: &[&Change]) {
    let Some(first) = alike.first() else {
        return;
    };
    out.raw("<details class=\"c ")
        .raw(action_class(Some(first.action)));
    out.raw("\" id=\"c").number(number).raw("\"");
    if scene.groups.len() <= UNFOLDED || first.risk == Risk::TrustWidened {
        out.raw(" open");
    }
    out.raw("><summary>");
    sign(out, first.action);
    title(out, &first.address, alike.len());
    for alarm in &first.alarms {
        tag(out, *alarm);
    }
    whereabouts(out, first.place.as_ref());
    out.raw("</summary><div class=\"b\">");
    unfolded(out, scene, first, alike);
    out.raw("</div></details>\n");
}

/// All that the line of a change does not say.
fn unfolded(out: &mut Markup, scene: &Scene<'_>, first: &Change, alike: &[&Change]) {
    let Change {
        address: _,
        action: _,
        place: _,
        references: _,
        reasons,
        edits,
        instances: _,
        gap,
        access,
        risk: _,
        alarms: _,
    } = first;
    for reason in reasons {
        out.raw("<p>because ").sentence(reason).raw("</p>");
    }
    if let Some(access) = access {
        draw_access(out, access, scene.is_detailed());
    }
    affected(out, alike, gap.as_ref());
    if !edits.is_empty() {
        out.raw("<ul class=\"e\">");
        let partition = scene.review.plan.setting.partition.name();
        for one in edits {
            edit::draw(out, partition, first, one);
        }
        out.raw("</ul>");
    }
    calls(out, scene, alike);
}

/// The kind in small letters, the name in bold ones.
fn title(out: &mut Markup, address: &Address, number: usize) {
    let Address {
        kind,
        name: _,
        member: _,
    } = address;
    let whole = words::names(address, number);
    let name = whole.strip_prefix(kind.as_str()).unwrap_or(&whole);
    out.raw("<span class=\"a\"><span>").text(kind.as_str());
    out.raw("</span>").text(name).raw("</span>");
}

/// What of the alarms the risk does not say.
fn tag(out: &mut Markup, alarm: RiskFlag) {
    let words = match alarm {
        RiskFlag::Escalation => "can give itself more",
        RiskFlag::Public => "anyone may assume it",
        RiskFlag::NewAccess | RiskFlag::Deletion => return,
    };
    out.raw("<span class=\"rk hi\">").raw(words).raw("</span>");
}

fn draw_access(out: &mut Markup, diff: &AccessDiff, detailed: bool) {
    let AccessDiff { gained, lost } = diff;
    out.raw("<p class=\"h\">")
        .raw(access_head(diff))
        .raw("</p>");
    if diff.is_empty() {
        return;
    }
    out.raw("<ul class=\"x\">");
    for one in gained {
        out.raw("<li class=\"p\"><b>+</b> ");
        changed_access(out, one, Direction::Gained, detailed);
    }
    for one in lost {
        out.raw("<li class=\"m\"><b>-</b> ");
        changed_access(out, one, Direction::Lost, detailed);
    }
    out.raw("</ul>");
}

fn changed_access(out: &mut Markup, one: &AccessChange, direction: Direction, detailed: bool) {
    out.text(&sentence(one, direction));
    if let Some(known) = known(one).filter(|_| detailed) {
        let more = known.count() - known.names.len();
        out.raw("<details><summary>");
        out.text(&count(known.count(), "action"));
        out.raw("</summary><p>").text(&known.names.join(", "));
        if more > 0 {
            out.raw(" and ").number(more).raw(" more");
        }
        out.raw("</p></details>");
    }
    out.raw("</li>");
}

/// The actions that patterns stand for; plain names say it themselves.
fn known(change: &AccessChange) -> Option<&Known> {
    let (Subject::Permission(permission)
    | Subject::Trust(permission)
    | Subject::Denial(permission)) = &change.subject
    else {
        return None;
    };
    let known = &permission.known;
    (known.names != permission.actions.any && !known.names.is_empty()).then_some(known)
}

fn affected(out: &mut Markup, alike: &[&Change], gap: Option<&Gap>) {
    let instances: Vec<&Instance> = alike.iter().flat_map(|one| &one.instances).collect();
    if !instances.is_empty() {
        let number = count(instances.len(), "instance");
        out.raw("<p class=\"w\"><b>!</b> changes the credentials of ");
        out.text(&number).raw(": ");
        named(out, &instances);
        out.raw("</p>");
    }
    if let Some(Gap { meaning, instances }) = gap {
        out.raw("<p class=\"w\"><b>!</b> gap for ");
        out.text(&count(instances.len(), "running instance"));
        out.raw(": ").sentence(meaning).raw("</p>");
    }
}

fn named(out: &mut Markup, instances: &[&Instance]) {
    let names: Vec<String> = instances.iter().map(|one| words::instance(one)).collect();
    let (first, rest) = names.split_at(names.len().min(NAMED));
    out.raw("<code>").text(&first.join(", ")).raw("</code>");
    if !rest.is_empty() {
        out.raw(" and <details class=\"in\"><summary>");
        out.number(rest.len()).raw(" more</summary> <code>");
        out.text(&rest.join(", ")).raw("</code></details>");
    }
}

fn calls(out: &mut Markup, scene: &Scene<'_>, alike: &[&Change]) {
    let calls: Vec<&&Step> = alike.iter().flat_map(|one| scene.calls(one)).collect();
    if calls.is_empty() {
        return;
    }
    out.raw("<details class=\"k\"");
    if calls.len() <= NAMED && scene.groups.len() <= UNFOLDED {
        out.raw(" open");
    }
    out.raw("><summary>sends ")
        .text(&count(calls.len(), "call"));
    out.raw("</summary><ul>");
    for call in calls {
        out.raw("<li><code>").text(&call.call.call().full_name());
        out.raw("</code> ").text(&call.title).raw("</li>");
    }
    out.raw("</ul></details>");
}
