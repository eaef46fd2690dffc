//! What fields decide over access, read from what a kind says of each of them.

use super::{Access, Kind};
use crate::model::{AccessView, Attributes, FieldPath, PolicyView, Value};

impl dyn Kind + '_ {
    /// What a field decides over access.
    pub fn access(&self, path: &FieldPath) -> Access {
        let mut fields = self.fields().iter();
        let field = fields.find(|field| field.name == path.field);
        field.map_or(Access::None, |field| field.access)
    }

    /// What a resource of these fields says about access.
    pub fn access_view<'a>(&self, attributes: &'a Attributes) -> AccessView<'a> {
        let mut view = AccessView::default();
        for (path, value) in attributes {
            match (self.access(path), value) {
                (Access::Policy(purpose), Value::Policy(document)) => {
                    view.policies.push(PolicyView {
                        path,
                        purpose,
                        document,
                    });
                }
                (Access::ManagedPolicies, _) => {
                    let arn = path.member.as_deref();
                    view.managed.extend(arn.map(|arn| (arn, path)));
                }
                (Access::Boundary, Value::Text(arn)) => view.boundary = Some((arn, path)),
                (Access::SessionDuration, Value::Number(seconds)) => view.session = Some(*seconds),
                (Access::Holder, Value::Link(link)) => view.holder = Some(&link.name),
                _ => {}
            }
        }
        view
    }
}
