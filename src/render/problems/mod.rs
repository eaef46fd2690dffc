//! Diagnostics with an excerpt of their source, for people and for machines. The only folder that knows
//! miette; what is wrong, and the words for it, come from the stages.

mod excerpt;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
    ThemeCharacters, ThemeStyles,
};
use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Lines, Problems, Related, Severity, Sources};
use crate::text;

use super::style::{Label, Style};
use excerpt::Excerpt;

/// Characters per line; fixed, so that equal input gives equal bytes on every terminal.
const WIDTH: usize = 100;

/// Every problem with its excerpt and hints, in the order of their places, and a closing count:
/// `3 errors, 1 warning`. Nothing at all when there are none.
pub fn problems(problems: &Problems, sources: &Sources, style: Style) -> String {
    if problems.is_empty() {
        return String::new();
    }
    let handler = handler(style);
    let texts = texts(problems, sources);
    let mut out = String::new();
    for diagnostic in problems.sorted() {
        draw(diagnostic, &texts, &handler, &mut out);
        out.push('\n');
    }
    let label = if problems.has_errors() {
        Label::Removed
    } else {
        Label::Changed
    };
    out.push_str(&style.paint(label, &closing(problems)));
    out.push('\n');
    out
}

/// The same for machines: `{"errors": 1, "warnings": 0, "problems": [{"severity", "code", "message", "place",
/// "related", "hints"}]}`, in the same order.
pub fn problems_json(problems: &Problems) -> Value {
    json!({
        "errors": tally(problems, Severity::Error),
        "warnings": tally(problems, Severity::Warning),
        "problems": problems.sorted(),
    })
}

fn tally(problems: &Problems, severity: Severity) -> usize {
    let all = problems.sorted();
    all.iter().filter(|one| one.severity == severity).count()
}

fn closing(problems: &Problems) -> String {
    let errors = tally(problems, Severity::Error);
    let warnings = tally(problems, Severity::Warning);
    let counts = [(errors, "error"), (warnings, "warning")];
    let said: Vec<String> = counts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| text::count(number, noun))
        .collect();
    said.join(", ")
}

fn handler(style: Style) -> GraphicalReportHandler {
    let (characters, styles) = if style.is_colored() {
        (ThemeCharacters::unicode(), ThemeStyles::ansi())
    } else {
        (ThemeCharacters::ascii(), ThemeStyles::none())
    };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(WIDTH)
        .with_links(false)
        .with_context_lines(1)
        .without_syntax_highlighting()
}

/// The texts of the files that problems lie in: shared, because a file may have many.
type Texts<'s> = BTreeMap<&'s str, Lines<'s>>;

fn texts<'p>(problems: &'p Problems, sources: &'p Sources) -> Texts<'p> {
    let places = problems
        .sorted()
        .into_iter()
        .filter_map(|one| one.place.as_ref());
    places
        .map(|place| &*place.file)
        .collect::<BTreeSet<&str>>()
        .into_iter()
        .filter_map(|file| Some((file, Lines::new(sources.get(file)?))))
        .collect()
}

fn draw(
    diagnostic: &Diagnostic,
    texts: &Texts<'_>,
    handler: &GraphicalReportHandler,
    out: &mut String,
) {
    let excerpt = report(diagnostic, texts);
    // Drawing into a String fails only when miette cannot read the excerpt; the words are then still worth having.
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, excerpt.as_ref()).is_err() {
        drawn = format!("{}: {}\n", diagnostic.code, diagnostic.message);
    }
    for line in drawn.trim_start_matches('\n').lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// A diagnostic as miette wants it: its head line says severity and code.
