//! Where credentials came from, in words. `aws-config` marks what it loads; what we make ourselves is marked here.

use aws_credential_types::Credentials;
use aws_credential_types::credential_feature::AwsCredentialFeature as Feature;

/// The mark of credentials that did not come through `aws-config`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin(String);

/// Marks credentials with where they came from.
#[must_use]
pub fn marked(mut credentials: Credentials, origin: &str) -> Credentials {
    credentials.set_property(Origin(origin.to_owned()));
    credentials
}

/// Where credentials came from: `environment`, `profile, SSO`, `instance metadata`.
pub fn origin(credentials: &Credentials) -> String {
    if let Some(Origin(text)) = credentials.get_property() {
        return text.clone();
    }
    let features = credentials.get_property::<Vec<Feature>>();
    // The way is marked from its far end; people think of it from theirs.
    let mut words: Vec<&str> = features
        .into_iter()
        .flatten()
        .rev()
        .filter_map(word)
        .collect();
    words.dedup();
    if words.is_empty() {
        return "unknown".to_owned();
    }
    words.join(", ")
}

fn word(feature: &Feature) -> Option<&'static str> {
    Some(match feature {
        Feature::CredentialsEnvVars => "environment",
        Feature::CredentialsEnvVarsStsWebIdToken
        | Feature::CredentialsProfileStsWebIdToken
        | Feature::CredentialsStsAssumeRoleWebId => "web identity",
        Feature::CredentialsStsAssumeRole => "assumed role",
        Feature::CredentialsProfile
        | Feature::CredentialsProfileSourceProfile
        | Feature::CredentialsProfileNamedProvider => "profile",
        Feature::CredentialsProfileSso | Feature::CredentialsSso => "SSO",
        Feature::CredentialsProfileProcess | Feature::CredentialsProcess => "process",
        Feature::CredentialsProfileLogin | Feature::CredentialsLogin => "login",
        Feature::CredentialsHttp => "container metadata",
        Feature::CredentialsImds => "instance metadata",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(features: &[Feature]) -> String {
        let mut credentials = Credentials::new("key", "secret", None, None, "test");
        if !features.is_empty() {
            credentials.set_property(features.to_vec());
        }
        origin(&credentials)
    }

    #[test]
    fn the_way_is_told_from_our_end() {
        assert_eq!(from(&[Feature::CredentialsEnvVars]), "environment");
        let sso = [Feature::CredentialsSso, Feature::CredentialsProfile];
        assert_eq!(from(&sso), "profile, SSO");
        assert_eq!(from(&[Feature::ResolvedAccountId]), "unknown");
        assert_eq!(from(&[]), "unknown");
    }

    #[test]
    fn our_own_mark_comes_first() {
        let credentials = Credentials::new("key", "secret", None, None, "test");
        assert_eq!(origin(&marked(credentials, "the sandbox")), "the sandbox");
    }
}
