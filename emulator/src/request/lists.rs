//! List parameters, however a client counts them.

use std::collections::BTreeMap;

/// The elements of one list. Each element holds its members by the rest of their names; the rest is empty for an element that is a
/// single value.
pub(super) type Elements<'a> = Vec<Vec<(&'a str, &'a str)>>;

/// Collects the elements of a list.
///
/// `Name.1`, `Name.1.Member` is the form that both clouds document. Clients that count from 0, or write brackets, are understood as well.
pub(super) fn elements<'a>(name: &str, parameters: &'a BTreeMap<String, String>) -> Result<Elements<'a>, &'static str> {
    let mut found: BTreeMap<usize, Vec<(&str, &str)>> = BTreeMap::new();
    let from = parameters.range(name.to_owned()..).take_while(|(key, _)| key.starts_with(name));
    for (key, value) in from {
        let rest = key.get(name.len()..).unwrap_or_default();
        let Some((index, member)) = index(rest) else {
            if rest.starts_with(['.', '[']) {
                return Err("must have elements that are numbered from 1");
            }
            continue;
        };
        found.entry(index).or_default().push((member, value));
    }
    let first = found.keys().next().copied().unwrap_or(1);
    let gapless = found.keys().copied().eq(first..first + found.len());
    if first > 1 || !gapless {
        return Err("must have elements that are numbered from 1 without gaps");
    }
    Ok(found.into_values().collect())
}

/// Splits `.1`, `.1.Member` or `[0].Member` into the index and the rest.
fn index(rest: &str) -> Option<(usize, &str)> {
    let (number, member) = if let Some(rest) = rest.strip_prefix('.') {
        rest.split_once('.').unwrap_or((rest, ""))
    } else {
        let (number, member) = rest.strip_prefix('[')?.split_once(']')?;
        (number, member.strip_prefix('.').unwrap_or(member))
    };
    let sound = !number.is_empty() && number.len() <= 6 && number.bytes().all(|byte| byte.is_ascii_digit());
    let number = number.parse().ok().filter(|_| sound)?;
    Some((number, member))
}
