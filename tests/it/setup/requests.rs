//! Requests that many tests send.

use cloudcert::aliyun_cas::v2020_04_07::{
    self as cas, create_certificate_request, create_rollback_task, types::ValidateType,
};
use cloudcert::ksyun_kcm::v2016_03_04::{self as kcm, apply_certificate, revoke_certificate};

/// An order at Alibaba Cloud, for `www.example.com`.
pub(crate) fn order(
    client: &cas::Client,
) -> create_certificate_request::Builder<create_certificate_request::state::Full> {
    client
        .create_certificate_request()
        .domain("www.example.com")
        .email("ops@example.com")
        .phone("13800000000")
        .username("Li Lei")
        .validate_type(ValidateType::Dns)
}

/// The rollback of a worker at Alibaba Cloud, whose outcome only a counter shows.
pub(crate) fn rollback(client: &cas::Client) -> create_rollback_task::Builder<create_rollback_task::state::Full> {
    client.create_rollback_task().job_id(8).worker_id(9)
}

/// An application at Kingsoft Cloud, for `a.example.com`.
pub(crate) fn application(client: &kcm::Client) -> apply_certificate::Builder<apply_certificate::state::Full> {
    client
        .apply_certificate()
        .main_domain("a.example.com")
        .certificate_code("SECDV01")
        .year_length(1)
        .domain_count(1)
        .wildcard_count(0)
}

/// The revocation of certificate `7` at Kingsoft Cloud.
pub(crate) fn revocation(client: &kcm::Client) -> revoke_certificate::Builder<revoke_certificate::state::Full> {
    client.revoke_certificate().certificate_id("7").reason("lost").token("t")
}
