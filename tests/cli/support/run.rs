//! How a run ended, for tests to look at as a whole.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::steady::steady;

/// How a run ended. Everything it said has to be looked at.
#[must_use]
pub(crate) struct Run {
    command: String,
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Run {
    pub(super) fn new(arguments: &[&str], output: Output, home: &Path) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("it speaks UTF-8");
        let home = home.to_str().expect("temporary folders have plain names");
        Self {
            command: arguments.join(" "),
            code: output.status.code(),
            stdout: steady(&text(output.stdout), home),
            stderr: steady(&text(output.stderr), home),
        }
    }

    /// Everything: exit code, result and talk. What differs from run to run is taken out.
    pub(crate) fn whole(self) -> String {
        let Self {
            command: _,
            code,
            stdout,
            stderr,
        } = self;
        let code = code.map_or("killed".to_owned(), |code| code.to_string());
        let part = |name: &str, text: &str| match text {
            "" => String::new(),
            text => format!("--- {name}\n{}\n", text.trim_end()),
        };
        format!(
            "exit {code}\n{}{}",
            part("stdout", &stdout),
            part("stderr", &stderr)
        )
    }

    /// Exit code 0 and nothing to complain about; gives the result.
    #[track_caller]
    pub(crate) fn succeeds(self) -> String {
        self.ends_with(0)
    }

    /// This exit code and nothing to complain about; gives the result.
    #[track_caller]
    pub(crate) fn ends_with(self, expected: i32) -> String {
        let Self {
            command,
            code,
            stdout,
            stderr,
        } = self;
        assert_eq!(
            (code, stderr.as_str()),
            (Some(expected), ""),
            "{command}\n{stdout}"
        );
        stdout
    }

    /// This exit code and no result; gives the complaint.
    #[track_caller]
    pub(crate) fn complains_with(self, expected: i32) -> String {
        let Self {
            command,
            code,
            stdout,
            stderr,
        } = self;
        assert_eq!(
            (code, stdout.as_str()),
            (Some(expected), ""),
            "{command}\n{stderr}"
        );
        stderr
    }

    /// This exit code; gives result and talk.
    #[track_caller]
    pub(crate) fn says_with(self, expected: i32) -> (String, String) {
        let Self {
            command,
            code,
            stdout,
            stderr,
        } = self;
        assert_eq!(
            code,
            Some(expected),
            "{command}\n--- stdout\n{stdout}--- stderr\n{stderr}"
        );
        (stdout, stderr)
    }

    /// This exit code, and exactly one JSON document as the result; gives the document. Talk is free.
    #[track_caller]
    pub(crate) fn json(self, expected: i32) -> Value {
        let Self {
            command,
            code,
            stdout,
            stderr,
        } = self;
        assert_eq!(
            code,
            Some(expected),
            "{command}\n--- stdout\n{stdout}--- stderr\n{stderr}"
        );
        match serde_json::from_str(&stdout) {
            Ok(value) => value,
            Err(error) => panic!("{command}: not one JSON document: {error}\n{stdout}"),
        }
    }
}
