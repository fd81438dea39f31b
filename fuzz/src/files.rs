//! Files with access keys.

use cloudcert::credentials::{AliyunCli, AliyunFile, KsyunFile, ProvideCredentials, Surroundings};
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};
use tokio::runtime::{Builder, Runtime};

/// A home folder of this process, and what the providers find there. Nobody listens where they would ask for temporary keys.
struct Home {
    folder: PathBuf,
    around: Surroundings,
    runtime: Runtime,
}

impl Home {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("cloudcert-fuzz-{}", std::process::id()));
        for file in FILES {
            let _ = file.rsplit_once('/').map(|(parent, _)| std::fs::create_dir_all(folder.join(parent)));
        }
        let around = Surroundings::system().variables(|_| None).home(&folder);
        let around = around.sts_endpoint("http://127.0.0.1:1").metadata_endpoint("http://127.0.0.1:1");
        let runtime = Builder::new_current_thread().enable_all().build().unwrap_or_else(|error| panic!("{error}"));
        Self { folder, around, runtime }
    }
}

const FILES: [&str; 3] = [".aliyun/config.json", ".alibabacloud/credentials", ".ks/credentials"];

/// The first byte chooses the kind of file, the others are its content. Values with `canary-7` in them are secrets.
pub fn credentials_file(data: &[u8]) {
    static HOME: OnceLock<Mutex<Home>> = OnceLock::new();
    let Some((kind, content)) = data.split_first() else { return };
    let home = HOME.get_or_init(|| Mutex::new(Home::new())).lock().unwrap_or_else(PoisonError::into_inner);
    let kind = usize::from(*kind) % FILES.len();
    std::fs::write(home.folder.join(FILES[kind]), content).unwrap_or_else(|error| panic!("{error}"));
    let provider: Box<dyn ProvideCredentials> = match kind {
        0 => Box::new(AliyunCli::new(&home.around)),
        1 => Box::new(AliyunFile::new(&home.around)),
        _ => Box::new(KsyunFile::new(&home.around)),
    };
    match home.runtime.block_on(provider.provide()) {
        Ok(keys) => {
            let text = String::from_utf8_lossy(content);
            assert!(!keys.access_key_id().is_empty() && !keys.access_key_secret().is_empty());
            // What was read stands in the file; JSON may spell it otherwise.
            for value in [keys.access_key_id(), keys.access_key_secret().expose()] {
                assert!(text.contains(value) || text.contains('\\'), "{value:?} is not in the file");
            }
            // The id is shown, and whoever writes the secret into it shows that.
            let id = format!("{:?}", keys.access_key_id());
            let shown = format!("{keys:?}").replace(&id, "");
            let secret = keys.access_key_secret().expose();
            assert!(!shown.contains(secret) || secret.len() < 12, "the secret is shown");
        }
        Err(error) => {
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("canary-7"), "{shown}");
            assert!(!error.to_string().is_empty());
        }
    }
}
