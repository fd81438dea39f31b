//! Certificates, requests, keys and pictures: read from files, brought into one form, and checked before anything is sent.

use super::source::Sources;
use crate::options::Material;
use base64::prelude::{BASE64_STANDARD, Engine};
use cloudcert::pem::{Bundle, Certificates, Csr};
use cloudcert::{Error, Image};

/// Reads a file of this kind as the text that travels.
///
/// # Errors
///
/// What is wrong with it, for the user.
pub(crate) fn read(option: &str, name: &str, material: Material, sources: &mut Sources<'_>) -> Result<String, String> {
    let lenient = sources.lenient;
    let read = |found: Result<String, Error>, raw: &dyn Fn() -> String| match found {
        Ok(text) => Ok(text),
        Err(_) if lenient => Ok(raw()),
        Err(error) => Err(error.message().to_owned()),
    };
    match material {
        Material::Certificates => {
            let text = sources.text(option, name)?;
            read(Certificates::from_pem(&text).map(|certificates| sorted(&certificates)), &|| text.clone())
        }
        Material::Csr => {
            let text = sources.text(option, name)?;
            read(Csr::from_pem(&text).map(|csr| csr.as_pem().to_owned()), &|| text.clone())
        }
        Material::Image => {
            let bytes = sources.bytes(option, name)?;
            let image = Image::from_bytes(bytes.clone()).map(|image| image.as_base64().to_owned());
            read(image, &|| BASE64_STANDARD.encode(&bytes))
        }
    }
}

/// The certificate of the server first. What cannot be sorted without its key stays as it is.
fn sorted(certificates: &Certificates) -> String {
    let sorted = Bundle::read([certificates.as_pem()]).map(|bundle| bundle.fullchain());
    sorted.unwrap_or_else(|_| certificates.as_pem().to_owned())
}

/// A private key without the text around it, with plain ends of lines. What is no PEM stays as it is.
pub(crate) fn key(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let first = lines.iter().position(|line| line.starts_with("-----BEGIN "));
    let last = lines.iter().rposition(|line| line.starts_with("-----END "));
    let inner = first.zip(last).and_then(|(first, last)| lines.get(first..=last));
    inner.map_or_else(|| text.to_owned(), |lines| lines.join("\n") + "\n")
}

/// Proves that a private key belongs to certificates, and returns both in the form that servers take: certificate, then chain.
///
/// # Errors
///
/// Why it does not, for the user.
pub(crate) fn pair(certificates: &str, key: &str) -> Result<(String, String), String> {
    let bundle = Bundle::read([certificates, key]).map_err(|error| error.message().to_owned())?;
    let key = bundle.key.as_ref().map_or_else(|| key.to_owned(), |key| key.expose().to_owned());
    Ok((bundle.fullchain(), key))
}
