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
use crate::spec::{DefectRegister, EnumSpec, TypeSpec};
use field::Known;
use heck::ToSnakeCase;
use std::collections::HashSet;

/// The model of the whole spec.
pub(super) fn model(tree: &SpecFiles, apis: &[RawApi<'_>]) -> Model {
    let whole = tree.register.as_ref().map(|read| &read.value);
    let named: HashSet<u32> = apis.iter().flat_map(super::references::marks).map(|(number, _)| number).collect();
    let register = whole.into_iter().flat_map(|whole| &whole.defects);
    let register =
        register.filter(|(number, _)| !named.contains(*number)).map(|(number, of)| field::defect(*number, of));
    Model { apis: apis.iter().filter_map(|of| api(of, whole)).collect(), register: register.collect() }
}

/// Returns `None` only for input that the passes refuse.
fn api(api: &RawApi<'_>, whole: Option<&DefectRegister>) -> Option<Api> {
    let info = api.service.value.api.as_ref()?;
    let definitions = &api.definitions;
    let known = Known { ids: &definitions.ids, defects: [api.defects.map(|own| own.value), whole] };
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
        endpoints: endpoints(definitions.endpoints?.value, known),
        common_parameters: common_parameters(api, known),
        groups: map(&definitions.groups, |name, item| Group {
            name: name.to_owned(),
            title: item.value.title.clone(),
            at: item.at.place(),
        }),
        common_response: definitions
            .common_response
            .iter()
            .map(|(wire, item)| field::field(wire, *item, known, &[]))
            .collect(),
        ids: map(&definitions.ids, |name, item| Id {
            name: name.to_owned(),
            doc: item.value.doc.clone(),
            base: item.value.base,
            at: item.at.place(),
        }),
        enums: map(&definitions.enums, |name, item| enumeration(name, item, known)),
        types: map(&definitions.types, |name, item| structure(name, item, known)),
        tables: map(&definitions.tables, |name, item| table(name, item, known)),
        errors: map(&definitions.errors, |name, item| error(name, item, definitions.protocol, known)),
        actions: api.actions.iter().map(|(_, item)| action::action(*item, known)).collect(),
        defects: api.files.iter().flat_map(|file| known.defects(&file.value.defects)).collect(),
    })
}

fn map<'a, T, R>(names: &Defined<'a, T>, make: impl Fn(&str, Located<'a, T>) -> R) -> Vec<R> {
    names.iter().map(|(name, item)| make(name, *item)).collect()
}

fn common_parameters(api: &RawApi<'_>, known: Known<'_>) -> Vec<CommonParameter> {
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
            defects: known.defects(&value.defects),
            at: item.at.place(),
        }
    })
}

fn endpoints(raw: &crate::spec::Endpoints, known: Known<'_>) -> Endpoints {
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
        defects: known.defects(&raw.defects),
    }
}

fn enumeration(name: &str, item: Located<'_, EnumSpec>, known: Known<'_>) -> Enum {
    let spec = item.value;
    let values = spec.values.iter().map(|(wire, value)| EnumValue {
        wire: wire.clone(),
        name: names::value(wire, value),
        doc: field::written(&value.doc, wire),
        aliases: value.aliases.clone(),
        misprints: value.misprints.clone(),
        history: value.history.clone(),
        undocumented: Undocumented(value.undocumented.clone()),
        defects: known.defects(&value.defects),
        at: item.at.get("values").get(wire).place(),
    });
    Enum {
        name: name.to_owned(),
        doc: field::written(&spec.doc, name),
        base: spec.base,
        values: values.collect(),
        history: spec.history.clone(),
        undocumented: Undocumented(spec.undocumented.clone()),
        defects: known.defects(&spec.defects),
        at: item.at.place(),
    }
}

fn structure(name: &str, item: Located<'_, TypeSpec>, known: Known<'_>) -> Structure {
    let spec = item.value;
    Structure {
        name: name.to_owned(),
        doc: field::written(&spec.doc, name),
        fields: field::fields(&spec.fields, item.at.get("fields"), known, &spec.undocumented),
        history: spec.history.clone(),
        undocumented: Undocumented(spec.undocumented.clone()),
        defects: known.defects(&spec.defects),
        at: item.at.place(),
    }
}

fn table(name: &str, item: Located<'_, crate::spec::Table>, known: Known<'_>) -> Table {
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
        defects: known.defects(&spec.defects),
        at: item.at.place(),
    }
}

fn error(
    name: &str,
    item: Located<'_, crate::spec::ErrorRow>,
    protocol: Option<Located<'_, crate::spec::Protocol>>,
    known: Known<'_>,
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
        defects: known.defects(&row.defects),
        at: item.at.place(),
    }
}
