//! What every file of the spec shares: bilingual text, provenance, history, defects.

use super::Defect;
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;

/// `spec/defects.yaml`: the defects that touch no item of the spec.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct DefectRegister {
    /// Version of the spec language.
    pub spec: u32,
    /// The defects.
    pub defects: Vec<Defect>,
}
