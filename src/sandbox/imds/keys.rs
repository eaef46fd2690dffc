//! The credentials that an instance finds: those of the role in its profile, as EC2 assumes it for the instance.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Place;
use crate::sandbox::caller::SECRET_ACCESS_KEY;
use crate::sandbox::policy::listed;
use crate::sandbox::session::{Assumed, Bearer, Claims, Session, Terms};
use crate::sandbox::timestamp;
use crate::sandbox::world::{Association, InstanceProfile, Role};

/// How long an instance's credentials last. That it is about six hours is seen, not documented.
const LIFETIME: SignedDuration = SignedDuration::from_hours(6);
/// New ones are there this long before the old ones end, an hour as seen; AWS promises five minutes (EC2 user guide,
/// "Retrieve security credentials from instance metadata").
const EARLY: SignedDuration = SignedDuration::from_hours(1);

const EC2: [&str; 2] = ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"];
const NOT_TRUSTED: &str = "AssumeRoleUnauthorizedAccess";

/// The association in effect, its profile as EC2 sees it, and the role in that.
fn held(place: Place<'_>) -> Option<(&Association, &InstanceProfile, &Role)> {
    let association = place.region.reported(&place.instance.id)?;
    let name = association.profile_arn.rsplit('/').next()?;
    let profile = place.iam.profile(name)?;
    let role = place.iam.role(profile.role.as_deref()?)?;
    (profile.id == association.profile_id).then_some((association, profile, role))
}

pub(super) fn role(place: Place<'_>) -> Option<&Role> {
    held(place).map(|(_, _, role)| role)
}

pub(super) fn info(place: Place<'_>) -> Option<Value> {
    let (association, profile, role) = held(place)?;
    Some(json!({
        "Code": if trusts_ec2(role) { "Success" } else { NOT_TRUSTED },
        "LastUpdated": timestamp::iam(issued(place, association, role)),
        "InstanceProfileArn": association.profile_arn,
        "InstanceProfileId": profile.id,
    }))
}

pub(super) fn credentials(place: Place<'_>, name: &str) -> Option<Value> {
    let (association, _, role) = held(place).filter(|(_, _, role)| role.name == name)?;
    let issued = issued(place, association, role);
    if !trusts_ec2(role) {
        return Some(json!({
            "Code": NOT_TRUSTED,
            "Message": "EC2 cannot assume the role",
            "LastUpdated": timestamp::iam(issued),
        }));
    }
    let terms = Terms {
        issued,
        expires: issued.saturating_add(lifetime(place)).ok()?,
        policies: Vec::new(),
    };
    let bearer = Bearer::Role(Assumed::new(role, &place.instance.id));
    let session = Session::of(&Claims { bearer, terms });
    Some(json!({
        "Code": "Success",
        "LastUpdated": timestamp::iam(issued),
        "Type": "AWS-HMAC",
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": SECRET_ACCESS_KEY,
        "Token": session.token,
        "Expiration": timestamp::iam(session.expires),
    }))
}

fn lifetime(place: Place<'_>) -> SignedDuration {
    place.lifetime.unwrap_or(LIFETIME)
}

/// When the credentials of now were issued: once when the association, the instance's run or the role began, and again
/// after every turn, the last part of a lifetime before the end.
fn issued(place: Place<'_>, association: &Association, role: &Role) -> Timestamp {
    let joined = association.made.max(place.instance.launched);
    let began = joined.max(role.created);
    let lifetime = lifetime(place).as_millis();
    let turn = (lifetime - EARLY.as_millis().min(lifetime / 2)).max(1);
    let past = place.now.duration_since(began).as_millis().max(0);
    let turns = past / turn * turn;
    let turns = SignedDuration::from_millis(i64::try_from(turns).unwrap_or_default());
    began.saturating_add(turns).unwrap_or(began)
}

/// Whether the trust policy lets EC2 in. Conditions are taken to hold.
fn trusts_ec2(role: &Role) -> bool {
    let document: Value = serde_json::from_str(&role.trust_policy).unwrap_or_default();
    let has = |value: &Value, wanted: &[&str]| {
        let mut texts = listed(value).iter().filter_map(Value::as_str);
        texts.any(|text| wanted.contains(&text))
    };
    let actions = ["sts:AssumeRole", "sts:*", "*"];
    let names = |effect: &str| {
        listed(&document["Statement"]).iter().any(|statement| {
            statement["Effect"] == effect
                && has(&statement["Action"], &actions)
                && (statement["Principal"] == "*" || has(&statement["Principal"]["Service"], &EC2))
        })
    };
    names("Allow") && !names("Deny")
}
