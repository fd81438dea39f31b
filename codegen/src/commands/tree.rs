//! One side of a comparison: a folder, or a git revision; a whole tree, or one API version.

use super::Failure;
use super::git::Revision;
use cloudcert_codegen::diagnostic::Findings;
use cloudcert_codegen::diff::{Release, Tree};
use cloudcert_codegen::model::Model;
use cloudcert_codegen::source::SourceFile;
use cloudcert_codegen::{disk, load};
use std::path::{Path, PathBuf};

/// A side that has been read.
pub(crate) struct LoadedTree {
    /// The name that the caller used.
    pub(crate) name: String,
    pub(crate) files: Vec<SourceFile>,
    pub(crate) model: Model,
    /// The version that its `Cargo.toml` declares.
    pub(crate) release: Option<Release>,
}

impl LoadedTree {
    /// The input of the comparison.
    pub(crate) fn tree(&self) -> Tree<'_> {
        Tree { model: &self.model, files: &self.files }
    }
}

/// The files that were read, and the version beside them.
struct Source {
    files: Vec<SourceFile>,
    release: Option<Release>,
    root: PathBuf,
}

/// Reads both sides, each in a thread of its own: reading takes most of the time.
pub(crate) fn both(base: &str, head: &str) -> Result<[LoadedTree; 2], Failure> {
    let side = |name: &str| loaded(name, read(name)?);
    let (old, new) = std::thread::scope(|scope| {
        let other = scope.spawn(|| side(base));
        let new = side(head);
        (other.join(), new)
    });
    let old = old.map_err(|_| Failure::unreadable("the first tree could not be read"))?;
    Ok([old?, new?])
}

fn loaded(name: &str, of: Source) -> Result<LoadedTree, Failure> {
    if of.files.is_empty() {
        return Err(Failure::unreadable(format!("`{name}` is not a spec: it has no service.yaml")));
    }
    let model = load(&of.files).map_err(|findings| broken(name, &findings.in_folder(&of.root)))?;
    Ok(LoadedTree { name: name.to_owned(), files: of.files, model, release: of.release })
}

fn broken(name: &str, findings: &Findings) -> Failure {
    Failure::unreadable(format!("`{name}` does not load, so nothing was compared\n\n{findings}"))
}

/// The files of a folder, or of `revision:path`; the path is `spec` if there is none.
fn read(name: &str) -> Result<Source, Failure> {
    let path = Path::new(name);
    if path.is_dir() {
        let files =
            disk::read(path).map_err(|error| Failure::unreadable(format!("`{name}` cannot be read: {error}")))?;
        return Ok(Source { files, release: declared(path), root: disk::root(path) });
    }
    if path.exists() {
        return Err(Failure::unreadable(format!("`{name}` is a file: name a folder, or a git revision")));
    }
    let (revision, folder) = name.split_once(':').unwrap_or((name, "spec"));
    let here = Path::new(".");
    let revision = Revision { folder: here, name: revision };
    let failed = |why: String| Failure::unreadable(format!("`{name}` cannot be read: {why}"));
    revision.check().map_err(failed)?;
    let mut files = revision.files(folder).map_err(failed)?;
    let (parent, last) = folder.trim_matches('/').rsplit_once('/').unwrap_or((".", folder.trim_matches('/')));
    if files.iter().any(|file| file.path == "service.yaml") {
        for file in &mut files {
            file.path = format!("{last}/{}", file.path);
        }
        let shared = if parent == "." { "shared".to_owned() } else { format!("{parent}/shared") };
        let uses = disk::uses(&files);
        let all = revision
            .files(&shared)
            .map_err(failed)?
            .into_iter()
            .map(|file| SourceFile::new(format!("shared/{}", file.path), file.bytes));
        files.extend(all.filter(|file| uses.contains(&file.path)));
        // The defects of shared files stand there.
        let defects = if parent == "." { "defects.yaml".to_owned() } else { format!("{parent}/defects.yaml") };
        let defects = revision.file(&defects).filter(|_| !uses.is_empty());
        files.extend(defects.map(|text| SourceFile::new("defects.yaml", text)));
        files.sort_by(|a, b| a.path.cmp(&b.path));
    }
    if files.is_empty() {
        return Err(failed(format!("it has no folder `{folder}`, or the folder is empty")));
    }
    let release = revision.file("Cargo.toml").and_then(|text| version(&text));
    Ok(Source { files, release, root: PathBuf::from(name) })
}

/// The version in the nearest `Cargo.toml` above a folder.
fn declared(folder: &Path) -> Option<Release> {
    let folder = folder.canonicalize().ok()?;
    let manifests = folder.ancestors().skip(1).map(|above| above.join("Cargo.toml"));
    manifests.filter_map(|path| disk::text(&path).ok()).find_map(|text| version(&text))
}

/// The version that a manifest declares for its package, or for its workspace.
fn version(manifest: &str) -> Option<Release> {
    let mut section = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.trim();
        }
        let declares = matches!(section, "[package]" | "[workspace.package]");
        if let Some((key, value)) = line.split_once('=').filter(|_| declares)
            && key.trim() == "version"
        {
            return Release::parse(value.trim().trim_matches('"'));
        }
    }
    None
}
