//! What somebody writes by hand for these two responses: the types that they have on the wire, nothing lenient.

#![allow(dead_code, reason = "the fields are decoded, which is what is measured")]

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Aliyun {
    request_id: String,
    total_count: Option<i64>,
    current_page: Option<i64>,
    show_size: Option<i64>,
    pub certificate_list: Vec<Uploaded>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Uploaded {
    buy_in_aliyun: Option<bool>,
    city: Option<String>,
    common: Option<String>,
    country: Option<String>,
    end_date: Option<String>,
    expired: Option<bool>,
    fingerprint: Option<String>,
    id: Option<i64>,
    issuer: Option<String>,
    name: Option<String>,
    org_name: Option<String>,
    province: Option<String>,
    sans: Option<String>,
    start_date: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ksyun {
    request_id: String,
    pub certificate_set: Vec<Bought>,
}

/// The same in XML, where the list has an element of its own.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KsyunXml {
    request_id: String,
    pub certificate_set: Items,
}

#[derive(Deserialize)]
pub struct Items {
    #[serde(default)]
    pub item: Vec<Bought>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Bought {
    certificate_id: String,
    main_domain: Option<String>,
    certificate_brand: Option<String>,
    certificate_level: Option<String>,
    certificate_name: Option<String>,
    certificate_code: Option<String>,
    certificate_status: Option<i64>,
    year_length: Option<i64>,
    issue_time: Option<String>,
    expire_time: Option<String>,
    auth_method: Option<String>,
    auth_content: Option<AuthContent>,
    #[serde(rename = "CSR")]
    csr: Option<String>,
    company_name: Option<String>,
    state: Option<String>,
    city: Option<String>,
    address: Option<String>,
    company_phone: Option<String>,
    postal_code: Option<String>,
    dcv_email: Option<String>,
    domain_count: Option<i64>,
    wildcard_count: Option<i64>,
    additional_domains: Option<String>,
    wildcards: Option<String>,
    contact: Option<Contact>,
    fail_reason: Option<String>,
    department: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AuthContent {
    check_value: Option<String>,
    check_name: Option<String>,
    record_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Contact {
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    alt_phone: Option<String>,
    email: Option<String>,
    title: Option<String>,
    name: Option<String>,
}
