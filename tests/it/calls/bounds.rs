//! Reading a response is bounded in time and memory, whatever is in it.

use crate::setup::futures::now;
use crate::setup::script::{Script, response};
use cloudcert::api::Effect;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{Error, ErrorKind};
use std::time::{Duration, Instant};

/// Far more than a slow machine needs for this in a build without optimisation; what is not linear takes minutes.
const LONG: Duration = Duration::from_secs(20);

/// As many repetitions as fit into so many MiB; `#` stands for a number.
fn full(mib: usize, start: &str, part: &str, end: &str) -> String {
    let mut body = start.to_owned();
    for number in 0.. {
        let part = if part.contains('#') { part.replace('#', &format!("{number:06}")) } else { part.to_owned() };
        if body.len() + part.len() + end.len() > mib << 20 {
            break;
        }
        body += &part;
    }
    body + end
}

fn list(body: &str) -> Result<kcm::list_certificates::Response, Error> {
    let script = Script::reply(response(200, "text/plain", body).always());
    let config = script.config_with_retries();
    now(kcm::Client::new(config).unwrap().list_certificates().send())
}

fn untyped(body: &str) -> Result<serde_json::Value, Error> {
    let script = Script::json(body);
    let client = script.kcm_client();
    now(client.call("Later", [("A", "b")], Effect::Read)).map(|response| response.value)
}

#[test]
fn reading_time_is_linear_in_the_size_of_a_response() {
    for (start, part, end) in [
        ("<R><A", " a#=\"\"", "/><CertificateSet/></R>"),
        ("<R><CertificateSet", " a#=\"\"", "/></R>"),
        ("<R><A", " xmlns:n#=\"u\"", "/><CertificateSet/></R>"),
        ("<R xmlns=\"u\"", " xmlns:n#=\"u#\"", "><CertificateSet/></R>"),
        ("<R><CertificateSet/>", "<A xmlns:n#=\"u#\" n#:a=\"\"/>", "</R>"),
        ("<R><CertificateSet/><A>", "&#65;&amp;", "</A></R>"),
        ("<R><CertificateSet/><A>", "<!----><?a?>", "</A></R>"),
        ("<R><CertificateSet/><A>", "<![CDATA[]]>", "</A></R>"),
        ("<R><CertificateSet/>", "<A#/>", "</R>"),
        ("{\"CertificateSet\":[]", ",\"A#\":0", "}"),
        ("{\"CertificateSet\":[]", ",\"A\":0", "}"),
        ("{\"CertificateSet\":[],\"A\":{\"B\":0", ",\"A#\":0", "}}"),
        ("{\"CertificateSet\":[],\"A\":1", "0", "}"),
        ("{\"CertificateSet\":[],\"A\":0.", "0", "1}"),
        ("{\"CertificateSet\":[],\"TotalCount\":1e", "9", "}"),
        ("{\"CertificateSet\":[],\"A\":\"", "\\ud800", "\"}"),
        ("{\"CertificateSet\":[],\"A\":\"", "\\\\", "\"}"),
        ("{\"CertificateSet\":[],\"A\":[0", ",0", "]}"),
        ("{\"CertificateSet\":[null", ",null", "]}"),
        ("{\"CertificateSet\":[0", ",\"\"", "]}"),
        ("<R><CertificateSet>", "<item/>", "</CertificateSet></R>"),
    ] {
        let (body, began) = (full(1, start, part, end), Instant::now());
        list(&body).unwrap_or_else(|error| panic!("{start}{part}: {error}"));
        assert!(began.elapsed() < LONG, "{start}{part}: {:?}", began.elapsed());
    }
}

#[test]
fn values_that_outgrow_their_response_are_refused_and_not_retried() {
    for (start, part, end) in [
        ("{\"CertificateSet\":[{}", ",{}", "]}"),
        ("{\"CertificateSet\":[{}", ",{\"A\":0}", "]}"),
        ("{\"CertificateSet\":[{}", ",{\"CertificateId\":null}", "]}"),
        ("{\"A\":0", ",\"CertificateSet\":[{}]", "}"),
        ("{\"CertificateSet\":[],\"A\":[0", ",{\"\":0}", "]}"),
        ("{\"CertificateSet\":[],\"A\":[0", ",[0]", "]}"),
        ("<R><CertificateSet>", "<item><A/></item>", "</CertificateSet></R>"),
    ] {
        let error = list(&full(2, start, part, end)).unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Response, 1), "{start}{part}");
        let text = error.to_string();
        assert!(text.contains("more than 32 times its size and 8 MiB of memory"), "{start}{part}: {text}");
        assert!(text.len() < 400, "{text}");
    }
    for (part, end) in [(",{\"\":0}", "]}"), (",[0]", "]}"), (",[[[[0]]]]", "]}")] {
        let error = untyped(&full(2, "{\"A\":[0", part, end)).unwrap_err();
        assert!(error.to_string().contains("8 MiB of memory"), "{part}: {error}");
    }
}

