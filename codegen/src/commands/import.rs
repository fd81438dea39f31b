//! `import`: brings what the vendors publish into the spec.

use super::{Failure, Outcome};
use lexopt::Parser;

/// What its own help says.
pub(crate) const DETAILS: &str = "\
--into DIR   the folder of an API version, `spec/aliyun-cas-2020-04-07`
--source SOURCE
             [LABEL=]FORMAT[@VERSION]:PATH,
             an unpacked source on this disk; several are laid over each other, the newest first. FORMAT is one of
               python        a Python package of Alibaba Cloud, of either generation
               api-docs      api-docs.json of its portal, in one or several languages
               cli-metadata  the metadata of its command line
               go-ksyun      a client of Kingsoft Cloud's SDK for Go
               python-ksyun  a client of Kingsoft Cloud's SDK for Python
             LABEL stands in `sources` of service.yaml; VERSION is needed where the source does not tell it
--notes FILE write the vendor's sentences to FILE, outside of the repository: they are for whoever writes ours
--accept     write changed facts too; without it they are only reported
--check      write nothing, and exit with 1 if the sources have something that the spec lacks

New actions become files, and new items go to the end of their map. Both are marked with `undocumented` and have no texts.
What is gone from the sources stays. Everything that a person wrote stays letter for letter.
A source without actions, or of another version than the folder, is refused with 3, and nothing is written.
";

#[cfg(not(feature = "import"))]
pub(crate) fn run(_: &mut Parser) -> Result<Outcome, Failure> {
    Err(Failure::usage("this program was built without the feature `import` of cloudcert-codegen"))
}

#[cfg(feature = "import")]
pub(crate) fn run(parser: &mut Parser) -> Result<Outcome, Failure> {
    wanted::Wanted::read(parser)?.run()
}

#[cfg(feature = "import")]
mod wanted {
    use super::super::{Failure, Outcome};
    use cloudcert_codegen::diff::print::{self, DocsDetail};
    use cloudcert_codegen::diff::{Report, Tree, compare};
    use cloudcert_codegen::import::{self, Format, Input, Limits, Refusal, Remarks, Row};
    use cloudcert_codegen::source::SourceFile;
    use cloudcert_codegen::{disk, load};
    use lexopt::{Arg, Parser, ValueExt};
    use std::fmt::Write as _;
    use std::path::{Path, PathBuf};

    /// The arguments.
    #[derive(Default)]
    pub(super) struct Wanted {
        into: Option<PathBuf>,
        sources: Vec<Source>,
        notes: Option<PathBuf>,
        accept: bool,
        check: bool,
    }

    struct Source {
        label: String,
        format: Format,
        version: Option<String>,
        path: PathBuf,
    }

    impl Source {
        /// `[LABEL=]FORMAT[@VERSION]:PATH`.
        fn parse(text: &str) -> Result<Self, Failure> {
            let (head, path) = text.split_once(':').ok_or_else(|| {
                Failure::usage(format!("the source `{text}` needs a format and a path, `python:PATH`"))
            })?;
            let (label, head) = head.split_once('=').map_or((None, head), |(label, head)| (Some(label), head));
            let (name, version) = head.split_once('@').map_or((head, None), |(name, version)| (name, Some(version)));
            let format = Format::ALL.iter().copied().find(|format| format.as_str() == name);
            let format = format.ok_or_else(|| Failure::usage(format!("there is no format `{name}` of a source")))?;
            let label = label.unwrap_or(format.label());
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if label.is_empty() || !label.chars().all(plain) {
                return Err(Failure::usage(format!("`{label}` cannot be the label of a source")));
            }
            let (label, version) = (label.to_owned(), version.map(str::to_owned));
            Ok(Self { label, format, version, path: PathBuf::from(path) })
        }

        fn input(&self, limits: &Limits) -> Result<Input, Failure> {
            if self.format.is_package() && self.path.is_file() {
                let path = self.path.display();
                return Err(Failure::usage(format!("{path} is a file: unpack it first, and name the folder")));
            }
            let most = disk::Most { file_bytes: limits.file_bytes, bytes: limits.source_bytes, files: limits.files };
            let files = disk::gather(&self.path, most, |path| self.format.wants(path));
            let files = files.map_err(|error| Failure::unreadable(format!("a source cannot be read: {error}")))?;
            Ok(Input { label: self.label.clone(), format: self.format, files })
        }

        /// How it stands in `sources`.
        fn row(&self, input: &Input) -> Result<Row, Failure> {
            let package = import::package(input);
            let (title, version) = package.map_or((None, None), |(title, version)| (Some(title), Some(version)));
            let version = self.version.clone().or(version).ok_or_else(|| {
                let format = self.format.as_str();
                let path = self.path.display();
                let lacks = if self.format.is_package() {
                    "has no METADATA: name the folder with both the package and its `.dist-info`, or the version"
                } else {
                    "does not tell its version: name it"
                };
                Failure::usage(format!("{path} {lacks}, `{format}@VERSION:{path}`"))
            })?;
            let title = title.unwrap_or_else(|| self.format.title().to_owned());
            Ok(Row { label: self.label.clone(), kind: self.format.kind(), title, version })
        }

