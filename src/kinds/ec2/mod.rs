//! Kinds of EC2.

pub(super) mod instance;
pub(super) mod instance_association;
mod region;

use super::SpecProblem;
use crate::model::Observed;

/// Whether an instance has been terminated, or soon will be: there is no way back (EC2 API reference, InstanceState).
fn is_gone(observed: &Observed) -> bool {
    let state = observed.facts.instance_state.as_deref();
    matches!(state, Some("terminated" | "shutting-down"))
}

/// A prefix and 8 or 17 hexadecimal digits in small letters (EC2 user guide, "Resource IDs"): AWS answers with
/// those, and what it answers is compared with what is declared.
fn check_id(prefix: &str, id: &str, pointer: &str) -> Option<SpecProblem> {
    let rest = id.strip_prefix(prefix);
    let digits = rest.and_then(|rest| rest.strip_prefix('-')).unwrap_or("");
    let is_digit = |digit: char| matches!(digit, '0'..='9' | 'a'..='f');
    let fine = matches!(digits.len(), 8 | 17) && digits.chars().all(is_digit);
    let problem = || {
        let (code, what) = match prefix {
            "i" => ("bad-instance-id", "an instance id"),
            "ami" => ("bad-id", "an image id"),
            "subnet" => ("bad-id", "a subnet id"),
            _ => ("bad-id", "a security group id"),
        };
        SpecProblem::new(pointer, code, format!("`{id}` is not {what}"))
            .hint(format!("it looks like {prefix}-1234567890abcdef0"))
    };
    (!fine).then(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_8_or_17_digits() {
        for fine in ["i-1a2b3c4d", "i-1234567890abcdef0"] {
            assert_eq!(check_id("i", fine, ""), None);
        }
        for wrong in [
            "",
            "i-",
            "web",
            "i-123",
            "i-1234567890abcdefg",
            "i-1234567890ABCDEF0",
            "iip-assoc-1234567890abcdef0",
        ] {
            assert!(check_id("i", wrong, "").is_some(), "{wrong}");
        }
    }
}
