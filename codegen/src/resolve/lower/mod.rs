//! The last step: builds the model from a spec without findings. It relies on what the passes have checked.

mod action;
mod field;
mod remedy;
mod rule;

use super::files::SpecFiles;
use super::names;
use super::view::{Defined, Located, RawApi};
use crate::model::{
    Api, CommonParameter, Endpoint, Endpoints, Enum, EnumValue, ErrorRow, Group, Id, Match, Model, Structure, Table,
    TableColumn, TableRow, Undocumented,
};
use crate::spec::{EnumSpec, TypeSpec};
use heck::ToSnakeCase;

/// The model of the whole spec.
pub(super) fn model(tree: &SpecFiles, apis: &[RawApi<'_>]) -> Model {
    let register = tree.register.as_ref().map(|read| read.value.defects.clone()).unwrap_or_default();
    Model { apis: apis.iter().filter_map(api).collect(), register }
}

/// Returns `None` only for input that the passes refuse.
fn api(api: &RawApi<'_>) -> Option<Api> {
    let info = api.service.value.api.as_ref()?;
    let definitions = &api.definitions;
    Some(Api {
        id: api.id.to_owned(),
        provider: info.provider.clone(),
        service: info.service.clone(),
        version: info.version.clone(),
        modules: [format!("{}_{}", info.provider, info.service), format!("v{}", info.version.replace('-', "_"))],
        title: info.title.clone(),
        doc: info.doc.clone(),
        legacy: info.legacy.clone(),
        sources: definitions.sources.iter().map(|(label, item)| ((*label).to_owned(), item.value.clone())).collect(),
        protocol: definitions.protocol?.value.clone(),
        endpoints: endpoints(definitions.endpoints?.value),
        groups: map(&definitions.groups, |name, item| Group {
            name: name.to_owned(),
            title: item.value.title.clone(),
            at: item.at.place(),
        }),
        common_parameters: common_parameters(api),
        common_response: definitions
            .common_response
            .iter()
            .map(|(wire, item)| field::field(wire, *item, &definitions.ids, &[]))
            .collect(),
        ids: map(&definitions.ids, |name, item| Id {
            name: name.to_owned(),
            doc: item.value.doc.clone(),
            base: item.value.base,
            at: item.at.place(),
        }),
        enums: map(&definitions.enums, enumeration),
        types: map(&definitions.types, |name, item| structure(name, item, &definitions.ids)),
        tables: map(&definitions.tables, table),
        errors: map(&definitions.errors, |name, item| error(name, item, definitions.protocol)),
        actions: api.actions.iter().map(|(_, item)| action::action(*item, &definitions.ids)).collect(),
        defects: api.files.iter().flat_map(|file| file.value.defects.iter().cloned()).collect(),
    })
}

fn map<'a, T, R>(names: &Defined<'a, T>, make: impl Fn(&str, Located<'a, T>) -> R) -> Vec<R> {
    names.iter().map(|(name, item)| make(name, *item)).collect()
}

fn common_parameters(api: &RawApi<'_>) -> Vec<CommonParameter> {
    let all = api.definitions.protocol.map(|p| p.value.signatures.clone()).unwrap_or_default();
    map(&api.definitions.common_parameters, |wire, item| {
        let value = item.value;
        CommonParameter {
            wire: wire.to_owned(),
            name: wire.to_snake_case(),
            doc: value.doc.clone(),
            required: value.required,
            set_by: value.set_by,
            header: value.header.clone(),
            signatures: if value.signatures.is_empty() { all.clone() } else { value.signatures.clone() },
            enumeration: value.enumeration.clone(),
            default: value.default.clone(),
            example: value.example.clone(),
            sensitivity: value.sensitive,
            undocumented: Undocumented(value.undocumented.clone()),
            defects: value.defects.clone(),
            at: item.at.place(),
        }
    })
}

fn endpoints(raw: &crate::spec::Endpoints) -> Endpoints {
    let hosts = raw.hosts.iter().map(|row| Endpoint {
        region: Match::new(&row.region),
        host: row.host.clone(),
        vpc_host: row.vpc_host.clone(),
        disputed: row.disputed,
        doc: row.doc.clone(),
        undocumented: Undocumented(row.undocumented.clone()),
    });
    Endpoints {
        default_region: raw.default_region.clone(),
        hosts: hosts.collect(),
        unknown_region: raw.unknown_region,
        defects: raw.defects.clone(),
    }
}

fn enumeration(name: &str, item: Located<'_, EnumSpec>) -> Enum {
    let spec = item.value;
    let values = spec.values.iter().map(|(wire, value)| EnumValue {
        wire: wire.clone(),
        name: names::value(wire, value),
        doc: field::written(&value.doc, wire),
        aliases: value.aliases.clone(),
        misprints: value.misprints.clone(),
        history: value.history.clone(),
        undocumented: Undocumented(value.undocumented.clone()),
        defects: value.defects.clone(),
        at: item.at.get("values").get(wire).place(),
    });
    Enum {
        name: name.to_owned(),
        doc: field::written(&spec.doc, name),
        base: spec.base,
        values: values.collect(),
        history: spec.history.clone(),
        undocumented: Undocumented(spec.undocumented.clone()),
        defects: spec.defects.clone(),
        at: item.at.place(),
    }
}

fn structure(name: &str, item: Located<'_, TypeSpec>, ids: &field::Ids<'_>) -> Structure {
    let spec = item.value;
    Structure {
        name: name.to_owned(),
        doc: field::written(&spec.doc, name),
        fields: field::fields(&spec.fields, item.at.get("fields"), ids, &spec.undocumented),
        history: spec.history.clone(),
        undocumented: Undocumented(spec.undocumented.clone()),
        defects: spec.defects.clone(),
        at: item.at.place(),
    }
}

fn table(name: &str, item: Located<'_, crate::spec::Table>) -> Table {
    let spec = item.value;
    let columns = spec.columns.iter().map(|(name, column)| TableColumn {
        name: name.clone(),
        doc: column.doc.clone(),
        of: column.of.clone(),
    });
    let rows = spec.rows.iter().map(|(value, cells)| TableRow {
        value: value.clone(),
        cells: spec.columns.keys().filter_map(|column| cells.get(column).cloned()).collect(),
    });
    Table {
        name: name.to_owned(),
        doc: spec.doc.clone(),
        key: spec.key.clone(),
        columns: columns.collect(),
        rows: rows.collect(),
        defects: spec.defects.clone(),
        at: item.at.place(),
    }
}

fn error(
    name: &str,
    item: Located<'_, crate::spec::ErrorRow>,
    protocol: Option<Located<'_, crate::spec::Protocol>>,
) -> ErrorRow {
    let row = item.value;
    ErrorRow {
        name: name.to_owned(),
        code: Match::new(&row.code),
        code_name: names::code(&row.code, row.code_name.as_ref()),
        inner_code: row.inner_code.clone(),
        inner_code_name: row.inner_code.as_deref().map(|code| names::code(code, row.inner_code_name.as_ref())),
        status: row.status.clone(),
        scope: row.scope,
        message_contains: row.message_contains.clone(),
        meaning: row.meaning.clone(),
        cause: row.cause.clone(),
        remedy: remedy::remedy(row, protocol.and_then(|item| item.value.retry_after.as_ref())),
        retry: row.retry,
        already_done: row.already_done,
        undocumented: Undocumented(row.undocumented.clone()),
        defects: row.defects.clone(),
        at: item.at.place(),
    }
}
