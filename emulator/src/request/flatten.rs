//! Reads the members of a JSON body as parameters, in one pass.
//!
//! Each value gets a name of its own, and the names of nested values repeat those of the values around them: a short body could grow to
//! gigabytes. The number of values and the length of names are therefore limited, and reading stops at either limit. No tree of the body
//! is built.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Maximum number of parameters in a query, and in a body. The longest lists of real requests have a few hundred.
pub(super) const PARAMETERS_MOST: usize = 4_000;
/// Maximum length of a parameter's name in bytes. The longest name of the services has thirty; list indexes add to it.
pub(super) const NAME_MOST: usize = 256;

/// Reads a JSON object into `out`: list elements count from 1, members follow a dot, and `null` counts as absent. After an error, `out`
/// holds what was read before it.
pub(super) fn flatten(body: &[u8], out: &mut BTreeMap<String, String>) -> Result<(), &'static str> {
    if !is_object(body) {
        return Err("must be a JSON object");
    }
    let mut flat = Flat { out, path: String::new(), left: PARAMETERS_MOST, over: None };
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = flat.deserialize(&mut json).and_then(|()| json.end());
    read.map_err(|_| flat.over.unwrap_or("is not JSON"))
}

/// Whether a body looks like a JSON object, which no form does.
pub(super) fn is_object(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"{")
}

struct Flat<'a> {
    out: &'a mut BTreeMap<String, String>,
    /// The name of the value being read.
    path: String,
    /// How many more values are allowed.
    left: usize,
    /// The limit that was exceeded, if any.
    over: Option<&'static str>,
}

impl Flat<'_> {
    fn keep(&mut self, value: impl Into<String>) {
        self.out.insert(self.path.clone(), value.into());
    }

    fn stop<E: Error>(&mut self, why: &'static str) -> E {
        self.over = Some(why);
        E::custom(why)
    }

    /// Appends to the name, and returns its length before that.
    fn enter<E: Error>(&mut self, part: fmt::Arguments<'_>) -> Result<usize, E> {
        let before = self.path.len();
        // Writing into a string does not fail.
        let _ = fmt::write(&mut self.path, part);
        if self.path.len() > NAME_MOST {
            return Err(self.stop("has a parameter whose name is too long"));
        }
        Ok(before)
    }

    /// Removes all values of a name. If a member occurs twice, the last one counts.
    fn forget(&mut self) {
        self.out.remove(&self.path);
        let below = format!("{}.", self.path);
        let names = self.out.range(below.clone()..).map(|(name, _)| name).take_while(|name| name.starts_with(&below));
        for name in names.cloned().collect::<Vec<_>>() {
            self.out.remove(&name);
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Flat<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => return Err(self.stop("has too many parameters")),
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Flat<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.keep(value.to_string());
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.keep(value.to_string());
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.keep(value.to_string());
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.keep(serde_json::Value::from(value).to_string());
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.keep(value);
        Ok(())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<(), E> {
        self.keep(value);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for index in 1.. {
            let before = self.enter(format_args!(".{index}"))?;
            let item = items.next_element_seed(&mut *self)?;
            self.path.truncate(before);
            if item.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        let top = self.left + 1 == PARAMETERS_MOST;
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            let point = if top { "" } else { "." };
            let before = self.enter(format_args!("{point}{name}"))?;
            if !seen.insert(name) {
                self.forget();
            }
            members.next_value_seed(&mut *self)?;
            self.path.truncate(before);
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::{NAME_MOST, PARAMETERS_MOST, flatten};
    use std::collections::BTreeMap;

    fn read(body: &str) -> (Result<(), &'static str>, BTreeMap<String, String>) {
        let mut out = BTreeMap::new();
        (flatten(body.as_bytes(), &mut out), out)
    }

    #[test]
    fn nested_values_are_named_by_their_path() {
        let (read_well, out) = read(
            r#" {"a": "x", "b": [1, -2, [true], {"c": 1.5, "": null}], "d": {"e": {"f": "g"}}, "n": null, "l": [], "": 1e3, "h": "i", "h": {"j": 1}, "k": {"m": 1}, "k": 2}"#,
        );
        read_well.unwrap();
        let pairs: Vec<(&str, &str)> = out.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let wanted = [
            ("", "1000.0"),
            ("a", "x"),
            ("b.1", "1"),
            ("b.2", "-2"),
            ("b.3.1", "true"),
            ("b.4.c", "1.5"),
            ("d.e.f", "g"),
            ("h.j", "1"),
            ("k", "2"),
        ];
        assert_eq!(pairs, wanted);
    }

    #[test]
    fn a_value_that_is_not_an_object_is_told_from_invalid_json() {
        for (body, why) in [("[]", "JSON object"), ("1", "JSON object"), ("a=b", "JSON object"), ("{} x", "not JSON")] {
            assert!(read(body).0.unwrap_err().contains(why), "{body}");
        }
        for body in ["{", "{\"a\":}", "{\"a\":1e400}", "{\"a\":\"\u{1}\"}", "{1:2}"] {
            assert_eq!(read(body).0, Err("is not JSON"), "{body}");
        }
    }

    #[test]
    fn values_and_names_are_limited_exactly() {
        let list = |items: usize| format!("{{\"a\":[{}]}}", vec!["1"; items].join(","));
        // The object and the list count too.
        let (most, out) = read(&list(PARAMETERS_MOST - 2));
        assert_eq!((most, out.len()), (Ok(()), PARAMETERS_MOST - 2));
        assert_eq!(read(&list(PARAMETERS_MOST - 1)).0, Err("has too many parameters"));
        let nested = |name: usize| format!("{{\"a\":{{\"{}\":1}}}}", "b".repeat(name));
        assert_eq!(read(&nested(NAME_MOST - 2)).0, Ok(()));
        assert_eq!(read(&nested(NAME_MOST - 1)).0, Err("has a parameter whose name is too long"));
    }
}
