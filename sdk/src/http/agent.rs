//! The `user-agent` header.

use super::MAX_APP_NAME;

/// The name and version of this crate, which every request carries.
pub(crate) const AGENT: &str = concat!("cloudcert/", env!("CARGO_PKG_VERSION"), " rust");

/// The value of the header, with the name of the caller's program if it has one. Fails if that name is not valid in the header.
pub(crate) fn agent(app_name: Option<&str>) -> Result<String, String> {
    let Some(name) = app_name else { return Ok(AGENT.to_owned()) };
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._~/+".contains(c);
    if name.is_empty() || name.len() > MAX_APP_NAME || !name.chars().all(fits) {
        return Err(format!("`app_name` must be at most {MAX_APP_NAME} letters, digits and -._~/+, as in my-tool/1.2"));
    }
    Ok(format!("{AGENT} {name}"))
}
