//! Compares the hosts of sources with the rows of the spec. Sources disagree about hosts, so nothing is written.

use super::edit::{entry, scalar};
use super::spec::Spec;
use crate::yaml::Kind;
use indexmap::IndexMap;

/// Regions whose host is not in the spec, a line for each host.
pub(super) fn compare(spec: &Spec, hosts: &IndexMap<String, String>) -> Vec<String> {
    let Some(rows) = spec.hosts() else { return Vec::new() };
    let mut lines: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for (region, host) in hosts {
        // The first row that fits wins.
        let row = rows.iter().find(|row| fits(row.region, region));
        if row.is_none_or(|row| row.host != host && !row.disputed) {
            lines.entry(host).or_default().push(region);
        }
    }
    lines.into_iter().map(|(host, regions)| format!("{host}: {}", regions.join(", "))).collect()
}

/// Whether the region of a row, perhaps with `*` at its end, is or covers another one.
fn fits(row: &str, region: &str) -> bool {
    row.strip_suffix('*').map_or(row == region, |start| region.starts_with(start))
}

/// A row of the spec.
pub(super) struct Row<'a> {
    region: &'a str,
    host: &'a str,
    disputed: bool,
}

impl Spec {
    /// The rows of `endpoints`, if the API has any.
    fn hosts(&self) -> Option<Vec<Row<'_>>> {
        let endpoints = self.definitions().find_map(|(_, file)| entry(&file.root, "endpoints"))?;
        let Kind::Sequence(rows) = &entry(&endpoints.value, "hosts")?.value.kind else { return None };
        let row = |node| {
            let disputed = scalar(node, "disputed") == Some("true");
            Some(Row { region: scalar(node, "region")?, host: scalar(node, "host")?, disputed })
        };
        Some(rows.iter().filter_map(row).collect())
    }
}
