//! Sessions as they stand in the docs: `$ command`, then what it printed. They are run in a folder that has
//! the examples in it, on the sandbox; what they print must be what stands there, but for times and the like.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use rolewright::sandbox::{Sandbox, Weather};
use tempfile::TempDir;

use crate::bless;

/// The folder in which the sessions of one document run, one after the other.
pub(super) struct Session {
    folder: TempDir,
    /// The exit code of the last command, for `echo $?`.
    last: i32,
}

const PROMPT: &str = "$ ";

impl Session {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        copy(&bless::path("examples"), &folder.path().join("examples"));
        Self { folder, last: 0 }
    }

    /// The session as it runs today. What differs only by times stays as it was.
    pub(super) fn replay(&mut self, text: &str) -> String {
        let mut out = String::new();
        for (command, printed) in commands(text) {
            let prints = self.run(&command);
            let same = comparable(&prints) == comparable(&printed);
            out.push_str(&format!(
                "{PROMPT}{command}\n{}",
                if same { printed } else { prints }
            ));
        }
        out
    }

    fn run(&mut self, command: &str) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_rolewright"));
        let programs = program.parent().expect("programs stand in folders");
        let path = format!(
            "{}:{}",
            programs.display(),
            std::env::var("PATH").unwrap_or_default()
        );
        let (mut reader, writer) = std::io::pipe().expect("a pipe can be made");
        let mut child = Command::new("sh")
            .args(["-c", &format!("(exit {}); {command}", self.last)])
            .current_dir(self.folder.path())
            .env_clear()
            .envs([
                ("PATH", path.as_str()),
                ("LC_ALL", "C.UTF-8"),
                ("AWS_EC2_METADATA_DISABLED", "true"),
            ])
            .env("HOME", self.folder.path())
            .stdin(Stdio::null())
            .stdout(writer.try_clone().expect("a pipe can be shared"))
            .stderr(writer)
            .spawn()
            .expect("there is a shell");
        let mut text = String::new();
        reader
            .read_to_string(&mut text)
            .expect("sessions print text");
        self.last = child.wait().expect("the shell ends").code().unwrap_or(-1);
        text
    }
}

/// Checks manifests of a document; what they have no stack for belongs to the stack `docs`.
pub(super) fn validate(manifests: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    copy(&bless::path("examples/s3access"), folder.path());
    std::fs::remove_file(folder.path().join("s3access.yaml")).expect("the example has a manifest");
    std::fs::write(folder.path().join("block.yaml"), manifests).expect("the folder can be written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolewright"));
    command
        .args(["validate", "block.yaml"])
        .current_dir(folder.path())
        .env_clear();
    if !manifests.contains("kind: Stack") {
        command.args(["--stack", "docs"]);
    }
    let output = command.output().expect("the binary starts");
    if output.status.success() && output.stderr.is_empty() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Starts a sandbox with a seed.
pub(super) fn plant(seed: &str) -> Result<(), String> {
    Sandbox::open_with_seed(None, Weather::calm(), seed)
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// Commands and what stands behind each.
fn commands(text: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match (line.strip_prefix(PROMPT), commands.last_mut()) {
            (Some(command), _) => commands.push((command.trim_end().to_owned(), String::new())),
            (None, Some((_, printed))) => printed.push_str(line),
            (None, None) => panic!("a session begins with `{PROMPT}`: {line}"),
        }
    }
    commands
}

/// What has to be equal: numbers of seconds and of repeated calls, and request ids, are nobody's promise, nor is
/// the order in which steps that run side by side end.
fn comparable(text: &str) -> String {
    let masks = [
        (r"\d+(\.\d+)? (s|min)\b", "# s"),
        (r"(?m)(: waiting for .*), # s$", "$1"),
        (
            r"\d+ calls? (was|were) sent again",
            "# calls were sent again",
        ),
        (
            r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
            "#",
        ),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "#"),
        (r"\b([Pp])lan `?[0-9a-f]{12}`?", "${1}lan #"),
        (r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:#"),
        (r"\.[0-9a-f]{12}\.applied", ".#.applied"),
    ];
    let masked = masks.iter().fold(text.to_owned(), |text, (pattern, mask)| {
        let pattern = regex_lite::Regex::new(pattern).expect("patterns are well formed");
        pattern.replace_all(&text, *mask).into_owned()
    });
    let mut lines: Vec<&str> = masked.lines().collect();
    let moves = |line: &&str| line.ends_with("# s") || line.contains(": waiting for ");
    for group in lines.chunk_by_mut(|a, b| moves(a) && moves(b)) {
        group.sort_unstable();
    }
    // How often a wait is told depends on how long it takes.
    lines.dedup();
    lines.join("\n")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("the examples can be listed") {
        let entry = entry.expect("the examples can be listed");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the examples can be copied");
        }
    }
}

#[test]
fn times_may_differ_and_nothing_else() {
    let was = "+ create role a  0.0 s\n+ create role b  5.1 s\n5 calls were sent again\ndone\n";
    let same = "+ create role b  4 s\n+ create role a  1.3 s\n1 call was sent again\ndone\n";
    let other = was.replace("role a", "role c");
    assert_eq!(comparable(was), comparable(same));
    assert_ne!(comparable(was), comparable(&other));
}

#[test]
fn a_session_is_replayed_with_its_exit_codes() {
    let mut session = Session::new();
    let replayed = session.replay("$ echo a; exit 3\nb\n$ echo $?\n3\n");
    assert_eq!(replayed, "$ echo a; exit 3\na\n$ echo $?\n3\n");
}
