//! Bounds, shapes and patterns of a value in its docs.

use super::facts::{Facts, severity};
use super::words::{code, shape};
use crate::model::{Check, Demand, Field, KeyAlgorithm};

/// Adds the checks of a field.
pub(super) fn add(field: &Field, facts: &mut Facts) {
    for Check { severity: how, demand } in &field.checks {
        let [en, zh] = words(field, demand);
        let [how_en, how_zh] = match demand {
            // The client does not check these two.
            Demand::Pattern(_) | Demand::CsrKey { .. } => ["checked by the service", "由服务检查"],
            _ => severity(*how),
        };
        facts.add(format!("{en} ({how_en})."), format!("{zh}（{how_zh}）。"));
    }
}

fn words(field: &Field, demand: &Demand) -> [String; 2] {
    match demand {
        Demand::Range { min, max } => match (min, max) {
            (Some(min), Some(max)) => [format!("From {min} to {max}"), format!("取值为 {min} 到 {max}")],
            (Some(min), None) => [format!("At least {min}"), format!("不小于 {min}")],
            (None, Some(max)) => [format!("At most {max}"), format!("不大于 {max}")],
            (None, None) => Default::default(),
        },
        Demand::Length { min, max } => number(*min, *max, ["character", "characters"], "个字符"),
        Demand::Count { min, max } => number(*min, *max, ["element", "elements"], "个元素"),
        Demand::MaxBytes(most) => {
            [format!("At most {most} bytes before base64"), format!("base64 编码前不超过 {most} 字节")]
        }
        Demand::Pattern(regex) => {
            let regex = code(regex);
            [format!("The whole value matches {regex}"), format!("整个值须匹配 {regex}")]
        }
        Demand::Format(format) => {
            let [en, zh] = shape(*format);
            if field.kind.is_list() {
                [format!("Each is {en}"), format!("每项须为{zh}")]
            } else {
                [format!("It is {en}"), format!("须为{zh}")]
            }
        }
        Demand::CsrKey { algorithms, rsa_min_bits } => {
            let names: Vec<&str> = algorithms.iter().map(|of| algorithm(*of)).collect();
            let [en, zh] = rsa_min_bits.map_or_else(Default::default, |bits| {
                [format!(", RSA with at least {bits} bits"), format!("，RSA 不少于 {bits} 位")]
            });
            [
                format!("The key in the CSR is {}{en}", names.join(" or ")),
                format!("CSR 中的密钥须为 {}{zh}", names.join(" 或 ")),
            ]
        }
    }
}

fn algorithm(of: KeyAlgorithm) -> &'static str {
    match of {
        KeyAlgorithm::Rsa => "RSA",
        KeyAlgorithm::Ecc => "ECC",
    }
}

fn number(min: Option<i64>, max: Option<i64>, [one, several]: [&str; 2], zh: &str) -> [String; 2] {
    let unit = |count: i64| if count == 1 { one } else { several };
    match (min, max) {
        (Some(min), Some(max)) if min == max => [format!("Exactly {min} {}", unit(min)), format!("须为 {min} {zh}")],
        (Some(min), Some(max)) => [format!("{min} to {max} {}", unit(max)), format!("{min} 到 {max} {zh}")],
        (Some(min), None) => [format!("At least {min} {}", unit(min)), format!("至少 {min} {zh}")],
        (None, Some(max)) => [format!("At most {max} {}", unit(max)), format!("最多 {max} {zh}")],
        (None, None) => Default::default(),
    }
}
