//! The binary while it runs: what it says, signals, its end. A run that hangs is killed, and fails its case.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

/// No run of a story takes this long.
const PATIENCE: Duration = Duration::from_secs(100);

/// A run under way.
pub(crate) struct Process {
    child: Child,
    talk: BufReader<ChildStderr>,
    said: String,
    /// Dropped at the end, which lets the watch go home.
    _ended: Sender<()>,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct End {
    /// The exit code; nothing when a signal killed it.
    pub(crate) code: Option<i32>,
    /// The result.
    pub(crate) stdout: String,
    /// The talk.
    pub(crate) stderr: String,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        write!(f, "exit {code:?}\n--- stdout\n{stdout}--- stderr\n{stderr}")
    }
}

impl Process {
    /// Watches over a child whose output can be read.
    pub(crate) fn of(mut child: Child) -> Self {
        let talk = BufReader::new(child.stderr.take().expect("it is a pipe"));
        let (ended, end) = channel::<()>();
        let id = child.id();
        thread::spawn(move || {
            if end.recv_timeout(PATIENCE) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                send("-KILL", id);
            }
        });
        Self {
            child,
            talk,
            said: String::new(),
            _ended: ended,
        }
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        let status = self.child.try_wait().expect("it is a child");
        status.is_some()
    }

    /// Sends a signal, as `-INT`.
    pub(crate) fn signal(&self, name: &str) {
        send(name, self.child.id());
    }

    /// Listens until it says these words; `false` when it ended without.
    pub(crate) fn hears(&mut self, words: &str) -> bool {
        let mut line = String::new();
        while self.talk.read_line(&mut line).expect("it is text") > 0 {
            let heard = line.contains(words);
            self.said.push_str(&line);
            if heard {
                return true;
            }
            line.clear();
        }
        false
    }

    /// Listens to the end of its talk. It may still be holding its result.
    pub(crate) fn hears_out(&mut self) {
        let read = self.talk.read_to_string(&mut self.said);
        read.expect("it is text");
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> End {
        self.hears_out();
        let output = self.child.wait_with_output().expect("it is a child");
        End {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("it speaks UTF-8"),
            stderr: self.said,
        }
    }
}

fn send(name: &str, id: u32) {
    // It may have ended meanwhile, which is what a signal is for.
    let _ = Command::new("kill").args([name, &id.to_string()]).output();
}
