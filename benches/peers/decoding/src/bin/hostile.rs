//! Responses that are made to be expensive: the processor time and memory of reading each, for one size and four times that.
//!
//! Each is read in a process of its own, which is this program again: `hostile [KIB] [CASE]`. The output is a table in Markdown.

use cloudcert::api::Effect;
use cloudcert::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportFuture};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{Config, Credentials, Error, Retries};
use std::pin::pin;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// A case: its name, whether the action is unknown, and how the response begins, what it repeats, and how it ends.
type Case = (&'static str, bool, &'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    ("JSON: list of `{}`", false, "{\"CertificateSet\":[{}", ",{}", "]}"),
    ("JSON: list of `{\"CertificateId\":\"1\"}`", false, "{\"CertificateSet\":[{}", ",{\"CertificateId\":\"1\"}", "]}"),
    ("JSON: list of `\"\"`", false, "{\"CertificateSet\":[\"\"", ",\"\"", "]}"),
    ("JSON: list of `{\"Contact\":{\"a\":0}}`", false, "{\"CertificateSet\":[{}", ",{\"Contact\":{\"a\":0}}", "]}"),
    ("JSON: the same list again", false, "{\"A\":0", ",\"CertificateSet\":[{}]", "}"),
    ("JSON: unknown members", false, "{\"A\":0", ",\"\":0", "}"),
    ("JSON: unknown list of `0`", false, "{\"CertificateSet\":[],\"A\":[0", ",0", "]}"),
    ("JSON: unknown list of `{\"\":0}`", false, "{\"CertificateSet\":[],\"A\":[0", ",{\"\":0}", "]}"),
    ("JSON: one number", false, "{\"CertificateSet\":[],\"A\":1", "0", "}"),
    ("JSON: one text of escapes", false, "{\"CertificateSet\":[],\"A\":\"", "\\u00e9", "\"}"),
    ("JSON: one text of half surrogates", false, "{\"CertificateSet\":[],\"A\":\"", "\\ud800", "\"}"),
    ("JSON: one level in the other", false, "{\"A\":", "[", ""),
    ("JSON: error code and message", false, "{\"Error\":{\"Code\":\"A\",\"Message\":\"", "message ", "\"}}"),
    ("JSON, untyped: list of `0`", true, "{\"A\":[0", ",0", "]}"),
    ("JSON, untyped: list of `[0]`", true, "{\"A\":[0", ",[0]", "]}"),
    ("JSON, untyped: list of `{\"\":0}`", true, "{\"A\":[0", ",{\"\":0}", "]}"),
    ("JSON, untyped: 40 levels", true, "{\"A\":[0", ",[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "]}"),
    ("XML: attributes of one element", false, "<R><A", " a000000=\"\"", "/></R>"),
    ("XML: namespaces of one element", false, "<R><A", " xmlns:n000000=\"u\"", "/></R>"),
    ("XML: a namespace for each element", false, "<R>", "<A xmlns:n000000=\"u000000\"/>", "</R>"),
    ("XML: list of `<item/>`", false, "<R><CertificateSet>", "<item/>", "</CertificateSet></R>"),
    ("XML: list of `<item><A/></item>`", false, "<R><CertificateSet>", "<item><A/></item>", "</CertificateSet></R>"),
    ("XML: repeated `<CertificateSet>`", false, "<R>", "<CertificateSet><A/></CertificateSet>", "</R>"),
    ("XML: unknown elements", false, "<R>", "<A/>", "</R>"),
    ("XML: one text of references", false, "<R><A>", "&#65;", "</A></R>"),
    ("XML: one text of unknown references", false, "<R><A>", "&a;", "</A></R>"),
    ("XML: comments", false, "<R><A>", "<!---->", "</A></R>"),
    ("XML: one level in the other", false, "<R>", "<A>", ""),
    ("XML: a document type", false, "<!DOCTYPE R [", "<!ENTITY a \"b\">", "]><R/>"),
];

fn body(case: &Case, bytes: usize) -> String {
    let mut body = case.2.to_owned();
    let mut number = 0_u32;
    while body.len() + case.3.len() + case.4.len() <= bytes {
        // Names that have to differ do.
        if case.3.contains("000000") {
            body.push_str(&case.3.replace("000000", &format!("{number:06}")));
            number += 1;
        } else {
            body.push_str(case.3);
        }
    }
    body + case.4
}

/// Plays one response.
#[derive(Debug, Clone)]
struct Once(Arc<Mutex<Option<HttpResponse>>>);

impl Transport for Once {
    fn send(&self, _: HttpRequest) -> TransportFuture<'_> {
        let response = self.0.lock().expect("nobody panics").take();
        Box::pin(std::future::ready(response.ok_or_else(|| TransportError::refused("no response"))))
    }
}

/// Nanoseconds of processor time that this thread has used.
fn used() -> f64 {
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    figures.split_whitespace().next().and_then(|text| text.parse().ok()).expect("a number")
}

fn memory(line: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let figure = status.lines().find_map(|text| text.strip_prefix(line)).expect("a figure");
    figure.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// Milliseconds of processor time, KiB besides the response itself, bytes of the error's text.
fn measure(case: &Case, bytes: usize) -> (f64, usize, usize) {
    let response = HttpResponse::new(200, Vec::new(), body(case, bytes));
    let transport = Once(Arc::new(Mutex::new(Some(response))));
    let config = Config::new(Credentials::new("testid", "testsecret")).transport(transport).retries(Retries::none());
    let client = kcm::Client::new(config.response_limit(1 << 30)).expect("a client");
    let before = memory("VmRSS:");
    let began = used();
    let mut call = pin!(async {
        if case.1 {
            client.call("Later", [("A", "b")], Effect::Read).await.map(drop)
        } else {
            client.list_certificates().send().await.map(drop)
        }
    });
    let Poll::Ready(result) = call.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("nothing to wait for");
    };
    let text = result.err().map_or(0, |error: Error| error.to_string().len() + error.redacted_body().map_or(0, str::len));
    ((used() - began) / 1e6, memory("VmHWM:").saturating_sub(before), text)
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let kib: usize = arguments.next().map_or(1024, |text| text.parse().expect("a number of KiB"));
    if let Some(wanted) = arguments.next() {
        let case = CASES.iter().find(|case| case.0 == wanted).expect("a case");
        let (ms, memory, text) = measure(case, kib << 10);
        return println!("{ms} {memory} {text}");
    }
    println!("| response | {kib} KiB: ms | {} KiB: ms | ns a byte | MiB beside it | beside its size | bytes of error |", 4 * kib);
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    for case in CASES {
        let run = |kib: usize| -> [f64; 3] {
            let program = std::env::current_exe().expect("this program");
            let output = Command::new(program).arg(kib.to_string()).arg(case.0).output().expect("it starts");
            assert!(output.status.success(), "{}: {}", case.0, String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            let mut figures = text.split_whitespace().map(|figure| figure.parse().expect("a figure"));
            std::array::from_fn(|_| figures.next().expect("three figures"))
        };
        let ([small, ..], [large, memory, text]) = (run(kib), run(4 * kib));
        let bytes = (4 * kib) as f64 * 1024.0;
        println!(
            "| {} | {small:.1} | {large:.1} | {:.1} | {:.1} | {:.1} | {text} |",
            case.0,
            large * 1e6 / bytes,
            memory / 1024.0,
            memory * 1024.0 / bytes
        );
    }
}