fn report(diagnostic: &Diagnostic, texts: &Texts<'_>) -> Report {
    let Diagnostic {
        severity,
        code,
        message,
        place,
        related,
        hints,
    } = diagnostic;
    let place = place.as_ref();
    let found = place.and_then(|place| Some((place, texts.get(&*place.file)?)));
    let drawn = found.map(|(main, lines)| {
        let beside = related.iter().map(|related| &related.place);
        let beside = beside.filter(|place| place.file == main.file);
        Excerpt::new(lines, std::iter::once(main).chain(beside))
    });
    let span = |place: &_| drawn.as_ref()?.span(place, found?.1);
    let mut notes = Vec::new();
    let mut labels = Vec::new();
    match place.map(|place| (place, span(place))) {
        Some((_, Some(span))) => labels.push(LabeledSpan::new_primary_with_span(None, span)),
        Some((place, None)) => notes.push(format!("at {place}")),
        None => {}
    }
    for Related { place, label } in related {
        let is_near = found.is_some_and(|(main, _)| main.file == place.file);
        match span(place).filter(|_| is_near) {
            Some(span) => labels.push(LabeledSpan::new_with_span(Some(label.clone()), span)),
            None => notes.push(format!("{label}: {place}")),
        }
    }
    notes.extend(hints.iter().cloned());
    let (severity, word) = match severity {
        Severity::Error => (miette::Severity::Error, "error"),
        Severity::Warning => (miette::Severity::Warning, "warning"),
    };
    let report = Report::new(MietteDiagnostic {
        message: sentence(message),
        code: Some(format!("{word}[{code}]")),
        severity: Some(severity),
        help: (!notes.is_empty()).then(|| sentence(&notes.join("\n"))),
        url: None,
        labels: (!labels.is_empty()).then_some(labels),
    });
    match (place, drawn) {
        (Some(place), Some(excerpt)) => {
            report.with_source_code(NamedSource::new(&place.file, excerpt))
        }
        _ => report,
    }
}

/// A sentence in which nothing hides: control characters, drawn as they are, could rewrite the terminal.
fn sentence(words: &str) -> String {
    let lines: Vec<_> = words
        .lines()
        .map(|line| text::escaped(line, false))
        .collect();
    lines.join("\n")
}

