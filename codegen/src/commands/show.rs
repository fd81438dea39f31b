//! Commands that print one thing about a spec: `model`, `defects`, `api`, `features`, `schema`, `explain`.

use super::{Failure, Outcome};
use cloudcert_codegen::explain::{self, Language};
use cloudcert_codegen::{cargo_features, disk, emit, listing, schema as language};
use lexopt::{Parser, ValueExt};

/// The resolved spec as JSON.
pub(crate) fn model(parser: &mut Parser) -> Result<Outcome, Failure> {
    let model = super::model(&super::folder(parser)?)?;
    let json = serde_json::to_string_pretty(&model)
        .map_err(|error| Failure::unreadable(format!("the spec cannot be written as JSON: {error}")))?;
    Ok(format!("{json}\n").into())
}

/// The page of document defects.
pub(crate) fn defects(parser: &mut Parser) -> Result<Outcome, Failure> {
    Ok(cloudcert_codegen::defects::page(&super::model(&super::folder(parser)?)?).into())
}

/// The public items of the generated code.
pub(crate) fn api(parser: &mut Parser) -> Result<Outcome, Failure> {
    Ok(listing::api(&emit::generate(&super::model(&super::folder(parser)?)?)).into())
}

/// The SDK's cargo features, as `Cargo.toml` lists them.
pub(crate) fn features(parser: &mut Parser) -> Result<Outcome, Failure> {
    Ok(cargo_features::toml(&super::model(&super::folder(parser)?)?).into())
}

/// The JSON Schema of the spec language.
pub(crate) fn schema(parser: &mut Parser) -> Result<Outcome, Failure> {
    let path = super::folder(parser)?.join("README.md");
    let reference = disk::text(&path).map_err(|error| Failure::unreadable(format!("{}: {error}", path.display())))?;
    Ok(language::schema(&reference).into())
}

/// What a code means and what to do about it.
pub(crate) fn explain(parser: &mut Parser) -> Result<Outcome, Failure> {
    let (words, language) = super::words(parser, Some("lang"))?;
    let language = match language.map(ValueExt::string).transpose()?.as_deref() {
        None | Some("en") => Language::En,
        Some("zh") => Language::Zh,
        Some(other) => return Err(Failure::usage(format!("`--lang` takes en or zh, not `{other}`"))),
    };
    let (code, rest) = words.split_first().ok_or_else(|| Failure::usage("`explain` needs a code"))?;
    let code = code.clone().string()?;
    let model = super::model(&super::folder_of(rest)?)?;
    let unknown = || Failure { text: format!("error: there is no error code, rule or finding `{code}`\n"), status: 1 };
    explain::explain(&model, &code, language).map(Into::into).ok_or_else(unknown)
}
