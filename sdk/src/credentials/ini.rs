//! Files with sections of `key = value`.

/// One section of such a file.
pub(super) struct Section<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Section<'a> {
    /// The section of this name; where it stands several times, all of them together. Lines that are neither are left out.
    pub(super) fn find(text: &'a str, name: &str) -> Option<Self> {
        let (mut found, mut inside, mut pairs) = (false, false, Vec::new());
        for line in text.lines().map(str::trim) {
            if let Some(title) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                inside = title.0.trim() == name;
                found |= inside;
            } else if let Some((key, value)) = line.split_once('=').filter(|_| inside && !line.starts_with(['#', ';']))
            {
                pairs.push((key.trim(), without_comment(value.trim())));
            }
        }
        found.then_some(Self(pairs))
    }

    /// A value; empty ones count as unset. The last one of this name counts.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        let found = self.0.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(key));
        found.map(|(_, value)| *value).filter(|value| !value.is_empty())
    }
}

/// A comment after a value begins with `#` behind a blank.
fn without_comment(value: &str) -> &str {
    if value.starts_with('#') {
        return "";
    }
    let mark =
        value.match_indices('#').find(|(at, _)| value.get(..*at).is_some_and(|head| head.ends_with([' ', '\t'])));
    mark.and_then(|(at, _)| value.get(..at)).map_or(value, str::trim_end)
}
