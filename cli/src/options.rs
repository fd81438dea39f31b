//! The options of an action: one for each parameter, and one for each member of a structure.

use crate::failure::Problem;
use crate::lang::Lang;
use crate::{names, rules};
use cloudcert::model::{Action, Api, CommonParameter, Field, Sensitivity, SetBy, Type};
use cloudcert::{Error, ErrorKind, Severity};

/// An option.
#[derive(Debug, Clone)]
pub(crate) struct Opt<'a> {
    /// Its name, without `--`.
    pub(crate) long: String,
    /// The vendor's own spelling of it.
    pub(crate) alias: String,
    /// The names on the wire, from the parameter to the member.
    pub(crate) path: Vec<&'a str>,
    /// The parameter or member.
    pub(crate) field: &'a Field,
    /// What is written behind it.
    pub(crate) takes: Takes,
}

/// What is written behind an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A value.
    Value,
    /// Nothing, or `=true` and `=false`.
    Flag,
    /// A value; the option may be repeated. `commas` also part values.
    Values { commas: bool },
    /// A file with JSON; members have options of their own.
    Object,
    /// `name=Status,value=2`, or a file with JSON; the option may be repeated.
    Objects,
    /// `key=value`; the option may be repeated.
    Entries,
    /// A file with JSON.
    Json,
    /// A file with certificates, a request or a picture.
    File(Material),
    /// A file with a secret, or a variable that holds it. Never the secret itself: other programs of the machine see arguments.
    Secret { pem: bool },
}

/// What is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Material {
    /// Certificates in PEM.
    Certificates,
    /// A certificate signing request in PEM.
    Csr,
    /// A picture.
    Image,
}

impl Opt<'_> {
    /// The option as it is written: `--order-id`.
    pub(crate) fn shown(&self) -> String {
        format!("--{}", self.long)
    }
}

/// The options of an action, in the order of its parameters.
pub(crate) fn of<'a>(api: &'a Api, action: &'a Action) -> Vec<Opt<'a>> {
    let mut all = Vec::new();
    for field in &action.parameters {
        add(api, action, &mut Vec::new(), field, &mut all);
    }
    all
}

/// The parameters of every request that callers may set, with the names of their options.
pub(crate) fn common(api: &Api) -> impl Iterator<Item = (&CommonParameter, String)> {
    let of_caller = |parameter: &&CommonParameter| parameter.set_by == SetBy::Caller && parameter.header.is_none();
    api.common_parameters.iter().filter(of_caller).map(|of| (of, names::option(&[&of.wire])))
}

fn add<'a>(api: &'a Api, action: &'a Action, above: &mut Vec<&'a str>, field: &'a Field, all: &mut Vec<Opt<'a>>) {
    // A structure that contains itself has options for its first levels only.
    const DEEPEST: usize = 4;
    above.push(&field.wire);
    let takes = takes(field);
    let path = above.clone();
    all.push(Opt { long: names::option(&path), alias: names::alias(&path), path, field, takes });
    if takes == Takes::Object && above.len() < DEEPEST {
        for member in field.kind.structure().map(|name| action.members(api, name)).unwrap_or_default() {
            add(api, action, above, member, all);
        }
    }
    above.pop();
}

fn takes(field: &Field) -> Takes {
    if field.sensitivity == Some(Sensitivity::Secret) {
        return Takes::Secret { pem: field.kind == Type::Pem };
    }
    match &field.kind {
        Type::Boolean { .. } => Takes::Flag,
        Type::Structure(_) | Type::JsonText(_) => Takes::Object,
        Type::List(item) | Type::JsonList(item) | Type::CommaList(item) => match **item {
            Type::Structure(_) => Takes::Objects,
            Type::List(_) | Type::Map(_) | Type::JsonMap(_) | Type::Any => Takes::Json,
            _ => Takes::Values { commas: matches!(field.kind, Type::CommaList(_)) },
        },
        Type::Map(item) | Type::JsonMap(item) => match **item {
            Type::Structure(_) | Type::List(_) | Type::Map(_) | Type::Any => Takes::Json,
            _ => Takes::Entries,
        },
        Type::Any => Takes::Json,
        Type::Pem => Takes::File(Material::Certificates),
        Type::Csr => Takes::File(Material::Csr),
        Type::Image => Takes::File(Material::Image),
        _ => Takes::Value,
    }
}

/// The option of a parameter by its name on the wire, which may have members and indexes behind it.
pub(crate) fn option_of(options: &[Opt<'_>], parameter: &str) -> String {
    let path: Vec<&str> =
        parameter.split(['.', '[']).filter(|part| !part.ends_with(']') && part.parse::<usize>().is_err()).collect();
    let fitting = options.iter().filter(|option| path.starts_with(&option.path));
    let nearest = fitting.max_by_key(|option| option.path.len());
    nearest.map_or_else(|| if parameter.is_empty() { "--input".to_owned() } else { parameter.to_owned() }, Opt::shown)
}

/// Problems of an error of this API version by their options.
pub(crate) fn problems(error: &Error, api: &str, options: &[Opt<'_>], lang: Lang) -> Vec<Problem> {
    if error.kind() != ErrorKind::Invalid {
        return Vec::new();
    }
    let all = error.problems().iter().filter(|problem| problem.severity == Severity::Error);
    all.map(|problem| Problem {
        option: option_of(options, &problem.parameter),
        message: rules::message(problem, api, lang),
    })
    .collect()
}
