//! Documents that are wrong, and what is said about them: code, place, message, hint. And that every field of
//! those that are right arrives somewhere.

mod associations;
mod bucket_denies;
mod effects;
mod instances;
mod naming;
mod partitions;
mod policies;
mod roles;
mod stacks;
mod user_policies;

use crate::support::{Project, drawn_diagnostics};

/// What is wrong with documents.
fn faults(text: &str) -> String {
    told(&Project::of(text))
}

/// What is wrong with a project; warnings of a sound one.
fn told(project: &Project) -> String {
    match project.resolve() {
        Ok((_, warnings)) if warnings.is_empty() => "nothing".to_owned(),
        Ok((_, warnings)) => drawn_diagnostics(&warnings),
        Err(problems) => drawn_diagnostics(&problems),
    }
}

/// A role with more in its spec, from line 10 on.
fn role(more: &str) -> String {
    faults(&format!(
        "kind: Role\nmetadata: {{name: a}}\nspec:\n  trustPolicy: {{services: [ec2.amazonaws.com]}}\n{more}"
    ))
}
