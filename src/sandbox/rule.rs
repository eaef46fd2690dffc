//! Lengths and patterns of the parameters of IAM and STS (service models of 2010-05-08 and 2011-06-15), checked as the
//! services do.

use super::fault::Fault;

/// What a text parameter must satisfy.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) parameter: &'static str,
    least: usize,
    most: usize,
    pattern: &'static str,
    fits: fn(&str) -> bool,
}

impl Rule {
    pub(crate) const ROLE_NAME: Rule = Rule::name("RoleName", 64);
    pub(crate) const PROFILE_NAME: Rule = Rule::name("InstanceProfileName", 128);
    pub(crate) const POLICY_NAME: Rule = Rule::name("PolicyName", 128);
    pub(crate) const NEW_USER_NAME: Rule = Rule::name("UserName", 64);
    pub(crate) const USER_NAME: Rule = Rule::name("UserName", 128);
    pub(crate) const PATH: Rule =
        Rule::new("Path", 1, 512).matching(r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)", is_path);
    pub(crate) const PATH_PREFIX: Rule =
        Rule::new("PathPrefix", 1, 512).matching(r"\u002F[\u0021-\u007F]*", is_path_prefix);
    pub(crate) const DESCRIPTION: Rule = Rule::new("Description", 0, 1000).matching(
        r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*",
        |text| {
            text.chars()
                .all(|letter| is_latin(letter) && !matches!(letter, '\u{7F}'..='\u{A0}'))
        },
    );
    pub(crate) const TRUST_ON_CREATE: Rule = Rule::document("AssumeRolePolicyDocument", 131_072);
    pub(crate) const DOCUMENT: Rule = Rule::document("PolicyDocument", 131_072);
    pub(crate) const SESSION_POLICY: Rule = Rule::document("Policy", 2048);
    pub(crate) const POLICY_ARN: Rule = Rule::new("PolicyArn", 20, 2048);
    pub(crate) const BOUNDARY: Rule = Rule::new("PermissionsBoundary", 20, 2048);
    pub(crate) const ROLE_ARN: Rule = Rule::new("RoleArn", 20, 2048);
    pub(crate) const TAG_KEY: Rule =
        Rule::new("Tags.member.key", 1, 128).matching(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", is_tag);
    pub(crate) const TAG_VALUE: Rule =
        Rule::new("Tags.member.value", 0, 256).matching(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", is_tag);
    pub(crate) const ROLE_SESSION_NAME: Rule = Rule::session("RoleSessionName", 64);
    pub(crate) const SOURCE_IDENTITY: Rule = Rule::session("SourceIdentity", 64);
    pub(crate) const FEDERATED_NAME: Rule = Rule::session("Name", 32);
    pub(crate) const EXTERNAL_ID: Rule =
        Rule::new("ExternalId", 2, 1224).matching(r"[\w+=,.@:\/-]*", is_external_name);
    pub(crate) const SERIAL_NUMBER: Rule =
        Rule::new("SerialNumber", 9, 256).matching(r"[\w+=/:,.@-]*", is_external_name);
    pub(crate) const TOKEN_CODE: Rule = Rule::new("TokenCode", 6, 6).matching(r"[\d]*", |text| {
        text.bytes().all(|byte| byte.is_ascii_digit())
    });

    /// Any text from `least` to `most` characters.
    const fn new(parameter: &'static str, least: usize, most: usize) -> Rule {
        Rule {
            parameter,
            least,
            most,
            pattern: ".*",
            fits: |_| true,
        }
    }

    const fn matching(self, pattern: &'static str, fits: fn(&str) -> bool) -> Rule {
        Rule {
            pattern,
            fits,
            ..self
        }
    }

    const fn name(parameter: &'static str, most: usize) -> Rule {
        Rule::new(parameter, 1, most).matching(r"[\w+=,.@-]+", is_name)
    }

    const fn session(parameter: &'static str, most: usize) -> Rule {
        Rule::new(parameter, 2, most).matching(r"[\w+=,.@-]*", is_name)
    }

    const fn document(parameter: &'static str, most: usize) -> Rule {
        Rule::new(parameter, 1, most).matching(r"[\u0009\u000A\u000D\u0020-\u00FF]+", |text| {
            text.chars().all(is_latin)
        })
    }

    /// The fault for a value that should have been there.
    pub(crate) fn missing(&self) -> Fault {
        violation("null", self.parameter, "not be null")
    }

    pub(crate) fn check(&self, value: &str) -> Result<(), Fault> {
        let length = value.chars().count();
        let constraint = if length < self.least {
            format!("have length greater than or equal to {}", self.least)
        } else if length > self.most {
            format!("have length less than or equal to {}", self.most)
        } else if !(self.fits)(value) {
            format!("satisfy regular expression pattern: {}", self.pattern)
        } else {
            return Ok(());
        };
        Err(violation(
            &format!("'{value}'"),
            self.parameter,
            &constraint,
        ))
    }
}

/// The fault of one member, whose name starts with a small letter in the message.
pub(crate) fn violation(value: &str, parameter: &str, constraint: &str) -> Fault {
    let (first, rest) = parameter.split_at(1);
    let first = first.to_ascii_lowercase();
    Fault::validation(format!(
        "1 validation error detected: Value {value} at '{first}{rest}' failed to satisfy constraint: Member must {constraint}"
    ))
}

fn is_latin(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{FF}')
}

fn is_name(text: &str) -> bool {
    text.chars().all(is_name_letter)
}

fn is_external_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.all(|letter| is_name_letter(letter) || ":/".contains(letter))
}

fn is_name_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter)
}

