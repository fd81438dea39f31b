//! Rules of the spec about members of structures and about domains: what they advise on.

use cloudcert::aliyun_cas::v2020_04_07::create_certificate_request::Request as Order;
use cloudcert::aliyun_cas::v2020_04_07::create_csr::Request as CreateCsr;
use cloudcert::ksyun_kcm::v2016_03_04::apply_certificate::Request as Apply;
use cloudcert::ksyun_kcm::v2016_03_04::list_certificates::Request as List;
use cloudcert::ksyun_kcm::v2016_03_04::update_certificate::Request as Update;
use cloudcert::{Operation, Severity};
use serde_json::{Value, json};

/// The parameters with advice, and its messages.
fn advice<R: Operation + serde::de::DeserializeOwned>(request: Value) -> Vec<(String, String)> {
    let problems = serde_json::from_value::<R>(request).unwrap().problems().into_iter();
    let advice = problems.filter(|problem| problem.severity == Severity::Advice);
    advice.map(|problem| (problem.parameter.into_owned(), problem.message.into_owned())).collect()
}

#[test]
fn a_contact_has_numbers_and_an_address() {
    let said = |contact: Value| advice::<Update>(json!({"CertificateId": "7", "Contact": contact}));
    let sound = json!({"Phone": "13800000000", "AltPhone": "+86 571-0000-0000", "Email": "ops@example.com"});
    assert!(said(sound).iter().all(|(parameter, _)| !parameter.starts_with("Contact")));
    let wrong = said(json!({"Phone": "none", "AltPhone": "1", "Email": "ops"}));
    let members: Vec<(&str, &str)> = wrong
        .iter()
        .filter(|(parameter, _)| parameter.starts_with("Contact"))
        .map(|(parameter, message)| (parameter.as_str(), message.as_str()))
        .collect();
    let wanted = [
        ("Contact.Phone", "is not a valid telephone number"),
        ("Contact.AltPhone", "is not a valid telephone number"),
        ("Contact.Email", "is not a valid email address"),
    ];
    assert_eq!(members, wanted);
}

#[test]
fn each_tag_is_within_its_limits() {
    let said = |tags: Value| -> Vec<String> {
        let advice = advice::<Order>(json!({"Tags": tags})).into_iter();
        advice.map(|(parameter, _)| parameter).filter(|parameter| parameter.starts_with("Tags")).collect()
    };
    assert_eq!(said(json!([{"Key": "k", "Value": ""}])), [""; 0]);
    assert_eq!(said(json!([{"Key": "k"}, {"Key": ""}])), ["Tags.Key"]);
    let long = "长".repeat(129);
    assert_eq!(said(json!([{"Key": long, "Value": "v"}, {"Key": "k", "Value": long}])), ["Tags.Key", "Tags.Value"]);
}

#[test]
fn a_filter_that_no_document_lists_is_advised_on() {
    assert_eq!(advice::<List>(json!({"Filter": [{"Name": "main-domain"}]})), []);
    let said = advice::<List>(json!({"Filter": [{"Name": "main-domian"}]}));
    assert_eq!(said, [("Filter.Name".to_owned(), "is not one of the documented values".to_owned())]);
}

/// The advice on one parameter.
fn advice_on<R: Operation + serde::de::DeserializeOwned>(parameter: &str, request: Value) -> Vec<String> {
    let said = advice::<R>(request).into_iter().filter(|(of, _)| of == parameter);
    said.map(|(_, message)| message).collect()
}

#[test]
fn the_kind_of_a_domain_is_what_the_product_is_for() {
    let order = |domain: &str, product: Option<&str>| {
        let product = product.map_or_else(Value::default, Value::from);
        advice_on::<Order>("Domain", json!({"Domain": domain, "ProductCode": product, "ValidateType": "DNS"}))
    };
    let single = "This product is for a single domain, so Domain must not be a wildcard domain.";
    let wildcard = "This product is for wildcard domains, so Domain must be one, like *.example.com.";
    for product in [None, Some("geotrust-dv-1-starter")] {
        assert_eq!(order("www.example.com", product), [""; 0]);
        assert_eq!(order("*.example.com", product), [single]);
        assert_eq!(order("x y", product), ["is not a valid domain name"]);
    }
    assert_eq!(order("*.example.com", Some("geotrust-dv-w-starter")), [""; 0]);
    for other in ["www.example.com", "x y", "*.x y"] {
        let said = order(other, Some("geotrust-dv-w-starter"));
        assert_eq!(said.last().map(String::as_str), Some(wildcard), "{other}");
    }
    let said = advice_on::<Apply>("MainDomain", json!({"MainDomain": "*.x y", "CertificateCode": "GEODV02"}));
    assert!(said[1].ends_with("so the main domain should be one, like `*.example.com`."), "{said:?}");
}

#[test]
fn a_key_is_advised_on_if_its_size_is_given() {
    let said = |request: Value| advice_on::<CreateCsr>("KeySize", request);
    for algorithm in ["RSA", "ECC"] {
        assert_eq!(said(json!({"Algorithm": algorithm})), [""; 0]);
        assert_eq!(said(json!({"Algorithm": algorithm, "KeySize": 7})).len(), 1);
    }
}

#[test]
fn a_rule_is_a_sentence_behind_the_name_of_a_parameter() {
    let order: Order = serde_json::from_value(json!({"Domain": "*.example.com", "Email": "ops"})).unwrap();
    let said: Vec<String> = order.problems().iter().map(ToString::to_string).collect();
    assert!(said.iter().any(|line| line == "`Email` is not a valid email address"), "{said:?}");
    assert!(said.iter().any(|line| line.starts_with("`Domain`: This product is for a single domain")), "{said:?}");
}

#[test]
fn a_domain_is_what_idna_says_in_any_script() {
    let said = |domain: &str| {
        let advice = advice::<Apply>(json!({"MainDomain": domain})).into_iter();
        advice.filter(|(parameter, _)| parameter == "MainDomain").count()
    };
    let names = [
        "example.com",
        "*.example.com",
        "उदाहरण.परीक्षा",
        "हिन्दी.भारत",
        "ไทย.ไทย",
        "น้ำ.ไทย",
        "col·lecció.cat",
        "paral·lel.cat",
        "例子.中国",
        "*.例子.中国",
        "xn--fsqu00a.xn--fiqs8s",
        "faß.de",
        "مثال.إختبار",
        "ශ්‍රී.ලංකා",
        "a--b.example",
        "123.example",
    ];
    for name in names {
        assert_eq!(said(name), 0, "{name}");
    }
    let others = [
        "1.2.3.4",
        "*.1.2.3.4",
        "127.1",
        "0x7f.0x1",
        "1.2.3.0x4",
        "١.1.1.1",
        "１.２.３.４",
        "::1",
        "[::1]",
        "localhost",
        "example.com.",
        "a_b.example",
        "-a.example",
        "a-.example",
        "xn--a.example",
        "a\u{200d}b.example",
        "exam\u{200b}ple.com",
        "\u{301}a.example",
        "*",
        "*.",
        "*.*.example.com",
        "w*.example.com",
        "example.com:443",
        "https://example.com",
        "exa mple.com",
        "",
    ];
    for other in others {
        assert!(said(other) == 1 || other.is_empty(), "{other:?}");
        assert!(!cloudcert::model::has_shape(other, cloudcert::model::Format::Domain), "{other:?}");
        assert_eq!(cloudcert::model::ascii_domain(other), None, "{other:?}");
    }
}
