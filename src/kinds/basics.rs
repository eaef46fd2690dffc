//! What every kind says in the same way: its names, and the functions in its files that answer for it.

/// The methods of [`Kind`](super::Kind) that only hand a question on to the kind's folder, and those that are one value.
macro_rules! basics {
    (
        name: $name:expr,
        about: $about:literal,
        spec: $spec:ty,
        fields: $fields:expr,
        arn: $arn:expr,
        offline: $offline:expr $(,)?
    ) => {
        fn name(&self) -> crate::model::KindName {
            $name
        }

        fn about(&self) -> &'static str {
            $about
        }

        fn schema(&self) -> schemars::Schema {
            schemars::schema_for!($spec)
        }

        fn fields(&self) -> &'static [crate::kinds::Field] {
            &$fields
        }

        fn arn(&self) -> Option<crate::kinds::ArnShape> {
            $arn
        }

        fn offline(&self) -> crate::kinds::Offline {
            $offline
        }

        fn declare(
            &self,
            specification: &crate::kinds::Specification<'_>,
        ) -> crate::kinds::Declaration {
            declare::declare(specification)
        }

        fn survey<'a>(
            &'a self,
            reads: &'a dyn crate::cloud::Reads,
            survey: &'a crate::kinds::Survey<'a>,
        ) -> crate::kinds::Reading<'a> {
            Box::pin(survey::survey(reads, survey))
        }

        fn grants(
            &self,
            resource: &crate::model::Resource,
            asked: &crate::kinds::GrantRequest<'_>,
        ) -> Vec<crate::kinds::Grant> {
            grants::grants(resource, asked)
        }

        fn drafts(&self, lowering: &crate::kinds::Lowering<'_>) -> crate::kinds::StepDrafts {
            calls::drafts(lowering)
        }
    };
}

pub(super) use basics;
