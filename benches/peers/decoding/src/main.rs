//! Lists of certificates read by cloudcert, and into exact structures.
//!
//! cloudcert cannot read a response without a call, so the calls go over a transport that has the response at once. The case `empty`, whose
//! response is `{}`, shows what a call costs without its response. The exact structures have such a case too.

mod exact;

use cloudcert::aliyun_cas::v2018_07_13 as cas;
use cloudcert::http::HttpResponse;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use decoding::{Canned, now, responses};
use serde::de::DeserializeOwned;
use turns::Case;

const SIZES: [usize; 3] = [1, 100, 10_000];

fn json<T: DeserializeOwned>(body: Vec<u8>) -> T {
    serde_json::from_slice(&body).expect("it fits")
}

fn xml<T: DeserializeOwned>(body: Vec<u8>) -> T {
    quick_xml::de::from_str(std::str::from_utf8(&body).expect("UTF-8")).expect("it fits")
}

/// The responses of the cases that run: list, format, number of certificates, text.
fn bodies() -> Vec<(&'static str, &'static str, usize, String)> {
    let named = turns::named();
    let mut out = Vec::new();
    for size in SIZES {
        for format in ["json", "xml"] {
            let wanted = |list| named.as_ref().is_none_or(|name| name.starts_with(&format!("{list} {format} {size} ")));
            if wanted("aliyun") {
                out.push(("aliyun", format, size, responses::aliyun(format, size)));
            }
            if wanted("ksyun") {
                out.push(("ksyun", format, size, responses::ksyun(format, size)));
            }
        }
    }
    out
}

fn main() {
    let canned = Canned::default();
    let old = cas::Client::new(canned.config()).expect("a client");
    let new = kcm::Client::new(canned.config()).expect("a client");
    let aliyun = |response: HttpResponse| {
        canned.put(response);
        now(old.describe_user_certificate_list().current_page(1).show_size(50).send()).certificate_list
    };
    let ksyun = |response: HttpResponse| {
        canned.put(response);
        now(new.list_certificates().send()).certificate_set
    };
    let response = |body: &str| HttpResponse::new(200, Vec::new(), body);

    let bodies = bodies();
    if std::env::args().nth(1).as_deref() == Some("sizes") {
        let sizes =
            bodies.iter().map(|(list, format, size, body)| (format!("{list} {format} {size}"), body.len().into()));
        println!("{}", serde_json::Value::Object(sizes.collect()));
        return;
    }
    let mut cases = vec![
        Case::prepared("aliyun empty sdk", || response("{}"), &aliyun),
        Case::prepared("ksyun empty sdk", || response("{}"), &ksyun),
        Case::prepared("empty exact", || b"{}".to_vec(), json::<exact::Contact>),
    ];
    for (list, format, size, body) in &bodies {
        let (name, size) = (format!("{list} {format} {size}"), *size);
        let (own, bytes) = (move || response(body), move || body.as_bytes().to_vec());
        let (by_sdk, by_hand) = (format!("{name} sdk"), format!("{name} exact"));
        // This checks once that everything is read, and costs nothing after that.
        match *list {
            "aliyun" => {
                assert_eq!(aliyun(response(body)).len(), size, "{name}");
                cases.push(Case::prepared(by_sdk, own, &aliyun));
            }
            _ => {
                assert_eq!(ksyun(response(body)).len(), size, "{name}");
                cases.push(Case::prepared(by_sdk, own, &ksyun));
            }
        }
        cases.push(match (*list, *format) {
            ("aliyun", "json") => Case::prepared(by_hand, bytes, |body| json::<exact::Aliyun>(body).certificate_list),
            ("aliyun", _) => Case::prepared(by_hand, bytes, |body| xml::<exact::Aliyun>(body).certificate_list),
            (_, "json") => Case::prepared(by_hand, bytes, |body| json::<exact::Ksyun>(body).certificate_set),
            _ => Case::prepared(by_hand, bytes, |body| xml::<exact::KsyunXml>(body).certificate_set.item),
        });
    }
    turns::measure(cases);
}
