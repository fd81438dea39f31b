//! Reads tables of the configuration key by key, and says what is wrong with each.

use super::problems::{Problems, shown};
use super::secrets;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::de::{DeTable, DeValue};

/// The longest text of a value.
const LONGEST: usize = 4096;

/// A table, and the keys of it that are known.
pub(super) struct Section<'a> {
    /// How it is called in messages: `certificates.www`.
    pub(super) path: String,
    /// Where it begins in the text.
    pub(super) at: usize,
    table: &'a DeTable<'a>,
    known: Vec<&'static str>,
}

/// A key with its value.
#[derive(Clone)]
pub(super) struct Entry<'a> {
    pub(super) path: String,
    pub(super) at: usize,
    value: &'a DeValue<'a>,
}

impl<'a> Section<'a> {
    pub(super) fn new(path: impl Into<String>, at: usize, table: &'a DeTable<'a>) -> Self {
        Self { path: path.into(), at, table, known: Vec::new() }
    }

    /// The value of a key, if it is there. From now on the key is known.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Entry<'a>> {
        self.known.push(key);
        let (name, value) = self.table.iter().find(|(name, _)| name.get_ref() == key)?;
        Some(Entry { path: self.name(key), at: name.span().start, value: value.get_ref() })
    }

    /// All keys with their values, of a table whose keys are names.
    pub(super) fn entries(&self) -> Vec<(String, Entry<'a>)> {
        let entry = |(name, value): (&'a toml::Spanned<_>, &'a toml::Spanned<DeValue<'a>>)| {
            let name: &toml::Spanned<std::borrow::Cow<'a, str>> = name;
            let path = self.name(name.get_ref());
            (name.get_ref().to_string(), Entry { path, at: name.span().start, value: value.get_ref() })
        };
        self.table.iter().map(entry).collect()
    }

    /// A key that must be there.
    pub(super) fn need(&mut self, key: &'static str, remedy: &str, problems: &mut Problems<'_>) -> Option<Entry<'a>> {
        let entry = self.take(key);
        if entry.is_none() {
            problems.add(self.at, format!("`{}` is missing", self.name(key)), remedy);
        }
        entry
    }

    /// A text that may be absent.
    pub(super) fn text(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<String> {
        self.take(key)?.text(problems).map(str::to_owned)
    }

    /// An id, which people write as a number or as a text.
    pub(super) fn id(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<String> {
        self.take(key)?.id(problems)
    }

    /// A list of texts; empty if it is absent.
    pub(super) fn texts(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<(usize, String)> {
        self.take(key).map(|entry| entry.texts(problems)).unwrap_or_default()
    }

    /// A yes or no; no if it is absent.
    pub(super) fn flag(&mut self, key: &'static str, problems: &mut Problems<'_>) -> bool {
        self.take(key).and_then(|entry| entry.flag(problems)).unwrap_or_default()
    }

    /// How a key of this table is called in messages.
    pub(super) fn name(&self, key: &str) -> String {
        let dot = if self.path.is_empty() { "" } else { "." };
        format!("{}{dot}{}", self.path, shown(key))
    }

    /// Reports every key that nobody asked for.
    pub(super) fn finish(self, problems: &mut Problems<'_>) {
        for (name, _) in self.table {
            let key = name.get_ref().as_ref();
            if self.known.contains(&key) || secrets::is_name(key) || secrets::is_secret(key) {
                continue;
            }
            let near = self.known.iter().find(|known| is_near(known, key));
            let near = near.map(|known| format!("Did you mean `{known}`? ")).unwrap_or_default();
            let remedy = format!("{near}Known keys: {}.", self.known.join(", "));
            problems.add(name.span().start, format!("`{}` is not a key of the configuration", self.name(key)), remedy);
        }
    }
}

/// Whether somebody may have meant this key: case, separators, one letter and the order of letters do not count.
fn is_near(known: &str, key: &str) -> bool {
    let plain = |text: &str| -> Vec<char> {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(40).collect()
    };
    let (one, other) = (plain(known), plain(key));
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let longest = one.len().max(other.len());
    let sorted = |letters: &[char]| {
        let mut letters = letters.to_vec();
        letters.sort_unstable();
        letters
    };
    if sorted(&one) == sorted(&other) {
        return true;
    }
    one.len().abs_diff(other.len()) <= 1 && longest > 2 && same + end + 1 >= longest
}

impl<'a> Entry<'a> {
    fn expected(&self, what: &str, problems: &mut Problems<'_>) {
        problems.add(self.at, format!("`{}` must be {what}", self.path), "Correct the value.");
    }

    /// The table of this key.
    pub(super) fn section(&self, problems: &mut Problems<'_>) -> Option<Section<'a>> {
        let table = self.value.as_table();
        if table.is_none() {
            self.expected("a table", problems);
        }
        table.map(|table| Section::new(self.path.clone(), self.at, table))
    }

    /// A text that is not empty and has no control characters.
    pub(super) fn text(&self, problems: &mut Problems<'_>) -> Option<&'a str> {
        let fits =
            |text: &&str| !text.trim().is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control);
        let text = self.value.as_str().filter(fits);
        if text.is_none() {
            self.expected("a text in quotes, on one line and not empty", problems);
        }
        text
    }

    pub(super) fn id(&self, problems: &mut Problems<'_>) -> Option<String> {
        let digits = self.value.as_integer().map(|number| number.as_str().to_owned());
        let id = digits.or_else(|| self.value.as_str().map(str::to_owned)).filter(|id| {
            (1..=128).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        });
        if id.is_none() {
            self.expected("an id of letters, digits, `-`, `_` and `.`", problems);
        }
        id
    }

    pub(super) fn flag(&self, problems: &mut Problems<'_>) -> Option<bool> {
        let flag = self.value.as_bool();
        if flag.is_none() {
            self.expected("true or false, without quotes", problems);
        }
        flag
    }

    pub(super) fn number(&self, most: u32, problems: &mut Problems<'_>) -> Option<u32> {
        let number =
            self.value.as_integer().and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok());
        let number = number.filter(|number| *number <= most);
        if number.is_none() {
            self.expected(&format!("a whole number from 0 to {most}"), problems);
        }
        number
    }

    /// Whether it is a list with nothing in it.
    pub(super) fn is_empty_list(&self) -> bool {
        self.value.as_array().is_some_and(|all| all.is_empty())
    }

    /// A list of texts, each with its place.
    pub(super) fn texts(&self, problems: &mut Problems<'_>) -> Vec<(usize, String)> {
        let Some(all) = self.value.as_array() else {
            self.expected("a list of texts, such as [\"one\", \"two\"]", problems);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for (place, value) in all.iter().enumerate() {
            let path = format!("{}[{}]", self.path, place + 1);
            let entry = Entry { path, at: value.span().start, value: value.get_ref() };
            texts.extend(entry.text(problems).map(|text| (entry.at, text.to_owned())));
        }
        texts
    }

    /// A text, or a list of texts.
    pub(super) fn one_or_more(&self, problems: &mut Problems<'_>) -> Vec<(usize, String)> {
        if self.value.as_array().is_some() {
            return self.texts(problems);
        }
        self.text(problems).map(|text| (self.at, text.to_owned())).into_iter().collect()
    }

    /// A list of ids.
    pub(super) fn ids(&self, problems: &mut Problems<'_>) -> Vec<String> {
        let Some(all) = self.value.as_array() else {
            self.expected("a list of ids, such as [304050]", problems);
            return Vec::new();
        };
        let entry = |(place, value): (usize, &'a toml::Spanned<DeValue<'a>>)| Entry {
            path: format!("{}[{}]", self.path, place + 1),
            at: value.span().start,
            value: value.get_ref(),
        };
        all.iter().enumerate().filter_map(|each| entry(each).id(problems)).collect()
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)], problems: &mut Problems<'_>) -> Option<T> {
        let text = self.value.as_str();
        let found = choices.iter().find(|(word, _)| Some(*word) == text).map(|(_, choice)| *choice);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.expected(&format!("one of {}", words.join(", ")), problems);
        }
        found
    }

    /// A time such as `30d`.
    pub(super) fn duration(&self, problems: &mut Problems<'_>) -> Option<Duration> {
        let read = |text: &str| {
            let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
            let seconds = [("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)].iter().find(|(name, _)| *name == unit)?.1;
            digits.parse::<u64>().ok()?.checked_mul(seconds).map(Duration::from_secs)
        };
        let duration = self.value.as_str().and_then(read);
        if duration.is_none() {
            self.expected("a whole number with its unit, such as \"30s\", \"2m\", \"12h\" or \"30d\"", problems);
        }
        duration
    }

    /// An absolute path.
    pub(super) fn path(&self, problems: &mut Problems<'_>) -> Option<PathBuf> {
        let text = self.text(problems)?;
        let path = Path::new(text);
        let fits = path.is_absolute() && path.components().all(|part| part != std::path::Component::ParentDir);
        if !fits {
            self.expected("an absolute path without `..`: a timer starts the program in another folder", problems);
        }
        fits.then(|| path.to_owned())
    }
}
