//! What a policy is for. Everything else that depends on it (grammar, rules, what a difference means) asks for this type.

/// What a policy is for: decides which elements it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyPurpose {
    /// Permissions of a role or user.
    Identity,
    /// Who may assume a role.
    Trust,
    /// Who may do what with a resource (a bucket).
    Resource,
}
