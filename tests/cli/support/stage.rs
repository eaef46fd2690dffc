//! A user's folder, with an environment that holds nothing else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rolewright::sandbox::{Sandbox, Weather, World};
use tempfile::TempDir;

use super::{Run, Served};

/// The sandbox without any delay or fault.
pub(crate) const CALM: [&str; 2] = ["--sandbox", "--weather=calm"];

/// Where the sandbox keeps its state by default.
const SANDBOX: &str = ".rolewright/sandbox";

/// A user's folder.
pub(crate) struct Stage {
    home: TempDir,
    environment: Vec<(String, String)>,
}

impl Stage {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self {
            home: tempfile::tempdir().expect("a folder can be made"),
            environment: Vec::new(),
        }
    }

    /// A folder with one of the repository's examples in it.
    pub(crate) fn with_example(name: &str) -> Self {
        let stage = Self::empty();
        let from = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("examples")
            .join(name);
        let to = stage.path(name);
        fs::create_dir(&to).expect("the folder is empty");
        for entry in fs::read_dir(from).expect("the example is there") {
            let path = entry.expect("it can be listed").path();
            let name = path.file_name().expect("files have names");
            fs::copy(&path, to.join(name)).expect("it can be copied");
        }
        stage
    }

    /// A folder with one manifest, `stack.yaml`.
    pub(crate) fn with_manifest(text: &str) -> Self {
        let stage = Self::empty();
        stage.write("stack.yaml", text);
        stage
    }

    /// The s3access example, already applied in calm weather.
    pub(crate) fn applied_s3access() -> Self {
        let stage = Self::with_example("s3access");
        stage.quietly(&["apply", "s3access", "--yes"]);
        stage
    }

    /// Lets runs use a sandbox of this process instead of one of their own.
    pub(crate) fn use_served(&mut self, served: &Served) {
        for (name, value) in served.environment() {
            self.set(&name, &value);
        }
    }

    /// Sets an environment variable for all later runs.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// A path below the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("the file can be written");
    }

    /// Reads a file.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the file can be read")
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().expect("the binary starts");
        Run::new(arguments, output, self.home.path())
    }

    /// Runs the binary on the calm sandbox.
    pub(crate) fn calm(&self, arguments: &[&str]) -> Run {
        self.run(&[arguments, &CALM].concat())
    }

    /// Runs it on the calm sandbox without progress; it has to succeed and to have nothing to complain about.
    #[track_caller]
    pub(crate) fn quietly(&self, arguments: &[&str]) {
        self.calm(&[arguments, &["--quiet"]].concat()).succeeds();
    }

    /// Runs the binary with a text on its standard input.
    pub(crate) fn fed(&self, arguments: &[&str], input: &str) -> Run {
        self.write("standard-input", input);
        let file = fs::File::open(self.path("standard-input")).expect("it was just written");
        let output = self.command(arguments).stdin(file).output();
        Run::new(
            arguments,
            output.expect("the binary starts"),
            self.home.path(),
        )
    }

    /// Starts the binary and does not wait; its output can be read.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the binary starts")
    }

    /// The outcome of a run that was started before.
    pub(crate) fn end(&self, child: Child) -> Run {
        let output = child.wait_with_output().expect("it can be waited for");
        Run::new(&["(started before)"], output, self.home.path())
    }

    /// A command on the binary, not yet started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolewright"));
        command
            .args(arguments)
            .current_dir(self.home.path())
            .stdin(Stdio::null())
            .env_clear()
            .env("HOME", self.home.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// The sandbox's state, byte for byte.
    #[track_caller]
    pub(crate) fn state(&self) -> String {
        self.read(&format!("{SANDBOX}/state.json"))
    }

    /// The journal's lines, parsed.
    #[track_caller]
    pub(crate) fn journal(&self) -> Vec<serde_json::Value> {
        let text = self.read(".rolewright/journal.jsonl");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("each line is a document"))
            .collect()
    }

    /// Changes the sandbox's world by hand.
    pub(crate) fn meddle(&self, change: impl FnOnce(&mut World)) {
        self.sandbox().edit(change).expect("it can be saved");
    }

    /// A copy of the sandbox's world.
    pub(crate) fn world(&self) -> World {
        self.sandbox().world()
    }

    fn sandbox(&self) -> Sandbox {
        Sandbox::open(Some(&self.path(SANDBOX)), Weather::calm()).expect("no run uses it now")
    }

    /// Starts the sandbox from a seed.
    pub(crate) fn seed(&self, seed: &str) {
        Sandbox::reset(&self.path(SANDBOX), Some(seed)).expect("the seed is sound");
    }
}
