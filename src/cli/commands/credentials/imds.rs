//! `credentials imds`: what an instance has from its metadata, and whether EC2 says the same.

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::aws::imds::{self, InstanceKeys};
use crate::cli::commands::whoami::until;
use crate::cli::options::Common;
use crate::cli::session::Session;
use crate::cli::terminal::{Exit, Failure, Ui};
use crate::cloud::{Class, Parameter, ReadCall, Service};

/// Where the metadata service is, as AWS's SDKs read it.
const VARIABLE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

/// Shows what credentials an instance has.
#[derive(Debug, Args)]
pub(super) struct ImdsArgs {
    /// Where the metadata service is, if not at the instance's own address
    #[arg(long, value_name = "URL", env = VARIABLE)]
    endpoint: Option<String>,
    /// Go on without a token where the service gives none (IMDSv1)
    #[arg(long)]
    allow_imdsv1: bool,
}

/// Whether EC2 says of the instance what the instance says of itself.
enum Agreement {
    /// The same profile.
    Same,
    /// Another profile, by ARN, or none.
    Other(Option<String>),
    /// EC2 could not be asked.
    Unknown(String),
}

pub(super) async fn run(args: ImdsArgs, common: Common, ui: &Ui) -> Result<Exit, Failure> {
    let address = args.endpoint.as_deref().unwrap_or(imds::ADDRESS);
    let found = imds::instance_keys(address, args.allow_imdsv1)
        .await
        .map_err(|error| Failure::other(error.to_string(), Some(error.hint())))?;
    let agreement = agreement(&found, common, ui).await?;
    if ui.json {
        Ui::print_json(&json(&found, &agreement));
    } else {
        print(&found, &agreement);
    }
    Ok(Exit::Done)
}

/// Asks EC2 with the run's credentials, which need not be the instance's.
async fn agreement(found: &InstanceKeys, common: Common, ui: &Ui) -> Result<Agreement, Failure> {
    let common = Common {
        region: common.region.or_else(|| Some(found.region.clone())),
        ..common
    };
    let Ok(session) = Session::open(&common, None, ui).await else {
        return Ok(Agreement::Unknown("AWS could not be asked".to_owned()));
    };
    let values: Parameter = [found.instance.as_str()].into_iter().collect();
    let filter = Parameter::map([("Name", "instance-id".into()), ("Value", values)]);
    let call = ReadCall::new(Service::Ec2, "DescribeIamInstanceProfileAssociations")
        .with("Filter", Parameter::List(vec![filter]));
    let answer = session.reads().ask(&call).await;
    session.close(ui).await?;
    let answer = match answer {
        Ok(answer) => answer,
        Err(fault) if fault.class == Class::Denied => {
            let why = format!("the caller may not call {}", fault.call);
            return Ok(Agreement::Unknown(why));
        }
        Err(fault) => return Ok(Agreement::Unknown(fault.to_string())),
    };
    let rows = answer
        .body
        .list(&["iamInstanceProfileAssociationSet"])
        .iter();
    let mut active =
        rows.filter(|row| matches!(row.text(&["state"]), Some("associated" | "associating")));
    let arn = active
        .next()
        .and_then(|row| row.text(&["iamInstanceProfile", "arn"]));
    let own = found.profile.as_ref().map(|(arn, _)| arn.as_str());
    Ok(if arn == own {
        Agreement::Same
    } else {
        Agreement::Other(arn.map(str::to_owned))
    })
}

fn json(found: &InstanceKeys, agreement: &Agreement) -> Json {
    let InstanceKeys {
        instance,
        region,
        with_token,
        profile,
        role,
        code,
        updated,
        expires,
    } = found;
    let (agrees, other, unknown) = match agreement {
        Agreement::Same => (Some(true), None, None),
        Agreement::Other(arn) => (Some(false), arn.as_ref(), None),
        Agreement::Unknown(why) => (None, None, Some(why)),
    };
    json!({
        "instance": instance,
        "region": region,
        "metadata": version(*with_token),
        "instanceProfile": profile.as_ref().map(|(arn, _)| arn),
        "role": role,
        "code": code,
        "lastUpdated": updated,
        "expires": expires,
        "matchesAssociation": agrees,
        "associated": other,
        "notKnown": unknown,
    })
}

fn version(with_token: bool) -> &'static str {
    if with_token { "IMDSv2" } else { "IMDSv1" }
}

fn print(found: &InstanceKeys, agreement: &Agreement) {
    let InstanceKeys {
        instance,
        region,
        with_token,
        profile,
        role,
        code,
        updated,
        expires,
    } = found;
    let none = || "none".to_owned();
    let credentials = match (role, code.as_deref(), expires) {
        (None, ..) => "none: no profile with a role is associated".to_owned(),
        (Some(_), Some("Success"), Some(expires)) => good(expires, updated.as_deref()),
        (Some(_), code, _) => format!("none: {}", code.unwrap_or("no answer")),
    };
    let association = match agreement {
        Agreement::Same => "as EC2 says".to_owned(),
        Agreement::Other(Some(arn)) => {
            format!("not as EC2 says: {arn}; the metadata follows within minutes")
        }
        Agreement::Other(None) => "not as EC2 says: no profile is associated".to_owned(),
        Agreement::Unknown(why) => format!("not known: {why}"),
    };
    Ui::rows([
        ("instance", format!("{instance} in {region}")),
        ("metadata", version(*with_token).to_owned()),
        (
            "profile",
            profile.as_ref().map_or_else(none, |(arn, _)| arn.clone()),
        ),
        ("role", role.clone().unwrap_or_else(none)),
        ("credentials", credentials),
        ("association", association),
    ]);
}

fn good(expires: &str, updated: Option<&str>) -> String {
    let left = expires
        .parse()
        .map(|end: Timestamp| until(end, Timestamp::now()));
    let left = left.unwrap_or_else(|_| format!("until {expires}"));
    match updated {
        Some(updated) => format!("{left}; fetched at {updated}"),
        None => left,
    }
}
