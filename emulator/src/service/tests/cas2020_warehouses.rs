//! Warehouses of CAS 2020-04-07, their certificates, and the private CA.

use super::*;
use serde_json::json;

fn service() -> Service {
    Service::new(CAS2020, usual())
}

impl Service {
    /// Returns the text id and the number of a new warehouse.
    fn warehouse(&mut self, name: &str) -> (String, String) {
        let id = self.ok("CreateWarehouse", &[("Name", name)])["WarehouseInstanceId"].as_str().unwrap().to_owned();
        let shown = self.ok("ListCertWarehouse", &[("InstanceId", &id)]);
        (id, shown["CertWarehouseList"][0]["WhId"].to_string())
    }

    fn sub_ca(&mut self) -> String {
        let list = self.ok("ListCert", &[("CertType", "CA")]);
        list["CertList"][0]["Identifier"].as_str().unwrap().to_owned()
    }

    fn device(&mut self, name: &str, own: &[(&str, &str)]) -> Value {
        let parent = self.sub_ca();
        let call = [("ParentIdentifier", parent.as_str()), ("CommonName", name), ("Algorithm", "ECC_256")];
        self.ok("CreateWHClientCertificate", &[&call[..], own].concat())
    }

    /// Returns how many certificates a list has.
    fn certificates_listed(&mut self, call: &[(&str, &str)]) -> i64 {
        self.ok("ListCert", call)["TotalCount"].as_i64().unwrap()
    }
}

