//! Contacts and companies of CAS 2020-04-07.

use super::*;
use serde_json::json;

pub(super) const COMPANY: [(&str, &str); 10] = [
    ("City", "Hangzhou"),
    ("CompanyAddress", "1 Example Road"),
    ("CompanyCode", "91330000EXAMPLE"),
    ("CompanyName", "Example Ltd"),
    ("CompanyPhone", "057100000000"),
    ("CompanyType", "0"),
    ("CountryCode", "CN"),
    ("Lang", "en"),
    ("PostCode", "310000"),
    ("Province", "Zhejiang"),
];

fn service() -> Service {
    Service::new(CAS2020, usual())
}

#[test]
fn a_contact_is_stored_shown_changed_listed_and_deleted() {
    let mut cas = service();
    let hook = r#"["https://hooks.example.com/one"]"#;
    let person = [
        ("Name", "Li Lei"),
        ("Mobile", "13800000000"),
        ("Email", "ops@example.com"),
        ("Idcard", "1"),
        ("Webhooks", hook),
    ];
    let id = cas.ok("CreateContact", &person)["ContactId"].to_string();
    let shown = cas.ok("GetContact", &[("ContactId", &id)]);
    assert_eq!(
        shown,
        json!({
            "ContactId": id.parse::<i64>().unwrap(), "Name": "Li Lei", "Mobile": "13800000000", "Email": "ops@example.com", "IdCard": "1",
            "MobileStatus": 1, "EmailStatus": 1, "Webhooks": hook, "WebhookList": ["https://hooks.example.com/one"],
        })
    );
    assert_ne!(cas.ok("CreateContact", &person)["ContactId"].to_string(), id, "each call makes one");
    cas.ok("UpdateContact", &[("ContactId", &id), ("Name", "Han Meimei")]);
    let changed = cas.ok("GetContact", &[("ContactId", &id)]);
    assert_eq!((&changed["Name"], &changed["Mobile"]), (&json!("Han Meimei"), &json!("13800000000")));
    for (keyword, count) in [("meimei", 1), ("138", 2), ("OPS@", 2), ("nobody", 0)] {
        let listed = cas.ok("ListContact", &[("Keyword", keyword)]);
        assert_eq!((&listed["TotalCount"], &listed["Keyword"]), (&json!(count), &json!(keyword)));
        assert!(!listed.to_string().contains("IdCard"));
    }
    let wrong = [("ContactId", id.as_str()), ("Webhooks", "no list")];
    assert_eq!(cas.refused("UpdateContact", &wrong), "parameter-invalid");
    for _ in 0..2 {
        cas.ok("DeleteContact", &[("ContactId", &id)]);
    }
    for action in ["GetContact", "UpdateContact"] {
        assert_eq!(cas.refused(action, &[("ContactId", &id)]), "parameter-invalid");
    }
    assert_eq!(cas.refused("DeleteContact", &[("ContactId", "1")]), "parameter-invalid");
    assert_eq!(cas.ok("ListContact", &[])["TotalCount"], 1);
}

#[test]
fn a_company_is_stored_shown_replaced_listed_and_deleted() {
    let mut cas = service();
    let id = cas.ok("CreateCompany", &[&COMPANY[..], &[("Department", "IT")]].concat())["CompanyId"].to_string();
    let shown = cas.ok("GetCompany", &[("CompanyId", &id)]);
    assert_eq!((&shown["CompanyName"], &shown["CompanyType"]), (&json!("Example Ltd"), &json!(0)));
    assert_eq!(shown["Department"], "IT");
    let replaced = [&COMPANY[..], &[("CompanyId", id.as_str())]].concat();
    assert_eq!(cas.ok("UpdateCompany", &replaced)["CompanyId"].to_string(), id);
    assert!(cas.ok("GetCompany", &[("CompanyId", &id)]).get("Department").is_none(), "what is not named is gone");

    cas.ok("CreateCompany", &COMPANY);
    for (filter, count) in [
        (("Keyword", "EXAMPLE"), 2),
        (("Keyword", "zhejiang"), 2),
        (("Keyword", "91330000"), 0),
        (("CompanyId", id.as_str()), 1),
    ] {
        assert_eq!(cas.ok("ListCompanies", &[filter])["TotalCount"], count, "{filter:?}");
    }
    let page = cas.ok("ListCompanies", &[("CurrentPage", "2"), ("ShowSize", "1")]);
    assert_eq!(page["CompanyList"].as_array().unwrap().len(), 1);
    assert_ne!(page["CompanyList"][0]["CompanyId"].to_string(), id);
    for _ in 0..2 {
        cas.ok("DeleteCompany", &[("CompanyId", &id)]);
    }
    for action in ["GetCompany", "UpdateCompany"] {
        assert_eq!(cas.refused(action, &replaced), "parameter-invalid");
    }
    assert_eq!(cas.refused("DeleteCompany", &[("CompanyId", "1")]), "parameter-invalid");
}

#[test]
fn a_contact_or_company_that_is_gone_makes_an_application_incomplete() {
    let mut cas = service();
    let instance = "cas_ov-cn-example00011";
    let contact = cas.ok("CreateContact", &[("Name", "Li Lei"), ("Mobile", "13800000000")])["ContactId"].to_string();
    cas.ok("CreateContact", &[("Name", "Han Meimei"), ("Mobile", "13900000000")]);
    let company = cas.ok("CreateCompany", &COMPANY)["CompanyId"].to_string();
    let application = [
        ("InstanceId", instance),
        ("Domain", "www.example.com"),
        ("ContactIdList.1", &contact),
        ("CompanyId", &company),
    ];
    cas.ok("UpdateInstance", &application);
    cas.ok("DeleteCompany", &[("CompanyId", &company)]);
    assert_eq!(cas.refused("ApplyCertificate", &[("InstanceId", instance)]), "parameter-missing");
    cas.ok("DeleteContact", &[("ContactId", &contact)]);
    assert_eq!(cas.refused("ApplyCertificate", &[("InstanceId", instance)]), "parameter-missing");
}

#[test]
fn the_state_holds_no_personal_data() {
    let mut cas = service();
    cas.ok("CreateContact", &[("Name", "Li Lei"), ("Mobile", "13800000000"), ("Email", "ops@example.com")]);
    cas.ok("CreateCompany", &COMPANY);
    let state = cas.state();
    assert_eq!((&state["contacts"], &state["companies"]), (&json!(1), &json!(1)));
    let text = state.to_string();
    for part in ["Li Lei", "13800000000", "ops@example.com", "91330000EXAMPLE"] {
        assert!(!text.contains(part), "{part}");
    }
}
