//! The stock of instances of CAS 2020-04-07: how it is listed, and how instances end.

use super::cas2020_instances::{DAY, SEVERAL, SINGLE, TEST, WILDCARD, service, with};
use super::*;
use serde_json::json;

#[test]
fn a_certificate_is_revoked_once() {
    let mut cas = service();
    assert_eq!(cas.refused("RevokeCertificate", &[("InstanceId", SINGLE)]), "parameter-invalid");
    let id = cas.issue(SINGLE, "www.example.com")["CertificateId"].to_string();
    let other = cas.issue(TEST, "www.example.com")["CertificateId"].to_string();
    let both = [("InstanceId", SINGLE), ("CertificateId", other.as_str())];
    assert_eq!(cas.refused("RevokeCertificate", &both), "parameter-invalid");
    cas.wait(60);
    cas.ok("RevokeCertificate", &[("InstanceId", SINGLE), ("CertificateId", &id)]);
    let revoked = cas.instance(SINGLE);
    assert_eq!((&revoked["Status"], &revoked["CertificateStatus"]), (&json!("normal"), &json!("revoked")));
    assert_eq!(revoked["CertificateRevokeTime"], (NOW + 60) * 1000);
    assert_eq!(cas.refused("RevokeCertificate", &[("InstanceId", SINGLE)]), "parameter-invalid");
    cas.ok("RevokeCertificate", &[("InstanceId", TEST)]);
    assert_eq!(cas.ok("GetCertificateDetail", &[("CertificateId", &other)])["CertificateStatus"], "revoked");
    assert_eq!(cas.call("RevokeCertificate", &[]).unwrap_err().row, "parameter-missing");
    assert_eq!(cas.state()["certificates"]["revoked"], 2);
}

#[test]
fn an_earlier_certificate_of_an_instance_is_revoked_by_its_id() {
    let mut cas = service();
    let first = cas.issue(SINGLE, "www.example.com")["CertificateId"].to_string();
    let second = cas.issue(SINGLE, "www.example.com")["CertificateId"].to_string();
    assert_ne!(first, second);
    cas.ok("RevokeCertificate", &[("InstanceId", SINGLE), ("CertificateId", &first)]);
    assert_eq!(cas.ok("GetCertificateDetail", &[("CertificateId", &first)])["CertificateStatus"], "revoked");
    assert_eq!(cas.instance(SINGLE)["CertificateStatus"], "issued");
    cas.ok("RevokeCertificate", &[("CertificateId", &second)]);
    assert_eq!(cas.instance(SINGLE)["CertificateStatus"], "revoked", "without the instance, the id alone counts");
}

#[test]
fn money_comes_back_within_a_week() {
    let mut cas = service();
    cas.issue(SINGLE, "www.example.com");
    cas.apply_for(TEST, "www.example.com", "DNS");
    for instance in [SINGLE, TEST] {
        assert_eq!(cas.refused("RefundInstance", &[("InstanceId", instance)]), "not-refundable", "it is in use");
    }
    cas.of("RevokeCertificate", SINGLE).unwrap();
    cas.wait(7 * DAY - 1);
    for instance in [SINGLE, WILDCARD] {
        cas.of("RefundInstance", instance).unwrap();
        assert_eq!(cas.instance(instance)["Status"], "refund");
        assert_eq!(cas.refused("RefundInstance", &[("InstanceId", instance)]), "instance-state-error");
        assert_eq!(cas.refused("UpdateInstance", &[("InstanceId", instance)]), "instance-update-protected");
        assert_eq!(cas.refused("ApplyCertificate", &[("InstanceId", instance)]), "parameter-invalid");
    }
    cas.wait(1);
    assert_eq!(cas.refused("RefundInstance", &[("InstanceId", SEVERAL)]), "not-refundable", "it is too late");
}