/// A certificate with its key.
fn certificate(domain: &str) -> (String, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut wanted = rcgen::CertificateParams::new(vec![domain.to_owned()]).unwrap();
    wanted.distinguished_name = rcgen::DistinguishedName::new();
    wanted.distinguished_name.push(rcgen::DnType::CommonName, domain);
    (wanted.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

#[test]
fn warehouses_are_listed_by_text_and_by_number_until_they_are_deleted() {
    let mut cas = service();
    let of_private_ca = cas.ok("ListCertWarehouse", &[("Type", "aliyunPCA")]);
    assert_eq!(of_private_ca["TotalCount"], 1, "there is one from the start");
    let (id, number) = cas.warehouse("partners");
    assert_ne!(cas.warehouse("partners").0, id, "each call makes one");
    cas.ok("CreateWarehouse", &[("Name", "roots"), ("Type", "pcaCaCert")]);
    let mut pages = vec![cas.ok("ListWarehouse", &[("MaxResults", "3")])];
    let next = pages[0]["NextToken"].as_str().unwrap().to_owned();
    pages.push(cas.ok("ListWarehouse", &[("MaxResults", "3"), ("NextToken", &next)]));
    let names =
        pages.iter().flat_map(|page| page["Data"].as_array().unwrap()).map(|found| found["WarehouseName"].clone());
    assert_eq!(names.collect::<Vec<_>>(), ["private-ca", "partners", "partners", "roots"]);
    assert_eq!((&pages[1]["NextToken"], &pages[1]["TotalCount"]), (&json!(""), &json!(4)));
    let some = cas.ok("ListWarehouse", &[("WarehouseInstanceIds", &json!([id]).to_string())]);
    assert_eq!(
        some["Data"],
        json!([{"WarehouseInstanceId": id, "WarehouseName": "partners", "WarehouseType": "pcaCertificate"}])
    );
    assert_eq!(cas.ok("ListWarehouse", &[("WarehouseTypes", r#"["pcaCaCert"]"#)])["TotalCount"], 1);
    for (kind, count) in [("uploadCA", 1), ("uploadPCA", 2), ("ssl", 0)] {
        assert_eq!(cas.ok("ListCertWarehouse", &[("Type", kind)])["TotalCount"], count, "{kind}");
    }
    let (pem, _) = certificate("www.example.com");
    cas.ok("UploadPCACert", &[("WarehouseId", &number), ("Cert", &pem)]);
    cas.ok("DeleteWarehouse", &[("WarehouseInstanceId", &id)]);
    cas.ok("DeleteWarehouse", &[("WarehouseInstanceId", &id)]);
    assert_eq!(cas.certificates_listed(&[("WarehouseId", &number)]), 0, "its certificate is gone with it");
    assert_ne!(cas.warehouse("later").1, number, "no number comes twice");
    let private = of_private_ca["CertWarehouseList"][0]["InstanceId"].as_str().unwrap();
    for bad in [&[("WarehouseInstanceId", private)][..], &[]] {
        cas.refused("DeleteWarehouse", bad);
    }
    for bad in [("MaxResults", "0"), ("MaxResults", "101"), ("NextToken", "x")] {
        assert_eq!(cas.refused("ListWarehouse", &[bad]), "parameter-invalid");
    }
}

#[test]
fn an_uploaded_certificate_is_checked_listed_shown_and_deleted() {
    let mut cas = service();
    let (id, number) = cas.warehouse("partners");
    let (pem, key) = certificate("client.example.com");
    let call = [("WarehouseId", number.as_str()), ("Name", "partner-2026"), ("Cert", &pem), ("PrivateKey", &key)];
    let stored = cas.ok("UploadPCACert", &call)["Identifier"].as_str().unwrap().to_owned();
    let again = cas.ok("UploadPCACert", &call[..3])["Identifier"].as_str().unwrap().to_owned();
    assert_ne!(stored, again, "each call stores one");
    for search in ["PARTNER", "client.example"] {
        assert_eq!(cas.certificates_listed(&[("WarehouseId", &number), ("KeyWord", search)]), 2, "{search}");
    }
    let list = cas.ok("ListCert", &[("Identifiers", &format!("{stored},other"))]);
    let item = &list["CertList"][0];
    assert_eq!((&item["WhInstanceId"], &item["ExistPrivateKey"]), (&json!(id), &json!(true)));
    assert_eq!((&item["Status"], &item["SourceType"]), (&json!("ISSUE"), &json!("upload")));
    assert_eq!(cas.ok("DescribeWarehouseCert", &[("CertIdentifier", &stored)])["Content"], json!(pem));
    let state = cas.state()["warehouses"].to_string();
    assert!(!state.contains("partner") && !state.contains("PRIVATE"), "{state}");
    cas.ok("DeletePCACert", &[("Identifier", &stored)]);
    cas.ok("DeletePCACert", &[("Identifier", &stored)]);
    assert_eq!(cas.certificates_listed(&[("WarehouseId", &number)]), 1);
    assert_eq!(cas.refused("DescribeWarehouseCert", &[("CertIdentifier", &stored)]), "parameter-invalid");
    assert_eq!(cas.refused("RevokeWHClientCertificate", &[("Identifier", &again)]), "parameter-invalid");
    let (_, other) = certificate("client.example.com");
    let bad = [
        &[("WarehouseId", "12"), ("Cert", &pem)][..],
        &[("WarehouseId", "999"), ("Cert", &pem)],
        &[("WarehouseId", &number), ("Cert", "text")],
        &[("WarehouseId", &number), ("Cert", &pem), ("PrivateKey", &other)],
    ];
    for call in bad {
        assert_eq!(cas.refused("UploadPCACert", call), "parameter-invalid");
    }
    assert_eq!(cas.refused("DeletePCACert", &[("Identifier", "never")]), "parameter-invalid");
}

#[test]
fn the_private_ca_issues_a_client_certificate_and_revokes_it_once() {
    let mut cas = service();
    let own =
        [("Days", "30"), ("Immediately", "2"), ("SanValue", "device.example.com"), ("Organization", "Example Ltd")];
    let made = cas.device("device-0001", &own);
    let leaf = Reading::of(made["X509Certificate"].as_str().unwrap()).unwrap();
    assert_eq!((leaf.common.as_str(), leaf.to - leaf.from), ("device-0001", 30 * 86_400 - 1));
    assert_eq!(leaf.organization.as_deref(), Some("Example Ltd"));
    assert!(leaf.sans.contains(&"device.example.com".to_owned()));
    let parent = cas.sub_ca();
    let sub_ca = cas.ok("DescribeWarehouseCert", &[("CertIdentifier", &parent)]);
    assert_eq!(sub_ca["Content"], made["ParentX509Certificate"]);
    assert_eq!(
        cas.device("device-0002", &[("Months", "2")]).as_object().unwrap().len(),
        1,
        "only its id, unless a call asks for more"
    );

    let id = made["Identifier"].as_str().unwrap();
    let shown = cas.ok("DescribeWarehouseCert", &[("CertIdentifier", id)]);
    assert_eq!((&shown["CertStatus"], &shown["IssuerIdentifier"]), (&json!("issued"), &json!(parent)));
    assert_eq!(cas.certificates_listed(&[("KeyWord", "device-0001"), ("SourceType", "aliyun")]), 1);
    cas.ok("RevokeWHClientCertificate", &[("Identifier", id)]);
    assert_eq!(cas.refused("RevokeWHClientCertificate", &[("Identifier", id)]), "parameter-invalid");
    assert_eq!(
        (cas.certificates_listed(&[("Status", "REVOKE")]), cas.certificates_listed(&[("Status", "ISSUE")])),
        (1, 2)
    );
    assert_eq!(cas.ok("DescribeWarehouseCert", &[("CertIdentifier", id)])["CertStatus"], json!("revoked"));
    assert_eq!(cas.state()["warehouses"], json!({"total": 1, "certificates": {"total": 2, "revoked": 1}}));
    for other in [parent.as_str(), "never"] {
        assert_eq!(cas.refused("RevokeWHClientCertificate", &[("Identifier", other)]), "parameter-invalid");
        assert_eq!(cas.refused("DeletePCACert", &[("Identifier", other)]), "parameter-invalid");
    }
}

#[test]
fn a_client_certificate_is_refused_if_it_cannot_be_made() {
    let mut cas = service();
    let parent = cas.sub_ca();
    let id = cas.device("device-0001", &[])["Identifier"].as_str().unwrap().to_owned();
    let end = (NOW + 10 * 86_400).to_string();
    let with_time = cas.device("device-0002", &[("AfterTime", &end), ("Immediately", "1")]);
    let leaf = Reading::of(with_time["X509Certificate"].as_str().unwrap()).unwrap();
    assert_eq!(leaf.to - leaf.from, 10 * 86_400 - 1);
    let named = [("ParentIdentifier", parent.as_str()), ("CommonName", "device")];
    for bad in [("Days", "0"), ("Years", "101"), ("AfterTime", "5"), ("Algorithm", "RSA_1024"), ("Csr", "text")] {
        assert_eq!(cas.refused("CreateWHClientCertificate", &[&named[..], &[bad]].concat()), "parameter-invalid");
    }
    for parent in [id.as_str(), "never"] {
        let call = [("ParentIdentifier", parent), ("CommonName", "device")];
        assert_eq!(cas.refused("CreateWHClientCertificate", &call), "parameter-invalid");
    }
    assert_eq!(cas.refused("CreateWHClientCertificate", &[("ParentIdentifier", &parent)]), "parameter-missing");
    assert_eq!(cas.certificates_listed(&[("CertType", "CERT")]), 2);
}
