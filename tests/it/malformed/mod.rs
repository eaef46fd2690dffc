//! What people see when a manifest is malformed: the whole drawing, place, excerpt and hints.

mod manifests;
mod syntax;
mod values;

use rolewright::diagnostic::Sources;
use rolewright::manifest;
use rolewright::render::{self, Style};

/// Draws the problems of one manifest; its kinds are Stack, Role and InstanceProfile.
fn drawn(text: &str) -> String {
    drawn_of(&[("role.yaml", text)])
}

fn drawn_of(files: &[(&str, &str)]) -> String {
    let sources: Sources = files.iter().copied().collect();
    let kinds = ["Stack", "Role", "InstanceProfile"];
    let (_, problems) = manifest::parse(&sources, &kinds);
    render::problems(&problems, &sources, Style::PLAIN)
}

/// Draws the problems of a Role whose `spec` goes on with `text`.
fn spec(text: &str) -> String {
    drawn(&format!("{HEAD}spec:\n{text}"))
}

const HEAD: &str = "apiVersion: rolewright.dev/v1\nkind: Role\nmetadata: {name: s3access}\n";
