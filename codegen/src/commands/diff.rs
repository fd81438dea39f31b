//! `diff`: what changes for users between two descriptions.

use super::{Failure, Outcome, driver, tree};
use cloudcert_codegen::diff::print::{self, DocsDetail};
use cloudcert_codegen::diff::waivers::{Now, Trouble, Waivers};
use cloudcert_codegen::diff::{Axis, Level, Release, Report, compare};
use cloudcert_codegen::disk;
use lexopt::{Arg, Parser, ValueExt};
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

pub(crate) const DETAILS: &str = "\
Reports changes on the wire and in the source of users, and the release that they need. docs/spec-diff.md explains the report.

BASE and HEAD are folders, or git revisions: `origin/main`, `v0.1.0:spec`, `:spec` for what is staged. Each is a whole spec, or the
folder of one API version.

Other forms:
  diff rules [--format text|markdown|json]   print the catalogue of rules
  diff schema                                print the JSON Schema of `--format json`
  diff driver PATH OLD-FILE OLD-HEX OLD-MODE NEW-FILE NEW-HEX NEW-MODE
                                             compare one file; git calls this as a diff driver

Options:
  --format text|markdown|json|github   the format of the report; text if absent
  --fail-on breaking|dangerous|any     the lowest level that fails; breaking if absent
  --axis wire|source|both              which changes count; both if absent
  --docs none|count|full               how much to print about documentation; count if absent
  --waivers FILE                       changes that are accepted
  --changelog                          print the entry for CHANGELOG.md instead
  --base-version X.Y.Z                 the version of BASE, if no Cargo.toml above it declares one
  --head-version X.Y.Z                 the version of HEAD, if no Cargo.toml above it declares one
  --folder PATH                        the folder of HEAD in the repository, for annotations; HEAD if it is a folder, else spec

Exit status: 0 nothing at or above the level, 1 changes, 2 wrong usage, 3 a side cannot be read, 4 a waiver is wrong or not needed.
";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Markdown,
    Json,
    Github,
}

struct Options {
    words: Vec<String>,
    format: Format,
    fail_on: Level,
    axis: Axis,
    docs: DocsDetail,
    waivers: Option<PathBuf>,
    changelog: bool,
    base_version: Option<Release>,
    head_version: Option<Release>,
    folder: Option<String>,
}

/// Reads the words after `diff`, and does what they say.
pub(crate) fn run(parser: &mut Parser) -> Result<Outcome, Failure> {
    let options = options(parser)?;
    let words: Vec<&str> = options.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["rules"] => match options.format {
            Format::Text => Ok(print::rules_text().into()),
            Format::Markdown => Ok(print::rules_markdown().into()),
            Format::Json => Ok(print::rules_json().into()),
            Format::Github => Err(Failure::usage("rules are printed as text, markdown or json")),
        },
        ["schema"] => Ok(print::schema().into()),
        ["driver", arguments @ ..] => driver::run(arguments).map(Into::into),
        ["rules", ..] => Err(Failure::usage("`diff rules` takes only `--format`")),
        [base, head] => both(base, head, &options),
        _ => Err(Failure::usage("`diff` compares two trees: BASE and HEAD")),
    }
}

