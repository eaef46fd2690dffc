//! `whoami`: the account and identity that would be used, where the credentials come from, and for how long they last.

use aws_credential_types::Credentials;
use jiff::{SignedDuration, Timestamp};

use crate::aws::credentials::origin;
use crate::cli::options::Common;
use crate::cli::session::Session;
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::cloud::Service;
use crate::text::duration;

/// The services whose endpoints are worth a line.
const SERVICES: [Service; 3] = [Service::Iam, Service::Sts, Service::Ec2];

pub(crate) async fn run(common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let session = Session::open(&common, None, ui).await?;
    let printed = session
        .credentials()
        .await
        .map(|credentials| print(&session, &credentials, ui));
    session.close(ui).await?;
    printed.map(|()| Exit::Done)
}

fn print(session: &Session, credentials: &Credentials, ui: &Ui) {
    let (caller, setting) = (&session.caller, &session.setting);
    let expires = credentials.expiry();
    let expires = expires.and_then(|time| Timestamp::try_from(time).ok());
    let is_temporary = credentials.session_token().is_some();
    let name = session_name(&caller.arn);
    let endpoints = SERVICES.map(|service| (service.name(), session.endpoint(service)));
    if ui.json {
        let endpoints = endpoints
            .into_iter()
            .map(|(name, url)| (name.to_owned(), url.into()));
        Ui::print_json(&serde_json::json!({
            "account": caller.account,
            "arn": caller.arn,
            "userId": session.user_id,
            "sessionName": name,
            "credentials": origin(credentials),
            "accessKeyId": credentials.access_key_id(),
            "temporary": is_temporary,
            "expires": expires.map(whole),
            "partition": setting.partition,
            "region": setting.region,
            "endpoints": endpoints.collect::<serde_json::Map<String, serde_json::Value>>(),
        }));
        return;
    }
    let kind = match (is_temporary, expires) {
        (true, Some(expires)) => format!("temporary, {}", until(expires, Timestamp::now())),
        (true, None) => "temporary; when they expire is not known".to_owned(),
        (false, _) => "long-term".to_owned(),
    };
    let mut lines = vec![
        ("account", caller.account.clone()),
        ("identity", caller.arn.clone()),
        ("user id", session.user_id.clone()),
    ];
    lines.extend(name.map(|name| ("session", name.to_owned())));
    lines.push(("credentials", format!("{} ({kind})", origin(credentials))));
    if ui.verbose {
        lines.push(("access key", credentials.access_key_id().to_owned()));
    }
    lines.push(("region", setting.region.clone()));
    lines.push(("partition", setting.partition.to_string()));
    if session.sandbox_url().is_some() {
        // It has another address in every run.
        lines.push(("endpoints", "the sandbox of this run".to_owned()));
    } else {
        let urls = endpoints.into_iter();
        lines.extend(urls.filter_map(|(name, url)| Some((name, url?))));
    }
    Ui::rows(lines);
}

/// The name of a session: of a role (`…:assumed-role/ROLE/NAME`) or a federated user (`…:federated-user/NAME`).
fn session_name(arn: &str) -> Option<&str> {
    let is_session = arn.contains(":assumed-role/") || arn.contains(":federated-user/");
    arn.rsplit('/').next().filter(|_| is_session)
}

/// Credentials expire at a second.
fn whole(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment)
}

/// Until when, and how long that is.
pub(crate) fn until(expires: Timestamp, now: Timestamp) -> String {
    let left = expires.duration_since(now);
    let expires = whole(expires);
    if left <= SignedDuration::ZERO {
        return format!("expired at {expires}");
    }
    let seconds = u64::try_from(left.as_secs()).unwrap_or_default();
    // Nobody needs the seconds of an hour.
    let left = if seconds > 120 {
        seconds / 60 * 60
    } else {
        seconds
    };
    format!("until {expires}, {} from now", duration(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_have_names() {
        let name = |kind| session_name(kind).map(str::to_owned);
        assert_eq!(
            name("arn:aws:sts::1:assumed-role/r/mary").as_deref(),
            Some("mary")
        );
        assert_eq!(
            name("arn:aws:sts::1:federated-user/Bob").as_deref(),
            Some("Bob")
        );
        assert_eq!(name("arn:aws:iam::1:user/path/anna"), None);
    }

    #[test]
    fn time_that_is_left_is_shown_in_minutes() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let worded = |text: &str| until(text.parse().unwrap(), now);
        assert_eq!(
            worded("2026-03-01T12:59:30.5Z"),
            "until 2026-03-01T12:59:30Z, 59 min from now"
        );
        assert_eq!(
            worded("2026-03-01T12:01:30Z"),
            "until 2026-03-01T12:01:30Z, 1 min 30 s from now"
        );
        assert_eq!(
            worded("2026-03-01T12:00:00Z"),
            "expired at 2026-03-01T12:00:00Z"
        );
    }
}
