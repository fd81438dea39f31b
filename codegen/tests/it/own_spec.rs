//! Our own spec against the facts of the vendor documents in `tests/data/facts`. Parameters, response fields, error rows and
//! certificate codes were taken out of the documents by a program, with the few rows that the documents lack or garble added by
//! hand; enum values, endpoints and common parameters were copied by hand.

use crate::fixture::{action, data, flat, model};
use cloudcert_codegen::model::{Action, Api, Base, ErrorScope, Field, Need, Type};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of a table of facts.
fn facts(name: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(data().join("facts").join(name)).unwrap();
    text.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').map(str::to_owned).collect()).collect()
}

/// The documents that the facts were taken from. What other documents describe is compared with nothing.
const DOCUMENTS: [(&str, &str); 5] = [
    ("aliyun-cas-2020-04-07", "A"),
    ("aliyun-cas-2020-04-07", "B"),
    ("aliyun-cas-2020-04-07", "C"),
    ("aliyun-cas-2018-07-13", "D"),
    ("ksyun-kcm-2016-03-04", "K"),
];

fn is_in_the_facts(api: &Api, label: &str) -> bool {
    DOCUMENTS.contains(&(api.id.as_str(), label))
}

/// Whether the documents of the facts describe an action.
fn is_covered(api: &Api, action: &Action) -> bool {
    action.source.iter().any(|of| is_in_the_facts(api, &of.source))
}

/// Whether they describe a field, of an action or of a structure that they describe.
fn has_facts(api: &Api, field: &Field) -> bool {
    field.undocumented.is_documented() && field.source.as_ref().is_none_or(|of| is_in_the_facts(api, &of.source))
}

#[test]
fn every_documented_action_is_there() {
    let model = model();
    let named = facts("response-fields.tsv").into_iter().chain(facts("parameters.tsv"));
    let wanted: BTreeSet<(String, String)> = named.map(|row| (row[0].clone(), row[1].clone())).collect();
    let actions = model.apis.iter().flat_map(|api| api.actions.iter().map(move |action| (api, action)));
    let ours = actions.filter(|(api, action)| action.undocumented.is_documented() && is_covered(api, action));
    assert_eq!(ours.map(|(api, action)| (api.id.clone(), action.name.clone())).collect::<BTreeSet<_>>(), wanted);
}

#[test]
fn every_documented_parameter_is_there_and_required_as_documented() {
    let model = model();
    let rows = facts("parameters.tsv");
    for row in &rows {
        let [api, name, wire, printed, need] = row.as_slice() else { panic!("{row:?}") };
        let field = action(model, api, name).parameter(wire).unwrap_or_else(|| panic!("{name} has no {wire}"));
        assert!(field.undocumented.is_documented(), "{name}.{wire} is documented");
        assert_eq!(field.need == Need::Optional, need == "optional", "{name}.{wire} is {need}");
        assert!(fits(printed, field, model.api(api).unwrap()), "{name}.{wire}: {printed}, not {:?}", field.kind);
    }
    let ours: usize = model.apis.iter().map(documented_parameters).sum();
    assert_eq!(ours, rows.len(), "the spec has a documented parameter that no document has");
}

fn documented_parameters(api: &Api) -> usize {
    let actions = api.actions.iter().filter(|action| is_covered(api, action));
    actions.flat_map(|action| &action.parameters).filter(|field| has_facts(api, field)).count()
}

/// The members that the document lists of each structure; what only clients show is not among them.
#[test]
fn every_documented_member_of_a_structure_is_there() {
    let kcm = model().api("ksyun-kcm-2016-03-04").unwrap();
    for (name, printed) in [("Certificate", 26), ("Contact", 6), ("AuthContent", 3), ("Filter", 0)] {
        let members = kcm.structure(name).unwrap().fields.iter().filter(|field| has_facts(kcm, field));
        assert_eq!(members.count(), printed, "{name}");
    }
}

