//! What a provider of credentials finds around it: variables, a home and servers, none of which are this machine's.

use super::clock::WallClock;
use cloudcert::credentials::Surroundings;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

/// Surroundings with these variables and nothing else: an empty home, no servers.
pub(crate) fn around<const N: usize>(variables: [(&str, &str); N]) -> Surroundings {
    let variables: HashMap<String, String> = variables.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    // Port 1 refuses connections: nobody listens there.
    Surroundings::system()
        .variables(move |name| variables.get(name).cloned())
        .home(Folder::new().0)
        .environment(WallClock::new())
        .sts_endpoint("http://127.0.0.1:1")
        .metadata_endpoint("http://127.0.0.1:1")
}

/// A new folder below cargo's target folder.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("credentials-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Writes a file and gives its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}
