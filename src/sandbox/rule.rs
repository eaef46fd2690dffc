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
    pub(crate) const PATH: Rule = Rule {
        parameter: "Path",
        least: 1,
        most: 512,
        pattern: r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)",
        fits: is_path,
    };
    pub(crate) const PATH_PREFIX: Rule = Rule {
        parameter: "PathPrefix",
        least: 1,
        most: 512,
        pattern: r"\u002F[\u0021-\u007F]*",
        fits: is_path_prefix,
    };
    pub(crate) const DESCRIPTION: Rule = Rule {
        parameter: "Description",
        least: 0,
        most: 1000,
        pattern: r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*",
        fits: |text| {
            text.chars()
                .all(|letter| is_blank(letter) || matches!(letter, ' '..='~' | '\u{A1}'..='\u{FF}'))
        },
    };
    pub(crate) const TRUST_ON_CREATE: Rule = Rule::document("AssumeRolePolicyDocument");
    pub(crate) const DOCUMENT: Rule = Rule::document("PolicyDocument");
    pub(crate) const POLICY_ARN: Rule = Rule::arn("PolicyArn");
    pub(crate) const BOUNDARY: Rule = Rule::arn("PermissionsBoundary");
    pub(crate) const TAG_KEY: Rule = Rule {
        parameter: "Tags.member.key",
        least: 1,
        most: 128,
        pattern: r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+",
        fits: |text| text.chars().all(is_tag_letter),
    };
    pub(crate) const TAG_VALUE: Rule = Rule {
        parameter: "Tags.member.value",
        least: 0,
        most: 256,
        pattern: r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*",
        fits: |text| text.chars().all(is_tag_letter),
    };
    pub(crate) const ROLE_ARN: Rule = Rule::arn("RoleArn");
    pub(crate) const ROLE_SESSION_NAME: Rule = Rule::session("RoleSessionName", 2, 64);
    pub(crate) const SOURCE_IDENTITY: Rule = Rule::session("SourceIdentity", 2, 64);
    pub(crate) const FEDERATED_NAME: Rule = Rule::session("Name", 2, 32);
    pub(crate) const EXTERNAL_ID: Rule = Rule {
        pattern: r"[\w+=,.@:\/-]*",
        fits: |text| {
            text.chars()
                .all(|letter| is_name_letter(letter) || ":/".contains(letter))
        },
        ..Rule::session("ExternalId", 2, 1224)
    };
    pub(crate) const SERIAL_NUMBER: Rule = Rule {
        pattern: r"[\w+=/:,.@-]*",
        fits: |text| {
            text.chars()
                .all(|letter| is_name_letter(letter) || ":/".contains(letter))
        },
        ..Rule::session("SerialNumber", 9, 256)
    };
    pub(crate) const TOKEN_CODE: Rule = Rule {
        pattern: r"[\d]*",
        fits: |text| text.bytes().all(|byte| byte.is_ascii_digit()),
        ..Rule::session("TokenCode", 6, 6)
    };
    pub(crate) const SESSION_POLICY: Rule = Rule {
        most: 2048,
        ..Rule::document("Policy")
    };

    const fn session(parameter: &'static str, least: usize, most: usize) -> Rule {
        Rule {
            parameter,
            least,
            most,
            pattern: r"[\w+=,.@-]*",
            fits: is_name,
        }
    }

    const fn name(parameter: &'static str, most: usize) -> Rule {
        Rule {
            parameter,
            least: 1,
            most,
            pattern: r"[\w+=,.@-]+",
            fits: is_name,
        }
    }

    const fn document(parameter: &'static str) -> Rule {
        Rule {
            parameter,
            least: 1,
            most: 131_072,
            pattern: r"[\u0009\u000A\u000D\u0020-\u00FF]+",
            fits: |text| {
                text.chars()
                    .all(|letter| is_blank(letter) || matches!(letter, ' '..='\u{FF}'))
            },
        }
    }

    const fn arn(parameter: &'static str) -> Rule {
        Rule {
            parameter,
            least: 20,
            most: 2048,
            pattern: ".*",
            fits: |_| true,
        }
    }

    /// The fault for a value that should have been there.
    pub(crate) fn missing(&self) -> Fault {
        validation("null", self.parameter, "Member must not be null")
    }

    pub(crate) fn check(&self, value: &str) -> Result<(), Fault> {
        let length = value.chars().count();
        let constraint = if length < self.least {
            format!(
                "Member must have length greater than or equal to {}",
                self.least
            )
        } else if length > self.most {
            format!(
                "Member must have length less than or equal to {}",
                self.most
            )
        } else if !(self.fits)(value) {
            format!(
                "Member must satisfy regular expression pattern: {}",
                self.pattern
            )
        } else {
            return Ok(());
        };
        Err(validation(
            &format!("'{value}'"),
            self.parameter,
            &constraint,
        ))
    }
}

/// IAM's complaint about one member.
fn validation(value: &str, parameter: &str, constraint: &str) -> Fault {
    let member = lower_camel(parameter);
    let text = format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {constraint}"
    );
    Fault::new("ValidationError", text)
}

/// Complaints name members with a small first letter.
pub(crate) fn lower_camel(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_ascii_lowercase().to_string() + letters.as_str()
    })
}

fn is_blank(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r')
}

fn is_name(text: &str) -> bool {
    text.chars().all(is_name_letter)
}

fn is_name_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_+=,.@-".contains(letter)
}

fn is_path(text: &str) -> bool {
    text == "/"
        || (text.len() > 2
            && text.starts_with('/')
            && text.ends_with('/')
            && text.chars().all(|letter| matches!(letter, '!'..='~')))
}

fn is_path_prefix(text: &str) -> bool {
    text.starts_with('/') && text.chars().all(|letter| matches!(letter, '!'..='\u{7F}'))
}

/// Letters, separators and numbers of any script, and some signs.
fn is_tag_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == ' ' || letter == '\u{A0}' || "_.:/=+-@".contains(letter)
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
