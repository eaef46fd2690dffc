//! What a document says of another partition than the run's: policies, and what is attached. AWS would refuse it when the role
//! is there already.

use super::located::{Located, from_root};
use crate::diagnostic::{Diagnostic, Problems};
use crate::kinds::{Declared, Kind};
use crate::model::{AwsScope, FieldPath, PolicyView};
use crate::policy::{FOREIGN_PARTITION, foreign_arn, foreign_arns, partition_hint};

pub(super) fn check(
    declared: &[Declared],
    kind: &dyn Kind,
    located: &Located<'_>,
    scope: &AwsScope,
) -> Problems {
    let ours = scope.partition.name();
    let all = declared.iter();
    all.flat_map(|one| foreign(one, kind, located, ours))
        .collect()
}

fn foreign(
    declared: &Declared,
    kind: &dyn Kind,
    located: &Located<'_>,
    ours: &str,
) -> Vec<Diagnostic> {
    let view = kind.access_view(&declared.attributes);
    let pointer = |path: &FieldPath| declared.pointers.get(path).map_or("", String::as_str);
    let mut found = Vec::new();
    for PolicyView {
        path,
        purpose: _,
        document,
    } in view.policies
    {
        found.extend(foreign_arns(document, ours).into_iter().map(|problem| {
            let own = pointer(path);
            let inside = located.at(&from_root(&format!("{own}{}", problem.pointer)));
            Diagnostic::error(problem.code, problem.message)
                .at(inside.or_else(|| located.at(&from_root(own))))
                .maybe_hint(problem.hint)
        }));
    }
    let attached = view.managed.into_iter().chain(view.boundary);
    found.extend(attached.filter_map(|(arn, path)| {
        let message = foreign_arn(arn, ours)?;
        let problem = Diagnostic::error(FOREIGN_PARTITION, message);
        Some(
            problem
                .at(located.at(&from_root(pointer(path))))
                .hint(partition_hint(ours)),
        )
    }));
    found
}
