//! Reads what an export is about: what was chosen, declared or not, and what hangs on it.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::{Fault, Reads};
use crate::kinds::{self, ExportFilter, ExportSearch};
use crate::model::{Address, AwsScope, KindName, Observed};

/// What was chosen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chosen {
    /// The resources.
    pub resources: BTreeMap<Address, Observed>,
    /// Every name in use by kind, where they were all listed.
    pub names: BTreeMap<KindName, BTreeSet<String>>,
    /// What could not be looked at, one sentence each.
    pub blind: Vec<String>,
}

/// Finds what is chosen. One kind after the other: profiles are looked for by the roles found before, instances by the
/// profiles.
pub async fn choose(
    reads: &dyn Reads,
    setting: &AwsScope,
    filter: &ExportFilter,
) -> Result<Chosen, Fault> {
    let mut chosen = Chosen::default();
    for kind in kinds::ALL {
        let search = ExportSearch {
            setting,
            filter,
            found: &chosen.resources,
        };
        let Some(export) = kind.export() else {
            continue;
        };
        let found = export.select(reads, &search).await?;
        chosen.resources.extend(found.resources);
        if let Some(names) = found.names {
            chosen.names.insert(kind.name(), names);
        }
        chosen.blind.extend(found.blind);
    }
    Ok(chosen)
}
