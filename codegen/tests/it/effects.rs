//! An effect that depends on the request stands in the docs, in both languages, wherever users look for it.

use crate::features::made;
use crate::fixture::model;
use cloudcert_codegen::emit::generate;
use cloudcert_codegen::model::{Action, Condition, Effect, Model};
use cloudcert_codegen::reserved;

/// What the docs say of an effect.
fn words(effect: Effect) -> [&'static str; 2] {
    match effect {
        Effect::Read => ["read-only", "只读"],
        Effect::Idempotent => ["twice has the same effect as once", "调用两次与调用一次效果相同"],
        Effect::NameGuarded => {
            ["refuses a second call with the same name or id", "名称或 ID 相同的第二次调用会被服务拒绝"]
        }
        Effect::SubmitOnce => ["submits something to a third party", "向第三方提交"],
        Effect::Create => ["every call creates another object", "每次调用都会新建一个对象"],
        Effect::Unknown => ["unknown, so it is treated like an order", "未知，因此按下单处理"],
        Effect::Order => ["every call places an order", "每次调用都会下单"],
    }
}

/// The parameters and values that a condition names, as they stand in the docs.
fn named(condition: &Condition, out: &mut Vec<String>) {
    match condition {
        Condition::OneOf { path, values } => {
            out.push(format!("`{}`", path.join(".")));
            let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            out.extend(values.iter().map(|value| format!("`{}`", text(value))));
        }
        Condition::Present(path) | Condition::Absent(path) | Condition::Is { path, .. } => {
            out.push(format!("`{}`", path.join(".")));
        }
        Condition::All(list) | Condition::Any(list) => list.iter().for_each(|part| named(part, out)),
        Condition::Not(inner) => named(inner, out),
    }
}

/// The docs of an action: those of the method of the client.
fn docs(model: &Model, api: &str, action: &Action) -> String {
    let modules = &model.apis.iter().find(|of| of.id == api).unwrap().modules;
    let (folder, method) = (format!("{}/{}/", modules[0], modules[1]), format!("pub fn {}(", action.method));
    let files = generate(model);
    let of_client = |path: &str| path.strip_prefix(&folder).is_some_and(|name| name.starts_with(reserved::METHODS));
    let text = files.iter().find(|file| of_client(&file.path) && file.text.contains(&method));
    let text = &text.unwrap_or_else(|| panic!("no `{method}` in {folder}")).text;
    let docs_of = |end: &str, mark: &str| {
        let at = text.lines().position(|line| line.trim_start().starts_with(end)).unwrap_or_else(|| panic!("no {end}"));
        let before: Vec<&str> = text.lines().take(at).collect();
        let docs = before.iter().rev().skip_while(|line| !line.trim_start().starts_with(mark));
        docs.take_while(|line| line.trim_start().starts_with(mark)).copied().collect::<Vec<_>>().join("\n")
    };
    docs_of(&method, "///")
}

fn check(model: &Model) -> usize {
    let mut checked = 0;
    for api in &model.apis {
        for action in api.actions.iter().filter(|action| !action.effect_when.is_empty()) {
            let docs = docs(model, &api.id, action);
            // One paragraph a language has all of it.
            for (language, start) in ["Effect", "影响"].into_iter().enumerate() {
                let paragraph = docs.lines().find(|line| line.contains(&format!(" {start}")));
                let paragraph = paragraph.unwrap_or_else(|| panic!("{}: no {start} in\n{docs}", action.name));
                let mut parts = Vec::new();
                for (when, _) in &action.effect_when {
                    named(when, &mut parts);
                }
                let effects = action.effect_when.iter().map(|(_, effect)| *effect).chain([action.effect]);
                parts.extend(effects.map(|effect| words(effect)[language].to_owned()));
                for part in parts {
                    assert!(paragraph.contains(&part), "{}: `{part}` is not in {paragraph}", action.name);
                }
            }
            checked += 1;
        }
    }
    checked
}

#[test]
fn an_effect_under_conditions_stands_in_the_docs_of_the_method() {
    assert!(check(model()) > 1, "the actions of our own description");
    let features: usize = made().iter().map(|feature| check(&feature.model)).sum();
    assert!(features >= 2, "only {features} features have effects under conditions");
}

#[test]
fn update_certificate_is_not_called_harmless() {
    let kcm = model().api("ksyun-kcm-2016-03-04").unwrap();
    let docs = docs(model(), &kcm.id, kcm.action("UpdateCertificate").unwrap());
    let english = "Effect if `IsSubmit` is `true`: submits something to a third party. Not retried once it may have been \
                   executed. Otherwise: changes data.";
    assert!(docs.contains(english), "{docs}");
    let chinese =
        "影响：若 `IsSubmit` 为 `true`，则会向第三方提交。只要可能已经执行，就不会自动重试。否则：会修改数据。";
    assert!(docs.contains(chinese), "{docs}");
}
