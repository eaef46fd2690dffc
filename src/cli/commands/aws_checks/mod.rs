//! `--aws-checks`: IAM Access Analyzer's report of policies, beside our own. Off unless asked for; only reads leave
//! from here. What is asked and how answers read is `analyzer`'s.

mod diagnostic;
mod place;
mod subject;

use std::collections::BTreeMap;

use futures::future::try_join_all;

use crate::analyzer::{self, Finding, Impact};
use crate::cli::options::Common;
use crate::cli::session::Session;
use crate::cli::terminal::Failure;
use crate::cloud::{Class, Fault};
use crate::diagnostic::Diagnostic;
use crate::model::Desired;
use crate::policy::PolicyPurpose;
use crate::run::{Planned, Project};

use subject::Subject;

/// What came of the checks.
#[derive(Default)]
pub(crate) struct AnalyzerReport {
    /// Worth a look.
    pub warnings: Vec<Diagnostic>,
    /// Reasons to stop.
    pub refusals: Vec<Diagnostic>,
}

/// The sandbox has no Access Analyzer, and a request for it must not go anywhere else.
pub(crate) fn possible(common: &Common) -> Result<(), Failure> {
    if common.sandbox.is_some() {
        let message = "the sandbox has no Access Analyzer: leave out `--aws-checks` or `--sandbox`";
        return Err(Failure::Usage(message.to_owned()));
    }
    Ok(())
}

/// Has every policy checked that a plan changes, and every change of one compared with what was there.
pub(crate) async fn of_plan(
    session: &Session,
    planned: &Planned,
    project: &Project,
    refuse_new_access: bool,
) -> Result<AnalyzerReport, Failure> {
    let subjects = subject::changed(planned);
    let mut report = validated(session, &subjects, project).await?;
    let compared = compared(session, &subjects, project).await?;
    if refuse_new_access {
        report
            .refusals
            .extend(compared.into_iter().map(diagnostic::refusal));
    } else {
        report.warnings.extend(compared);
    }
    Ok(report)
}

/// Has every policy checked that the manifests declare.
pub(crate) async fn of_declared(
    session: &Session,
    desired: &Desired,
    project: &Project,
) -> Result<AnalyzerReport, Failure> {
    validated(session, &subject::declared(desired), project).await
}

async fn validated(
    session: &Session,
    subjects: &[Subject<'_>],
    project: &Project,
) -> Result<AnalyzerReport, Failure> {
    // What many roles share is asked about once.
    let different: BTreeMap<_, _> = subjects.iter().map(|one| (key(one), one)).collect();
    let asked = different.into_iter().map(|(key, one)| async move {
        let asked = analyzer::validate(session.reads(), one.after, one.purpose).await;
        Ok((key, of_this_one(asked)?))
    });
    let answers = try_join_all(asked).await;
    let answers = answers.map_err(|fault| failure(fault, session))?;
    let answers: BTreeMap<_, _> = answers.into_iter().collect();
    let mut report = AnalyzerReport::default();
    for subject in subjects {
        match answers.get(&key(subject)) {
            Some(Ok(findings)) => report.add(findings, subject, project),
            Some(Err(fault)) => report.warnings.push(diagnostic::unchecked(fault, subject)),
            None => {}
        }
    }
    Ok(report)
}

impl AnalyzerReport {
    fn add(&mut self, findings: &[Finding], subject: &Subject<'_>, project: &Project) {
        for finding in findings {
            let found = diagnostic::finding(finding, subject, project);
            match finding.impact {
                Impact::Error => self.refusals.push(found),
                Impact::SecurityWarning | Impact::Warning | Impact::Suggestion => {
                    self.warnings.push(found);
                }
            }
        }
    }
}

fn key(subject: &Subject<'_>) -> (PolicyPurpose, String) {
    (subject.purpose, subject.after.wire())
}

/// A policy that cannot be judged is told of; a service that cannot be asked ends the run.
fn of_this_one<T>(asked: Result<T, Fault>) -> Result<Result<T, Fault>, Fault> {
    match asked {
        Ok(answer) => Ok(Ok(answer)),
        Err(fault) if fault.class == Class::Invalid && fault.status.is_some() => Ok(Err(fault)),
        Err(fault) => Err(fault),
    }
}

/// Only what replaces something can be compared: what a new policy gives is the plan's own to tell.
async fn compared(
    session: &Session,
    subjects: &[Subject<'_>],
    project: &Project,
) -> Result<Vec<Diagnostic>, Failure> {
    let pairs = subjects.iter().filter_map(|one| Some((one, one.before?)));
    let asked = pairs.map(|(subject, before)| async move {
        let purpose = subject.purpose;
        let asked = analyzer::compare(session.reads(), before, subject.after, purpose).await;
        Ok((subject, of_this_one(asked)?))
    });
    let answers = try_join_all(asked).await;
    let answers = answers.map_err(|fault| failure(fault, session))?;
    let found = answers
        .into_iter()
        .flat_map(|(subject, answer)| match answer {
            Ok(comparison) => diagnostic::comparison(&comparison, subject, project),
            Err(fault) => vec![diagnostic::unchecked(&fault, subject)],
        });
    Ok(found.collect())
}

fn failure(fault: Fault, session: &Session) -> Failure {
    let region = &session.setting.region;
    let hint = match (fault.class, fault.code.as_str()) {
        (Class::Denied, _) => Some(format!(
            "give the caller `{}` on `*`, or leave out `--aws-checks`",
            fault.call
        )),
        (Class::Unreachable, "NameNotResolved") => Some(format!(
            "Access Analyzer may not be offered in {region}: leave out `--aws-checks`, or choose another region"
        )),
        (Class::Transient, "UnreadableAnswer") => Some(
            "does the endpoint serve Access Analyzer? Leave out `--aws-checks`, or give the service an endpoint of its own in AWS_ENDPOINT_URL_ACCESSANALYZER"
                .to_owned(),
        ),
        _ => fault.hint.clone(),
    };
    Failure::fault("have Access Analyzer check the policies")(Fault { hint, ..fault })
}
