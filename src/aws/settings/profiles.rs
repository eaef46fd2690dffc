//! The sections of the shared config and credentials files. Parsed by the AWS SDK, so that what is a section here is one
//! for other tools too; what a key means is not known here.

use std::collections::BTreeSet;

use aws_config::profile::{self, ProfileSet};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_runtime::env_config::property::PropertiesKey;

use super::files::Named;
use super::{Environment, SettingsError};

/// Both files. Keys of the credentials file win, as for the AWS CLI.
#[derive(Debug)]
pub(in crate::aws) struct Profiles {
    config: Section,
    credentials: Section,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::aws) enum Which {
    Config,
    Credentials,
}

#[derive(Debug)]
struct Section {
    file: Named,
    set: ProfileSet,
    /// The names of its `services` sections.
    services: BTreeSet<String>,
}

impl Profiles {
    /// Reads both.
    pub(super) async fn read(environment: &Environment) -> Result<Self, SettingsError> {
        let config = Named::shared(environment, "AWS_CONFIG_FILE", "config")?;
        let credentials = Named::shared(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials")?;
        Ok(Self {
            config: Section::read(config, EnvConfigFileKind::Config).await?,
            credentials: Section::read(credentials, EnvConfigFileKind::Credentials).await?,
        })
    }

    /// Whether there is a profile of this name.
    pub(in crate::aws) fn has(&self, profile: &str) -> bool {
        let Self {
            config,
            credentials,
        } = self;
        [config, credentials]
            .iter()
            .any(|one| one.set.get_profile(profile).is_some())
    }

    /// A key of a profile. One without a value counts as missing.
    pub(in crate::aws) fn get(&self, profile: &str, key: &str) -> Option<&str> {
        let [first, last] = [Which::Credentials, Which::Config];
        self.get_in(first, profile, key)
            .or_else(|| self.get_in(last, profile, key))
    }

    /// A key of a profile in one of the files.
    pub(in crate::aws) fn get_in(&self, which: Which, profile: &str, key: &str) -> Option<&str> {
        let section = match which {
            Which::Config => &self.config,
            Which::Credentials => &self.credentials,
        };
        let value = section.set.get_profile(profile)?.get(key)?;
        Some(value).filter(|value| !value.is_empty())
    }

    /// A key of an `sso-session` section; none of a section that does not exist.
    pub(in crate::aws) fn sso_session(&self, name: &str, key: &str) -> Option<&str> {
        self.config.set.sso_session(name)?.get(key)
    }

    /// Whether there is such an `sso-session` section.
    pub(in crate::aws) fn has_sso_session(&self, name: &str) -> bool {
        self.config.set.sso_session(name).is_some()
    }

    /// Whether there is such a `services` section.
    pub(super) fn has_services(&self, name: &str) -> bool {
        self.config.services.contains(name)
    }

    /// A key of one service in a `services` section.
    pub(super) fn of_service(&self, section: &str, service: &str, key: &str) -> Option<&str> {
        let key = PropertiesKey::builder()
            .section_key("services")
            .section_name(section)
            .property_name(service)
            .sub_property_name(key)
            .build()
            .ok()?;
        let value = self.config.set.other_sections().get(&key)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// Where they were looked for.
    pub(in crate::aws) fn files(&self) -> String {
        format!(
            "{} and {}",
            self.config.file.shown(),
            self.credentials.file.shown()
        )
    }
}

impl Section {
    #[expect(
        clippy::default_trait_access,
        reason = "the types of file system and environment have no name in what is public"
    )]
    async fn read(file: Named, kind: EnvConfigFileKind) -> Result<Self, SettingsError> {
        let text = file.text()?.unwrap_or_default();
        let services = services(&text);
        let files = EnvConfigFiles::builder().with_contents(kind, text).build();
        let set = profile::load(&Default::default(), &Default::default(), &files, None).await;
        let set = set.map_err(|error| {
            SettingsError::new(
                format!("{} is not a file of profiles: {}", file.shown(), cause(&error)),
                "correct the line, or name another file with AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE",
            )
        })?;
        Ok(Self {
            file,
            set,
            services,
        })
    }
}

/// The parser keeps `services` sections by their keys only.
fn services(text: &str) -> BTreeSet<String> {
    let headers = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix('['));
    let names = headers.filter_map(|header| {
        let mut words = header.split(']').next()?.split_whitespace();
        (words.next()? == "services").then(|| words.next())?
    });
    names.map(str::to_owned).collect()
}

/// What is wrong in which line. The parser was given text, so that it knows no path to name.
fn cause(error: &dyn std::error::Error) -> String {
    let cause = error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string);
    let words: Vec<&str> = cause.split_whitespace().collect();
    words.join(" ").replace("error parsing on line", "line")
}
