//! The docs of an API version as a whole: sources of facts, parameters of every request, fields of every response.

use super::docs::Docs;
use super::prose::prose;
use super::tables::table;
use super::words::{codes, value};
use crate::cargo_features;
use crate::model::{Action, Api, CommonParameter, Language, Sensitivity, SetBy, SignatureScheme, SourceKind, Text};
use std::fmt::Write;

/// The docs of the module.
pub(super) fn docs(api: &Api) -> Docs {
    let mut docs = Docs::text(&api.title).both(&api.doc);
    if let Some(legacy) = &api.legacy {
        docs = docs
            .paragraph(&format!("Withdrawn by the vendor in {}. {}", legacy.since, legacy.doc.en))
            .paragraph(&format!("厂商已于 {} 下线该版本。{}", legacy.since, legacy.doc.zh));
    }
    docs.markdown(&operations(api)).markdown(&responses(api)).markdown(&parameters(api)).markdown(&sources(api))
}

/// The labels that stand after "Source" and "seen in".
fn sources(api: &Api) -> String {
    if api.sources.is_empty() {
        return String::new();
    }
    let (mut english, mut chinese) = (Vec::new(), Vec::new());
    for (label, source) in &api.sources {
        let (kind, language) = (kind_of(source.kind), language(source.language));
        let row = |kind: String, language: String| {
            vec![format!("`{label}`"), kind, prose(&source.title), prose(&source.version), language]
        };
        english.push(row(kind.en, language.en));
        chinese.push(row(kind.zh, language.zh));
    }
    format!(
        "# Sources\n\nThe docs name the source of a fact by its label.\n\n{}\n\n文档以标签注明来源。\n\n{}",
        table(&["label", "kind", "title", "version", "language"], english),
        table(&["标签", "类别", "标题", "版本", "语言"], chinese)
    )
}

fn kind_of(kind: SourceKind) -> Text {
    let [en, zh] = match kind {
        SourceKind::Document => ["document", "文档"],
        SourceKind::Sample => ["sample in a document", "文档样例"],
        SourceKind::OfficialClient => ["official client", "官方客户端"],
        SourceKind::Metadata => ["metadata", "元数据"],
        SourceKind::Page => ["web page", "网页"],
        SourceKind::ThirdParty => ["third party", "第三方"],
    };
    Text { en: en.to_owned(), zh: zh.to_owned() }
}

fn language(of: Option<Language>) -> Text {
    let [en, zh] = match of {
        Some(Language::En) => ["English", "英文"],
        Some(Language::Zh) => ["Chinese", "中文"],
        None => ["", ""],
    };
    Text { en: en.to_owned(), zh: zh.to_owned() }
}

/// The actions by group. Without groups, the client lists them well enough.
fn operations(api: &Api) -> String {
    let of_group = |name: Option<&str>| -> Vec<&Action> {
        api.actions.iter().filter(|action| action.group.as_deref() == name).collect()
    };
    let other = Text { en: "Other operations".to_owned(), zh: "其他接口".to_owned() };
    let feature = |group: &str| cargo_features::of_group(api, group);
    let groups = api.groups.iter().map(|group| (&group.title, feature(&group.name), of_group(Some(&group.name))));
    let mut parts: Vec<_> = groups.collect();
    // A group of a shared file may have actions in another API version only, and one may not be turned on.
    parts.retain(|(.., actions)| !actions.is_empty());
    if parts.is_empty() {
        return String::new();
    }
    let rest = of_group(None);
    parts.extend((!rest.is_empty()).then(|| (&other, api.id.clone(), rest)));
    let (mut english, mut chinese) = (String::new(), String::new());
    for (title, feature, actions) in parts {
        let _ = writeln!(english, "\n{}, with the feature `{feature}`:\n", prose(&title.en));
        let _ = writeln!(chinese, "\n{}，需启用 feature `{feature}`：\n", prose(&title.zh));
        for action in actions {
            // The docs of the module begin outside of it, where its parent declares it, and rustdoc looks for names there.
            let [_, module] = &api.modules;
            let link = format!("[`{0}`]({module}::Client::{0})", action.method);
            let _ = writeln!(english, "- {link}: {}", prose(&action.title.en));
            let _ = writeln!(chinese, "- {link}：{}", prose(&action.title.zh));
        }
    }
    format!("# Operations\n{english}{chinese}")
}