#[test]
fn long_lists_of_short_elements_are_read() {
    for count in [1, 1_000, 20_000] {
        let json: Vec<String> = (1..=count).map(|id| format!("{{\"CertificateId\":\"{id}\"}}")).collect();
        let read = list(&format!("{{\"CertificateSet\":[{}]}}", json.join(","))).unwrap();
        assert_eq!(read.certificate_set.len(), count);
        let xml: Vec<String> =
            (1..=count).map(|id| format!("<item><CertificateId>{id}</CertificateId></item>")).collect();
        let read = list(&format!("<R><CertificateSet>{}</CertificateSet></R>", xml.concat())).unwrap();
        assert_eq!(read.certificate_set.len(), count);
        let value = untyped(&format!("{{\"A\":[{}]}}", vec!["{\"Id\":1}"; count].join(","))).unwrap();
        assert_eq!(value["A"].as_array().unwrap().len(), count);
    }
    // As many as there can be of what is large beside its memory.
    let value = untyped(&full(2, "{\"A\":[0", ",0", "]}")).unwrap();
    assert!(value["A"].as_array().unwrap().len() > 1_000_000);
}

#[test]
fn an_error_names_the_first_ten_missing_fields() {
    let items = vec!["{}"; 1_000].join(",");
    let error = list(&format!("{{\"CertificateSet\":[{items}]}}")).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("lacks CertificateSet.1.CertificateId, CertificateSet.2.CertificateId,"), "{text}");
    assert!(text.contains("CertificateSet.10.CertificateId and 990 more"), "{text}");
    assert!(!text.contains("CertificateSet.11."), "{text}");
    let body: serde_json::Value = serde_json::from_str(error.redacted_body().unwrap()).unwrap();
    let shown = body["CertificateSet"].as_array().unwrap();
    assert_eq!((shown.len(), shown[10].as_str()), (11, Some("... 990 more")));
}

#[test]
fn a_body_in_an_error_has_only_the_beginning_of_long_values() {
    let long = "\\u0001".repeat(2_000);
    let names: Vec<String> = (0..100).map(|number| format!("\"{long}{number}\":1")).collect();
    let item = format!("{{\"MainDomain\":\"{long}\",\"CertificateName\":\"{long}\",\"Later\":1}}");
    let items = vec![item.as_str(); 40].join(",");
    for body in [
        format!("{{\"CertificateSet\":[{items}]}}"),
        format!("{{\"CertificateSet\":[{{}}],{}}}", names.join(",")),
        format!("{{\"CertificateSet\":[{{{}}}]}}", names.join(",")),
    ] {
        let script = Script::json(body);
        let client = script.kcm_client();
        let error = now(client.list_certificates().send()).unwrap_err();
        let shown = error.redacted_body().unwrap();
        assert!(shown.len() <= 12 << 10, "{}", shown.len());
        serde_json::from_str::<serde_json::Value>(shown).unwrap();
        assert!(error.to_string().len() < 1_000);
    }
}

#[test]
fn nesting_ends_at_64_levels_wherever_it_is() {
    for (open, close) in [("[", "]"), ("{\"A\":", "}")] {
        for (levels, reads) in [(50, true), (100, false), (500_000, false)] {
            let deep = format!("{}0{}", open.repeat(levels), close.repeat(levels));
            for place in ["A", "CertificateSet", "RequestId", "Error"] {
                let body = format!("{{\"TotalCount\":1,\"{place}\":{deep}}}");
                let error = list(&body).err().map(|error| error.to_string()).unwrap_or_default();
                assert_eq!(!error.contains("nested too deeply"), reads, "{place} {levels}: {error}");
            }
        }
    }
    for levels in [100, 500_000] {
        for place in ["A", "CertificateSet", "RequestId"] {
            let deep = format!("{}{}", "<A>".repeat(levels), "</A>".repeat(levels));
            let error = list(&format!("<R><{place}>{deep}</{place}></R>")).unwrap_err();
            assert!(error.to_string().contains("nested too deeply"), "{place} {levels}: {error}");
            assert_eq!(error.attempts(), 1);
        }
    }
}
