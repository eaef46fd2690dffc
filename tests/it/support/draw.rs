//! Compact drawings of plans and problems, for snapshots. Not what users see: that is `render`'s.

use std::fmt::Write;

use rolewright::access::{AccessDiff, Direction, sentence};
use rolewright::diagnostic::{Diagnostic, Problems, Severity};
use rolewright::model::{Action, Link, Value};
use rolewright::plan::{Change, Edit, Note, Plan, Risk, Step};

/// A whole plan: changes, notes, steps.
pub(crate) fn drawn(plan: &Plan) -> String {
    let mut out = String::new();
    for change in &plan.changes {
        self::change(&mut out, change);
    }
    for rollout in &plan.rollouts {
        let waves = rollout.waves.iter().map(|wave| {
            let members = wave.iter().map(|one| one.member.as_deref().unwrap_or("?"));
            members.collect::<Vec<_>>().join(" ")
        });
        let waves = waves.collect::<Vec<_>>().join(" | ");
        let _ = writeln!(out, "rollout {}: {waves}", rollout.address);
    }
    plan.notes
        .iter()
        .for_each(|note| self::note(&mut out, note));
    plan.steps
        .iter()
        .for_each(|step| self::step(&mut out, step));
    out
}

fn change(out: &mut String, change: &Change) {
    let Change {
        address,
        action,
        place: _,
        references: _,
        reasons,
        edits,
        instances,
        gap,
        access,
        risk,
        alarms: _,
    } = change;
    let _ = write!(out, "{} {address}", format!("{action:?}").to_lowercase());
    for instance in instances {
        let state = instance.state.as_deref().unwrap_or("?");
        let _ = write!(out, " [{} {state}]", instance.id);
    }
    for reason in reasons {
        let _ = write!(out, " ({reason})");
    }
    if let Some(gap) = gap {
        let ids: Vec<&str> = gap.instances.iter().map(|one| one.id.as_str()).collect();
        let _ = write!(out, " (gap for {}: {})", ids.join(", "), gap.meaning);
    }
    let _ = match risk {
        Risk::Cosmetic => Ok(()),
        risk => write!(out, " !{risk:?}"),
    };
    out.push('\n');
    // All fields of something that comes or goes say nothing that a story is about.
    let whole = matches!(action, Action::Create | Action::Delete);
    for edit in edits.iter().filter(|_| !whole) {
        self::edit(out, edit);
    }
    let Some(AccessDiff { gained, lost }) = access.as_deref() else {
        return;
    };
    for one in gained {
        let _ = writeln!(out, "  gains: {}", sentence(one, Direction::Gained));
    }
    for one in lost {
        let _ = writeln!(out, "  loses: {}", sentence(one, Direction::Lost));
    }
}

fn edit(out: &mut String, edit: &Edit) {
    let Edit {
        path,
        before,
        after,
        forces_replacement,
        place: _,
    } = edit;
    let force = if *forces_replacement {
        " (replaces)"
    } else {
        ""
    };
    let _ = match (before, after) {
        (Some(before), Some(after)) => {
            writeln!(
                out,
                "  ~ {path}: {} -> {}{force}",
                value(before),
                value(after)
            )
        }
        (None, Some(after)) => writeln!(out, "  + {path}: {}{force}", value(after)),
        (Some(before), None) => writeln!(out, "  - {path}: {}{force}", value(before)),
        (None, None) => panic!("an edit of nothing: {path}"),
    };
}

fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Present => "present".to_owned(),
        Value::Policy(document) => document.wire(),
        Value::Link(Link { name, id, target }) => {
            let id = id.as_deref().map(|id| format!("#{id}"));
            let foreign = if target.is_none() { " (foreign)" } else { "" };
            format!("{name}{}{foreign}", id.unwrap_or_default())
        }
    }
}

fn note(out: &mut String, note: &Note) {
    let Note {
        kind,
        address: _,
        message,
        content,
    } = note;
    let _ = writeln!(out, "note ({kind:?}): {message}");
    for (path, held) in content {
        let _ = writeln!(out, "  = {path}: {}", value(held));
    }
}

fn step(out: &mut String, step: &Step) {
    let _ = write!(out, "{}. {}", step.id, step.title);
    if !step.needs.is_empty() {
        let needs: Vec<String> = step.needs.iter().map(ToString::to_string).collect();
        let _ = write!(out, " <- {}", needs.join(" "));
    }
    for ready in &step.ready {
        let _ = write!(out, " when {}", ready.about);
    }
    out.push('\n');
}

/// Problems in the order in which they are told.
pub(crate) fn drawn_diagnostics(problems: &Problems) -> String {
    let lines: Vec<String> = problems.sorted().into_iter().map(diagnostic).collect();
    lines.join("\n")
}

fn diagnostic(diagnostic: &Diagnostic) -> String {
    let Diagnostic {
        severity,
        code,
        message,
        place,
        related,
        hints,
    } = diagnostic;
    let mut out = String::new();
    if let Some(place) = place {
        let _ = write!(out, "{place} ");
    }
    if *severity == Severity::Warning {
        out.push_str("warning ");
    }
    let _ = write!(out, "[{code}] {message}");
    for related in related {
        let _ = write!(out, "\n  at {}: {}", related.place, related.label);
    }
    for hint in hints {
        let _ = write!(out, "\n  hint: {hint}");
    }
    out
}
