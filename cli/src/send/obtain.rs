//! `--token auto`: a secret that another operation of the description returns.

use super::{is_repeatable, until_stopped};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{Collected, put};
use cloudcert::dynamic::Client;
use cloudcert::model::{self, Api, Need};
use serde_json::{Map, Value};

/// Calls the operations that return what was asked for as `auto`, and puts the secrets into the request. They get the parameters that they share
/// with it by name.
///
/// # Errors
///
/// Those of the calls; if a response lacks the secret, or a call would change something.
pub(super) async fn fill(
    context: &Context,
    api: &Api,
    client: &Client,
    collected: &mut Collected<'_>,
) -> Result<(), Failure> {
    for auto in std::mem::take(&mut collected.autos) {
        let failed = |error: &cloudcert::Error| context.failure(error, &api.id, &[]);
        let operation = client.operation(auto.action).map_err(|error| failed(&error))?;
        // The API at hand may have the action of the command alone.
        let of = model::api_with(&api.id, &[auto.action]);
        let needed = of.iter().flat_map(|of| &of.actions).flat_map(|of| &of.parameters);
        let needed = needed.filter(|field| field.need == Need::Required);
        let shared =
            needed.filter_map(|field| Some((field.wire.clone(), collected.parameters.get(&field.wire)?.clone())));
        let request =
            operation.request(&Value::Object(shared.collect::<Map<_, _>>())).map_err(|error| failed(&error))?;
        if !is_repeatable(request.effect()) {
            let wrong =
                context.lang.say("changes something, so `auto` does not call it:", "会更改内容，`auto` 不会调用：");
            return Err(Failure::new(Exit::Usage, format!("{wrong} {}", auto.action)));
        }
        context.say(&format!("{} {}", context.lang.say("calling", "正在调用"), auto.action));
        let response = until_stopped(context, request.effect(), client.send(&request)).await?;
        let response = response.map_err(|error| failed(&error))?;
        let Some(secret) = response.secret(&auto.from.join(".")) else {
            let lacks = context.lang.say("its response has no", "响应中没有");
            return Err(Failure::new(Exit::Failed, format!("{}: {lacks} {}", auto.action, auto.from.join("."))));
        };
        put(&mut collected.parameters, &auto.path, secret.expose().into());
    }
    Ok(())
}
