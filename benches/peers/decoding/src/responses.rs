//! Responses as the services send them, with every field of the description filled.

use std::fmt::Write;

/// A value of a member.
enum Is {
    Text(String),
    /// A number or a boolean.
    Word(String),
    Members(Members),
}

type Members = Vec<(&'static str, Is)>;

fn text(value: impl Into<String>) -> Is {
    Is::Text(value.into())
}

fn word(value: impl ToString) -> Is {
    Is::Word(value.to_string())
}

/// A certificate of `DescribeUserCertificateList`: about 400 bytes.
fn uploaded(number: usize) -> Members {
    vec![
        ("buyInAliyun", word(number.is_multiple_of(3))),
        ("city", text("Hangzhou")),
        ("common", text(format!("www{number}.example.com"))),
        ("country", text("CN")),
        ("endDate", text("2026-12-31")),
        ("expired", word(false)),
        ("fingerprint", text(format!("0F1E2D3C4B5A69788796A5B4C3D2E1F0{number:08}"))),
        ("id", word(7_654_321 + number)),
        ("issuer", text("Example CA")),
        ("name", text(format!("www{number}-example-com-2026"))),
        ("orgName", text("Example Ltd")),
        ("province", text("Zhejiang")),
        ("sans", text(format!("www{number}.example.com,www{number}.example.org"))),
        ("startDate", text("2026-01-02")),
    ]
}

/// A certificate of `ListCertificates`, with its signing request: about 2.2 KB.
fn bought(number: usize) -> Members {
    let id = 2_601_020_900_001_u64 + number as u64;
    let address = vec![
        ("CheckValue", text(format!("v-{number:04}.example.com"))),
        ("CheckName", text(format!("_dnsauth.www{number}.example.com"))),
        ("RecordType", text("TXT")),
    ];
    let contact = vec![
        ("FirstName", text("Lei")),
        ("LastName", text("Li")),
        ("Phone", text("13800000000")),
        ("AltPhone", text("010-00000000")),
        ("Email", text("ops@example.com")),
        ("Title", text("Engineer")),
        ("Name", text("李雷")),
    ];
    vec![
        ("CertificateId", text(id.to_string())),
        ("MainDomain", text(format!("www{number}.example.com"))),
        ("CertificateBrand", text("GeoTrust")),
        ("CertificateLevel", text("DV")),
        ("CertificateName", text("入门型")),
        ("CertificateCode", text("GEODV01")),
        ("CertificateStatus", word(2)),
        ("YearLength", word(1)),
        ("IssueTime", text("2026-01-02 08:00:00")),
        ("ExpireTime", text("2027-01-02 07:59:59")),
        ("AuthMethod", text("DNS")),
        ("AuthContent", Is::Members(address)),
        ("CSR", text(request(number))),
        ("CompanyName", text("Example Ltd")),
        ("State", text("Zhejiang")),
        ("City", text("Hangzhou")),
        ("Address", text("1 Example Road")),
        ("CompanyPhone", text("010-00000000")),
        ("PostalCode", text("310000")),
        ("DcvEmail", text("admin@example.com")),
        ("DomainCount", word(2)),
        ("WildcardCount", word(1)),
        ("AdditionalDomains", text(format!("a{number}.example.com,b{number}.example.com"))),
        ("Wildcards", text(format!("*.{number}.example.com"))),
        ("Contact", Is::Members(contact)),
        ("FailReason", text("none")),
        ("Department", text("Operations")),
    ]
}

/// A text in the form of a signing request for an RSA key of 2,048 bits: 15 full lines and a half.
fn request(number: usize) -> String {
    let mut out = "-----BEGIN CERTIFICATE REQUEST-----\n".to_owned();
    let mut state = number as u64 + 1;
    for line in 0..16 {
        for _ in 0..if line < 15 { 64 } else { 32 } {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            out.push(char::from(
                b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/"[(state >> 58) as usize],
            ));
        }
        out.push('\n');
    }
    out + "-----END CERTIFICATE REQUEST-----\n"
}

/// `DescribeUserCertificateList`: in XML the element is repeated.
pub fn aliyun(format: &str, count: usize) -> String {
    let id = "8D2334BB-EB60-4FE6-B8B5-3C84F0DE0242";
    let list = (0..count).map(uploaded);
    if format == "json" {
        let head = format!("{{\"RequestId\":\"{id}\",\"TotalCount\":{count},\"CurrentPage\":1,\"ShowSize\":{count}");
        return format!("{head},\"CertificateList\":{}}}", json_list(list));
    }
    let head = format!(
        "<RequestId>{id}</RequestId><TotalCount>{count}</TotalCount><CurrentPage>1</CurrentPage><ShowSize>{count}</ShowSize>"
    );
    let list = list.map(|members| format!("<CertificateList>{}</CertificateList>", xml(&members))).collect::<String>();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><DescribeUserCertificateListResponse>{head}{list}</DescribeUserCertificateListResponse>"
    )
}

/// `ListCertificates`: in XML a list consists of `item` elements.
pub fn ksyun(format: &str, count: usize) -> String {
    let id = "2E9B07D4-C861-4A3F-B75C-E40D61F8935A";
    let list = (0..count).map(bought);
    if format == "json" {
        return format!("{{\"RequestId\":\"{id}\",\"CertificateSet\":{}}}", json_list(list));
    }
    let list = list.map(|members| format!("<item>{}</item>", xml(&members))).collect::<String>();
    format!(
        "<ListCertificatesResponse xmlns=\"http://kcm.api.ksyun.com/doc/2016-03-04\"><RequestId>{id}</RequestId>\
         <CertificateSet>{list}</CertificateSet></ListCertificatesResponse>"
    )
}

fn json_list(list: impl Iterator<Item = Members>) -> String {
    format!("[{}]", list.map(|members| json(&members)).collect::<Vec<_>>().join(","))
}

fn json(members: &Members) -> String {
    let one = |(name, value): &(&str, Is)| match value {
        Is::Text(text) => format!("\"{name}\":{}", serde_json::Value::from(text.as_str())),
        Is::Word(word) => format!("\"{name}\":{word}"),
        Is::Members(members) => format!("\"{name}\":{}", json(members)),
    };
    format!("{{{}}}", members.iter().map(one).collect::<Vec<_>>().join(","))
}

fn xml(members: &Members) -> String {
    let mut out = String::new();
    for (name, value) in members {
        let inner = match value {
            Is::Text(text) | Is::Word(text) => text.clone(),
            Is::Members(members) => xml(members),
        };
        write!(out, "<{name}>{inner}</{name}>").expect("a text takes it");
    }
    out
}
