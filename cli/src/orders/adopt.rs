//! `cloudcert adopt`: takes over what the service has already.

use super::{desk, renew, settled};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use crate::reported as exit;
use crate::send::until_stopped;
use clap::{Arg, ArgGroup, ArgMatches, Command};
use cloudcert::api::Effect;
use cloudcert_orders::flow::order::Order;
use cloudcert_orders::journal::event::Ids;
use serde_json::Map;
use std::path::Path;

/// The options, and the names of the ids that they give.
const IDS: [(&str, &str); 3] = [("order", "OrderId"), ("certificate", "CertificateId"), ("instance", "InstanceId")];

/// The command.
pub(super) fn command(lang: Lang) -> Command {
    let ids = IDS.map(|(name, _)| {
        Arg::new(name).long(name).value_name("ID").help(lang.say("What the service has", "服务中已有的编号"))
    });
    let english = "Takes over an order or certificate of the service, and orders nothing";
    super::about(lang, "adopt", english, "接管服务中已有的订单或证书，不订购")
        .args(ids)
        .group(ArgGroup::new("id").args(IDS.map(|(name, _)| name)).required(true))
        .arg(Arg::new("key").long("key").value_name("FILE").help(lang.say(
            "The private key in PEM, unless the service has it",
            "PEM 格式的私钥文件；若私钥由服务保存则无需提供",
        )))
        .args(super::waits(lang))
}

/// Runs it.
pub(super) async fn run(context: &Context, matches: &ArgMatches) -> Result<(), Failure> {
    let office = desk::named(context, matches).await?;
    let mut ids = Ids::new();
    for (option, name) in IDS {
        if let Some(id) = matches.get_one::<String>(option) {
            ids.insert(name.to_owned(), id.clone());
        }
    }
    let desk = office.desk(super::patience(matches));
    let wanted = desk.cloud.id();
    if !ids.contains_key(wanted) {
        let wrong = context.lang.say("this way of ordering knows its orders by", "此订购方式使用的编号是");
        return Err(Failure::new(Exit::Usage, format!("{wrong} {wanted}")));
    }
    let key = matches.get_one::<String>("key").map(Path::new);
    if key.is_some_and(|file| !file.is_file()) {
        // Not repeated: it may be the key itself.
        let wrong = context.lang.say("--key does not name a file", "--key 指定的不是文件");
        let next = context.lang.say("write the path of the private key.", "请写私钥文件的路径。");
        return Err(Failure::new(Exit::Usage, wrong).remedy(next));
    }
    let work = async {
        let mut order = Order::adopt_by_person(&desk, &office.plan, super::journal::who(), ids, key).await?;
        let ended = order.advance().await;
        Ok::<_, cloudcert_orders::Failure>((ended, order.state().clone()))
    };
    let done = until_stopped(context, Effect::Read, work).await?;
    let (ended, state) = done.map_err(|failure| exit::failure(&failure))?;
    renew::ended(ended)?;
    settled::print(context, &office, &state, Map::new()).await
}
