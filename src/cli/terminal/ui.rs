//! stdout, stderr and the prompt. stdout is the result, stderr the talk. A closed pipe ends the output, not the run.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::OnceLock;

use super::style::Output;
use crate::render::{Label, Style};

/// How to talk to the user.
#[derive(Debug)]
pub(crate) struct Ui {
    /// Colours of what goes to stdout.
    pub style: Style,
    /// Colours of what goes to stderr.
    pub talk_style: Style,
    /// How results are printed.
    pub output: Output,
    /// Whether results are JSON.
    pub json: bool,
    /// Only results and errors.
    pub quiet: bool,
    /// More detail.
    pub verbose: bool,
    /// Where the run's calls go, once that is known, if it is not AWS's own address.
    pub endpoint: OnceLock<String>,
}

impl Ui {
    pub(crate) fn result(text: &str) {
        write(&mut std::io::stdout().lock(), text);
    }

    pub(crate) fn print_json(value: &serde_json::Value) {
        Self::result(&format!("{value:#}\n"));
    }

    /// Prints names and what belongs to them, one a line.
    pub(crate) fn rows<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) {
        let lines = rows.into_iter();
        let lines = lines.map(|(name, value)| format!("{name:<12} {value}\n"));
        Self::result(&lines.collect::<String>());
    }

    /// Says something on the way; silent with `--quiet`.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            Self::complain(text);
        }
    }

    /// Says something that must be heard.
    pub(crate) fn complain(text: &str) {
        write(
            &mut std::io::stderr().lock(),
            &format!("{}\n", text.trim_end_matches('\n')),
        );
    }

    /// Prints `error: …` with hints.
    pub(crate) fn error(&self, message: &str, hints: &[String]) {
        let mut text = format!(
            "{}: {message}",
            self.talk_style.paint(Label::Removed, "error")
        );
        for hint in hints {
            text.push_str(&format!(
                "\n  {}: {hint}",
                self.talk_style.paint(Label::Hint, "hint")
            ));
        }
        Self::complain(&text);
    }

    /// Asks for a `yes`. Only on a terminal; the caller makes sure of that with [`Ui::can_ask`]. Reading has a
    /// thread of its own, which is left behind when nobody wants the answer any more: it cannot be stopped.
    pub(crate) async fn confirm(question: &str) -> bool {
        let mut stderr = std::io::stderr().lock();
        let asked =
            write!(stderr, "{question} Type `yes` to go on: ").and_then(|()| stderr.flush());
        drop(stderr);
        let (answer, answered) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = std::io::stdin().lock().read_line(&mut line).is_ok();
            // Nobody listens any more: the run was interrupted.
            let _ = answer.send(read && matches!(line.trim(), "yes" | "y"));
        });
        asked.is_ok() && answered.await.unwrap_or(false)
    }

    /// Whether there is a person to ask.
    pub(crate) fn can_ask() -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }
}

/// A reader that has gone away (`| head`) is no error of ours, and nobody is left to tell.
fn write(out: &mut dyn Write, text: &str) {
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
