//! Manifests from the files that the command line names.

use super::plan_file;
use crate::cli::options::Manifests;
use crate::cli::settings;
use crate::cli::terminal::Failure;
use crate::run::{ManifestFiles, Project};

/// Reads the manifests and finds their stack.
pub(crate) fn load(manifests: &Manifests) -> Result<Project, Failure> {
    let Manifests {
        paths,
        stack,
        variables,
        variable_files,
        allow_files_outside,
    } = manifests;
    // A saved plan would otherwise be reported to lack every field of a manifest.
    if plan_file::is_one(paths) {
        return Err(Failure::other(
            format!("{} is a saved plan, and no manifest", paths[0].display()),
            Some("`apply`, `show`, `rehearse`, `graph` and `permissions` take saved plans"),
        ));
    }
    Ok(Project::load(&ManifestFiles {
        paths: paths.clone(),
        stack: stack.clone(),
        variables: variables.clone(),
        variable_files: variable_files.clone(),
        environment: settings::variables(),
        allow_files_outside: *allow_files_outside,
    })?)
}
