//! What the SDK reports, in both languages.

use crate::base::failure::Failure;
use crate::base::text::{Lang, Text};
use cloudcert::{Error, ErrorKind, Evidence, Outcome};

/// What the SDK says of an error: in English its own sentence; in Chinese what kind of error it is, with its codes and ids, and the words of the service
/// as it wrote them.
#[must_use]
pub fn said(error: &Error) -> Text {
    let refused = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Failure>());
    let what = match error.kind() {
        _ if error.outcome_unknown() => "无法确定是否已执行",
        ErrorKind::Invalid => "请求不符合规则，未发送",
        ErrorKind::Config => "设置有误，未发送",
        ErrorKind::Credentials => "没有可用的凭证",
        ErrorKind::Connect => "无法连接服务，未发送",
        ErrorKind::Transport => "连接中断，未收到响应",
        ErrorKind::Service => "服务返回错误",
        ErrorKind::Response => "无法读取服务的响应",
        ErrorKind::Refused => "未发送",
        ErrorKind::Timeout => "服务未在时限内响应",
        ErrorKind::Guarded => "此前的调用结果尚未核实，未发送",
        _ => "调用失败",
    };
    let mut zh = format!("{}：{what}", error.action());
    let refused = refused.map(|failure| failure.placed().of(Lang::Zh).to_owned());
    for part in [refused, parameters(error), codes(error)].into_iter().flatten() {
        zh = format!("{zh}：{part}");
    }
    // Without a code it is a sentence of the SDK about the response.
    if error.kind() == ErrorKind::Service && error.code().is_some() {
        zh = format!("{zh}，“{}”", error.message().escape_debug());
    }
    Text::both(error.to_string(), zh)
}

fn parameters(error: &Error) -> Option<String> {
    let names: Vec<&str> = error.problems().iter().map(|problem| problem.parameter.as_ref()).collect();
    (!names.is_empty()).then(|| names.join("、"))
}

fn codes(error: &Error) -> Option<String> {
    let status = error.status().map(|status| format!("HTTP {status}"));
    let id = error.request_id().map(|id| format!("RequestId {id}"));
    let (code, inner) = (error.code().map(str::to_owned), error.inner_code().map(str::to_owned));
    let all: Vec<String> = [code, inner, status, id].into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join("，"))
}

/// What a probe has shown, or why it shows nothing.
#[must_use]
pub fn verdict(outcome: &Outcome) -> Text {
    let by = outcome.evidence().map(|evidence| match evidence {
        Evidence::Response => "其响应，或请求并未发出",
        Evidence::List => "读到末尾的列表",
        Evidence::State => "它所改变的状态",
        Evidence::Counter => "计数（他人也会改变）",
        _ => "探测结果",
    });
    let zh = match (outcome, by) {
        (Outcome::Executed { .. }, Some(by)) => format!("已执行，依据：{by}"),
        (Outcome::NotExecuted { .. }, Some(by)) => format!("未执行，依据：{by}"),
        _ => "探测结果不能说明是否已执行".to_owned(),
    };
    Text::both(outcome.to_string(), zh)
}
