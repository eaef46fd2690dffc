//! What was typed, after environment and terminal: the one reader of environment variables of our own.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::options::Common;
use super::terminal::Ui;
use super::terminal::style::{ColorChoice, Output};
use crate::render::Style;

/// The prefix of environment variables that become manifest variables.
const VARIABLE_PREFIX: &str = "RW_VAR_";

/// How to talk, from flags, environment and terminal.
pub(crate) fn ui(common: &Common) -> Ui {
    let variable = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let environment = ColorEnvironment {
        no_color: variable("NO_COLOR"),
        forced: std::env::var_os("CLICOLOR_FORCE")
            .is_some_and(|value| !value.is_empty() && value != "0"),
        dumb: std::env::var_os("TERM").is_some_and(|term| term == "dumb"),
    };
    Ui {
        style: style(common.color, environment, std::io::stdout().is_terminal()),
        talk_style: style(common.color, environment, std::io::stderr().is_terminal()),
        output: common.output,
        json: common.output == Output::Json,
        quiet: common.quiet,
        verbose: common.verbose,
        endpoint: OnceLock::new(),
    }
}

/// What the environment says about colours (no-color.org, bixense.com/clicolors).
#[derive(Debug, Clone, Copy, Default)]
struct ColorEnvironment {
    no_color: bool,
    forced: bool,
    dumb: bool,
}

fn style(choice: ColorChoice, environment: ColorEnvironment, terminal: bool) -> Style {
    let ColorEnvironment {
        no_color,
        forced,
        dumb,
    } = environment;
    let color = match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => !no_color && (forced || (terminal && !dumb)),
    };
    if color { Style::COLOR } else { Style::PLAIN }
}

/// The file in which GitHub's runner collects what a job says in Markdown.
pub(crate) fn step_summary() -> Option<PathBuf> {
    let path = std::env::var_os("GITHUB_STEP_SUMMARY")?;
    (!path.is_empty()).then(|| PathBuf::from(path))
}

/// Manifest variables from the environment: `RW_VAR_bucket=logs` is `var.bucket`.
pub(crate) fn variables() -> BTreeMap<String, String> {
    std::env::vars()
        .filter_map(|(name, value)| Some((name.strip_prefix(VARIABLE_PREFIX)?.to_owned(), value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_beats_the_environment_and_the_environment_the_terminal() {
        let plain = ColorEnvironment::default();
        let no_color = ColorEnvironment {
            no_color: true,
            ..plain
        };
        let forced = ColorEnvironment {
            forced: true,
            ..plain
        };
        let dumb = ColorEnvironment {
            dumb: true,
            ..plain
        };
        assert_eq!(style(ColorChoice::Auto, plain, true), Style::COLOR);
        assert_eq!(style(ColorChoice::Auto, plain, false), Style::PLAIN);
        assert_eq!(style(ColorChoice::Auto, no_color, true), Style::PLAIN);
        assert_eq!(style(ColorChoice::Auto, forced, false), Style::COLOR);
        assert_eq!(style(ColorChoice::Auto, dumb, true), Style::PLAIN);
        assert_eq!(style(ColorChoice::Always, no_color, false), Style::COLOR);
        assert_eq!(style(ColorChoice::Never, forced, true), Style::PLAIN);
    }
}