/// The same for source text, where every character keeps its column.
fn visible(source: &str) -> Cow<'_, str> {
    let hidden = |letter: char| text::is_hidden(letter) && !matches!(letter, '\n' | '\r' | '\t');
    if source.contains(hidden) {
        Cow::Owned(source.replace(hidden, "\u{fffd}"))
    } else {
        Cow::Borrowed(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    fn place(file: &str, line: usize, column: usize, length: usize) -> Place {
        Place {
            file: file.to_owned(),
            line,
            column,
            length,
        }
    }

    fn drawn(all: Vec<Diagnostic>, style: Style) -> String {
        let text = "kind: Role\nspec:\n  trustPolcy: ünï\n  päth: /a/\n";
        let sources: Sources = [("role.yaml", text)].into_iter().collect();
        problems(&all.into_iter().collect(), &sources, style)
    }

    #[test]
    fn no_problems_draw_nothing() {
        assert_eq!(drawn(Vec::new(), Style::PLAIN), "");
    }

    #[test]
    fn an_excerpt_underlines_the_fault_and_what_relates_to_it() {
        let fault = Diagnostic::error("unknown-field", "`spec.päth` is not a field of Role")
            .at(Some(place("role.yaml", 4, 3, 4)))
            .and_at(Some(place("role.yaml", 1, 7, 4)), "the kind")
            .and_at(Some(place("other.yaml", 7, 1, 4)), "also used here")
            .hint("did you mean `path`?")
            .hint("fields are listed by `rolewright schema Role`");
        insta::assert_snapshot!(drawn(vec![fault], Style::PLAIN), @r"
        error[unknown-field]

          x `spec.päth` is not a field of Role
           ,-[role.yaml:4:3]
         1 | kind: Role
           :       ^^|^
           :         `-- the kind
         2 | spec:
         3 |   trustPolcy: ünï
         4 |   päth: /a/
           :   ^^^^
           `----
          help: also used here: other.yaml:7:1
                did you mean `path`?
                fields are listed by `rolewright schema Role`

        1 error
        ");
    }

    #[test]
    fn warnings_and_faults_without_excerpt_are_drawn_too() {
        let nowhere = Diagnostic::error("no-stack", "no Stack is declared");
        let unread =
            Diagnostic::warning("odd", "this is odd").at(Some(place("gone.yaml", 3, 1, 1)));
        insta::assert_snapshot!(drawn(vec![unread, nowhere], Style::PLAIN), @r"
        error[no-stack]

          x no Stack is declared

        warning[odd]

          ! this is odd
          help: at gone.yaml:3:1

        1 error, 1 warning
        ");
    }

    #[test]
    fn colours_come_with_line_drawings() {
        let fault =
            Diagnostic::error("wrong-type", "not text").at(Some(place("role.yaml", 3, 15, 3)));
        insta::assert_snapshot!(drawn(vec![fault], Style::COLOR).replace('\u{1b}', "^"), @r"
        ^[31merror[wrong-type]^[0m

          ^[31m×^[0m not text
           ╭─[^[36;1;4mrole.yaml:3:15^[0m]
         ^[2m2^[0m │ spec:
         ^[2m3^[0m │   trustPolcy: ünï
           · ^[35;1m              ───^[0m
         ^[2m4^[0m │   päth: /a/
           ╰────

        ^[31m1 error^[0m
        ");
    }

    #[test]
    fn of_a_long_line_the_part_around_the_fault_is_shown() {
        for (before, after) in [(70_000, 0), (70_000, 70_000), (0, 70_000), (100, 100)] {
            let text = format!(
                "a: 1\n{}FAULT{}\nb: 2\n",
                "x".repeat(before),
                "y".repeat(after)
            );
            let sources: Sources = [("a.yaml", &*text)].into_iter().collect();
            let fault = Diagnostic::error("odd", "odd")
                .at(Some(place("a.yaml", 2, before + 1, 5)))
                .and_at(Some(place("a.yaml", 2, 3, 1)), "here")
                .and_at(Some(place("a.yaml", 2, 139_999, 70_000)), "there");
            let drawn = problems(&fault.into(), &sources, Style::PLAIN);
            let at = format!("a.yaml:2:{}]", before + 1);
            assert!(drawn.contains("FAULT") && drawn.contains(&at), "{drawn}");
            let widest = drawn.lines().map(|line| line.chars().count()).max();
            assert!(widest < Some(300), "{drawn}");
            assert!(
                drawn.contains("1 | a: 1") && drawn.contains("3 | b: 2"),
                "{drawn}"
            );
        }
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let text = "name: \u{1b}[2J\u{202e}\u{200b}\n";
        let sources: Sources = [("a.yaml", text)].into_iter().collect();
        let message = "odd \u{7}na\u{202e}me";
        let fault = Diagnostic::error("odd", message).at(Some(place("a.yaml", 1, 7, 4)));
        let drawn = problems(&fault.into(), &sources, Style::PLAIN);
        let hidden = ['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}'];
        assert!(!drawn.contains(hidden), "{drawn}");
        assert!(drawn.contains(r"odd \u{7}na\u{202e}me"), "{drawn}");
    }

    #[test]
    fn a_place_beyond_the_text_does_no_harm() {
        let fault =
            Diagnostic::error("end", "the text ends").at(Some(place("role.yaml", 99, 9, 9)));
        assert!(drawn(vec![fault], Style::PLAIN).contains("the text ends"));
    }

    #[test]
    fn machines_get_every_field() {
        let fault = Diagnostic::error("wrong-type", "not text")
            .at(Some(place("role.yaml", 3, 15, 3)))
            .hint("put it in quotes");
        let warning = Diagnostic::warning("odd", "odd");
        let all: Problems = [fault, warning].into_iter().collect();
        insta::assert_json_snapshot!(problems_json(&all), @r#"
        {
          "errors": 1,
          "warnings": 1,
          "problems": [
            {
              "severity": "warning",
              "code": "odd",
              "message": "odd",
              "place": null,
              "related": [],
              "hints": []
            },
            {
              "severity": "error",
              "code": "wrong-type",
              "message": "not text",
              "place": {
                "file": "role.yaml",
                "line": 3,
                "column": 15,
                "length": 3
              },
              "related": [],
              "hints": [
                "put it in quotes"
              ]
            }
          ]
        }
        "#);
    }
}
