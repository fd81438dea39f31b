//! Files of a revision, by the local git program.

use cloudcert_codegen::disk;
use cloudcert_codegen::source::{Limits, SourceFile};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A revision of a repository, or what is staged in it.
pub(crate) struct Revision<'a> {
    /// A folder in the repository.
    pub(crate) folder: &'a Path,
    /// The revision; empty for what is staged.
    pub(crate) name: &'a str,
}

/// A file as git lists it.
struct Entry {
    path: String,
    object: String,
}

impl Revision<'_> {
    /// Whether git knows it; or what git says.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.name.starts_with('-') {
            return Err(format!("`{}` is no revision", self.name));
        }
        let commit =
            if self.name.is_empty() { "HEAD^{commit}".to_owned() } else { format!("{}^{{commit}}", self.name) };
        match self.git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]) {
            Ok(_) => Ok(()),
            // Nothing was committed yet, but something may be staged.
            Err(_) if self.name.is_empty() => self.git(&["rev-parse", "--git-dir"]).map(drop),
            Err(why) if why.is_empty() => Err(format!("there is no folder and no git revision `{}`", self.name)),
            Err(why) => Err(why),
        }
    }

    /// The files below a folder, with paths relative to it.
    pub(crate) fn files(&self, folder: &str) -> Result<Vec<SourceFile>, String> {
        let folder = folder.trim_matches('/');
        let below = format!("{folder}/");
        let entries = self.list(folder)?;
        let limits = Limits::default();
        if entries.len() > limits.files {
            return Err(format!("{folder}: more than {} files", limits.files));
        }
        let mut wanted = Vec::new();
        for mut entry in entries {
            if entry.path.starts_with(&below) {
                entry.path.drain(..below.len());
            }
            let hidden = entry.path.split('/').any(|part| part.starts_with('.'));
            let beside = entry.path.rsplit('/').next().is_some_and(|name| disk::BESIDE.contains(&name));
            if !hidden && !beside {
                wanted.push(entry);
            }
        }
        self.contents(&wanted)
    }

    /// A single file, if there is one.
    pub(crate) fn file(&self, path: &str) -> Option<String> {
        let entries = self.list(path).ok()?;
        let found = self.contents(&entries).ok()?;
        found.into_iter().next().and_then(|file| String::from_utf8(file.bytes).ok())
    }

    /// Paths from the top of the repository, with their objects.
    fn list(&self, path: &str) -> Result<Vec<Entry>, String> {
        // Between the marks: mode, kind and object, or mode, object and stage.
        let spec = format!(":(top,literal){path}");
        let (output, object) = if self.name.is_empty() {
            (self.git(&["ls-files", "--stage", "-z", "--full-name", "--", &spec])?, 1)
        } else {
            (self.git(&["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", self.name, path])?, 2)
        };
        let text = String::from_utf8(output).map_err(|_| "a path in the revision is not UTF-8".to_owned())?;
        let mut entries = Vec::new();
        for line in text.split('\0').filter(|line| !line.is_empty()) {
            let Some((head, path)) = line.split_once('\t') else { continue };
            let words: Vec<&str> = head.split(' ').collect();
            if words.first().is_some_and(|mode| !mode.starts_with("100")) {
                return Err(format!("{path}: a link; the spec holds files"));
            }
            let object = words.get(object).copied().unwrap_or_default().to_owned();
            entries.push(Entry { path: path.to_owned(), object });
        }
        Ok(entries)
    }

    /// The contents of all entries, by one process.
    fn contents(&self, entries: &[Entry]) -> Result<Vec<SourceFile>, String> {
        let mut child = self
            .command(&["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| missing(&error))?;
        let mut input = child.stdin.take().ok_or("git takes no input")?;
        let names = entries.iter().map(|entry| entry.object.as_str()).collect::<Vec<_>>().join("\n") + "\n";
        // Asking and answering at once: either may fill its pipe.
        let asking = std::thread::spawn(move || input.write_all(names.as_bytes()));
        let output = child.wait_with_output().map_err(|error| missing(&error))?.stdout;
        asking.join().map_err(|_| "git was not asked")?.map_err(|error| format!("git takes no input: {error}"))?;
        let mut rest = output.as_slice();
        let mut files = Vec::new();
        for entry in entries {
            let broken = || format!("git does not give {}", entry.path);
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(broken)?;
            let head = std::str::from_utf8(rest.get(..end).unwrap_or_default()).unwrap_or_default();
            let size: usize = head.rsplit(' ').next().and_then(|size| size.parse().ok()).ok_or_else(broken)?;
            let bytes = rest.get(end + 1..end + 1 + size).ok_or_else(broken)?;
            files.push(SourceFile::new(entry.path.clone(), bytes));
            rest = rest.get(end + 2 + size..).unwrap_or_default();
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    fn git(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let output = self.command(arguments).output().map_err(|error| missing(&error))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.folder).args(arguments).stderr(Stdio::piped());
        command
    }
}

fn missing(error: &std::io::Error) -> String {
    format!("git cannot be run: {error}")
}