fn is_path(text: &str) -> bool {
    let bounded = text.len() > 2 && text.starts_with('/') && text.ends_with('/');
    text == "/" || (bounded && text.chars().all(|letter| matches!(letter, '!'..='~')))
}

fn is_path_prefix(text: &str) -> bool {
    text.starts_with('/') && text.chars().all(|letter| matches!(letter, '!'..='\u{7F}'))
}

/// Letters, separators and numbers of any script, and some signs.
fn is_tag(text: &str) -> bool {
    let mut letters = text.chars();
    letters.all(|letter| letter.is_alphanumeric() || " \u{A0}_.:/=+-@".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::Rule;

    fn complaint(rule: &Rule, value: &str) -> String {
        rule.check(value).unwrap_err().message
    }

    #[test]
    fn complaints_read_as_those_of_iam() {
        insta::assert_snapshot!(complaint(&Rule::ROLE_NAME, "a b"), @r"1 validation error detected: Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]+");
        insta::assert_snapshot!(complaint(&Rule::ROLE_NAME, &"x".repeat(65)), @"1 validation error detected: Value 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64");
        insta::assert_snapshot!(complaint(&Rule::ROLE_NAME, ""), @"1 validation error detected: Value '' at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 1");
        insta::assert_snapshot!(Rule::ROLE_NAME.missing().message, @"1 validation error detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null");
    }

    #[test]
    fn typographic_signs_are_refused_where_iam_refuses_them() {
        assert!(
            Rule::DESCRIPTION
                .check("caf\u{e9} \"quoted\" - fine")
                .is_ok()
        );
        assert!(
            Rule::DESCRIPTION
                .check("an em dash \u{2014} is not")
                .is_err()
        );
        assert!(Rule::DOCUMENT.check("{\"Sid\": \"\u{201c}\"}").is_err());
    }

    #[test]
    fn paths_begin_and_end_with_a_slash() {
        for good in ["/", "/a/", "/a/b/"] {
            assert!(Rule::PATH.check(good).is_ok(), "{good}");
        }
        for bad in ["//", "a/", "/a", "/a b/"] {
            assert!(Rule::PATH.check(bad).is_err(), "{bad}");
        }
    }
}