        /// The failure of a source without actions. Nothing is imported then, even if other sources have actions.
        fn unread(&self, remarks: &Remarks) -> Failure {
            let (label, format, path) = (&self.label, self.format.as_str(), self.path.display());
            let mut text = format!(
                "no action was found in the source `{label}`: {path} has no files of the format `{format}`, or they cannot be read; nothing \
                 was imported"
            );
            for remark in remarks.items() {
                let _ = write!(text, "\n  {remark}");
            }
            Failure::unreadable(text)
        }
    }

    impl Wanted {
        pub(super) fn read(parser: &mut Parser) -> Result<Self, Failure> {
            let mut wanted = Self::default();
            while let Some(argument) = parser.next()? {
                match argument {
                    Arg::Long("into") => wanted.into = Some(PathBuf::from(parser.value()?)),
                    Arg::Long("source") => wanted.sources.push(Source::parse(&parser.value()?.string()?)?),
                    Arg::Long("notes") => wanted.notes = Some(PathBuf::from(parser.value()?)),
                    Arg::Long("accept") => wanted.accept = true,
                    Arg::Long("check") => wanted.check = true,
                    other => return Err(other.unexpected().into()),
                }
            }
            let mut labels: Vec<&str> = wanted.sources.iter().map(|source| source.label.as_str()).collect();
            labels.sort_unstable();
            if labels.windows(2).any(|two| matches!(two, [a, b] if a == b)) {
                return Err(Failure::usage("two sources have the same label: name one, `--source LABEL=FORMAT:PATH`"));
            }
            Ok(wanted)
        }

        pub(super) fn run(self) -> Result<Outcome, Failure> {
            let into = self.into.as_deref().ok_or_else(|| Failure::usage("`--into` is missing"))?;
            if self.sources.is_empty() {
                return Err(Failure::usage("`--source` is missing: name one source at least"));
            }
            if !into.join("service.yaml").is_file() {
                let what = format!("{} is not the folder of an API version: it has no service.yaml", into.display());
                return Err(Failure::usage(what));
            }
            self.outside(into)?;
            let before =
                disk::read(into).map_err(|error| Failure::unreadable(format!("the spec cannot be read: {error}")))?;
            let root = disk::root(into);
            let folder = before.iter().find_map(|file| file.path.strip_suffix("/service.yaml")).unwrap_or_default();
            let limits = Limits::default();
            let (mut remarks, mut apis, mut rows) = (Remarks::default(), Vec::new(), Vec::new());
            for source in &self.sources {
                let input = source.input(&limits)?;
                let api = import::read(&input, &limits, &mut remarks);
                if api.actions.is_empty() {
                    return Err(source.unread(&remarks));
                }
                rows.push(source.row(&input)?);
                apis.push(api);
            }
            let api = import::lay(apis, &mut remarks);
            let outcome = import::write(folder, &before, &api, &rows, self.accept, &mut remarks)
                .map_err(|refusal| refused(refusal, &root))?;
            let mut text = import::report(&outcome, &remarks);
            text.push_str(&difference(into, &before, &outcome));
            if let Some(notes) = self.notes.as_deref().filter(|_| !self.check) {
                disk::put(notes, &import::notes(&api)).map_err(Failure::unreadable)?;
            }
            if self.check {
                return Ok(Outcome { text, notes: String::new(), status: u8::from(outcome.is_new()) });
            }
            let place = into.canonicalize().map_err(Failure::unreadable)?;
            let place = place.parent().unwrap_or(&place);
            for (path, text) in &outcome.files {
                disk::put(&place.join(path), text).map_err(Failure::unreadable)?;
            }
            Ok(text.into())
        }

        /// Sentences of a vendor must not be committed by accident.
        fn outside(&self, into: &Path) -> Result<(), Failure> {
            let Some(notes) = self.notes.as_deref() else { return Ok(()) };
            if disk::is_inside(notes, into).map_err(Failure::unreadable)? {
                let what = format!("{} is in the repository: notes hold the vendor's sentences", notes.display());
                return Err(Failure::usage(what));
            }
            Ok(())
        }
    }

    fn refused(refusal: Refusal, root: &Path) -> Failure {
        match refusal {
            Refusal::Spec(findings) => Failure { text: format!("{}\n", findings.in_folder(root)), status: 1 },
            other => Failure::unreadable(format!("{other}; nothing was imported")),
        }
    }

    /// What the import changes for users; nothing if one of the two trees does not load.
    fn difference(into: &Path, before: &[SourceFile], outcome: &import::Outcome) -> String {
        if outcome.files.is_empty() {
            return String::new();
        }
        let mut after: Vec<SourceFile> =
            before.iter().filter(|file| !outcome.files.contains_key(&file.path)).cloned().collect();
        after.extend(outcome.files.iter().map(|(path, text)| SourceFile::new(path.as_str(), text.as_str())));
        after.sort_by(|a, b| a.path.cmp(&b.path));
        let (base, head) = match (load(before), load(&after)) {
            (Ok(base), Ok(head)) => (base, head),
            (_, Err(findings)) => {
                let count = findings.items().len();
                return format!("\nThe spec with these changes has {count} findings: `check` prints them.\n");
            }
            (Err(_), _) => return "\nThe spec does not load: `check` says why.\n".to_owned(),
        };
        let findings = compare(Tree { model: &base, files: before }, Tree { model: &head, files: &after });
        let report = Report::new(into.display().to_string(), "after this import", findings);
        format!("\n{}", print::text(&report, DocsDetail::Full))
    }
}
