//! Certificates, requests, keys and pictures: read from files, brought into one form, and checked before anything is sent.

use super::source::Sources;
use crate::options::Material;
use cloudcert::Image;
use cloudcert::pem::{Bundle, Certificates, Csr};

/// Reads a file of this kind as the text that travels.
///
/// # Errors
///
/// What is wrong with it, for the user.
pub(crate) fn read(option: &str, name: &str, material: Material, sources: &mut Sources<'_>) -> Result<String, String> {
    match material {
        Material::Certificates => {
            let text = sources.text(option, name)?;
            let certificates = Certificates::from_pem(&text).map_err(|error| error.message().to_owned())?;
            // Sorted, the certificate of the server first. What cannot be sorted without its key stays as it is.
            let sorted = Bundle::read([certificates.as_pem()]).map(|bundle| bundle.fullchain());
            Ok(sorted.unwrap_or_else(|_| certificates.as_pem().to_owned()))
        }
        Material::Csr => {
            let text = sources.text(option, name)?;
            Csr::from_pem(&text).map(|csr| csr.as_pem().to_owned()).map_err(|error| error.message().to_owned())
        }
        Material::Image => {
            let bytes = sources.bytes(option, name)?;
            Image::from_bytes(bytes)
                .map(|image| image.as_base64().to_owned())
                .map_err(|error| error.message().to_owned())
        }
    }
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
