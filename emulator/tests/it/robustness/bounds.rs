//! Before the endpoint knows who sent a request, its memory and time are bounded by the size of the request.

use crate::setup::served::Served;
use crate::setup::signed::{CAS, FORM, KCM, aws4, endpoint, nonce, now, v1};
use crate::setup::wire::{Response, Sent, parse};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const MOST: usize = 4 << 20;

/// Fills a body up to the maximum size.
fn filled(start: &str, end: &str, part: impl Fn(usize) -> String) -> Vec<u8> {
    let mut out = start.to_owned();
    for number in 0.. {
        let part = part(number);
        if out.len() + part.len() + end.len() > MOST {
            break;
        }
        out.push_str(&part);
    }
    out.push_str(end);
    out.into_bytes()
}

/// Makes nested lists behind long names.
fn nested(names: usize, length: usize, items: usize) -> Vec<u8> {
    let head = format!("{{\"{}\":", "a".repeat(length)).repeat(names);
    format!("{head}[1{}]{}", ",1".repeat(items), "}".repeat(names)).into_bytes()
}

/// Returns the bodies that cost most for their size, with their content types.
fn bodies() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let json = "application/json";
    let v1 = format!("Action=DescribePackageState&Version={CAS}&AccessKeyId=testid&SignatureMethod=HMAC-SHA1");
    let v1 = format!("{v1}&SignatureVersion=1.0&SignatureNonce={}&Signature=x&Timestamp=", nonce());
    let now = now();
    vec![
        ("210 KB of a list behind 100 names", json, nested(100, 1_000, 55_000)),
        ("4 MB of a list behind 100 names", json, nested(100, 20_000, 1_000_000)),
        ("a list behind one name", json, nested(1, 2_000_000, 1_000_000)),
        ("a list", json, filled("{\"a\":[1", "]}", |_| ",1".to_owned())),
        ("empty lists", json, filled("{\"a\":[[]", "]}", |_| ",[]".to_owned())),
        ("lists in lists", json, filled("{\"a\":[1", "]}", |_| format!(",{}{}", "[".repeat(100), "]".repeat(100)))),
        ("empty objects", json, filled("{\"a\":[{}", "]}", |_| ",{}".to_owned())),
        ("members", json, filled("{\"a\":0", "}", |number| format!(",\"{number:x}\":0"))),
        ("one member again and again", json, filled("{\"a\":0", "}", |_| ",\"a\":0".to_owned())),
        ("a list again and again", json, filled("{\"a\":0", "}", |_| ",\"a\":[1,1,1,1,1]".to_owned())),
        ("nulls", json, filled("{\"a\":[null", "]}", |_| ",null".to_owned())),
        ("one text", json, filled("{\"a\":\"", "\"}", |_| "\\u00e9".to_owned())),
        ("pairs", FORM, filled("a", "", |number| format!("&{number:x}"))),
        ("one pair again and again", FORM, filled("a", "", |_| "&a".to_owned())),
        ("marks without pairs", FORM, filled("a", "", |_| "&".to_owned())),
        ("bytes of no script", FORM, filled("a=", "", |_| "%ff".to_owned())),
        ("a name", FORM, filled("a", "", |_| "a".to_owned())),
        ("what is signed five times as long", FORM, filled(&format!("{v1}{now}&x="), "", |_| "\n".to_owned())),
        ("another kind", "multipart/form-data; boundary=x", filled("--x\r\n", "", |_| "a: b\r\n".to_owned())),
    ]
}

/// Sends a request to a program, and reads the response to its end.
fn ask(served: &Served, sent: &Sent) -> Response {
    let mut stream = TcpStream::connect(served.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let _ = stream.write_all(&sent.bytes(served.address()));
    let mut out = Vec::new();
    let _ = stream.read_to_end(&mut out);
    parse(&out).unwrap_or_else(|| panic!("no response"))
}

#[test]
fn a_body_costs_memory_and_time_by_its_size() {
    let served = Served::start();
    let before = served.peak_megabytes();
    for (what, kind, body) in bodies() {
        let (size, begun) = (body.len(), Instant::now());
        let response = ask(&served, &Sent::new("POST", "/").body(kind, body));
        assert!((400..500).contains(&response.status), "{what}: {}", response.status);
        assert!(response.body.len() < 100_000, "{what}: {} bytes of response", response.body.len());
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}: {size} bytes took {:?}", begun.elapsed());
        let peak = served.peak_megabytes();
        assert!(peak < before + 120, "{what}: {size} bytes took the program from {before} to {peak} MB");
    }
}

