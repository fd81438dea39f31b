//! A key of our own, and whether a certificate, its chain and a key belong together.

use crate::Failure;
use cloudcert::pem::Csr;
use std::io::{ErrorKind, Write};
use std::path::Path;
use x509_parser::pem::Pem;
use x509_parser::prelude::*;

/// A key that only this machine has.
pub(crate) struct Key(rcgen::KeyPair);

impl Key {
    /// The key in a folder, or a new one on the curve P-256, which is saved there before it is used.
    pub(crate) fn saved_in(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join("privkey.pem");
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Self(rcgen::KeyPair::from_pem(&text)?)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = rcgen::KeyPair::generate()?;
                std::fs::create_dir_all(folder)?;
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut file = options.open(&path)?;
                file.write_all(key.serialize_pem().as_bytes())?;
                file.sync_all()?;
                Ok(Self(key))
            }
            Err(error) => Err(format!("{}: {error}", path.display()).into()),
        }
    }

    /// A certificate signing request for a domain.
    pub(crate) fn request(&self, domain: &str) -> Result<Csr, Failure> {
        let mut parameters = rcgen::CertificateParams::new([domain.to_owned()])?;
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        parameters.distinguished_name.push(rcgen::DnType::CommonName, domain);
        Ok(Csr::from_der(parameters.serialize_request(&self.0)?.der())?)
    }

    /// The private key in PEM.
    pub(crate) fn pem(&self) -> String {
        self.0.serialize_pem()
    }

    /// The public key as it stands in a certificate.
    pub(crate) fn public(&self) -> &[u8] {
        self.0.public_key_raw()
    }
}

/// The public key that belongs to a private one in PEM.
pub(crate) fn public_of(private: &str) -> Result<Vec<u8>, Failure> {
    let pem = Pem::iter_from_buffer(private.as_bytes()).next().ok_or("there is no key")??;
    // PKCS#1 holds modulus and exponent themselves; ring reads both of its forms.
    let key = match pem.label.as_str() {
        "RSA PRIVATE KEY" => ring::rsa::KeyPair::from_der(&pem.contents),
        _ => ring::rsa::KeyPair::from_pkcs8(&pem.contents),
    };
    Ok(ring::signature::KeyPair::public_key(&key.map_err(|e| format!("the key cannot be read: {e}"))?)
        .as_ref()
        .to_vec())
}

/// Checks that a chain is for this key and this domain and that each certificate is signed by the next; says what it is.
pub(crate) fn chain(pem: &str, public: &[u8], domain: &str) -> Result<String, Failure> {
    let blocks: Vec<Pem> = Pem::iter_from_buffer(pem.as_bytes()).collect::<Result<_, _>>()?;
    let chain: Vec<X509Certificate<'_>> = blocks.iter().map(Pem::parse_x509).collect::<Result<_, _>>()?;
    let leaf = chain.first().ok_or("the chain is empty")?;
    if leaf.public_key().subject_public_key.data.as_ref() != public {
        return Err("the certificate is for another key".into());
    }
    let names = leaf.subject_alternative_name()?.map(|names| names.value.general_names.clone()).unwrap_or_default();
    if !names.iter().any(|name| matches!(name, GeneralName::DNSName(name) if *name == domain)) {
        return Err(format!("the certificate is not for {domain}").into());
    }
    for pair in chain.windows(2) {
        if let [signed, signer] = pair {
            signed.verify_signature(Some(signer.public_key()))?;
        }
    }
    let until = leaf.validity().not_after;
    Ok(format!("key, certificate and {} more of its chain belong together, valid until {until}", chain.len() - 1))
}
