//! The real binary, run as a user runs it: its own folder, a clean environment, credentials that mean nothing.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::harness::Moto;

/// A user's folder and the endpoint that the user works on.
pub(crate) struct Product {
    home: TempDir,
    url: String,
}

/// How a run ended.
#[must_use]
pub(crate) struct Run {
    command: String,
    code: Option<i32>,
    /// The result.
    pub(crate) stdout: String,
    /// The talk.
    pub(crate) stderr: String,
}

impl Product {
    pub(crate) fn on(moto: &Moto) -> Self {
        Self {
            home: tempfile::tempdir().expect("a folder can be made"),
            url: moto.url.clone(),
        }
    }

    /// Where runs happen: the journal goes there.
    pub(crate) fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Runs one command. An argument of the form `examples/…` means the repository's.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let output = Command::new(env!("CARGO_BIN_EXE_rolewright"))
            .args(
                arguments
                    .iter()
                    .map(|argument| match argument.strip_prefix("examples/") {
                        Some(example) => repository.join("examples").join(example).into_os_string(),
                        None => argument.into(),
                    }),
            )
            .args(["--endpoint-url", &self.url])
            .current_dir(self.folder())
            .env_clear()
            .env("HOME", self.folder())
            .env("AWS_ACCESS_KEY_ID", "testing")
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .output()
            .expect("the binary starts");
        Run {
            command: arguments.join(" "),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("results are text"),
            stderr: String::from_utf8(output.stderr).expect("talk is text"),
        }
    }
}

impl Run {
    /// The run must have ended with this code.
    #[track_caller]
    pub(crate) fn code(self, code: i32) -> Self {
        let Self {
            command,
            code: was,
            stdout,
            stderr,
        } = &self;
        assert_eq!(
            *was,
            Some(code),
            "rolewright {command}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        );
        self
    }

    /// What the run said must contain all of these.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Self {
        let Self {
            command,
            code: _,
            stdout,
            stderr,
        } = &self;
        for word in words {
            let said = stdout.contains(word) || stderr.contains(word);
            assert!(
                said,
                "rolewright {command} does not say `{word}`\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
            );
        }
        self
    }
}
