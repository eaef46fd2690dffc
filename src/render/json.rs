//! A plan for machines: one versioned object, keys in camelCase, values as plain JSON. Fields are only ever
//! added to a format version; anything else makes a new one.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::access::{AccessChange, AccessDiff, Direction, sentence};
use crate::cloud::{Call, Merge, Parameter};
use crate::diagnostic::Place;
use crate::model::{Address, AwsScope, Caller, Instance, Link, Rollout, Value};
use crate::plan::{Action, Change, Edit, Gap, Note, Plan, Step, Waves};
use crate::policy::{Document, DocumentDiff, Mark, Member, Part, StatementEdit, ValueEdit, diff};

/// The version of the form, not of the tool.
pub(super) const FORMAT_VERSION: u32 = 1;

/// Every action with the key of its count.
const COUNTS: [(Action, &str); 7] = [
    (Action::Create, "create"),
    (Action::Update, "update"),
    (Action::Replace, "replace"),
    (Action::Delete, "delete"),
    (Action::Adopt, "adopt"),
    (Action::Detach, "detach"),
    (Action::Keep, "keep"),
];

/// The whole plan: where and who, counts, every change with its values before and after, notes, and the calls.
/// A policy that changes also carries its differences statement by statement.
pub fn plan_json(plan: &Plan) -> Json {
    let Plan {
        stack,
        setting:
            AwsScope {
                partition,
                account,
                region,
            },
        caller,
        changes,
        rollouts,
        notes,
        steps,
    } = plan;
    let Caller {
        arn,
        account: caller_account,
    } = caller;
    json!({
        "formatVersion": FORMAT_VERSION,
        "stack": stack,
        "partition": partition.name(),
        "account": account,
        "region": region,
        "caller": { "arn": arn, "account": caller_account },
        "hasChanges": !plan.is_empty(),
        "counts": counts(plan),
        "risks": plan.risks(),
        "instancesAffected": affected(plan),
        "changes": list(changes, |one| change(one, partition.name())),
        "rollouts": list(rollouts, waves),
        "notes": list(notes, note),
        "steps": list(steps, step),
    })
}

fn list<T>(items: &[T], draw: impl Fn(&T) -> Json) -> Json {
    Json::Array(items.iter().map(draw).collect())
}

fn counts(plan: &Plan) -> Json {
    let counts = plan.counts();
    let entries = COUNTS.iter().map(|(action, key)| {
        let number = counts.get(action).copied().unwrap_or_default();
        ((*key).to_owned(), json!(number))
    });
    Json::Object(entries.collect())
}

fn affected(plan: &Plan) -> BTreeSet<&str> {
    let instances = plan.effective().flat_map(|change| &change.instances);
    instances.map(|instance| instance.id.as_str()).collect()
}

fn change(change: &Change, partition: &str) -> Json {
    let Change {
        address,
        action,
        place: at,
        references,
        reasons,
        edits,
        instances,
        gap: lack,
        access,
        risk,
        alarms,
    } = change;
    let Address { kind, name, member } = address;
    json!({
        "address": address,
        "kind": kind,
        "name": name,
        "member": member,
        "action": action,
        "place": at.as_ref().map(place),
        "references": references,
        "reasons": reasons,
        "edits": list(edits, |one| edit(one, partition)),
        "instances": list(instances, instance),
        "gap": lack.as_ref().map(gap),
        "access": access.as_deref().map(access_diff),
        "risk": risk,
        "alarms": alarms,
    })
}

/// Each change of access with the sentence that the text form has.
fn access_diff(diff: &AccessDiff) -> Json {
    let AccessDiff { gained, lost } = diff;
    let told = |one: &AccessChange, direction| {
        let mut json = json!(one);
        json["sentence"] = sentence(one, direction).into();
        json
    };
    json!({
        "gained": list(gained, |one| told(one, Direction::Gained)),
        "lost": list(lost, |one| told(one, Direction::Lost)),
    })
}

fn gap(gap: &Gap) -> Json {
    let Gap { meaning, instances } = gap;
    json!({ "meaning": meaning, "instances": list(instances, instance) })
}

fn waves(one: &Waves) -> Json {
    let Waves {
        address,
        rollout:
            Rollout {
                max_in_flight,
                pause_between,
                abort_on_failures,
            },
        waves,
    } = one;
    json!({
        "address": address,
        "maxInFlight": max_in_flight,
        "pauseBetween": pause_between,
        "abortOnFailures": abort_on_failures,
        "waves": waves,
    })
}

fn instance(instance: &Instance) -> Json {
    let Instance { id, state, region } = instance;
    json!({ "id": id, "state": state, "region": region })
}