/// The fields that each response carries.
fn responses(api: &Api) -> String {
    let (mut english, mut chinese) = (Vec::new(), Vec::new());
    for field in &api.common_response {
        english.push(format!("- `{}`: {}", field.wire, prose(&field.doc.en)));
        chinese.push(format!("- `{}`：{}", field.wire, prose(&field.doc.zh)));
    }
    if english.is_empty() {
        return String::new();
    }
    format!(
        "# Every response\n\nEvery response carries these fields, and [`Metadata`](crate::Metadata) has the id of the request.\n\n{}\n\n\
         每个响应都带有以下字段，请求 ID 见 [`Metadata`](crate::Metadata)。\n\n{}",
        english.join("\n"),
        chinese.join("\n")
    )
}

/// The parameters that each request carries. Those that the client sets concern nobody further, so only their names stand here.
fn parameters(api: &Api) -> String {
    let set_by = |of: SetBy| api.common_parameters.iter().filter(move |parameter| parameter.set_by == of);
    let own = set_by(SetBy::Client).chain(set_by(SetBy::Signer)).map(|parameter| parameter.wire.as_str());
    let own = codes(own, "and");
    let (mut english, mut chinese) = (String::new(), String::new());
    for parameter in set_by(SetBy::Caller) {
        let doc = notes(api, parameter);
        let _ = writeln!(english, "- `{}`: {}", parameter.wire, doc.en);
        let _ = writeln!(chinese, "- `{}`：{}", parameter.wire, doc.zh);
    }
    let mut out = String::new();
    if !own.en.is_empty() {
        let _ = write!(out, "The client sets {}.\n\n客户端设置 {}。\n\n", own.en, own.zh);
    }
    if !english.is_empty() {
        let set = "[`extra_parameter`](crate::CallOptions::extra_parameter)";
        let _ = write!(
            out,
            "You can set these parameters of every request with {set}:\n\n{english}\n每个请求还可用 {set} 设置以下参数：\n\n{chinese}"
        );
    }
    if out.is_empty() { out } else { format!("# Every request\n\n{out}") }
}

/// What is known about a parameter of every request.
fn notes(api: &Api, parameter: &CommonParameter) -> Text {
    let mut text = Text { en: prose(&parameter.doc.en), zh: prose(&parameter.doc.zh) };
    let mut add = |en: String, zh: String| {
        text.en = format!("{} {en}", text.en);
        text.zh.push_str(&zh);
    };
    if parameter.required {
        add("Required.".to_owned(), "必填。".to_owned());
    }
    if let Some(header) = &parameter.header {
        add(format!("In the header `{header}`."), format!("位于请求头 `{header}`。"));
    }
    if parameter.signatures.len() < api.protocol.signatures.len() {
        let names = codes(parameter.signatures.iter().map(|of| scheme(*of)), "and");
        add(format!("Only with {}.", names.en), format!("仅用于 {}。", names.zh));
    }
    if let Some(of) = parameter.enumeration.as_ref().and_then(|name| api.enumeration(name)) {
        let values = codes(of.values.iter().map(|value| value.wire.as_str()), "or");
        add(format!("One of {}.", values.en), format!("取值：{}。", values.zh));
    }
    if let Some(default) = &parameter.default {
        add(format!("Default: {}.", value(default)), format!("默认值：{}。", value(default)));
    }
    if let Some(example) = shown(parameter) {
        add(format!("Example: {}.", value(example)), format!("示例：{}。", value(example)));
    }
    match parameter.sensitivity {
        Some(Sensitivity::Secret) => add("A secret.".to_owned(), "机密。".to_owned()),
        Some(Sensitivity::Pii) => add("Personal data.".to_owned(), "个人信息。".to_owned()),
        None => {}
    }
    if !parameter.undocumented.is_documented() {
        let labels = codes(parameter.undocumented.0.iter().map(String::as_str), "and");
        add(format!("Not in the documents, but seen in {}.", labels.en), format!("文档未列出，见于 {}。", labels.zh));
    }
    text
}

/// An example that tells something.
fn shown(parameter: &CommonParameter) -> Option<&serde_json::Value> {
    let secret = parameter.sensitivity == Some(Sensitivity::Secret);
    parameter.example.as_ref().filter(|example| !secret && example.as_str() != Some(""))
}

/// A signature scheme, as the spec names it.
pub(super) fn scheme(of: SignatureScheme) -> &'static str {
    match of {
        SignatureScheme::AliyunV1 => "aliyun-v1",
        SignatureScheme::Acs3 => "acs3",
        SignatureScheme::Aws4 => "aws4",
        SignatureScheme::KsyunSimple => "ksyun-simple",
    }
}
