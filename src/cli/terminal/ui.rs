//! stdout, stderr and the prompt. stdout is the result, stderr the talk. A closed pipe ends the output, not the run; a result that
//! cannot be written for another reason is an error in the end.

use std::io::{BufRead, ErrorKind, IsTerminal, Write};
use std::sync::OnceLock;

use super::exit::Exit;
use super::style::Output;
use crate::render::{Label, Style};
use crate::text;

/// Why a result was not written. For the whole process, as stdout is.
static UNWRITTEN: OnceLock<String> = OnceLock::new();

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
        match write(&mut std::io::stdout().lock(), text) {
            // A reader that has gone away (`| head`) wanted no more.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                // The first reason is the one to tell.
                let _ = UNWRITTEN.set(error.to_string());
            }
            _ => {}
        }
    }

    /// How the process ends, when it would end like this if all results could be written.
    pub(crate) fn ending(&self, exit: Exit) -> Exit {
        match (UNWRITTEN.get(), exit) {
            (Some(why), Exit::Done | Exit::Changes) => {
                let hint = "what the command did is done; run it again for its result";
                self.error(
                    &format!("cannot write to standard output: {why}"),
                    &[hint.to_owned()],
                );
                Exit::Unwritten
            }
            (_, exit) => exit,
        }
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
    pub(crate) fn complain(words: &str) {
        // Nobody is left to tell.
        let _ = write(
            &mut std::io::stderr().lock(),
            &format!("{}\n", text::escaped(words.trim_end_matches('\n'), true)),
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

fn write(out: &mut dyn Write, text: &str) -> std::io::Result<()> {
    out.write_all(text.as_bytes()).and_then(|()| out.flush())
}
