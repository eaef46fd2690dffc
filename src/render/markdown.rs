//! A plan for a pull request: Markdown within so many bytes. The headline and what is destroyed are never cut; what is cut
//! is said. A change's own lines are those of the text form.

mod budget;
mod escape;

use super::findings::word;
use super::review::{Review, Stamp};
use super::{text, words};
use crate::diagnostic::Diagnostic;
use crate::findings::Finding;
use crate::model::{AwsScope, Caller};
use crate::plan::{Action, Change, Note, NoteKind, Plan};
use crate::text::count;
use budget::Budget;
pub(super) use escape::{code, inline};
use escape::{fenced, html};

/// What GitHub takes in one comment, in bytes.
pub const MARKDOWN_LIMIT: usize = 65_536;

/// The plan in at most `limit` bytes, unless what must not be cut is longer.
pub fn markdown(review: &Review<'_>, limit: usize) -> String {
    let mut budget = Budget::of(limit);
    budget.must(&headline(review));
    for refusal in review.refusals {
        budget.must(&refused(refusal));
    }
    for note in review
        .plan
        .notes
        .iter()
        .filter(|note| note.kind == NoteKind::Warning)
    {
        budget.may(&noted(note), "note");
    }
    let groups = text::groups(review.plan);
    let (destroys, others): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|group| destroys(group));
    changes(&mut budget, review.plan, &destroys, true);
    findings(&mut budget, review.findings);
    changes(&mut budget, review.plan, &others, false);
    warnings(&mut budget, review);
    let below = text::below(review.plan);
    if !below.trim().is_empty() {
        budget.may(&folded("Worth knowing", below.trim_matches('\n')), "notes");
    }
    budget.may(&steps(review.plan), "the list of calls");
    budget.finished()
}

/// How an apply ended, for the summary of a job: the report's own lines.
pub fn report_markdown(plan: &Plan, destroy: bool, report: &str) -> String {
    let what = if destroy { "Destroyed" } else { "Applied" };
    let AwsScope {
        partition: _,
        account,
        region,
    } = &plan.setting;
    format!(
        "## {what}: stack {}\n\nAccount {}, region {}\n\n{}\n",
        inline(&plan.stack),
        code(account),
        code(region),
        fenced("", report)
    )
}

fn headline(review: &Review<'_>) -> String {
    let Review {
        plan,
        warnings: _,
        findings: _,
        refusals,
        destroy,
        stamp,
    } = review;
    let AwsScope {
        partition: _,
        account,
        region,
    } = &plan.setting;
    let Caller { arn, account: _ } = &plan.caller;
    let what = if *destroy { "Destroy" } else { "Plan" };
    let mut text = format!("## {what} for stack {}\n\n", inline(&plan.stack));
    if !refusals.is_empty() {
        let reasons = count(refusals.len(), "reason");
        text.push_str(&format!(
            "**This plan may not be applied** ({reasons} below).\n\n"
        ));
    }
    text.push_str(&verdict(plan, *destroy));
    text.push_str(&format!(
        "Account {}, region {}, caller {}",
        code(account),
        code(region),
        code(arn)
    ));
    text.push_str(&stamp.map_or_else(String::new, stamped));
    text.push_str("\n\n");
    text
}

/// What the plan comes to.
fn verdict(plan: &Plan, destroy: bool) -> String {
    if plan.is_empty() {
        let why = words::no_changes(plan, destroy);
        return format!("**No changes.** {why}\n\n");
    }
    let [counts, risks, instances] = text::headline(plan).map(|one| inline(&one));
    format!("**{counts}**<br>\n{risks}<br>\n{instances}\n\n")
}

fn stamped(stamp: Stamp<'_>) -> String {
    let Stamp {
        id,
        created,
        expires,
        tool_version,
    } = stamp;
    format!(
        "<br>\nPlan {}, made {created} by rolewright {}, good until {expires}",
        code(id),
        inline(tool_version)
    )
}

fn refused(refusal: &Diagnostic) -> String {
    let Diagnostic {
        severity: _,
        code: name,
        message,
        place,
        related: _,
        hints,
    } = refusal;
    let place = place
        .as_ref()
        .map(|place| format!(" ({}:{})", place.file, place.line));
    let place = inline(&place.unwrap_or_default());
    let hints: Vec<String> = hints
        .iter()
        .map(|hint| format!("<br>{}", inline(hint)))
        .collect();
    format!(
        "> [!CAUTION]\n> {}: {}{place}{}\n\n",
        code(name),
        inline(message),
        hints.join("")
    )
}

