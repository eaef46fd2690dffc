//! What a wait is for, in words that follow "waiting for". Whether to wait is not decided here.

use crate::cloud::Service;
use crate::model::Address;

/// `role s3access`, `instance association web[i-0abc]`: an address as a person would say it.
pub(super) fn spoken(address: &Address) -> String {
    let Address { kind, name, member } = address;
    let mut words = String::new();
    for letter in kind.as_str().chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    match member {
        Some(member) => format!("{words} {name}[{member}]"),
        None => format!("{words} {name}"),
    }
}

/// `EC2 to see instance profile s3access-profile`.
pub(super) fn to_see(service: Service, addresses: &[Address]) -> String {
    let spoken: Vec<String> = addresses.iter().map(spoken).collect();
    format!("{} to see {}", acronym(service), spoken.join(" and "))
}

/// `IAM to accept more calls`.
pub(super) fn to_accept(service: Service) -> String {
    format!("{} to accept more calls", acronym(service))
}

/// `IAM to answer`, after an error of its own.
pub(super) fn to_answer(service: Service) -> String {
    format!("{} to answer", acronym(service))
}

/// `a connection to IAM`.
pub(super) fn connection(service: Service) -> String {
    format!("a connection to {}", acronym(service))
}

/// `the deletion of role s3access to be visible`.
pub(super) fn deletion(address: &Address) -> String {
    format!("the deletion of {} to be visible", spoken(address))
}

/// `the removals from role s3access to be visible`.
pub(super) fn removals(address: &Address) -> String {
    format!("the removals from {} to be visible", spoken(address))
}

/// `other changes to role s3access to finish`.
pub(super) fn others(address: &Address) -> String {
    format!("other changes to {} to finish", spoken(address))
}

/// `the last change of instance association web[i-0abc] to finish`.
pub(super) fn last_change(address: &Address) -> String {
    format!("the last change of {} to finish", spoken(address))
}

/// `the current id of instance association web[i-0abc]`.
pub(super) fn current_id(address: &Address) -> String {
    format!("the current id of {}", spoken(address))
}

fn acronym(service: Service) -> String {
    service.name().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kind;

    #[test]
    fn reasons_follow_waiting_for() {
        let profile = Address::new(kind::INSTANCE_PROFILE, "s3access-profile");
        let role = Address::new(kind::ROLE, "s3access");
        assert_eq!(
            to_see(Service::Ec2, &[profile, role]),
            "EC2 to see instance profile s3access-profile and role s3access"
        );
        let association = Address::new(kind::INSTANCE_ASSOCIATION, "web").member("i-0abc");
        assert_eq!(
            current_id(&association),
            "the current id of instance association web[i-0abc]"
        );
    }
}
