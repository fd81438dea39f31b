//! Reads files of a git revision with the local git program.

use cloudcert_codegen::disk;
use cloudcert_codegen::source::{Limits, SourceFile};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A revision of a repository, or its index (what is staged).
pub(crate) struct Revision<'a> {
    /// A folder in the repository.
    pub(crate) folder: &'a Path,
    /// The revision; empty for what is staged.
    pub(crate) name: &'a str,
}

/// A file as git lists it.
struct GitFile {
    path: String,
    object: String,
}

impl Revision<'_> {
    /// Checks that git knows the revision. `Err` holds git's message.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.name.starts_with('-') {
            return Err(format!("`{}` is not a revision", self.name));
        }
        let commit =
            if self.name.is_empty() { "HEAD^{commit}".to_owned() } else { format!("{}^{{commit}}", self.name) };
        match self.git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]) {
            Ok(_) => Ok(()),
            // There may be no commit yet, but something may be staged.
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
    fn list(&self, path: &str) -> Result<Vec<GitFile>, String> {
        // Between the marks: mode, kind and object, or mode, object and stage.
        let spec = format!(":(top,literal){path}");
        let staged = self.name.is_empty();
        let arguments: &[&str] = if staged {
            &["ls-files", "--stage", "-z", "--full-name", "--", &spec]
        } else {
            &["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", self.name, path]
        };
        let output = self.git(arguments)?;
        let text = String::from_utf8(output).map_err(|_| "a path in the revision is not UTF-8".to_owned())?;
        let mut entries = Vec::new();
        for line in text.split('\0').filter(|line| !line.is_empty()) {
            let Some((head, path)) = line.split_once('\t') else { continue };
            let words: Vec<&str> = head.split(' ').collect();
            match words.as_slice() {
                [mode, ..] if mode.starts_with("160") => {
                    return Err(format!("{path} is a submodule: only files can be read"));
                }
                [mode, ..] if !mode.starts_with("100") => {
                    return Err(format!("{path} is a link: only files can be read"));
                }
                [_, _, stage] if staged && *stage != "0" => return Err(format!("{path} has merge conflicts")),
                [_, object, _] if staged => {
                    entries.push(GitFile { path: path.to_owned(), object: (*object).to_owned() });
                }
                [_, _, object] => entries.push(GitFile { path: path.to_owned(), object: (*object).to_owned() }),
                _ => return Err(format!("git cannot list {path}")),
            }
        }
        Ok(entries)
    }

    /// The contents of all entries. Sizes are checked first, because an object may have any size.
    fn contents(&self, entries: &[GitFile]) -> Result<Vec<SourceFile>, String> {
        let limits = Limits::default();
        let broken = |entry: &GitFile| format!("git cannot read {}", entry.path);
        let said = self.ask("--batch-check=%(objectsize)", entries, OUTPUT)?;
        let said = String::from_utf8_lossy(&said);
        let (mut lines, mut total) = (said.lines(), 0_usize);
        for entry in entries {
            let size: usize = lines.next().and_then(|line| line.parse().ok()).ok_or_else(|| broken(entry))?;
            if size > limits.file_bytes {
                return Err(format!("{} has {size} bytes: the limit is {}", entry.path, limits.file_bytes));
            }
            total = total.saturating_add(size);
        }
        if total > limits.tree_bytes {
            return Err(format!("the {} files have {total} bytes: the limit is {}", entries.len(), limits.tree_bytes));
        }
        // With a head of about 60 bytes for each.
        let output = self.ask("--batch", entries, total + entries.len() * 200)?;
        let mut rest = output.as_slice();
        let mut files = Vec::new();
        for entry in entries {
            let broken = || broken(entry);
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

    /// Runs one `git cat-file` for all entries.
    fn ask(&self, how: &str, entries: &[GitFile], most: usize) -> Result<Vec<u8>, String> {
        let mut child = self
            .command(&["cat-file", how])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| missing(&error))?;
        let mut input = child.stdin.take().ok_or("git does not read its input")?;
        let names: String = entries.iter().flat_map(|entry| [entry.object.as_str(), "\n"]).collect();
        // Write and read at the same time: either pipe may fill up.
        let asking = std::thread::spawn(move || input.write_all(names.as_bytes()));
        let output = answer(child, most);
        let asked = asking.join().map_err(|_| "git could not be asked")?;
        let output = output?;
        asked.map_err(|error| format!("git does not read its input: {error}"))?;
        Ok(output)
    }

    fn git(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let child =
            self.command(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|e| missing(&e))?;
        answer(child, OUTPUT)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.folder).args(arguments).stderr(Stdio::piped());
        command
    }
}

/// Most bytes of output without contents: enough for the paths of as many files as a spec may have.
const OUTPUT: usize = 8 << 20;

/// Git's whole output, or its error message.
fn answer(mut child: Child, most: usize) -> Result<Vec<u8>, String> {
    let mut errors = child.stderr.take().ok_or("git has no output")?;
    let complaining = std::thread::spawn(move || {
        let mut said = Vec::new();
        let read = errors.by_ref().take(4096).read_to_end(&mut said);
        // The rest must be read too, or git would wait for a reader.
        read.and_then(|_| std::io::copy(&mut errors, &mut std::io::sink())).map(|_| said)
    });
    let mut output = Vec::new();
    let mut said = child.stdout.take().ok_or("git has no output")?;
    let read = said.by_ref().take(most as u64 + 1).read_to_end(&mut output);
    drop(said);
    if output.len() > most {
        let _ = child.kill();
    }
    let status = child.wait().map_err(|error| missing(&error))?;
    let complaint = complaining.join().ok().and_then(Result::ok).unwrap_or_default();
    if output.len() > most {
        return Err(format!("git printed more than {most} bytes: the files are too many or too large"));
    }
    if status.success() && read.is_ok() {
        return Ok(output);
    }
    Err(String::from_utf8_lossy(&complaint).trim().to_owned())
}

fn missing(error: &std::io::Error) -> String {
    format!("git cannot be run: {error}")
}
