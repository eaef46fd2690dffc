//! What `aws iam get-account-authorization-details` prints, as it is: roles and users with their policies. It knows no
//! descriptions, no longest sessions, no profiles without a role and nothing outside of IAM; all that is left open.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::OfflineError;
use super::replay::Replay;
use crate::cloud::Node;
use crate::kinds::{self, Kind, Offline, SurveyScope, tags};
use crate::live;
use crate::model::{
    Address, AwsScope, Caller, Desired, FieldName, Live, Observed, Partition, Resource,
};

/// The lists of the answer.
const LISTS: [&str; 4] = [
    "RoleDetailList",
    "UserDetailList",
    "GroupDetailList",
    "Policies",
];

/// The members that hold policies. The AWS CLI has decoded them; a bare answer has them encoded, which kinds expect.
const DOCUMENTS: [&str; 3] = ["AssumeRolePolicyDocument", "PolicyDocument", "Document"];

/// An account's roles and users.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    partition: Partition,
    account: String,
    replay: Replay,
}

impl Details {
    /// Puts the pages together.
    pub(super) fn from_pages(documents: Vec<Value>) -> Result<Self, OfflineError> {
        let pages: Vec<Value> = documents.into_iter().flat_map(unpacked).collect();
        let is_page = |page: &Value| LISTS.iter().any(|list| page.get(list).is_some());
        if pages.is_empty() || !pages.iter().all(is_page) {
            return Err(OfflineError::Foreign);
        }
        if pages.last().is_some_and(goes_on) {
            return Err(OfflineError::Truncated);
        }
        let (partition, account) = place(&pages)?;
        let mut all = Node::Map(BTreeMap::new());
        for page in &pages {
            all.merge(node(page));
        }
        Ok(Self {
            partition,
            account,
            replay: Replay(all),
        })
    }

    /// IAM is the same in every region.
    pub(super) fn setting(&self, region: &str) -> AwsScope {
        AwsScope {
            partition: self.partition,
            account: self.account.clone(),
            region: region.to_owned(),
        }
    }

    /// Has the kinds read it as they read AWS, and marks what it cannot know.
    pub(super) async fn live(
        &self,
        setting: &AwsScope,
        desired: &Desired,
    ) -> Result<Live, OfflineError> {
        let caller = Caller {
            arn: "unknown".to_owned(),
            account: self.account.clone(),
            through: Vec::new(),
        };
        let mut live = live::nothing(setting, &caller, desired);
        let known = known().map(|(kind, _)| kind);
        live::look(&self.replay, desired, SurveyScope::Owned, known, &mut live).await?;
        self.leave_open(desired, &mut live);
        live.unseen_users = Some("the file has no instances in it".to_owned());
        live.unseen = self.unseen(desired, &live);
        Ok(live)
    }

    /// Marks what the file does not have.
    fn leave_open(&self, desired: &Desired, live: &mut Live) {
        for (kind, details) in known() {
            let resources = live.resources.iter_mut();
            for (address, observed) in resources.filter(|(one, _)| one.kind == kind.name()) {
                let is_declared = desired.resources.contains_key(address);
                let stack = Some(&desired.stack.name).filter(|_| is_declared);
                mark_unknown(details.lacks, observed, stack);
            }
            if (details.why_unseen)(&self.replay.0).is_some() {
                live.names.remove(&kind.name());
            }
            live.blind.extend(details.not_surveyed.map(str::to_owned));
        }
        live.blind.extend(NEVER_SURVEYED.map(str::to_owned));
    }

    fn unseen(&self, desired: &Desired, live: &Live) -> BTreeMap<Address, String> {
        let resources = desired.resources.values();
        let open = resources.filter(|one| !live.resources.contains_key(&one.address));
        open.filter_map(|one| Some((one.address.clone(), self.why_unseen(one)?.to_owned())))
            .collect()
    }

    /// Why it is not known whether something is there that the file does not have.
    fn why_unseen(&self, resource: &Resource) -> Option<&'static str> {
        match kinds::find(resource.address.kind).offline() {
            Offline::Known(details) => (details.why_unseen)(&self.replay.0),
            Offline::NotIam => Some("the file has nothing but IAM in it"),
        }
    }
}

/// What is never in it, whatever the kind.
const NEVER_SURVEYED: [&str; 2] = [
    "which instances use the profiles, and the account's quotas",
    "who will apply this, and so whether it takes access from the role that applies it",
];