/// Whether our type is one that the printed type can stand for.
fn fits(printed: &str, field: &Field, api: &Api) -> bool {
    let id =
        |base| matches!(&field.kind, Type::Id(name) if api.ids.iter().any(|id| id.name == *name && id.base == base));
    match printed {
        "Long" => field.kind == Type::I64 || id(Base::I64),
        "Integer" => {
            matches!(field.kind, Type::I32 | Type::Enum(_)) || id(Base::I64) || matches!(&field.kind, Type::List(_))
        }
        "Boolean" => matches!(field.kind, Type::Boolean { .. }),
        "Array" | "Filter list" => matches!(field.kind, Type::List(_)),
        "Contact" => matches!(field.kind, Type::JsonText(_)),
        p if p.contains("Certificate") => matches!(field.kind, Type::Structure(_) | Type::List(_)),
        // Texts of every kind; and IsSubmit, which is a boolean printed as a text.
        "String" => !matches!(field.kind, Type::I32 | Type::I64 | Type::Structure(_)) && !id(Base::I64),
        other => panic!("what is a {other}?"),
    }
}

#[test]
fn every_documented_response_field_is_there() {
    let model = model();
    let rows = facts("response-fields.tsv");
    let mut wanted: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in &rows {
        let [api, name, wire, printed] = row.as_slice() else { panic!("{row:?}") };
        wanted.entry((api.clone(), name.clone())).or_default().push(wire.clone());
        let api = model.api(api).unwrap();
        let action = api.action(name).unwrap();
        let all: Vec<&Field> = flat(&api.common_response).chain(flat(&action.response)).collect();
        let field = all.iter().find(|f| f.wire == *wire).unwrap_or_else(|| panic!("{name} has no {wire}"));
        assert!(fits(printed, field, api), "{name}.{wire}: {printed}, not {:?}", field.kind);
    }
    for ((api, name), mut fields) in wanted {
        let api = model.api(&api).unwrap();
        let all = flat(&api.common_response).chain(flat(&api.action(&name).unwrap().response));
        let mut ours: Vec<String> = all.filter(|f| has_facts(api, f)).map(|f| f.wire.clone()).collect();
        ours.sort();
        fields.sort();
        assert_eq!(ours, fields, "{name}");
    }
}

#[test]
fn every_documented_error_row_is_there() {
    let model = model();
    let mut wanted: Vec<Vec<String>> = facts("errors.tsv");
    let mut ours = Vec::new();
    for api in &model.apis {
        for row in api.errors.iter().filter(|row| row.undocumented.is_documented()) {
            for status in &row.status {
                let inner = row.inner_code.clone().unwrap_or_default();
                ours.push(vec![api.id.clone(), row.code.as_str().to_owned(), inner, status.to_string()]);
            }
        }
    }
    wanted.sort();
    ours.sort();
    assert_eq!(ours, wanted);
    let kcm = model.api("ksyun-kcm-2016-03-04").unwrap();
    let scope = |scope| kcm.errors.iter().filter(|e| e.scope == scope && e.undocumented.is_documented()).count();
    assert_eq!((scope(ErrorScope::Common), scope(ErrorScope::Business)), (33, 17));
}

#[test]
fn the_table_of_certificate_codes_is_that_of_the_document() {
    let model = model();
    let table = model.api("ksyun-kcm-2016-03-04").unwrap().table("CertificateCodes").unwrap();
    let columns = ["min_domains", "max_domains", "min_wildcards", "max_wildcards", "brand", "level"];
    let places = columns.map(|name| table.columns.iter().position(|c| c.name == name).unwrap());
    let mut ours: Vec<Vec<String>> = Vec::new();
    for row in &table.rows {
        let cells = places.map(|i| row.cells[i].as_str().map_or_else(|| row.cells[i].to_string(), str::to_owned));
        ours.push(std::iter::once(row.value.clone()).chain(cells).collect());
    }
    let mut wanted = facts("certificate-codes.tsv");
    assert_eq!(wanted.len(), 22);
    ours.sort();
    wanted.sort();
    assert_eq!(ours, wanted);
}

