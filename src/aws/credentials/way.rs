//! The ways to credentials that settings can name. Which of them a run takes is decided in `choose`; taking it is
//! `source`'s.

use aws_credential_types::Credentials;

/// Where credentials come from.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::aws) enum Way {
    /// They are there.
    Keys(Credentials),
    /// STS gives them for others.
    Role(Box<ProfileRole>),
    /// STS gives them for a token in a file.
    WebIdentity {
        role_arn: String,
        session_name: String,
        token_file: String,
    },
    /// IAM Identity Center gives them for the token that `aws sso login` got.
    Sso(SsoRole),
    /// AWS Sign-In gives them for the session of `aws login`.
    Login(String),
    /// A command prints them.
    Process(String),
    /// ECS, EKS, or whatever else has set the variables.
    Container,
    /// The instance's profile.
    Instance,
}

/// A profile with a `role_arn`.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::aws) struct ProfileRole {
    pub(super) base: Way,
    pub(super) role_arn: String,
    pub(super) session_name: String,
    pub(super) external_id: Option<String>,
    pub(super) duration: Option<u32>,
}

/// A profile of IAM Identity Center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::aws) struct SsoRole {
    pub(super) profile: String,
    pub(super) account_id: String,
    pub(super) role_name: String,
    pub(super) start_url: String,
    pub(super) region: String,
    pub(super) session: Option<String>,
}

impl Way {
    /// Whether IAM Identity Center or AWS Sign-In are asked on the way.
    pub(in crate::aws) fn asks_sign_in(&self) -> bool {
        match self {
            Way::Sso(_) | Way::Login(_) => true,
            Way::Role(role) => role.base.asks_sign_in(),
            Way::Keys(_)
            | Way::WebIdentity { .. }
            | Way::Process(_)
            | Way::Container
            | Way::Instance => false,
        }
    }
}
