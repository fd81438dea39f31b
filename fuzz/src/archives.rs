//! Archives and PEM, as downloads hold them.

use cloudcert::archive::{Archive, Limits};
use cloudcert::pem::Bundle;

/// Limits so small that inputs of a fuzzer reach them.
const ENTRIES: usize = 8;
const FILE: usize = 4 << 10;
const TOTAL: usize = 16 << 10;

/// What is read stays within its limits and its folder, and is not shown.
pub fn zip(data: &[u8]) {
    let limits = Limits::new().entries(ENTRIES).file_size(FILE).total_size(TOTAL);
    let archive = match Archive::read_with(data, limits) {
        Ok(archive) => archive,
        Err(error) => {
            return assert!(error.to_string().starts_with("Archive::read: "), "{error}");
        }
    };
    let files = archive.files();
    assert!(files.len() <= ENTRIES && files.iter().all(|file| file.expose().len() <= FILE));
    assert!(files.iter().map(|file| file.expose().len()).sum::<usize>() <= TOTAL);
    let mut names: Vec<String> = files.iter().map(|file| file.name().to_lowercase()).collect();
    for name in &names {
        assert!(!name.is_empty() && !name.starts_with('/') && !name.contains('\\') && !name.contains(':'), "{name:?}");
        assert!(name.split('/').all(|part| !part.is_empty() && part != ".." && part != "."), "{name:?}");
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), files.len(), "no name is there twice");
    let in_a_name = names.iter().any(|name| name.contains("canary-content"));
    assert!(in_a_name || !format!("{archive:?}").contains("canary-content"));
    // Whatever stands in the files.
    let _ = archive.bundle();
}

/// What was sorted out of a text reads the same, and its key is not shown.
pub fn pem(data: &[u8]) {
    match Bundle::read([data]) {
        Ok(bundle) => {
            assert!(!format!("{bundle:?}").contains("PRIVATE KEY"));
            let key = bundle.key.as_ref().map(|key| key.expose().to_owned()).unwrap_or_default();
            let again = Bundle::read([bundle.fullchain(), key.clone()]).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!((&again.certificate, &again.chain), (&bundle.certificate, &bundle.chain));
            assert_eq!(again.key.map(|key| key.expose().to_owned()).unwrap_or_default(), key);
        }
        Err(error) => assert!(!error.to_string().contains("-----"), "{error}"),
    }
}
