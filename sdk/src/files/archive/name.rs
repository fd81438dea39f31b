//! Which names entries may have.

/// The maximum length of a path.
const LONGEST: usize = 512;

/// Returns the name of an entry if it is safe to use as a path.
pub(super) fn checked(bytes: &[u8]) -> Result<String, String> {
    // Names may be in GBK. Nothing depends on their text, so it is kept as well as possible.
    let name = String::from_utf8_lossy(bytes);
    let refuse = |why: &str| Err(format!("`{}` {why}", name.chars().take(80).collect::<String>().escape_debug()));
    if name.is_empty() {
        return Err("an entry has no name".to_owned());
    }
    if name.len() > LONGEST {
        return refuse("has too long a name");
    }
    if name.contains(['\\', ':']) || name.chars().any(char::is_control) {
        return refuse("has a character that paths must not have: a backslash, a colon, or a control character");
    }
    if name.starts_with('/') {
        return refuse("is an absolute path");
    }
    let path = name.strip_suffix('/').unwrap_or(&name);
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return refuse("is a path with empty parts, `.` or `..`");
    }
    Ok(name.into_owned())
}
