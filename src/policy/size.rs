//! How long a document is, as IAM counts, and how long it may be. The account's own limits, where they were
//! raised, come from `GetAccountSummary` and are the caller's.

use super::Document;

/// Characters of all inline policies of a role together (IAM quotas; cannot be raised).
pub const ROLE_INLINE_LIMIT: usize = 10_240;

/// Characters of all inline policies of a user together (IAM quotas; cannot be raised).
pub const USER_INLINE_LIMIT: usize = 2_048;

/// Characters of a trust policy by default (IAM quotas; can be raised).
pub const TRUST_LIMIT: usize = 2_048;

/// Bytes of the policy of a bucket (Amazon S3 user guide, "Bucket policies": 20 KB).
pub const BUCKET_POLICY_LIMIT: usize = 20_480;

/// Characters of any policy in one request (IAM API reference, `policyDocumentType`).
pub const TEXT_LIMIT: usize = 131_072;

impl Document {
    /// Characters that count against a quota: IAM does not count white space.
    pub fn size(&self) -> usize {
        self.wire()
            .chars()
            .filter(|character| !character.is_whitespace())
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_does_not_count_and_letters_count_once() {
        let spaced = Document::observed("{ \"Id\" :\n\t\"a b é\" }");
        assert_eq!(spaced.size(), r#"{"Id":"abé"}"#.chars().count());
    }
}