#[test]
fn an_instance_that_has_ended_is_deleted() {
    let mut cas = service();
    let delete = [("InstanceId", SINGLE), ("ClientToken", "one")];
    assert_eq!(cas.refused("DeleteInstance", &delete), "instance-delete-protected");
    cas.of("RefundInstance", SINGLE).unwrap();
    cas.ok("DeleteInstance", &delete);
    cas.ok("DeleteInstance", &delete);
    for action in ["DeleteInstance", "GetInstanceDetail", "RefundInstance", "RevokeCertificate"] {
        assert_eq!(cas.refused(action, &[("InstanceId", SINGLE)]), "instance-not-found");
    }
    let other = [("InstanceId", WILDCARD), ("ClientToken", "one")];
    assert_eq!(cas.refused("DeleteInstance", &other), "parameter-invalid", "the token belongs to another call");
    assert_eq!(cas.ok("GetInstanceSummary", &[])["TotalCount"], 11);
}

#[test]
fn instances_expire_by_the_clock() {
    let mut cas = service();
    cas.issue(TEST, "www.example.com");
    let both = |cas: &mut Service| {
        let shown = cas.instance(TEST);
        [shown["Status"].clone(), shown["CertificateStatus"].clone()]
    };
    cas.wait(60 * DAY - 2);
    assert_eq!(both(&mut cas), ["normal", "issued"]);
    cas.wait(1);
    assert_eq!(both(&mut cas), ["willExpire", "willExpire"]);
    assert_eq!(cas.ok("GetInstanceSummary", &[])["WillExpireCount"], 1);
    cas.wait(30 * DAY + 1);
    assert_eq!(both(&mut cas), ["expired", "expired"]);
    assert_eq!(cas.listed(&[("CertificateStatus", "expired")]), [TEST]);
    assert_eq!(cas.of("RevokeCertificate", TEST).unwrap_err().row, "parameter-invalid");
    cas.of("DeleteInstance", TEST).unwrap();
}

#[test]
fn instances_are_listed_by_pages_and_filters() {
    let mut cas = service();
    let first = cas.ok("ListInstances", &[]);
    assert_eq!((&first["TotalCount"], &first["ShowSize"]), (&json!(12), &json!(10)));
    let pages: Vec<_> =
        ["1", "2", "3", "4"].iter().flat_map(|page| cas.listed(&[("CurrentPage", page), ("ShowSize", "5")])).collect();
    assert_eq!(pages, cas.listed(&[("ShowSize", "100")]));
    for wrong in [("CurrentPage", "0"), ("ShowSize", "101")] {
        assert_eq!(cas.refused("ListInstances", &[wrong]), "parameter-invalid");
    }

    cas.fill(SEVERAL, &[("CertificateName", "Shop"), ("ResourceGroupId", "rg-one"), ("AutoReissue", "enable")])
        .unwrap();
    cas.issue(SINGLE, "shop.example.com");
    for (filter, count) in [
        (("Status", "inactive"), 11),
        (("CertificateStatus", "issued"), 1),
        (("InstanceType", "TEST"), 4),
        (("Brand", "GeoTrust"), 3),
        (("CertificateType", "EV"), 1),
        (("VersionType", "standard"), 8),
        (("Keyword", "shop"), 2),
        (("Keyword", "EXAMPLE00010"), 1),
        (("ResourceGroupId", "rg-one"), 1),
        (("AutoReissueFlag", "1"), 1),
        (("AutoReissueFlag", "0"), 11),
        (("ServerDeployFlag", "1"), 1),
        (("ServerDeployFlag", "0"), 12),
    ] {
        assert_eq!(cas.listed(&[filter, ("ShowSize", "100")]).len(), count, "{filter:?}");
    }
    let summary = cas.ok("GetInstanceSummary", &[("InstanceType", "BUY")]);
    assert_eq!((&summary["TotalCount"], &summary["InactiveCount"]), (&json!(8), &json!(7)));
}

#[test]
fn the_stock_is_what_was_bought_and_nothing_else() {
    let stock = [("gt.dv.w".to_owned(), 2), ("ss.ev.f".to_owned(), 1)].into();
    let mut cas = with(Settings { stock, ..Settings::default() });
    assert_eq!(cas.listed(&[]), ["cas_dv-cn-example00001", "cas_dv-cn-example00002", "cas_ev-cn-example00003"]);
    let unknown = Settings { stock: [("ss.xx".to_owned(), 1)].into(), ..Settings::default() };
    assert!(crate::service::check_stock(&unknown).unwrap_err().contains("ws.dv.f"));
    assert_eq!(cas.listed(&[("Keyword", "nothing")]).len(), 0);
}
