//! What is wrong with a request, in the language of the user. English is what the SDK says; Chinese is made from the demand that is broken.

use crate::lang::Lang;
use cloudcert::model::{self, Api, Text};
use cloudcert::{Problem, ProblemKind, TextFormat};

/// What is wrong with a parameter of this API version.
pub(crate) fn message(problem: &Problem, api: &str, lang: Lang) -> String {
    let said = problem.message.as_ref();
    if lang == Lang::En {
        return said.to_owned();
    }
    match &problem.kind {
        ProblemKind::Required => "必填".to_owned(),
        ProblemKind::Unlisted => "不是文档中列出的值".to_owned(),
        ProblemKind::Range { min, max, found } => bounds("", *min, *max, *found),
        ProblemKind::Length { min, max, found } => bounds("字符数", *min, *max, *found),
        ProblemKind::Count { min, max, found } => bounds("元素个数", *min, *max, *found),
        ProblemKind::Shape(format) => unlike(*format, said).to_owned(),
        ProblemKind::Base64 => "不是有效的 base64".to_owned(),
        ProblemKind::Pem => "不是有效的 PEM".to_owned(),
        ProblemKind::NotFinite => "须为有限的数值".to_owned(),
        ProblemKind::TooLarge(most) => format!("超过 {most} 字节"),
        ProblemKind::Rule => rule(api, said, lang).unwrap_or_else(|| said.to_owned()),
        _ => said.to_owned(),
    }
}

fn bounds(what: &str, min: Option<i64>, max: Option<i64>, found: i64) -> String {
    let allowed = match (min, max) {
        (Some(min), Some(max)) if min == max => format!("须为 {min}"),
        (Some(min), Some(max)) => format!("须为 {min} 至 {max}"),
        (Some(min), None) => format!("不得小于 {min}"),
        (None, Some(max)) => format!("不得大于 {max}"),
        (None, None) => "超出范围".to_owned(),
    };
    format!("{what}{allowed}，实际为 {found}")
}

fn unlike(format: TextFormat, said: &str) -> &str {
    match format {
        TextFormat::Domain => "不是有效的域名",
        TextFormat::SingleDomain => "不是有效的单域名（不含通配符）",
        TextFormat::WildcardDomain => "不是有效的通配符域名，例如 *.example.com",
        TextFormat::Email => "不是有效的邮箱地址",
        TextFormat::Phone => "不是有效的电话号码",
        TextFormat::Ip => "不是有效的 IP 地址",
        TextFormat::Csr => "不是 PEM 格式的证书签名请求（CSR）",
        _ => said,
    }
}

/// The text of a rule in this language, found by its text in English.
fn rule(api: &str, said: &str, lang: Lang) -> Option<String> {
    texts(model::api(api)?).find(|text| text.en == said).map(|text| lang.paragraph(text))
}

/// The texts that broken rules are reported by.
fn texts(api: &Api) -> impl Iterator<Item = &Text> {
    api.actions.iter().flat_map(|action| {
        let needed = action.parameters.iter().flat_map(|field| field.needed_if.iter().map(|needed| &needed.doc));
        action.rules.iter().map(|rule| &rule.doc).chain(needed)
    })
}
