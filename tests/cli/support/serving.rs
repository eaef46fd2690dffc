//! `rolewright sandbox serve` as a child process, for programs other than ours.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command};

use super::{Run, Stage};

/// A sandbox that is being served on a free port; ended when this is dropped.
pub(crate) struct Serving {
    child: Option<Child>,
    /// The variables that it prints for a shell.
    pub(crate) variables: Vec<(String, String)>,
}

impl Serving {
    /// Serves the stage's sandbox in calm weather.
    pub(crate) fn of(stage: &Stage) -> Self {
        let arguments = ["sandbox", "serve", "--port=0", "--weather=calm", "--quiet"];
        let mut child = stage.start(&arguments);
        let stdout = child.stdout.as_mut().expect("it is a pipe");
        let lines = BufReader::new(stdout).lines().take(5);
        let variables = lines
            .map(|line| assignment(&line.expect("it is text")))
            .collect();
        Self {
            child: Some(child),
            variables,
        }
    }

    /// Sends a signal, as `-TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let child = self.child.as_ref().expect("it is being served");
        let status = Command::new("kill")
            .args([name, &child.id().to_string()])
            .status();
        assert!(status.expect("there is a kill").success());
    }

    /// Ends it politely; gives what it said after the variables.
    pub(crate) fn end(mut self, stage: &Stage, signal: &str) -> Run {
        self.signal(signal);
        stage.end(self.child.take().expect("it is being served"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // Already gone is as good as killed.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn assignment(line: &str) -> (String, String) {
    let assignment = line
        .strip_prefix("export ")
        .expect("each line is for a shell");
    let (name, value) = assignment.split_once('=').expect("it assigns");
    (name.to_owned(), value.to_owned())
}