/// The kinds that can be read from it, in the order of the registry.
fn known() -> impl Iterator<Item = (&'static dyn Kind, kinds::Details)> {
    kinds::ALL
        .into_iter()
        .filter_map(|kind| match kind.offline() {
            Offline::Known(details) => Some((kind, details)),
            Offline::NotIam => None,
        })
}

fn mark_unknown(lacks: &[FieldName], observed: &mut Observed, stack: Option<&String>) {
    let has = |field: FieldName| {
        let mut paths = observed.attributes.keys();
        paths.any(|path| path.field == field)
    };
    let lacks = lacks.iter().copied();
    observed.unknown = lacks.filter(|field| !has(*field)).collect();
    if observed.unknown.contains(&tags::FIELD) {
        observed.owner = stack.cloned();
    }
}

/// Whether more pages should follow: IAM's own sign, or the AWS CLI's.
fn goes_on(page: &Value) -> bool {
    let is_truncated = page.get("IsTruncated").and_then(Value::as_bool);
    is_truncated == Some(true) || page.get("NextToken").is_some_and(|token| !token.is_null())
}

/// Pages in an array, as `jq --slurp` puts them, are pages all the same.
fn unpacked(document: Value) -> Vec<Value> {
    match document {
        Value::Array(pages) => pages,
        page => vec![page],
    }
}

/// The one account that all ARNs are of.
fn place(pages: &[Value]) -> Result<(Partition, String), OfflineError> {
    let all = pages.iter().flat_map(|page| LISTS.map(|list| &page[list]));
    let members = all.filter_map(Value::as_array).flatten();
    let arns = members.filter_map(|member| member["Arn"].as_str());
    let places: BTreeSet<(&str, &str)> = arns.filter_map(account_of).collect();
    let places: Vec<(&str, &str)> = places.into_iter().collect();
    match places[..] {
        [] => Err(OfflineError::NoAccount),
        [(partition, account)] => {
            let known = Partition::named(partition)
                .ok_or_else(|| OfflineError::Partition(partition.to_owned()))?;
            Ok((known, account.to_owned()))
        }
        _ => Err(OfflineError::Accounts(
            places
                .iter()
                .map(|(_, account)| (*account).to_owned())
                .collect(),
        )),
    }
}

/// Partition and account of an ARN. Policies of AWS itself are of none.
fn account_of(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.split(':').skip(1);
    let partition = parts.next()?;
    let account = parts.nth(2)?;
    account
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some((partition, account))
}

/// JSON in the shape of the client's answers: leaves are texts, and policies are encoded.
fn node(json: &Value) -> Node {
    match json {
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            let member = |(name, value): (&String, &Value)| {
                let is_document = value.is_object() && DOCUMENTS.contains(&name.as_str());
                let node = if is_document {
                    let text = value.to_string();
                    Node::Text(utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string())
                } else {
                    node(value)
                };
                (name.clone(), node)
            };
            Node::Map(members.map(member).collect())
        }
        Value::Array(items) => Node::List(items.iter().map(node).collect()),
        Value::String(text) => Node::Text(text.clone()),
        other => Node::Text(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pages: &str) -> Result<Details, String> {
        let pages = serde_json::from_str(pages).unwrap();
        Details::from_pages(vec![pages]).map_err(|error| error.to_string())
    }

    const ROLE: &str = r#"{"RoleName": "a", "Arn": "arn:aws-cn:iam::123456789012:role/a"}"#;

    #[test]
    fn the_place_is_that_of_the_arns() {
        let details = read(&format!(r#"[{{"RoleDetailList": [{ROLE}]}}]"#)).unwrap();
        let setting = details.setting("cn-north-1");
        assert_eq!(
            (setting.partition, setting.account.as_str()),
            (Partition::China, "123456789012")
        );
    }

    #[test]
    fn pages_that_are_no_whole_account_are_refused() {
        let refused = |pages: &str| read(pages).unwrap_err();
        let truncated = format!(r#"[{{"RoleDetailList": [{ROLE}], "IsTruncated": true}}]"#);
        assert_eq!(refused(&truncated), "its last page says that more follow");
        let token = format!(r#"[{{"RoleDetailList": [{ROLE}], "NextToken": "x"}}]"#);
        assert_eq!(refused(&token), "its last page says that more follow");
        let other = ROLE.replace("1234", "2234");
        let two = format!(r#"[{{"RoleDetailList": [{ROLE}]}}, {{"RoleDetailList": [{other}]}}]"#);
        assert_eq!(
            refused(&two),
            "it is of several accounts: 123456789012, 223456789012"
        );
        assert_eq!(
            refused(r#"{"RoleDetailList": []}"#),
            "no ARN in it tells the account"
        );
    }
}
