//! What instances can be bought.

use crate::base::settings::Settings;
use crate::pki::Level;

/// A kind of instance, named by its specification: brand, level and type. Only the first two were seen; the others are made up in their form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) spec: &'static str,
    pub(crate) brand: &'static str,
    pub(crate) level: Level,
    /// Whether its certificates are for tests.
    pub(crate) test: bool,
    /// How many domains a certificate may have, without and with an asterisk.
    pub(crate) domains: usize,
    pub(crate) wildcards: usize,
    /// How many days certificate and instance are valid.
    pub(crate) days: i64,
    /// How many are bought when nothing else is set.
    usual: u32,
}

/// All kinds of instances.
const KINDS: [Kind; 6] = [
    Kind { spec: "ss.dv.t", test: true, days: 90, usual: 4, ..Kind::dv("DigiCert", 1, 0) },
    Kind { spec: "ws.dv.f", usual: 3, ..Kind::dv("WoSign", 1, 0) },
    Kind { spec: "gt.dv.w", usual: 2, ..Kind::dv("GeoTrust", 0, 1) },
    Kind { spec: "gt.dv.m", usual: 1, ..Kind::dv("GeoTrust", 3, 1) },
    Kind { spec: "gs.ov.f", level: Level::Ov, usual: 1, ..Kind::dv("GlobalSign", 1, 0) },
    Kind { spec: "ss.ev.f", level: Level::Ev, usual: 1, ..Kind::dv("DigiCert", 1, 0) },
];

impl Kind {
    const fn dv(brand: &'static str, domains: usize, wildcards: usize) -> Self {
        Self { spec: "", brand, level: Level::Dv, test: false, domains, wildcards, days: 365, usual: 0 }
    }

    pub(crate) fn level_name(&self) -> &'static str {
        match self.level {
            Level::Dv => "DV",
            Level::Ov => "OV",
            Level::Ev => "EV",
        }
    }

    /// The word for the level in ids of instances.
    pub(crate) fn id_part(&self) -> &'static str {
        match self.level {
            Level::Dv => "dv",
            Level::Ov => "ov",
            Level::Ev => "ev",
        }
    }

    pub(crate) fn type_name(&self) -> &'static str {
        if self.test { "TEST" } else { "BUY" }
    }

    pub(crate) fn edition(&self) -> &'static str {
        if self.test { "basic" } else { "standard" }
    }
}

/// Returns the kinds of the instances that were bought, in the order of their ids.
pub(crate) fn bought(settings: &Settings) -> impl Iterator<Item = &'static Kind> + '_ {
    let set = |kind: &Kind| settings.stock.get(kind.spec).copied().unwrap_or_default();
    let count = move |kind: &Kind| if settings.stock.is_empty() { kind.usual } else { set(kind) };
    KINDS.iter().flat_map(move |kind| (0..count(kind)).map(move |_| kind))
}

/// Checks that the specifications in the settings exist.
pub(crate) fn check(settings: &Settings) -> Result<(), String> {
    match settings.stock.keys().find(|spec| KINDS.iter().all(|kind| kind.spec != **spec)) {
        None => Ok(()),
        Some(spec) => {
            let known = KINDS.map(|kind| kind.spec).join(", ");
            Err(format!("there is no instance specification {spec}: it is one of {known}"))
        }
    }
}
