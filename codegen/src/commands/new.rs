//! `new`: the skeleton of an action.

use super::{Failure, Outcome};
use cloudcert_codegen::{disk, skeleton};
use lexopt::ValueExt;
use std::path::Path;

/// Writes the skeleton, and never over a file that exists.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<Outcome, Failure> {
    let (words, _) = super::words(parser, None)?;
    let words = words.into_iter().map(ValueExt::string).collect::<Result<Vec<String>, _>>()?;
    let [what, name, place] = words.as_slice() else {
        return Err(Failure::usage("`new action` needs a name and a folder"));
    };
    if what != "action" {
        return Err(Failure::usage(format!("`new` writes an action, not `{what}`")));
    }
    let place = Path::new(place);
    if !place.join("service.yaml").is_file() {
        let what = format!("{} is not the folder of an API version: it has no service.yaml", place.display());
        return Err(Failure::usage(what));
    }
    skeleton::check_name(name).map_err(Failure::usage)?;
    let path = place.join(format!("{name}.yaml"));
    if path.exists() {
        return Err(Failure::usage(format!("{} already exists", path.display())));
    }
    let model = super::model(place).map_err(|failure| {
        // Only a finding has this status: the folder must be sound, because the skeleton depends on what it holds.
        let end = if failure.status == 1 { "no skeleton was written: mend these first\n" } else { "" };
        Failure { text: format!("{}{end}", failure.text), ..failure }
    })?;
    let api = model.apis.first().ok_or_else(|| Failure::usage("there is no API version in the folder"))?;
    let text = skeleton::action(api, name).map_err(Failure::usage)?;
    disk::create(&path, &text).map_err(Failure::unreadable)?;
    Ok(format!("{}: fill the blanks that `check` names; spec/README.md explains each key\n", path.display()).into())
}
