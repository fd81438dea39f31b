//! A git repository to run the command line in.

use crate::fixture::base;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A repository of its own with the base spec in it, removed at the end.
pub(crate) struct Repository(pub(crate) PathBuf);

impl Repository {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("repository-{name}"));
        let _ = std::fs::remove_dir_all(&folder);
        for file in base() {
            write(&folder.join("spec").join(&file.path), &file.bytes);
        }
        write(&folder.join("Cargo.toml"), b"[workspace.package]\nversion = \"0.3.1\"\n");
        let repository = Self(folder);
        repository.git(&["init", "--quiet"]);
        repository.git(&["add", "."]);
        repository.commit();
        repository
    }

    pub(crate) fn commit(&self) {
        self.git(&[
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@example.com",
            "commit",
            "--quiet",
            "-a",
            "--allow-empty",
            "-m",
            "x",
            "--no-gpg-sign",
        ]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> Output {
        let output = git(&self.0).args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output
    }

    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let path = self.0.join("spec").join(path);
        let old = std::fs::read_to_string(&path).unwrap();
        assert_eq!(old.matches(from).count(), 1, "{from}");
        std::fs::write(path, old.replace(from, to)).unwrap();
    }

    /// What `diff` says in the repository.
    pub(crate) fn diff(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        self.run(&[&["diff"], arguments].concat())
    }

    /// The exit status, the output and the error output of the command line in the repository.
    pub(crate) fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = run(&self.0, arguments);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// Git without what a hook or a user has set.
pub(crate) fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cloudcert-codegen"));
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(folder).output().unwrap()
}
