//! `schema`, `explain`, `new` and `coverage`.

use super::{Failure, Outcome};
use cloudcert_codegen::coverage::{self, Named};
use cloudcert_codegen::explain::{self, Language};
use cloudcert_codegen::model::Model;
use cloudcert_codegen::{disk, load, schema as language, skeleton};
use lexopt::{Arg, Parser, ValueExt};
use std::path::{Path, PathBuf};

const HELP: &str = "\
Usage: cloudcert-codegen schema [DIR]
       cloudcert-codegen explain CODE [DIR] [--lang en|zh]
       cloudcert-codegen new action NAME DIR
       cloudcert-codegen coverage [DIR]

DIR is the spec folder, `spec` if absent; for `new` the folder of an API version.
";

fn usage(what: impl std::fmt::Display) -> Failure {
    Failure::usage(what, HELP)
}

/// The words, and the language if one is named.
fn words(parser: &mut Parser) -> Result<(Vec<String>, Option<String>), Failure> {
    let (mut words, mut language) = (Vec::new(), None);
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            Arg::Value(word) => words.push(word.string().map_err(usage)?),
            Arg::Long("lang") => language = Some(parser.value().and_then(ValueExt::string).map_err(usage)?),
            other => return Err(usage(other.unexpected())),
        }
    }
    Ok((words, language))
}

fn folder(word: Option<&String>) -> PathBuf {
    word.map_or_else(|| PathBuf::from("spec"), PathBuf::from)
}

fn model(folder: &Path) -> Result<Model, Failure> {
    let files = disk::read(folder).map_err(|error| Failure::tree(format!("the spec cannot be read: {error}")))?;
    load(&files)
        .map_err(|findings| Failure { text: format!("{}\n", findings.in_folder(&disk::root(folder))), status: 1 })
}

/// The JSON Schema of the language.
pub(crate) fn schema(parser: &mut Parser) -> Result<Outcome, Failure> {
    let (words, _) = words(parser)?;
    if words.len() > 1 {
        return Err(usage("one folder at most"));
    }
    let path = folder(words.first()).join("README.md");
    let reference = disk::text(&path).map_err(|error| Failure::tree(format!("{}: {error}", path.display())))?;
    Ok(language::schema(&reference).into())
}

/// What a code means.
pub(crate) fn explain(parser: &mut Parser) -> Result<Outcome, Failure> {
    let (words, language) = words(parser)?;
    let language = match language.as_deref() {
        None | Some("en") => Language::En,
        Some("zh") => Language::Zh,
        Some(other) => return Err(usage(format!("`--lang` takes en or zh, not `{other}`"))),
    };
    let (code, rest) = words.split_first().ok_or_else(|| usage("`explain` needs a code"))?;
    if rest.len() > 1 {
        return Err(usage("one code, and one folder at most"));
    }
    let model = model(&folder(rest.first()))?;
    let unknown = || Failure { text: format!("error: nothing is known about `{code}`\n"), status: 1 };
    explain::explain(&model, code, language).map(Into::into).ok_or_else(unknown)
}

/// The skeleton of an action.
pub(crate) fn new(parser: &mut Parser) -> Result<Outcome, Failure> {
    let (words, _) = words(parser)?;
    let [what, name, place] = words.as_slice() else { return Err(usage("`new action` needs a name and a folder")) };
    if what != "action" {
        return Err(usage(format!("`new` makes an action, not `{what}`")));
    }
    let place = Path::new(place);
    if !place.join("service.yaml").is_file() {
        return Err(usage(format!("{} is not the folder of an API version: it has no service.yaml", place.display())));
    }
    let model = model(place)?;
    let api = model.apis.first().ok_or_else(|| usage("there is no API version in the folder"))?;
    let text = skeleton::action(api, name).map_err(usage)?;
    let path = place.join(format!("{name}.yaml"));
    // Never over a file that is there.
    disk::create(&path, &text).map_err(Failure::tree)?;
    Ok(format!("{}: fill the blanks that `check` names\n", path.display()).into())
}

/// What is known and shown about each action.
pub(crate) fn coverage(parser: &mut Parser) -> Result<Outcome, Failure> {
    let (words, _) = words(parser)?;
    if words.len() > 1 {
        return Err(usage("one folder at most"));
    }
    let folder = folder(words.first());
    let model = model(&folder)?;
    let mut named = Vec::new();
    let root = folder.canonicalize().unwrap_or(folder);
    for place in ["tests", "examples", "emulator/tests", "codegen/tests/it"] {
        for above in root.ancestors().skip(1).take(2) {
            gather(&above.join(place), DEPTH, &mut named);
        }
    }
    Ok(coverage::table(&coverage::coverage(&model, &named)).into())
}

/// Tests lie this deep at most.
const DEPTH: usize = 8;

/// Programs and flows of tests below a folder, if there is one. Links are passed by: one may lead to a folder that it is in.
fn gather(folder: &Path, depth: usize, named: &mut Vec<Named>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut found: Vec<_> = entries.filter_map(|entry| entry.ok().map(|e| (e.path(), e.file_type()))).collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, kind) in found {
        let Ok(kind) = kind else { continue };
        if kind.is_dir() && depth > 1 {
            gather(&path, depth - 1, named);
        } else if kind.is_file()
            && path.extension().is_some_and(|end| end == "rs" || end == "py")
            && let Ok(text) = disk::text(&path)
        {
            named.push(Named { path: path.display().to_string(), text });
        }
    }
}
