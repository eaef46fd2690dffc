//! The JSON Schema of the file, made from the types.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::SavedPlan;

/// The schema in `schemas/plan.schema.json`.
pub fn plan_schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<SavedPlan>().into()
}
