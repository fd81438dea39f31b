//! The crate with the programs of all descriptions. What two descriptions generate alike is compiled once.

use crate::features::Made;
use cloudcert_codegen::emit::generate;
use cloudcert_codegen::model::{Action, Api, Base, Model, Need};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Keys of a description that no generated code but its documentation has.
const DOCS: [&str; 16] = [
    "doc",
    "title",
    "meaning",
    "cause",
    "remedy",
    "examples",
    "example",
    "source",
    "sources",
    "defects",
    "undocumented",
    "history",
    "misprints",
    "obtained_from",
    "legacy",
    "replaced_by",
];

/// A part of a description without its documentation.
pub(super) fn without_docs(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.retain(|name, _| !DOCS.contains(&name.as_str()));
                members.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut value);
    value
}

/// The programs that there are, by name, with what their code is made of.
#[derive(Default)]
pub(super) struct Code {
    /// What an action's code is made of, and the model that it is compiled from.
    known: BTreeMap<String, usize>,
    /// The actions that are compiled, by model: the places of their APIs, and their names.
    needed: BTreeMap<usize, BTreeSet<(usize, String)>>,
}

impl Code {
    /// The model whose code of an action stands for it.
    pub(super) fn stands_for(&mut self, models: &[&Model], model: usize, at: usize, action: &Action) -> usize {
        let api = &models[model].apis[at];
        let made_of = format!("{} {}", action.name, code_of(api, action));
        let stands = *self.known.entry(made_of).or_insert(model);
        let looked = actions(api, action).into_iter().map(|action| (at, action.name));
        self.needed.entry(stands).or_default().extend(looked);
        stands
    }

    /// The descriptions to generate from, without the actions that nobody calls.
    pub(super) fn specs(&self, models: &[&Model]) -> Vec<Made> {
        let made = |(model, needed): (&usize, &BTreeSet<(usize, String)>)| {
            let mut spec = models[*model].clone();
            for (at, api) in spec.apis.iter_mut().enumerate() {
                api.actions.retain(|action| needed.contains(&(at, action.name.clone())));
            }
            spec.apis.retain(|api| !api.actions.is_empty());
            Made { name: module(*model), model: spec, fault: None }
        };
        self.needed.iter().map(made).collect()
    }

    /// The program that has all of them. `text` is the file that they are made with.
    pub(super) fn program(&self, models: &[&Model], text: &str) -> String {
        let mut out = format!(
            "//! Programs of all descriptions.\n#![allow(unused, deprecated, missing_docs, unreachable_pub, clippy::all, reason = \"what callers write\")]\n\n\
             #[path = {text:?}]\nmod wire;\n\nfn main() {{\n    let mut programs = wire::Programs::default();\n"
        );
        for model in self.needed.keys() {
            let _ = writeln!(out, "    m{model}(&mut programs);");
        }
        out.push_str("    wire::run(&programs);\n}\n");
        for (model, needed) in &self.needed {
            let _ = writeln!(out, "\nfn m{model}(programs: &mut wire::Programs) {{");
            for at in needed.iter().map(|(at, _)| *at).collect::<BTreeSet<_>>() {
                out.push_str(&of_api(*model, at, &models[*model].apis[at], needed));
            }
            out.push_str("}\n");
        }
        out
    }
}

/// An action, and those that its recipes look with.
fn actions(api: &Api, action: &Action) -> Vec<Action> {
    let looked: BTreeSet<&str> = action.reconcile.iter().map(|recipe| recipe.action.as_str()).collect();
    api.actions.iter().filter(|of| of.name == action.name || looked.contains(of.name.as_str())).cloned().collect()
}

/// What an action's code is made of: the shared items that it leads to are left, others are not.
pub(super) fn code_of(api: &Api, action: &Action) -> String {
    let mut whole = without_docs(json!(Api { actions: actions(api, action), ..api.clone() }));
    let mut texts = without_docs(json!(actions(api, action))).to_string();
    let lists = ["ids", "enums", "types", "tables"];
    // Until nothing more is reached.
    loop {
        let before = texts.len();
        for list in lists {
            for item in whole[list].as_array().unwrap() {
                let text = item.to_string();
                if texts.contains(&item["name"].to_string()) && !texts.contains(&text) {
                    texts.push_str(&text);
                }
            }
        }
        if texts.len() == before {
            break;
        }
    }
    for list in lists {
        whole[list].as_array_mut().unwrap().retain(|item| texts.contains(&item.to_string()));
    }
    whole.to_string()
}

fn module(model: usize) -> String {
    format!("m{model}")
}

/// The name of a program.
pub(super) fn program(model: usize, api: usize, name: &str) -> String {
    format!("{}/{api}/{name}", module(model))
}

/// The programs of an API.
fn of_api(model: usize, at: usize, api: &Api, needed: &BTreeSet<(usize, String)>) -> String {
    let mut spec = api.clone();
    spec.actions.retain(|action| needed.contains(&(at, action.name.clone())));
    let generated = generate(&Model { apis: vec![spec.clone()], register: Vec::new() });
    let has = |text: &str| generated.iter().any(|file| file.text.contains(text));
    let code = |name: &str| {
        let of = format!("enum {name} ");
        if has(&of) { format!("format!(\"{{:?}}\", api::{name}::of(error))") } else { "String::new()".to_owned() }
    };
    let codes = format!("|error| {} + \" \" + &{}", code("ErrorCode"), code("InnerCode"));
    let mut out =
        format!("    {{\n        use cloudcert::all::{}::{} as api;\n", module(model), spec.modules.join("::"));
    for action in &spec.actions {
        let (name, method) = (program(model, at, &action.name), &action.method);
        let view = if action.state_view.is_some() { "|r| format!(\"{:?}\", r.state())" } else { "|_| String::new()" };
        let _ = writeln!(
            out,
            "        programs.call({name:?}, |config, request| wire::send(request, |r: api::{method}::Request| Ok(api::Client::new(config)?.send(r)), {codes}, {view}));"
        );
        // Their arguments would have to be written for each.
        if action.parameters.iter().any(|field| field.need == Need::Required) {
            continue;
        }
        if action.paginator.is_some() {
            let name = program(model, at, &format!("{} pages", action.name));
            let _ = writeln!(
                out,
                "        programs.other({name:?}, |config| wire::pages(api::Client::new(config).map(|c| c.{method}().pages())));"
            );
        }
        for waiter in &action.waiters {
            let name = program(model, at, &format!("{} {}", action.name, waiter.name));
            let _ = writeln!(
                out,
                "        programs.other({name:?}, |config| wire::wait(api::Client::new(config).map(|c| c.wait_until_{}())));",
                waiter.name
            );
        }
    }
    for of in api.enums.iter().filter(|of| has(&format!("enum {} ", of.name))) {
        let (name, of, base) = (program(model, at, &of.name), &of.name, of.base);
        let knows = format!("!matches!(api::types::{of}::from(value), api::types::{of}::Unknown(_))");
        let _ = match base {
            Base::String => writeln!(out, "        programs.values({name:?}, |value| {knows});"),
            Base::I32 => writeln!(
                out,
                "        programs.values({name:?}, |text| text.parse::<i32>().is_ok_and(|value| {knows}));"
            ),
            Base::I64 => writeln!(
                out,
                "        programs.values({name:?}, |text| text.parse::<i64>().is_ok_and(|value| {knows}));"
            ),
        };
    }
    out.push_str("    }\n");
    out
}
