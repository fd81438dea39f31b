//! What every file of the spec shares: bilingual text, provenance, history, defects.

use super::Defect;
use serde::{Deserialize, Serialize};

/// `spec/defects.yaml`: the defects that touch no item of the spec.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefectRegister {
    /// Version of the spec language.
    pub spec: u32,
    /// The defects.
    pub defects: Vec<Defect>,
}
