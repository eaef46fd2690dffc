//! Plans as Markdown: what must be there is there, whatever the room, and no text can break out of its place.

use super::*;
use crate::diagnostic::{Diagnostic, Problems};
use crate::model::{FieldPath, Value, field};
use crate::plan::{Action, Change, Edit, Risk};
use crate::policy::Document;
use crate::render::sample;

fn drawn(plan: &Plan, limit: usize) -> String {
    let nothing = Problems::none();
    markdown(&review(plan, &nothing, &[]), limit)
}

fn review<'a>(plan: &'a Plan, warnings: &'a Problems, refusals: &'a [Diagnostic]) -> Review<'a> {
    Review {
        plan,
        warnings,
        findings: &[],
        refusals,
        destroy: false,
        endpoint: None,
        stamp: None,
    }
}

/// An update of a role with so many bytes of description.
fn update(name: &str, length: usize) -> Change {
    let mut change = sample::change(Action::Update, "Role", name, 3);
    let after = Value::Text("x".repeat(length));
    change.edits = vec![sample::edit(
        "description",
        Value::Text("old".into()),
        after,
    )];
    change
}

fn deletion(name: &str) -> Change {
    let mut change = sample::change(Action::Delete, "Role", name, 3);
    change.risk = Risk::Deletion;
    change.edits = vec![sample::removed("description", Value::Text("y".repeat(400)))];
    change
}

#[test]
fn a_plan_without_changes_is_short() {
    insta::assert_snapshot!(drawn(&sample::plan(Vec::new()), MARKDOWN_LIMIT), @"
    ## Plan for stack s3access

    **No changes.** AWS matches the manifests.

    Account `123456789012`, region `eu-central-1`, caller `arn:aws:iam::123456789012:user/ann`
    ");
}

#[test]
fn a_change_unfolds_into_lines_with_their_signs_in_the_first_column() {
    let policy = |action: &str| {
        let text =
            format!(r#"{{"Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#);
        Value::Policy(Document::observed(&text))
    };
    let mut change = sample::change(Action::Update, "Role", "web", 3);
    change.edits = vec![
        sample::edit("path", Value::Text("/".into()), Value::Text("/app/".into())),
        sample::edit("inlinePolicies.P", policy("s3:GetObject"), policy("s3:*")),
    ];
    insta::assert_snapshot!(drawn(&sample::plan(vec![change]), MARKDOWN_LIMIT), @r#"
    ## Plan for stack s3access

    **1 to update (\~)**<br>
    Risk: 1 cosmetic<br>
    No instance changes its credentials

    Account `123456789012`, region `eu-central-1`, caller `arn:aws:iam::123456789012:user/ann`

    <details open><summary>~ Role/web  (examples/s3access/stack.yaml:3) · cosmetic</summary>

    ```diff
    !   path: "/" -> "/app/"
    !   inlinePolicies.P:
    +       Allow s3:* on *
    -       Allow s3:GetObject on *
    ```

    </details>
    "#);
}

#[test]
fn what_does_not_fit_is_named_then_counted_and_said_to_be_cut() {
    let changes = (0..40).map(|number| update(&format!("role-{number:02}"), 300));
    let plan = sample::plan(changes.collect());
    let whole = drawn(&plan, MARKDOWN_LIMIT);
    assert!(!whole.contains("Cut to fit") && whole.contains("role-39"));
    let short = drawn(&plan, 3_000);
    assert!(short.len() <= 3_000, "{}", short.len());
    assert!(short.starts_with("## Plan for stack s3access\n"));
    insta::assert_snapshot!(short.lines().last().unwrap(), @"**Cut to fit:** 2 changes and the details of 38 changes. `rolewright show FILE` has all of it.");
    let shorter = drawn(&plan, 1_500);
    assert!(shorter.len() <= 1_500, "{}", shorter.len());
    insta::assert_snapshot!(shorter.lines().last().unwrap(), @"**Cut to fit:** 25 changes and the details of 15 changes. `rolewright show FILE` has all of it.");
}

#[test]
fn what_is_destroyed_keeps_its_name_however_little_room_there_is() {
    let changes = (0..30).map(|number| deletion(&format!("old-{number:02}")));
    let many = (0..100).map(|number| update(&format!("new-{number:03}"), 300));
    let plan = sample::plan(changes.chain(many).collect());
    let drawn = drawn(&plan, 4_000);
    for number in 0..30 {
        assert!(drawn.contains(&format!("Role/old-{number:02}")), "{number}");
    }
    assert!(drawn.len() <= 4_000, "{}", drawn.len());
}

#[test]
fn reasons_against_it_stand_at_the_top() {
    let plan = sample::plan(vec![update("web", 3)]);
    let nothing = Problems::none();
    let refusals = [
        Diagnostic::error("protected", "Role/web is `protected` <b>")
            .at(Some(sample::place(3)))
            .hint("take the protection away"),
    ];
    let drawn = markdown(&review(&plan, &nothing, &refusals), MARKDOWN_LIMIT);
    insta::assert_snapshot!(drawn.split("<details").next().unwrap(), @r"
    ## Plan for stack s3access

    **This plan may not be applied** (1 reason below).

    **1 to update (\~)**<br>
    Risk: 1 cosmetic<br>
    No instance changes its credentials

    Account `123456789012`, region `eu-central-1`, caller `arn:aws:iam::123456789012:user/ann`

    > [!CAUTION]
    > `protected`: Role/web is \`protected\` &lt;b&gt; (examples/s3access/stack.yaml:3)<br>take the protection away
    ");
}

#[test]
fn no_text_breaks_out_of_its_place() {
    let mut plan = sample::plan(vec![update("web", 3)]);
    plan.stack = "a|b *c* <script> @team [x](y)".into();
    let edit = Edit {
        path: FieldPath::member(field::TAGS, "```\n</details><img src=x>"),
        before: None,
        after: Some(Value::Text("````".into())),
        forces_replacement: false,
        place: None,
    };
    plan.changes[0].edits.push(edit);
    plan.changes[0].address.name = "</summary><script>".into();
    insta::assert_snapshot!(drawn(&plan, MARKDOWN_LIMIT), @r#"
    ## Plan for stack a\|b \*c\* &lt;script&gt; &#64;team \[x\](y)

    **1 to update (\~)**<br>
    Risk: 1 cosmetic<br>
    No instance changes its credentials

    Account `123456789012`, region `eu-central-1`, caller `arn:aws:iam::123456789012:user/ann`

    <details open><summary>~ Role/&lt;/summary&gt;&lt;script&gt;  (examples/s3access/stack.yaml:3) · cosmetic</summary>

    `````diff
    !   description: "old" -> "xxx"
    +   tags.```\u{a}</details><img src=x>: "````"
    `````

    </details>
    "#);
}

#[test]
fn equal_plans_give_equal_bytes() {
    let plan = sample::plan(vec![update("web", 3), deletion("old")]);
    assert_eq!(drawn(&plan, 2_000), drawn(&plan, 2_000));
}

#[test]
fn a_change_without_lines_is_escaped_as_markdown() {
    let mut change = sample::change(Action::Delete, "Role", "[web](evil)_x_", 3);
    change.edits.clear();
    let drawn = drawn(&sample::plan(vec![change]), MARKDOWN_LIMIT);
    assert!(drawn.contains(r"Role/\[web\](evil)\_x\_ "), "{drawn}");
}