fn options(parser: &mut Parser) -> Result<Options, Failure> {
    let mut options = Options {
        words: Vec::new(),
        format: Format::Text,
        fail_on: Level::Breaking,
        axis: Axis::Both,
        docs: DocsDetail::Count,
        waivers: None,
        changelog: false,
        base_version: None,
        head_version: None,
        folder: None,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(word) => options.words.push(word.string()?),
            Arg::Long("changelog") => options.changelog = true,
            Arg::Long("waivers") => options.waivers = Some(parser.value()?.into()),
            Arg::Long(name) => {
                let name = name.to_owned();
                let value = parser.value()?.string()?;
                set(&mut options, &name, value)?;
            }
            other @ Arg::Short(_) => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}

/// Sets an option that takes a word.
fn set(options: &mut Options, name: &str, value: String) -> Result<(), Failure> {
    let wrong = |known: &str| Failure::usage(format!("`--{name}` takes {known}, not `{value}`"));
    match (name, value.as_str()) {
        ("format", "text") => options.format = Format::Text,
        ("format", "markdown") => options.format = Format::Markdown,
        ("format", "json") => options.format = Format::Json,
        ("format", "github") => options.format = Format::Github,
        ("format", _) => return Err(wrong("text, markdown, json or github")),
        ("fail-on", "breaking") => options.fail_on = Level::Breaking,
        ("fail-on", "dangerous") => options.fail_on = Level::Dangerous,
        ("fail-on", "any") => options.fail_on = Level::None,
        ("fail-on", _) => return Err(wrong("breaking, dangerous or any")),
        ("axis", "wire") => options.axis = Axis::Wire,
        ("axis", "source") => options.axis = Axis::Source,
        ("axis", "both") => options.axis = Axis::Both,
        ("axis", _) => return Err(wrong("wire, source or both")),
        ("docs", "none") => options.docs = DocsDetail::None,
        ("docs", "count") => options.docs = DocsDetail::Count,
        ("docs", "full") => options.docs = DocsDetail::Full,
        ("docs", _) => return Err(wrong("none, count or full")),
        ("base-version", text) => options.base_version = Some(Release::parse(text).ok_or_else(|| wrong("a version"))?),
        ("head-version", text) => options.head_version = Some(Release::parse(text).ok_or_else(|| wrong("a version"))?),
        ("folder", _) => options.folder = Some(value),
        _ => return Err(Failure::usage(format!("invalid option '--{name}'"))),
    }
    Ok(())
}

fn both(base: &str, head: &str, options: &Options) -> Result<Outcome, Failure> {
    // Mistakes in the arguments are reported before the trees are read.
    let waivers = options.waivers.as_ref().map(waivers).transpose()?.unwrap_or_default();
    // Dropping two large trees right before the program ends only costs time.
    let sides = ManuallyDrop::new(tree::both(base, head)?);
    let [old, new] = &*sides;
    let (base_release, head_release) = (options.base_version.or(old.release), options.head_version.or(new.release));
    let now = Now { today: today(), release: head_release };
    let (findings, waived, troubles) = waivers.apply(compare(old.tree(), new.tree()), now);
    let axis = options.axis;
    let counts =
        |finding: &cloudcert_codegen::diff::DiffFinding| finding.is_docs() || axis.level(finding) > Level::None;
    let mut report = Report {
        base: old.name.clone(),
        head: new.name.clone(),
        findings: findings.into_iter().filter(counts).collect(),
        waived,
        troubles,
        axis,
        base_release,
        head_release,
    };
    report.sort();
    let fails = !report.findings.is_empty() && report.worst() >= options.fail_on;
    let notes = said(options.waivers.as_ref(), &report.troubles);
    let status = if notes.is_empty() { u8::from(fails) } else { 4 };
    Ok(Outcome { text: printed(&report, [base, head], options), notes, status })
}

fn printed(report: &Report, sides: [&str; 2], options: &Options) -> String {
    if options.changelog {
        return print::changelog(report);
    }
    match options.format {
        Format::Text => print::text(report, options.docs),
        Format::Markdown => print::markdown(report, options.docs),
        Format::Json => print::json(report),
        Format::Github => {
            let [base, head] = sides.map(|side| {
                let folder = side.split_once(':').map_or(side, |(_, folder)| folder);
                // A folder of a revision may no longer exist.
                let known = side.contains(':') || std::path::Path::new(folder).is_dir();
                if known { folder.to_owned() } else { "spec".to_owned() }
            });
            let head = options.folder.clone().unwrap_or(head);
            print::github(report, [base.trim_end_matches('/'), head.trim_end_matches('/')])
        }
    }
}

fn waivers(path: &PathBuf) -> Result<Waivers, Failure> {
    let text = disk::text(path)
        .map_err(|error| Failure { text: format!("error: {}: {error}\n", path.display()), status: 4 })?;
    Waivers::parse(&text).map_err(|troubles| Failure { text: said(Some(path), &troubles), status: 4 })
}

/// The troubles with waivers, a line each.
fn said(path: Option<&PathBuf>, troubles: &[Trouble]) -> String {
    let path = path.map(|path| path.display().to_string()).unwrap_or_default();
    troubles
        .iter()
        .map(|trouble| match trouble.number {
            0 => format!("error: {path}: {}\n", trouble.message),
            number => format!("error: {path}: waiver {number}: {}\n", trouble.message),
        })
        .collect()
}

/// Today's date in UTC, by the calendar of Howard Hinnant's `civil_from_days`.
fn today() -> (u32, u32, u32) {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let days = i64::try_from(seconds / 86_400).unwrap_or_default() + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let number = |n: i64| u32::try_from(n).unwrap_or_default();
    (number(year), number(month), number(day))
}
