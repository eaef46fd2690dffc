//! Text to literal stretches and expressions. Not left to the template engine: it would also take comments,
//! statements and line ends out of a shell script in `userData`.

use super::ExprProblem;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    Literal(&'t str),
    /// What stands between the braces, trimmed.
    Expression(&'t str),
}

/// The words that begin a statement of the template language. Only with one of them is `{%` refused: on
/// its own it is ordinary text (`curl -w '{%{http_code}}'`).
const STATEMENTS: [&str; 14] = [
    "if", "elif", "else", "endif", "for", "endfor", "set", "macro", "block", "include", "import",
    "extends", "raw", "with",
];

/// Characters between the braces. The template engine recurses once for every operator of a chain, and would end on its stack.
const LONGEST: usize = 1000;

pub(super) fn split(text: &str) -> Result<Vec<Part<'_>>, ExprProblem> {
    refuse_statements(text)?;
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at(start);
        let inside = &from[2..];
        let Some(length) = closing(inside) else {
            let problem = ExprProblem::new("`{{` is not closed with `}}`");
            return Err(problem.hint("to write two braces as they are, use {{ \"{{\" }}"));
        };
        if !before.is_empty() {
            parts.push(Part::Literal(before));
        }
        parts.push(Part::Expression(expression(&inside[..length])?));
        rest = &inside[length + 2..];
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(Part::Literal(rest));
    }
    Ok(parts)
}

/// Where `}}` stands, outside of quotes and of braces opened inside.
fn closing(inside: &str) -> Option<usize> {
    let mut quote = None;
    let mut is_escaped = false;
    let mut depth = 0_usize;
    for (index, letter) in inside.char_indices() {
        match (quote, letter) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), '\\') => is_escaped = true,
            (Some(mark), letter) if mark == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '{') => depth += 1,
            (None, '}') if depth > 0 => depth -= 1,
            (None, '}') if inside[index..].starts_with("}}") => return Some(index),
            _ => {}
        }
    }
    None
}

fn expression(inside: &str) -> Result<&str, ExprProblem> {
    let expression = inside.trim();
    if inside.starts_with('-') || inside.ends_with('-') {
        let problem = ExprProblem::new("`{{-` and `-}}` are not supported");
        return Err(problem.hint("write `{{ … }}`"));
    }
    if expression.len() > LONGEST {
        let problem = ExprProblem::new(format!(
            "this expression is longer than {LONGEST} characters"
        ));
        return Err(problem.hint("use several expressions, or a variable"));
    }
    if expression.is_empty() {
        let problem = ExprProblem::new("there is nothing between `{{` and `}}`");
        return Err(problem.hint("name a value, as in `{{ var.NAME }}`"));
    }
    Ok(expression)
}

fn refuse_statements(text: &str) -> Result<(), ExprProblem> {
    for (index, _) in text.match_indices("{%") {
        let inside = text[index + 2..].trim_start_matches(['-', ' ']);
        let word = inside
            .split(|letter: char| !letter.is_ascii_alphabetic())
            .next();
        if word.is_some_and(|word| STATEMENTS.contains(&word)) {
            let problem = ExprProblem::new("statements (`{% … %}`) are not supported");
            return Err(problem.hint("only values can be filled in, with `{{ … }}`"));
        }
    }
    Ok(())
}