/// What a reviewer must not overlook: that a plan is one of a part.
fn noted(note: &Note) -> String {
    let Note {
        kind: _,
        address,
        message,
        content: _,
    } = note;
    let about = address
        .as_ref()
        .map_or_else(String::new, |address| format!("{address}: "));
    format!("> [!WARNING]\n> {}{}\n\n", inline(&about), inline(message))
}

fn destroys(group: &[&Change]) -> bool {
    group.iter().any(|change| {
        matches!(
            change.action,
            Action::Delete | Action::Replace | Action::Detach
        )
    })
}

/// Each change whole while there is room for the names of all that follow, then by name, then by number. What is destroyed
/// keeps its name.
fn changes(budget: &mut Budget, plan: &Plan, groups: &[Vec<&Change>], always: bool) {
    let forms: Vec<(String, String)> = groups
        .iter()
        .enumerate()
        .map(|(index, group)| forms(plan, group, index == 0 || always))
        .collect();
    let mut names: usize = forms.iter().map(|(_, short)| short.len()).sum();
    for (whole, short) in &forms {
        names -= short.len();
        budget.either(whole, short, names, always);
    }
}

/// A group whole and in short.
fn forms(plan: &Plan, group: &[&Change], open: bool) -> (String, String) {
    let drawn = text::one_group(plan, group);
    let (name, body) = drawn.split_once('\n').unwrap_or((&drawn, ""));
    let risk = group.first().map_or("", |first| words::marks(first).1);
    let name = format!("{} · {risk}", name.trim());
    (
        unfolding(&name, body, open),
        format!("- {}\n", inline(&name)),
    )
}

fn unfolding(summary: &str, body: &str, open: bool) -> String {
    let open = if open { " open" } else { "" };
    if body.trim().is_empty() {
        return format!("- {}\n\n", inline(summary));
    }
    let summary = html(summary);
    let body = fenced("diff", &coloured(body));
    format!("<details{open}><summary>{summary}</summary>\n\n{body}\n</details>\n\n")
}

pub(super) fn folded(summary: &str, body: &str) -> String {
    let body = fenced("", body);
    format!(
        "<details><summary>{}</summary>\n\n{body}\n</details>\n\n",
        html(summary)
    )
}

/// The lines with their signs in the first column, where a fence of kind `diff` has colours for them.
fn coloured(body: &str) -> String {
    let lines = body.lines().map(|line| {
        let text = line.trim_start();
        let (sign, rest) = match text.split_once(' ') {
            Some((sign @ ("+" | "-"), rest)) => (sign, rest),
            Some(("~" | "!", rest)) => ("!", rest),
            _ => (" ", text),
        };
        let room = line.len() - text.len() + if sign == " " { 0 } else { 2 };
        format!("{sign}{}{rest}", " ".repeat(room.saturating_sub(1)))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn findings(budget: &mut Budget, findings: &[Finding]) {
    let counting: Vec<&Finding> = findings.iter().filter(|finding| finding.counts()).collect();
    if counting.is_empty() {
        return;
    }
    let title = format!("### {}\n\n", count(counting.len(), "finding"));
    budget.may(&title, "findings");
    for finding in counting {
        let Finding {
            id,
            severity,
            address,
            field,
            place,
            message,
            fix,
            allowed: _,
        } = finding;
        let place = place
            .as_ref()
            .map(|place| format!(" ({}:{})", place.file, place.line));
        let place = inline(&place.unwrap_or_default());
        let text = format!(
            "- **{}** {}: {} in {} of {}{place}<br>{}\n",
            word(*severity).0,
            code(id),
            inline(message),
            code(&field.to_string()),
            inline(&address.to_string()),
            inline(fix)
        );
        budget.may(&text, "finding");
    }
    budget.may("\n", "");
}

fn warnings(budget: &mut Budget, review: &Review<'_>) {
    for warning in review.warnings.sorted() {
        let place = warning
            .place
            .as_ref()
            .map(|place| format!(" ({}:{})", place.file, place.line));
        let place = inline(&place.unwrap_or_default());
        budget.may(
            &format!("> [!WARNING]\n> {}{place}\n\n", inline(&warning.message)),
            "warning",
        );
    }
}

fn steps(plan: &Plan) -> String {
    if plan.steps.is_empty() {
        return String::new();
    }
    let lines = plan.steps.iter().map(|step| {
        let call = step.call.call().full_name();
        format!("{:>3}  {call}  {}", step.id + 1, step.title)
    });
    let lines: Vec<String> = lines.collect();
    folded(
        &format!("Apply sends {}", count(plan.steps.len(), "call")),
        &lines.join("\n"),
    )
}

#[cfg(test)]
mod tests;
