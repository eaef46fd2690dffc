//! `export`: live AWS as manifests. Is never given anything that could write.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::options::Common;
use crate::cli::session::{self, Interrupts, Session};
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::cloud::Reads;
use crate::diagnostic::nearest;
use crate::export::{self, Manifests, Material};
use crate::kinds::ExportFilter;
use crate::live::{self, Chosen};
use crate::model::kind;
use crate::text;

/// Writes manifests of what is there: roles, the profiles that hold them, and the instances that use those.
#[derive(Debug, Args)]
#[command(
    after_help = "Marks are combined: --owned shop --tag Stage=prod means what carries both. What no stack owns is marked \
        `adopt: true`, so that the next apply takes it over.\n\
        Exit codes: 0 done, 1 error, 64 usage, 130 interrupted."
)]
pub(crate) struct ExportArgs {
    /// The roles, by name
    #[arg(value_name = "NAME", conflicts_with_all = ["path_prefix", "tags", "owned"])]
    pub names: Vec<String>,
    /// Roles whose path begins so
    #[arg(long, value_name = "PATH")]
    pub path_prefix: Option<String>,
    /// Roles with this tag (repeatable: with all of them)
    #[arg(long = "tag", value_name = "KEY=VALUE")]
    pub tags: Vec<String>,
    /// What a stack owns: roles, profiles, instances
    #[arg(long, value_name = "STACK")]
    pub owned: Option<String>,
    /// The inline policies of this user (repeatable)
    #[arg(long = "user", value_name = "NAME")]
    pub users: Vec<String>,
    /// The name of the stack that the manifests are for, by default the owner's
    #[arg(long, value_name = "NAME")]
    pub stack: Option<String>,
    /// Write them to a new file, or into a folder by the stack's name; by default to stdout
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Overwrite that file
    #[arg(long, requires = "out")]
    pub force: bool,
}

pub(crate) async fn run(args: ExportArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let filter = filter(&args)?;
    if let Some(name) = &args.stack {
        crate::resolve::check_stack_name(name).map_or(Ok(()), |told| Err(Failure::Usage(told)))?;
    }
    // What cannot be written is told before anything is asked.
    if let Some(path) = args.out.as_deref().filter(|path| !path.is_dir()) {
        refuse_existing(path, args.force)?;
    }
    let interrupts = Interrupts::listen();
    let exporting = async |session: &Session| {
        let exporting = manifests(session, &filter, args.stack.as_deref());
        interrupts.unless_pressed(exporting).await
    };
    let (stack, manifests) = session::work(&common, None, &interrupts, ui, exporting).await?;
    let written = match &args.out {
        Some(path) => Some(write(path, &stack, &manifests, args.force)?),
        None => None,
    };
    print(&manifests, written.as_deref(), ui);
    Ok(Exit::Done)
}

/// Which resources are meant; everything there is would be no stack of anybody.
fn filter(args: &ExportArgs) -> Result<ExportFilter, Failure> {
    let mut tags = BTreeMap::new();
    for tag in &args.tags {
        let Some((key, value)) = tag.split_once('=').filter(|(key, _)| !key.is_empty()) else {
            return Err(Failure::Usage(format!(
                "--tag {tag}: write it as KEY=VALUE"
            )));
        };
        tags.insert(key.to_owned(), value.to_owned());
    }
    let mut filter = ExportFilter {
        path_prefix: args.path_prefix.clone(),
        tags,
        owner: args.owned.clone(),
        ..ExportFilter::default()
    };
    filter.name(kind::ROLE, args.names.iter().cloned());
    filter.name(kind::USER_POLICY, args.users.iter().cloned());
    if filter.is_empty() {
        let message = "say what to export: names of roles, --path-prefix PATH, --tag KEY=VALUE, --owned STACK or --user NAME";
        return Err(Failure::Usage(message.to_owned()));
    }
    if let Some(prefix) = args
        .path_prefix
        .as_ref()
        .filter(|prefix| !prefix.starts_with('/'))
    {
        let message = format!("--path-prefix {prefix}: paths begin with `/`, as in /app/");
        return Err(Failure::Usage(message));
    }
    Ok(filter)
}

/// Reads AWS and writes it down. Only reads can leave from here: the session gives nothing else.
async fn manifests(
    session: &Session,
    filter: &ExportFilter,
    stack: Option<&str>,
) -> Result<(String, Manifests), Failure> {
    let reads: &dyn Reads = session.reads();
    let chosen = live::choose(reads, &session.setting, filter).await;
    let chosen = chosen.map_err(Failure::fault("look at AWS"))?;
    all_found(filter, &chosen)?;
    let stack = match stack.or(filter.owner.as_deref()) {
        Some(stack) => stack.to_owned(),
        None => only_owner(&chosen)?,
    };
    let manifests = export::export(&Material {
        stack: &stack,
        setting: &session.setting,
        found: &chosen.resources,
        blind: &chosen.blind,
    });
    Ok((stack, manifests))
}

