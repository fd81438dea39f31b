//! Ctrl-C and SIGTERM while a call is in flight.

use super::is_repeatable;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use cloudcert::api::Effect;
use std::future::Future;

/// Runs a future until it ends or the user stops the program, and says what may have happened then.
///
/// # Errors
///
/// If it was stopped.
pub(crate) async fn until_stopped<T>(
    context: &Context,
    effect: Effect,
    call: impl Future<Output = T>,
) -> Result<T, Failure> {
    let exit = tokio::select! {
        biased;
        done = call => return Ok(done),
        exit = stopped() => exit,
    };
    let lang = context.lang;
    let stopped = Failure::new(exit, lang.say("stopped", "已停止"));
    if is_repeatable(effect) {
        return Err(stopped.remedy(lang.say("run the command again.", "可再次运行命令。")));
    }
    let unknown =
        lang.say("stopped while the call was in flight: it may have been executed", "调用途中被停止：可能已经执行");
    let next = lang
        .say("look at what the service has before you repeat the command.", "重复命令之前，请先查看服务中的实际情况。");
    Err(Failure::new(exit, unknown).remedy(next).outcome_unknown())
}

#[cfg(unix)]
async fn stopped() -> Exit {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminated), Ok(mut hung_up)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup())) else {
        return interrupted().await;
    };
    tokio::select! {
        exit = interrupted() => exit,
        _ = terminated.recv() => Exit::Terminated,
        // The terminal was closed.
        _ = hung_up.recv() => Exit::Terminated,
    }
}

#[cfg(not(unix))]
async fn stopped() -> Exit {
    interrupted().await
}

async fn interrupted() -> Exit {
    if tokio::signal::ctrl_c().await.is_err() {
        // Nothing can be heard, so nothing stops the call but its end.
        std::future::pending::<()>().await;
    }
    Exit::Interrupted
}
