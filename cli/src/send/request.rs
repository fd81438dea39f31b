//! The request of an action or a waiter, from its options. Nothing is sent here.

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Problem};
use crate::input::{Collected, Sources, collect, misfit};
use crate::options::{self, Opt, Takes, option_of};
use crate::rules;
use clap::ArgMatches;
use cloudcert::dynamic::{self, Request};
use cloudcert::model::{Action, Api, Field, Type};
use cloudcert::{CallOptions, ProblemKind, Severity};
use serde_json::{Map, Value};

/// What options say.
pub(super) struct Gathered<'a> {
    pub(super) options: Vec<Opt<'a>>,
    pub(super) collected: Collected<'a>,
}

/// Reads the options of an action, and says how values were understood.
pub(super) fn gather<'a>(
    context: &Context,
    (api, action): (&'a Api, &'a Action),
    matches: &ArgMatches,
    skip: bool,
) -> Gathered<'a> {
    let lang = context.lang;
    let options = options::of(api, action);
    let mut stdin = std::io::stdin().lock();
    let variable = |name: &str| std::env::var(name).ok();
    let mut sources = Sources::new(&mut stdin, &variable, lang).lenient(skip);
    let mut collected = collect((api, action), &options, matches, &mut sources);
    set_project(context, (api, action), &mut collected.parameters);
    for note in &collected.notes {
        context.say(&format!("{} {} {}", lang.say("note:", "注意："), note.option, note.message));
    }
    Gathered { options, collected }
}

/// Sets the project of the profile, where the request has one and does not name it.
fn set_project(context: &Context, (api, action): (&Api, &Action), parameters: &mut Map<String, Value>) {
    let is_project = |kind: &Type| matches!(kind, Type::Id(name) if name == "ProjectId");
    let of_project = |field: &&Field| {
        is_project(&field.kind) || (field.kind.is_list() && field.kind.element().is_some_and(is_project))
    };
    let is_absent = |field: &&Field| !parameters.contains_key(&field.wire);
    let lacking: Vec<&Field> = action.parameters.iter().filter(of_project).filter(is_absent).collect();
    let Some(project) = context.project(&api.id).filter(|_| !lacking.is_empty()) else { return };
    for field in lacking {
        let project = Value::from(project);
        let value = if field.kind.is_list() { Value::Array(vec![project]) } else { project };
        parameters.insert(field.wire.clone(), value);
    }
}

/// The request, checked by the rules of the description.
///
/// # Errors
///
/// All problems at once, by their options.
pub(super) fn checked(
    context: &Context,
    (api, action): (&Api, &Action),
    gathered: &mut Gathered<'_>,
    skip: bool,
) -> Result<Request, Failure> {
    let (lang, options) = (context.lang, &gathered.options);
    let operation = dynamic::operation(&api.id, &action.name)
        .ok_or_else(|| Failure::new(Exit::Failed, format!("{} is not in this build", action.name)))?;
    let mut problems = std::mem::take(&mut gathered.collected.problems);
    let given = &gathered.collected.parameters;
    let misfits = given.iter().filter_map(|(name, value)| misfit((api, action), name, value, lang));
    problems.extend(misfits.map(|of| Problem { option: option_of(options, &of.path), message: of.message }));
    let request = match operation.request(&Value::Object(given.clone())) {
        Ok(request) => request,
        Err(error) => {
            for problem in error.problems() {
                let option = option_of(options, &problem.parameter);
                if !problems.iter().any(|known| known.option.starts_with(&option)) {
                    let message = lang.say("has a value that does not fit its type", "的值与类型不符").to_owned();
                    problems.push(Problem { option, message });
                }
            }
            return Err(Failure::invalid(problems, lang));
        }
    };
    for problem in if skip { Vec::new() } else { request.problems() } {
        let message = rules::message(&problem, &api.id, lang);
        let named = Problem { option: option_of(options, &problem.parameter), message };
        // One problem is told for each option. Values that no document lists were told by a note.
        let mut notes = gathered.collected.notes.iter();
        let is_noted = problem.kind == ProblemKind::Unlisted && notes.any(|note| note.option == named.option);
        if is_noted || problems.iter().any(|other| other.option == named.option) {
            continue;
        }
        if problem.severity == Severity::Error {
            problems.push(named);
        } else {
            // A rule says a whole sentence, every other message goes on from the name.
            let colon = if problem.kind == ProblemKind::Rule { lang.say(": ", "：") } else { " " };
            context.say(&format!("{} {}{colon}{}", lang.say("advice:", "建议："), named.option, named.message));
        }
    }
    if problems.is_empty() { Ok(request) } else { Err(Failure::invalid(problems, lang)) }
}

/// The parameters that `--extra` adds to the request. Those of every request, such as the language, make no other order of it.
pub(super) fn added(matches: &ArgMatches) -> Vec<(String, String)> {
    let extra = matches.get_many::<String>("extra").into_iter().flatten().filter_map(|text| text.split_once('='));
    extra.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The options of the call: `--extra`, the parameters of every request, the time.
///
/// # Errors
///
/// If `--extra` has no valid form, or has a secret.
pub(super) fn call_options(
    context: &Context,
    api: &Api,
    matches: &ArgMatches,
    skip: bool,
    own: &[Opt<'_>],
) -> Result<CallOptions, Failure> {
    let mut options = CallOptions::new();
    if skip {
        options = options.skip_validation();
    }
    if let Some(timeout) = context.timeout {
        options = options.operation_timeout(timeout);
    }
    for (parameter, name) in options::common(api) {
        if let Some(value) = matches.get_one::<String>(&name) {
            options = options.extra_parameter(&parameter.wire, value);
        }
    }
    for text in matches.get_many::<String>("extra").into_iter().flatten() {
        let Some((name, value)) = text.split_once('=') else {
            return Err(Failure::new(
                Exit::Usage,
                context.lang.say("--extra takes NAME=VALUE", "--extra 的形式为 名称=值"),
            ));
        };
        let is_secret =
            |option: &Opt<'_>| matches!(option.takes, Takes::Secret { .. }) && option.alias.eq_ignore_ascii_case(name);
        if own.iter().any(is_secret) || value.contains("PRIVATE KEY-----") {
            let wrong = context.lang.say(
                "is a secret, which other programs would see on the command line: use its own option",
                "是秘密，命令行会被其他程序看到：请使用其专用选项",
            );
            return Err(Failure::new(Exit::Usage, format!("--extra: `{name}` {wrong}")));
        }
        options = options.extra_parameter(name, value);
    }
    Ok(options)
}
