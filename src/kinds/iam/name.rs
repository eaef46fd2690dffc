//! Names and paths of IAM resources: the patterns of the IAM API reference.

use crate::kinds::SpecProblem;

/// The path of a resource that does not say one.
pub(super) const ROOT: &str = "/";

/// Checks a resource's or policy's name: `[\w+=,.@-]+` up to a length.
pub(super) fn check(what: &str, name: &str, most: usize, pointer: &str) -> Option<SpecProblem> {
    let length = name.chars().count();
    if length == 0 || length > most {
        let message = format!("{what} `{name}` has {length} characters; IAM allows 1 to {most}");
        return Some(SpecProblem::new(pointer, "bad-name", message));
    }
    let odd = name
        .chars()
        .find(|character| !is_name_character(*character))?;
    let message = format!("{what} `{name}` holds the character `{odd}`");
    let hint = "IAM allows letters, digits and _ + = , . @ - in names";
    Some(SpecProblem::new(pointer, "bad-name", message).hint(hint))
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_+=,.@-".contains(character)
}

/// Checks a path: `/`, or `/…/` of printable ASCII, up to 512 characters.
pub(super) fn check_path(path: &str, pointer: &str) -> Option<SpecProblem> {
    let printable = path
        .chars()
        .all(|character| ('\u{21}'..='\u{7e}').contains(&character));
    let fine = path == ROOT
        || (path.len() > 2
            && path.len() <= 512
            && path.starts_with('/')
            && path.ends_with('/')
            && printable);
    let hint = "a path begins and ends with `/`, for example `/app/`";
    (!fine).then(|| {
        SpecProblem::new(pointer, "bad-path", format!("`{path}` is not an IAM path")).hint(hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_iam() {
        let fine = |name: &str| check("role name", name, 64, "").is_none();
        assert!(fine("s3access") && fine("a+b=c,d.e@f-g_h"));
        assert!(!fine("") && !fine("with space") && !fine("größe") && !fine(&"x".repeat(65)));
    }

    #[test]
    fn paths_begin_and_end_with_a_slash() {
        let fine = |path: &str| check_path(path, "").is_none();
        assert!(fine("/") && fine("/app/") && fine("/a/b/"));
        assert!(!fine("") && !fine("app") && !fine("/app") && !fine("//") && !fine("/a b/"));
    }
}
