//! Which names entries may have.

/// Longer paths are of no use to anybody.
const LONGEST: usize = 512;

/// The name of an entry, if nobody can come to harm who makes a path of it.
pub(super) fn checked(bytes: &[u8]) -> Result<String, String> {
    // Archives made in China may have names in GBK; as nothing depends on what they say, they are kept as well as can be.
    let name = String::from_utf8_lossy(bytes);
    let refuse = |why: &str| Err(format!("`{}` {why}", name.chars().take(80).collect::<String>().escape_debug()));
    if name.is_empty() {
        return Err("an entry has no name".to_owned());
    }
    if name.len() > LONGEST {
        return refuse("is too long a name");
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
