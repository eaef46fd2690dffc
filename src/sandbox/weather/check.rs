//! Reading a weather file: what a text may say, beyond what its types demand.

use super::{Event, FaultKind, Rate, ScriptedAction, Weather};
use crate::sandbox::route;

/// A text that is no weather.
#[derive(Debug, thiserror::Error)]
pub enum WeatherError {
    /// It is not YAML, names a field that does not exist, or gives one a value of another type.
    #[error(transparent)]
    Syntax(#[from] serde_yaml::Error),
    /// A field says what cannot be.
    #[error("{field}: {reason}")]
    Impossible {
        /// The field, as `throttle.iam.capacity` or `script[2].on`.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Weather {
    /// The weather that a YAML text describes. What it leaves out is as in the default.
    pub fn read(text: &str) -> Result<Weather, WeatherError> {
        let weather: Weather = serde_yaml::from_str(text)?;
        weather.complaint().map_or(Ok(weather), |(field, reason)| {
            Err(WeatherError::Impossible { field, reason })
        })
    }

    fn complaint(&self) -> Option<(String, String)> {
        let lasting = self
            .credential_lifetime
            .is_none_or(|lifetime| lifetime.is_positive());
        let fleeting =
            (!lasting).then(|| invalid("credentialLifetime", "must be longer than nothing"));
        self.improbable()
            .or_else(|| {
                self.throttle
                    .rates()
                    .find_map(|(name, rate)| emptiness(name, *rate))
            })
            .or_else(|| self.unknown_action())
            .or_else(|| {
                self.script
                    .iter()
                    .enumerate()
                    .find_map(|(index, event)| impossible(index, event))
            })
            .or(fleeting)
    }

    fn improbable(&self) -> Option<(String, String)> {
        let mut odds = self.odds().into_iter();
        let (field, _, chance) = odds.find(|(_, _, chance)| !(0.0..=1.0).contains(chance))?;
        let reason = format!("{chance} is not a probability from 0 to 1");
        Some(invalid(field, reason))
    }

    fn unknown_action(&self) -> Option<(String, String)> {
        let throttled = self
            .throttle
            .actions
            .keys()
            .map(|name| ("throttle.actions".to_owned(), name, false));
        let denied = self
            .denied
            .iter()
            .map(|name| ("denied".to_owned(), name, true));
        let met = self.script.iter().enumerate();
        let met = met.map(|(index, event)| (format!("script[{index}].on"), &event.on, true));
        let mut named = throttled.chain(denied).chain(met);
        let (field, name, _) = named.find(|(_, name, wild)| !route::serves(name, *wild))?;
        let reason =
            format!("the sandbox serves no `{name}`; actions are named as `iam:CreateRole`");
        Some((field, reason))
    }
}

/// A bucket that no call could ever take a token from.
fn emptiness(name: &str, rate: Rate) -> Option<(String, String)> {
    let Rate {
        capacity,
        refill_per_second,
        shared: _,
    } = rate;
    if !(1.0..).contains(&capacity) {
        Some(invalid(
            &format!("throttle.{name}.capacity"),
            "must be at least 1",
        ))
    } else if refill_per_second.is_nan() || refill_per_second <= 0.0 {
        Some(invalid(
            &format!("throttle.{name}.refillPerSecond"),
            "must be more than 0",
        ))
    } else {
        None
    }
}

/// An event that never happens.
fn impossible(index: usize, event: &Event) -> Option<(String, String)> {
    let Event {
        on,
        nth,
        times,
        action,
    } = event;
    let (field, reason) = if *nth == 0 {
        ("nth", "calls are counted from 1".to_owned())
    } else if *times == 0 {
        ("times", "calls are counted from 1".to_owned())
    } else if !can_happen(*action, on) {
        ("do", format!("this never happens to {on}"))
    } else {
        return None;
    };
    Some(invalid(&format!("script[{index}].{field}"), reason))
}

/// Whether a call of `on` can meet the scripted action.
fn can_happen(action: ScriptedAction, on: &str) -> bool {
    let kind = match action {
        ScriptedAction::Delay(length) => return !length.is_negative(),
        ScriptedAction::Fault(kind) => kind,
    };
    let reads = ["iam:Get", "iam:List"]
        .iter()
        .any(|verb| on.starts_with(verb));
    match kind {
        FaultKind::DeleteConflict => ["iam:DeleteRole", "iam:DeleteInstanceProfile"].contains(&on),
        FaultKind::UnresolvedArn => ["iam:GetRole", "iam:GetInstanceProfile"].contains(&on),
        FaultKind::InsufficientCapacity => ["ec2:RunInstances", "ec2:StartInstances"].contains(&on),
        FaultKind::ConcurrentModification => {
            let tags = ["ec2:CreateTags", "ec2:DeleteTags"].contains(&on);
            let buckets = ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"].contains(&on);
            tags || buckets || (on.starts_with("iam:") && !reads)
        }
        FaultKind::ShortPage => on.starts_with("iam:"),
        // STS and S3 know no lag here, and STS answers GetCallerIdentity whatever the policies say.
        FaultKind::Stale => !on.starts_with("sts:") && !on.starts_with("s3:"),
        FaultKind::Deny => !on.starts_with("sts:"),
        FaultKind::Throttle
        | FaultKind::ServerError
        | FaultKind::Unavailable
        | FaultKind::DropBefore
        | FaultKind::DropAfter => true,
    }
}

fn invalid(field: &str, reason: impl Into<String>) -> (String, String) {
    (field.to_owned(), reason.into())
}
