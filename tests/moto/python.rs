//! The Python environment of the suite: made once from the pinned requirements, shared by every later run.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

const REQUIREMENTS: &str = include_str!("requirements.txt");

/// The environment's interpreter, or `None` when it cannot be had and nobody insists.
///
/// # Panics
///
/// When it cannot be had and `CI=true`: a suite that is skipped there would never be missed.
pub(crate) fn interpreter() -> Option<&'static Path> {
    static INTERPRETER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = INTERPRETER.get_or_init(|| match environment() {
        Ok(folder) => Some(folder.join("bin/python")),
        Err(why) => {
            assert!(!in_ci(), "the moto suite cannot run: {why}");
            shout(&why);
            None
        }
    });
    found.as_deref()
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// Written past the test harness, which keeps what passing tests print to itself.
fn shout(why: &str) {
    let line = "=".repeat(100);
    let text =
        format!("\n{line}\nSKIPPED: the moto suite tests NOTHING in this run: {why}\n{line}\n\n");
    io::stderr()
        .write_all(text.as_bytes())
        .expect("standard error can be written");
}

/// The folder of the environment, made when it is not there. Its name carries the requirements' hash, so
/// that a change of pins makes a new one.
fn environment() -> Result<PathBuf, String> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("it is a folder of target");
    let digest: [u8; 32] = Sha256::digest(REQUIREMENTS).into();
    let [a, b, c, d, ..] = digest;
    let hash = u32::from_be_bytes([a, b, c, d]);
    let folder = target.join(format!("moto-venv-{hash:08x}"));
    // Scripts of an environment name its absolute place, so it is not made elsewhere and renamed: a lock keeps
    // other runs out, and a mark that is written last tells a finished one from a torn one.
    let finished = folder.join("finished");
    let lock = File::create(target.join("moto-venv.lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    if !finished.exists() {
        make(&folder)?;
        fs::write(&finished, "").map_err(|error| error.to_string())?;
    }
    Ok(folder)
}

fn make(folder: &Path) -> Result<(), String> {
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/moto/requirements.txt");
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(folder))?;
    run(Command::new(folder.join("bin/python"))
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ])
        .args(["--no-input", "--retries", "2", "--requirement"])
        .arg(requirements))
}

fn run(command: &mut Command) -> Result<(), String> {
    let Output {
        status,
        stdout: _,
        stderr,
    } = command
        .output()
        .map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    if status.success() {
        return Ok(());
    }
    Err(format!(
        "{command:?} ended with {status}: {}",
        String::from_utf8_lossy(&stderr).trim()
    ))
}
