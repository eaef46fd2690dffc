//! `init`: a first stack to start from. Never overwrites anything.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::terminal::{Exit, Failure, Ui};

/// Writes a first stack into a folder: the EC2 user guide's s3access.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder; made when it does not exist
    #[arg(default_value = ".", value_name = "FOLDER")]
    folder: PathBuf,
}

/// The files of a first stack are those of the example, which is tested.
const FILES: [(&str, &str); 2] = [
    (
        "s3access.yaml",
        include_str!("../../../examples/s3access/s3access.yaml"),
    ),
    (
        "ec2-role-trust-policy.json",
        include_str!("../../../examples/s3access/ec2-role-trust-policy.json"),
    ),
];

pub(crate) fn run(args: &InitArgs, ui: &Ui) -> Result<Exit, Failure> {
    let failed = |path: &Path, error: &std::io::Error| {
        let hint = (error.kind() == std::io::ErrorKind::AlreadyExists)
            .then_some("choose another folder; nothing is overwritten");
        Failure::other(format!("cannot write {}: {error}", path.display()), hint)
    };
    let paths = FILES.map(|(name, content)| (args.folder.join(name), content));
    if let Some((path, _)) = paths.iter().find(|(path, _)| path.exists()) {
        return Err(failed(
            path,
            &std::io::Error::from(std::io::ErrorKind::AlreadyExists),
        ));
    }
    std::fs::create_dir_all(&args.folder).map_err(|error| failed(&args.folder, &error))?;
    for (path, content) in &paths {
        let mut file = std::fs::File::create_new(path).map_err(|error| failed(path, &error))?;
        file.write_all(without_schema_line(content).as_bytes())
            .map_err(|error| failed(path, &error))?;
    }
    print(&paths.map(|(path, _)| path), ui);
    let folder = args.folder.display();
    ui.say(&format!("Next: rolewright plan {folder} --sandbox"));
    Ok(Exit::Done)
}

fn print(paths: &[PathBuf], ui: &Ui) {
    if ui.json {
        Ui::print_json(&serde_json::json!({ "written": paths }));
        return;
    }
    for path in paths {
        Ui::result(&format!("wrote {}\n", path.display()));
    }
}

/// The example points to the schema by a path that only holds in this repository.
fn without_schema_line(content: &str) -> String {
    let mut lines: Vec<&str> = content
        .lines()
        .filter(|line| !line.starts_with("# yaml-language-server"))
        .collect();
    lines.push("");
    lines.join("\n")
}
