//! How requests say who sends them.

use super::MAX_APP_NAME;

/// This crate, as every request names it.
pub(crate) const AGENT: &str = concat!("cloudcert/", env!("CARGO_PKG_VERSION"), " rust");

/// The header, with the name of the caller's program.
pub(crate) fn agent(app_name: Option<&str>) -> Result<String, String> {
    let Some(name) = app_name else { return Ok(AGENT.to_owned()) };
    let fits = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~/".contains(c);
    if name.is_empty() || name.len() > MAX_APP_NAME || !name.chars().all(fits) {
        return Err(format!(
            "`app_name` is a word of letters, digits and -._~/+, as in my-tool/1.2, of {MAX_APP_NAME} characters at most"
        ));
    }
    Ok(format!("{AGENT} {name}"))
}