/// Every name that was given has to be one; marks have to find something.
fn all_found(filter: &ExportFilter, chosen: &Chosen) -> Result<(), Failure> {
    let is_found = |name: &&String| {
        let mut found = chosen.resources.keys();
        found.any(|address| address.kind == kind::ROLE && address.name.eq_ignore_ascii_case(name))
    };
    let roles = filter.named(kind::ROLE);
    let missing: Vec<&String> = roles.filter(|name| !is_found(name)).collect();
    if !missing.is_empty() {
        return Err(no_roles(&missing, chosen));
    }
    if export::is_anything(&chosen.resources) {
        return Ok(());
    }
    let only_linked = !chosen.resources.is_empty();
    let message = if only_linked {
        "there is nothing to export: what was found is service-linked, and only AWS can change it"
    } else {
        "there is nothing to export: no resource was found"
    };
    let hint = match (&filter.owner, only_linked) {
        (_, true) => None,
        (Some(_), false) => Some("check the stack's name, the account and the region"),
        (None, false) => Some("check the account; values of tags and letter case count"),
    };
    Err(Failure::other(message, hint))
}

fn no_roles(missing: &[&String], chosen: &Chosen) -> Failure {
    let quoted: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("there is no role {}", text::or_list(&quoted));
    let none = BTreeSet::new();
    let names = chosen.names.get(&kind::ROLE).unwrap_or(&none);
    let near = missing
        .iter()
        .filter_map(|name| nearest(name, names.iter().map(String::as_str)));
    let near: BTreeSet<String> = near.map(|name| format!("`{name}`")).collect();
    let near: Vec<String> = near.into_iter().collect();
    let hint = (!near.is_empty()).then(|| format!("did you mean {}?", text::and_list(&near)));
    Failure::other(message, hint.as_deref())
}

/// The stack that owns what was found: the manifests are for it unless another one is named.
fn only_owner(chosen: &Chosen) -> Result<String, Failure> {
    let owners: Vec<&str> = export::owners(&chosen.resources).into_iter().collect();
    match owners.as_slice() {
        [owner] => Ok((*owner).to_owned()),
        [] => Err(Failure::Usage(
            "no stack owns what was found: pass --stack NAME for the one that shall".to_owned(),
        )),
        several => Err(Failure::Usage(format!(
            "what was found belongs to stacks {}: pass --stack NAME for the one that is meant",
            text::and_list(several)
        ))),
    }
}

fn refuse_existing(path: &Path, force: bool) -> Result<(), Failure> {
    if force || !path.exists() {
        return Ok(());
    }
    let message = format!("cannot write {}: it is there already", path.display());
    Err(Failure::other(
        message,
        Some("pass --force to overwrite it"),
    ))
}

/// Writes the file, or one with the stack's name into the folder. A name may have a slash in it.
fn write(out: &Path, stack: &str, manifests: &Manifests, force: bool) -> Result<PathBuf, Failure> {
    let path = if out.is_dir() {
        out.join(format!("{}.yaml", stack.replace(['/', ':'], "-")))
    } else {
        out.to_owned()
    };
    refuse_existing(&path, force)?;
    let file = if force {
        File::create(&path)
    } else {
        File::create_new(&path)
    };
    let written = file.and_then(|mut file| file.write_all(export::manifests(manifests).as_bytes()));
    written.map_err(|error| {
        Failure::other(format!("cannot write {}: {error}", path.display()), None)
    })?;
    Ok(path)
}

fn print(manifests: &Manifests, written: Option<&Path>, ui: &Ui) {
    if ui.json {
        let mut json = export::manifests_json(manifests);
        if let Some(path) = written {
            json["written"] = serde_json::json!(path);
        }
        Ui::print_json(&json);
        return;
    }
    match written {
        None => Ui::result(&export::manifests(manifests)),
        Some(path) => {
            Ui::result(&format!("wrote {}\n", path.display()));
            let comments = manifests
                .documents
                .iter()
                .filter(|one| !one.is_sound)
                .count();
            if comments > 0 {
                let what = text::count(comments, "resource");
                ui.say(&format!("{what} can only be a comment, which says why"));
            }
            ui.say(&format!("Next: rolewright plan {}", path.display()));
        }
    }
}
