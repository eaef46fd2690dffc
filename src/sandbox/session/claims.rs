//! What a token says: whose it is, since when and until when, and what cuts it down.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::sandbox::world::{Role, Tags};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) bearer: Bearer,
    pub(crate) terms: Terms,
}

/// What holds for every kind of session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// What `aws:TokenIssueTime` is.
    pub(crate) issued: Timestamp,
    pub(crate) expires: Timestamp,
    /// Session policies, as documents. Any of them may allow.
    pub(crate) policies: Vec<String>,
}

/// Whose session it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Bearer {
    /// The sandbox's own caller, by short-lived keys that are as good as the long-term one: no call of STS made them.
    Caller,
    Role(Assumed),
    Federated {
        name: String,
        user: String,
        user_id: String,
        tags: Tags,
    },
    User {
        name: String,
        id: String,
        mfa: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Assumed {
    pub(crate) role: String,
    /// The role's unique id: a role that was deleted and made again is another one.
    pub(crate) role_id: String,
    pub(crate) session: String,
    pub(crate) source_identity: Option<String>,
    pub(crate) tags: Tags,
    /// Keys of tags that go on into every role assumed from here.
    pub(crate) transitive: BTreeSet<String>,
    pub(crate) mfa: bool,
}

impl Assumed {
    /// A session of a role that nothing is handed on to.
    pub(crate) fn new(role: &Role, session: &str) -> Assumed {
        Assumed {
            role: role.name.clone(),
            role_id: role.id.clone(),
            session: session.to_owned(),
            source_identity: None,
            tags: Tags::new(),
            transitive: BTreeSet::new(),
            mfa: false,
        }
    }
}
