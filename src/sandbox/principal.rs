//! Who makes a request: what its signature and token come to in the present account.

use super::caller;
use super::session::{Assumed, Bearer, Claims, Terms};
use super::world::{Iam, Role, Tags, User};

/// Who calls. Holds copies, so that the call may change the world.
#[derive(Debug, Clone)]
pub(crate) enum Principal {
    /// The sandbox's user with its own key, or one as good.
    Caller(User),
    Role {
        role: Role,
        assumed: Assumed,
        terms: Terms,
    },
    /// A federated user, for whom a user vouches.
    Federated {
        name: String,
        user: User,
        tags: Tags,
        terms: Terms,
    },
    User {
        user: User,
        mfa: bool,
        terms: Terms,
    },
}

impl Principal {
    /// Who signed, by the claims of the token, or without one. `None`: there is no such role or user any more.
    pub(crate) fn of(iam: &Iam, claims: Option<Claims>) -> Option<Principal> {
        let user = |name: &str, id: &str| iam.user(name).filter(|user| user.id == id).cloned();
        let Some(Claims { bearer, terms }) = claims else {
            return iam.user(caller::USER).cloned().map(Principal::Caller);
        };
        match bearer {
            Bearer::Caller => iam.user(caller::USER).cloned().map(Principal::Caller),
            Bearer::Role(assumed) => {
                let role = iam.role(&assumed.role);
                let role = role.filter(|role| role.id == assumed.role_id)?.clone();
                Some(Principal::Role {
                    role,
                    assumed,
                    terms,
                })
            }
            Bearer::Federated {
                name,
                user: of,
                user_id,
                tags,
            } => {
                let user = user(&of, &user_id)?;
                Some(Principal::Federated {
                    name,
                    user,
                    tags,
                    terms,
                })
            }
            Bearer::User { name, id, mfa } => {
                let user = user(&name, &id)?;
                Some(Principal::User { user, mfa, terms })
            }
        }
    }

    /// What `GetCallerIdentity` says, and errors.
    pub(crate) fn arn(&self, iam: &Iam) -> String {
        let account = &iam.account;
        match self {
            Principal::Caller(user) | Principal::User { user, .. } => iam.user_arn(user),
            Principal::Role { role, assumed, .. } => {
                session_arn(account, &role.name, &assumed.session)
            }
            Principal::Federated { name, .. } => federated_arn(account, name),
        }
    }

    /// The unique id, with the name of the session where there is one.
    pub(crate) fn id(&self, iam: &Iam) -> String {
        match self {
            Principal::Caller(user) | Principal::User { user, .. } => user.id.clone(),
            Principal::Role { role, assumed, .. } => format!("{}:{}", role.id, assumed.session),
            Principal::Federated { name, .. } => format!("{}:{name}", iam.account),
        }
    }

    /// What holds for the session, if it is one.
    pub(crate) fn terms(&self) -> Option<&Terms> {
        match self {
            Principal::Caller(_) => None,
            Principal::Role { terms, .. }
            | Principal::Federated { terms, .. }
            | Principal::User { terms, .. } => Some(terms),
        }
    }

    /// The user itself, by whatever key.
    pub(crate) fn user(&self) -> Option<&User> {
        match self {
            Principal::Caller(user) | Principal::User { user, .. } => Some(user),
            Principal::Role { .. } | Principal::Federated { .. } => None,
        }
    }

    /// Whether IAM listens: not to federated users, and to sessions of users only with MFA (IAM user guide, "Compare AWS
    /// STS credentials").
    pub(crate) fn may_call_iam(&self) -> bool {
        match self {
            Principal::Caller(_) | Principal::Role { .. } => true,
            Principal::Federated { .. } => false,
            Principal::User { mfa, .. } => *mfa,
        }
    }
}

/// The ARN of a session of a role; the role's path is not in it.
pub(crate) fn session_arn(account: &str, role: &str, session: &str) -> String {
    format!("arn:aws:sts::{account}:assumed-role/{role}/{session}")
}

pub(crate) fn federated_arn(account: &str, name: &str) -> String {
    format!("arn:aws:sts::{account}:federated-user/{name}")
}
