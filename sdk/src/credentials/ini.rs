//! Files with sections of `key = value`, read like the vendors' own readers do.
//!
//! Those are Python's `configparser` for both clouds, and `ini.v1` of Go for Alibaba Cloud. Where they agree, this reader does the same. Where they
//! differ, it chooses the result that can be a key: quotes around a value and comments after it are removed.

/// Which signs begin a comment after a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Comments {
    /// `#` anywhere, `;` after a blank, as for Alibaba Cloud.
    Aliyun,
    /// `#` and `;` after a blank, as for Kingsoft Cloud.
    Ksyun,
}

/// One section of a file.
pub(super) struct IniSection {
    pairs: Vec<(String, String)>,
    comments: Comments,
}

/// The section with defaults for all others.
const DEFAULTS: &str = "DEFAULT";

impl IniSection {
    /// Finds a section by name. Several sections of one name are merged. Lines that cannot be read are skipped.
    pub(super) fn find(text: &str, name: &str, comments: Comments) -> Option<Self> {
        let (mut found, mut inside, mut defaults) = (false, false, false);
        let (mut pairs, mut inherited) = (Vec::new(), Vec::new());
        // The indentation of the last key: a line that is indented further continues its value.
        let mut indent = None;
        for line in text.strip_prefix('\u{feff}').unwrap_or(text).lines() {
            let (depth, line) = (line.len() - line.trim_start().len(), line.trim());
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            let list: &mut Vec<(String, String)> = if defaults { &mut inherited } else { &mut pairs };
            if indent.is_some_and(|of| depth > of) {
                if let Some((_, value)) = list.last_mut().filter(|_| inside || defaults) {
                    value.push('\n');
                    value.push_str(line);
                }
            } else if let Some(title) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                inside = title.0.trim() == name;
                defaults = !inside && title.0.trim() == DEFAULTS;
                (found, indent) = (found || inside, None);
            } else if let Some((key, value)) = line.split_once(['=', ':']) {
                indent = Some(depth);
                if inside || defaults {
                    list.push((key.trim().to_owned(), value.trim().to_owned()));
                }
            }
        }
        inherited.append(&mut pairs);
        found.then_some(Self { pairs: inherited, comments })
    }

    /// Returns a value; an empty one counts as unset. If a key occurs several times, the last one counts.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let value = self.raw(key)?;
        Some(unquoted(value).unwrap_or_else(|| self.without_comment(value))).filter(|value| !value.is_empty())
    }

    /// Returns a value that must be a single line, such as a key, a token or a name. The error says what is wrong with it.
    pub(super) fn line(&self, key: &str) -> Result<&str, String> {
        match self.get(key) {
            None => Err(format!("no {key}")),
            Some(value) if value.contains('\n') => {
                Err(format!("more than one line in {key}: the one below it is indented further"))
            }
            Some(value) => Ok(value),
        }
    }

    /// Returns a value that may be JSON, in which `#` and `;` begin no comment.
    pub(super) fn json(&self, key: &str) -> Option<&str> {
        self.raw(key).filter(|value| value.starts_with('{')).or_else(|| self.get(key))
    }

    fn raw(&self, key: &str) -> Option<&str> {
        let found = self.pairs.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(key));
        found.map(|(_, value)| value.trim())
    }

    fn without_comment<'a>(&self, value: &'a str) -> &'a str {
        let begins = |at: usize, mark: &str| {
            let behind_blank = value.get(..at).is_some_and(|head| head.is_empty() || head.ends_with([' ', '\t', '\n']));
            behind_blank || (mark == "#" && self.comments == Comments::Aliyun)
        };
        let mark = value.match_indices(['#', ';']).find(|(at, mark)| begins(*at, mark));
        mark.and_then(|(at, _)| value.get(..at)).map_or(value, str::trim_end)
    }
}

/// The text between quotes, if nothing but a comment follows them.
fn unquoted(value: &str) -> Option<&str> {
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    let (inner, rest) = value.get(1..)?.split_once(quote)?;
    (rest.is_empty() || rest.trim_start().starts_with(['#', ';'])).then_some(inner.trim())
}