pub(super) fn place(place: &Place) -> Json {
    let Place {
        file,
        line,
        column,
        length: _,
    } = place;
    json!({ "file": file, "line": line, "column": column })
}

pub(super) fn edit(edit: &Edit, partition: &str) -> Json {
    let Edit {
        path,
        before,
        after,
        forces_replacement,
        place: at,
    } = edit;
    let mut drawn = json!({
        "path": path.to_string(),
        "field": path.field,
        "member": path.member,
        "before": before.as_ref().map(value),
        "after": after.as_ref().map(value),
        "forcesReplacement": forces_replacement,
        "place": at.as_ref().map(place),
    });
    if let (Some(Value::Policy(before)), Some(Value::Policy(after))) = (before, after) {
        drawn["policyChanges"] = policy_changes(before, after, partition);
    }
    drawn
}

fn value(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text),
        Value::Number(number) => json!(number),
        Value::Bool(flag) => json!(flag.to_string()),
        Value::Present => json!(true),
        Value::Policy(document) => document.json().clone(),
        Value::Link(Link { name, id, target }) => json!({
            "name": name,
            "id": id,
            "target": target,
        }),
    }
}

fn policy_changes(before: &Document, after: &Document, partition: &str) -> Json {
    let DocumentDiff {
        version,
        id,
        other,
        text,
        statements,
    } = diff(before, after, partition);
    let other = other.iter();
    let other: Map<String, Json> = other
        .map(|(name, edit)| (name.clone(), value_edit(edit)))
        .collect();
    json!({
        "version": version.as_ref().map(value_edit),
        "id": id.as_ref().map(value_edit),
        "other": other,
        "text": text.as_ref().map(value_edit),
        "statements": list(&statements, statement),
    })
}

fn value_edit(edit: &ValueEdit) -> Json {
    let ValueEdit { before, after } = edit;
    json!({ "before": before, "after": after })
}

fn statement(edit: &StatementEdit) -> Json {
    let (change, parts) = match edit {
        StatementEdit::Added(new) => ("added", new.parts()),
        StatementEdit::Removed(old) => ("removed", old.parts()),
        StatementEdit::Same(new) => ("same", new.parts()),
        StatementEdit::Changed {
            before: _,
            after: _,
            parts,
        } => ("changed", parts.clone()),
    };
    json!({ "change": change, "parts": list(&parts, part) })
}

fn part(part: &Part) -> Json {
    let Part {
        element,
        mark,
        members,
    } = part;
    json!({
        "element": element.to_string(),
        "mark": mark_word(*mark),
        "members": list(members, |Member { text, mark }| json!({ "text": text, "mark": mark_word(*mark) })),
    })
}

fn mark_word(mark: Mark) -> &'static str {
    match mark {
        Mark::Kept => "kept",
        Mark::Added => "added",
        Mark::Removed => "removed",
    }
}

fn note(note: &Note) -> Json {
    let Note {
        kind,
        address,
        message,
        content,
    } = note;
    let content = content.iter();
    let content: Map<String, Json> = content
        .map(|(name, held)| (name.clone(), value(held)))
        .collect();
    json!({ "kind": kind, "address": address, "message": message, "content": content })
}

/// What a step does and after which others; how it is retried and awaited is the applier's.
fn step(step: &Step) -> Json {
    let Call {
        service,
        action,
        region,
        parameters,
    } = step.call.call();
    let parameters: Map<String, Json> = parameters
        .iter()
        .map(|(name, value)| (name.clone(), parameter(value)))
        .collect();
    let mut shown = json!({
        "id": step.id,
        "address": step.address,
        "title": step.title,
        "needs": step.needs,
        "wave": step.wave.as_ref().map(|wave| wave.number),
        "call": { "service": service, "action": action, "region": region, "parameters": parameters },
    });
    if let Some(merge) = &step.merge {
        shown["merge"] = merged(merge);
    }
    shown
}

/// What becomes of a policy that is read only when the step runs.
fn merged(merge: &Merge) -> Json {
    let statement = merge.statement.as_deref();
    let statement =
        statement.map(|text| serde_json::from_str(text).unwrap_or_else(|_| json!(text)));
    json!({
        "sid": merge.sid,
        "statement": statement,
        "emptied": merge.emptied.as_ref().map(|call| call.call().full_name()),
    })
}

fn parameter(value: &Parameter) -> Json {
    match value {
        Parameter::Text(text) => json!(text),
        Parameter::List(items) => list(items, parameter),
        Parameter::Map(members) => {
            let members = members.iter();
            Json::Object(
                members
                    .map(|(name, one)| (name.clone(), parameter(one)))
                    .collect(),
            )
        }
        Parameter::Later(name) => json!({ "later": name }),
    }
}

#[cfg(test)]
mod tests;
