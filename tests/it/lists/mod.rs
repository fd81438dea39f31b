//! Lists: their pages and their items.

mod ends;
mod pages;

use crate::setup::futures::now;
use crate::setup::script::{Script, json_response, pairs};
use cloudcert::Items;
use cloudcert::Pages;
use cloudcert::aliyun_cas::v2018_07_13::describe_user_certificate_list::Request as List;

/// A page of certificates with these ids.
fn page(ids: impl IntoIterator<Item = i64>, total: Option<i64>) -> String {
    let items: Vec<String> = ids.into_iter().map(|id| format!(r#"{{"id":{id}}}"#)).collect();
    let total = total.map_or_else(String::new, |total| format!(r#""TotalCount":{total},"#));
    format!(r#"{{{total}"CertificateList":[{}]}}"#, items.join(","))
}

/// A script of pages.
fn script(pages: impl IntoIterator<Item = String>) -> Script {
    Script::replies(pages.into_iter().map(|page| json_response(200, page)))
}

/// The pages of a list of certificates.
fn pages(script: &Script) -> Pages<List> {
    script.old_client().describe_user_certificate_list().pages()
}

/// The ids of the items that are left.
fn rest(mut items: Items<List>) -> Vec<i64> {
    std::iter::from_fn(|| now(items.next())).map(|item| item.unwrap().id.unwrap().get()).collect()
}

/// The values of a parameter, request by request.
fn asked(script: &Script, name: &str) -> Vec<String> {
    let sent = script.sent();
    let all = sent.iter().flat_map(|request| pairs(&request.body));
    all.filter(|(key, _)| key == name).map(|(_, value)| value).collect()
}