#[test]
fn a_head_costs_memory_and_time_by_its_size() {
    let served = Served::start();
    let before = served.peak_megabytes();
    let compact = now().replace(['-', ':'], "");
    let scope = format!("AKLTtestid/{}/cn-beijing-6/kcm/aws4_request", &compact[..8]);
    let names = "host;x-amz-date;".to_owned() + &"a;".repeat(15_000) + "a";
    let long = "y".repeat(30_000);
    let get = Sent::new("GET", format!("/?Action=GetToken&Version={KCM}")).header("a", long.clone());
    let ways = [
        get.clone()
            .header("x-amz-date", compact.clone())
            .header("authorization", format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature=0")),
        Sent::new("GET", "/")
            .header("x-acs-action", "DescribePackageState")
            .header("x-acs-version", CAS)
            .header("x-acs-date", now())
            .header("x-acs-signature-nonce", nonce())
            .header("x-acs-content-sha256", "0")
            .header("a", long)
            .header("authorization", format!("ACS3-HMAC-SHA256 Credential=testid,SignedHeaders={names},Signature=0")),
        Sent::new(
            "GET",
            format!(
                "/?Action=GetToken&Version={KCM}&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date={compact}&X-Amz-Signature=0&X-Amz-SignedHeaders={names}",
                scope.replace('/', "%2F")
            ),
        )
        .header("a", "y".repeat(20_000)),
    ];
    for sent in ways {
        let begun = Instant::now();
        let response = ask(&served, &sent);
        assert_eq!((response.status, response.code().as_str()), (400, "IncompleteSignature"), "{response:?}");
        assert!(response.message().contains("each header once"), "{response:?}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    }
    let pairs = ask(&served, &Sent::new("GET", format!("/?{}", "a&".repeat(30_000))));
    assert!(pairs.message().contains("too many parameters"), "{pairs:?}");
    let peak = served.peak_megabytes();
    assert!(peak < before + 60, "from {before} to {peak} MB");
}

#[tokio::test]
async fn limits_are_reported_in_the_form_of_the_service() {
    let endpoint = endpoint().await;
    let list = |items: usize| {
        format!("{{\"Action\":\"ListCertificates\",\"CertificateId\":[{}\"1\"]}}", "\"1\",".repeat(items))
    };
    let many = |pairs: usize| "a=1&".repeat(pairs);
    let long = |length: usize| format!("{}=1", "n".repeat(length));
    let json = |body: String| Sent::new("POST", "/?Version=2020-04-07").body("application/json", body);
    let form = |body: String| Sent::new("POST", "/?Version=2020-04-07").body(FORM, body);
    let query = |query: String| Sent::new("GET", format!("/?Version=2020-04-07&{query}"));
    for (sent, why) in [
        (json(list(4_000)), "body is not valid: it has too many parameters"),
        (form(many(4_001)), "body is not valid: it has too many parameters"),
        (query(many(4_000)), "query is not valid: it has too many parameters"),
        (form(long(257)), "body is not valid: it has a parameter whose name is too long"),
        (query(long(257)), "query is not valid: it has a parameter whose name is too long"),
        (
            json(format!("{{\"{}\":1}}", "n".repeat(257))),
            "body is not valid: it has a parameter whose name is too long",
        ),
        (form(list(1)), "it must match the content type: it is JSON"),
        (json(many(1)), "must be a JSON object"),
    ] {
        let response = sent.to(endpoint.address()).await;
        assert_eq!((response.status, response.code().as_str()), (400, "InvalidParameter"), "{why}: {response:?}");
        assert!(response.message().contains(why), "{why}: {response:?}");
    }
    for sent in [form(many(4_000)), query(many(3_999)), form(long(256))] {
        let response = sent.to(endpoint.address()).await;
        assert_eq!(response.code(), "MissingAction", "{response:?}");
    }
    // A value that is no picture, before it is worked with.
    let text = |length: usize| v1(CAS, "DescribePackageState", &[("ProductCode", &"x".repeat(length))]);
    let response = text((64 << 10) + 1).to(endpoint.address()).await;
    assert!(response.message().contains("at most 65536 bytes"), "{response:?}");
    let response = text(64 << 10).to(endpoint.address()).await;
    assert!(!response.message().contains("at most 65536 bytes"), "{response:?}");
    let members: Vec<(String, String)> = (0..20).map(|n| (format!("Contact.M{n}"), "x".repeat(4_000))).collect();
    let members: Vec<(&str, &str)> = members.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let own = [&[("CertificateId", "1")][..], &members].concat();
    let response = aws4("UpdateCertificate", &own).to(endpoint.address()).await;
    assert!(response.message().contains("at most 65536 bytes"), "{response:?}");
    let mut wrong = v1(CAS, "DescribePackageState", &[("Note", &"-".repeat(70_000))]);
    wrong.body.extend_from_slice(b"-");
    let response = wrong.to(endpoint.address()).await;
    assert_eq!(response.code(), "SignatureDoesNotMatch");
    assert!(response.message().ends_with("bytes, too long to be quoted)"), "{response:?}");
}