#[test]
fn every_documented_enum_value_is_there_in_every_spelling() {
    let model = model();
    for row in facts("enum-values.tsv") {
        let [api, path, values] = row.as_slice() else { panic!("{row:?}") };
        let api = model.api(api).unwrap();
        let field = field(api, path);
        let Type::Enum(name) = &field.kind else { panic!("{path} has no enum") };
        let of = api.enumeration(name).unwrap();
        let spellings: BTreeSet<String> = of
            .values
            .iter()
            .filter(|v| v.undocumented.is_documented())
            .flat_map(|v| std::iter::once(&v.wire).chain(&v.aliases).chain(&v.misprints).cloned())
            .collect();
        for value in values.split(' ').map(|v| {
            if v.starts_with("Pending") || v.starts_with("Verifying_") { v.replace('_', " ") } else { v.to_owned() }
        }) {
            assert!(spellings.contains(&value), "{name} lacks {value}");
        }
    }
}

/// A parameter, response field or member of a structure by its path.
fn field<'a>(api: &'a Api, path: &str) -> &'a Field {
    let mut parts = path.split('.');
    let owner = parts.next().unwrap();
    let mut fields: Vec<&Field> = if let Some(structure) = api.structure(owner) {
        structure.fields.iter().collect()
    } else {
        let action = api.action(owner).unwrap_or_else(|| panic!("there is no {owner}"));
        action.parameters.iter().chain(&action.response).collect()
    };
    let mut found = None;
    for part in parts {
        let next = fields.iter().find(|f| f.wire == part).unwrap_or_else(|| panic!("{path}: no {part}"));
        found = Some(*next);
        fields = next.defines.iter().flat_map(|s| &s.fields).collect();
    }
    found.unwrap()
}

#[test]
fn every_region_leads_to_the_host_that_the_facts_name() {
    let model = model();
    let mut wrong = Vec::new();
    for row in facts("endpoints.tsv") {
        let [api, region, host, vpc] = row.as_slice() else { panic!("{row:?}") };
        let found = model.api(api).unwrap().endpoints.host(region);
        let ours = found.map_or("", |row| row.host.as_str());
        let ours_vpc = found.and_then(|row| row.vpc_host.as_deref()).unwrap_or_default();
        if (ours, ours_vpc) != (host.as_str(), vpc.as_str()) {
            wrong.push(format!("{api} {region}: {ours} {ours_vpc}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_common_parameter_is_there() {
    let model = model();
    for row in facts("common-parameters.tsv") {
        let [api, wire, required] = row.as_slice() else { panic!("{row:?}") };
        let api = model.api(api).unwrap();
        let found = api.common_parameters.iter().find(|p| p.wire == *wire).unwrap_or_else(|| panic!("no {wire}"));
        assert_eq!(found.required, required == "required", "{wire}");
        assert!(found.undocumented.is_documented(), "{wire}");
    }
}

/// What is left to write and to judge is a committed number, so that a change cannot add to it unseen.
#[test]
fn what_is_left_to_write_is_no_more_than_was_agreed() {
    let of = cloudcert_codegen::summary::summarize(model());
    let agreed = std::fs::read_to_string(data().join("to-do.txt")).unwrap();
    for (what, left) in [("texts not written", of.unwritten_texts), ("unknown effects", of.unknown_effects)] {
        let line = agreed.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(": ")).unwrap();
        let most: usize = line.parse().unwrap();
        assert!(left <= most, "{what}: {left}, and {most} were agreed; write them, or agree in tests/data/to-do.txt");
        assert!(left == most, "{what}: only {left} are left; write this number into tests/data/to-do.txt");
    }
}
