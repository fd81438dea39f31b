//! Errands: looking up records and making keys without the lock.

use super::*;
use crate::service::{errand, errand_of_path, fetch, report};
use serde_json::json;
use simple_dns::rdata::{CNAME, RData, TXT};
use simple_dns::{CLASS, Name, Packet, PacketFlag, ResourceRecord};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::mpsc;
use std::thread;

impl Service {
    /// Makes a call as the HTTP room does: first its errand.
    fn front(&mut self, action: &str, params: &[(&str, &str)]) -> Value {
        let call = call(self.api, action, params);
        if let Some(errand) = errand(&call, &self.world) {
            report(&errand.run(), &mut self.world);
        }
        Value::Object(handle(&call, &mut self.world).result.unwrap())
    }
}

/// A DNS server with one record, which is passed later. It responds to this many queries, and returns the names that they asked for.
fn dns_server(queries: usize) -> (SocketAddr, mpsc::Sender<RData<'static>>, thread::JoinHandle<Vec<String>>) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let (tell, told) = mpsc::channel();
    let serve = move || {
        let mut asked = Vec::new();
        let mut buffer = [0; 2048];
        for _ in 0..queries {
            let (length, from) = socket.recv_from(&mut buffer).unwrap();
            let query = Packet::parse(&buffer[..length]).unwrap();
            let name = query.questions[0].qname.clone();
            asked.push(name.to_string());
            let mut response = Packet::new_reply(query.id());
            response.set_flags(PacketFlag::RESPONSE);
            if let Ok(data) = told.try_recv() {
                response.answers.push(ResourceRecord::new(name, CLASS::IN, 60, data));
            }
            socket.send_to(&response.build_bytes_vec().unwrap(), from).unwrap();
        }
        asked
    };
    (address, tell, thread::spawn(serve))
}

#[test]
fn a_record_is_really_looked_up_and_decides_alone() {
    let (dns, tell, server) = dns_server(3);
    let mut cas = Service::new(CAS2020, world(Settings { dns: Some(dns), ..Settings::default() }));
    let order = [
        ("Domain", "*.example.com"),
        ("Email", "ops@example.com"),
        ("Phone", "13800000000"),
        ("Username", "Li Lei"),
        ("ValidateType", "DNS"),
        ("ProductCode", "symantec-dv-1-starter"),
    ];
    let id = cas.ok("CreateCertificateRequest", &order)["OrderId"].to_string();
    let probe = |cas: &mut Service| cas.front("DescribeCertificateState", &[("OrderId", &id)]);
    probe(&mut cas);
    for _ in 0..5 {
        // Looks that bring nothing home do not prove a domain.
        assert_eq!(cas.ok("DescribeCertificateState", &[("OrderId", &id)])["Type"], "domain_verify");
    }
    let record = probe(&mut cas);
    assert_eq!(record["Type"], "domain_verify");
    tell.send(RData::TXT(TXT::new().with_string("something else").unwrap())).unwrap();
    assert_eq!(probe(&mut cas)["Type"], "domain_verify");
    let value: &'static str = record["RecordValue"].as_str().unwrap().to_owned().leak();
    tell.send(RData::TXT(TXT::new().with_string(value).unwrap())).unwrap();
    assert_eq!(probe(&mut cas)["Type"], "certificate");
    assert_eq!(server.join().unwrap(), ["_dnsauth.example.com"; 3]);
}

#[test]
fn an_alias_record_is_looked_up_too() {
    let (dns, tell, server) = dns_server(1);
    let mut kcm = Service::new(KCM, world(Settings { dns: Some(dns), ..Settings::default() }));
    let order = [
        ("MainDomain", "www.example.com"),
        ("CertificateCode", "GEODV03"),
        ("YearLength", "1"),
        ("DomainCount", "1"),
        ("WildcardCount", "0"),
    ];
    let id = kcm.ok("ApplyCertificate", &order)["Certificate"]["CertificateId"].as_str().unwrap().to_owned();
    kcm.wait(2);
    let stored =
        [("ContactId", "1"), ("CompanyId", "1"), ("AuthMethod", "DNS"), ("CsrSource", "SYSTEM"), ("IsSubmit", "1")];
    kcm.ok("UpdateCertificate", &[&stored[..], &[("CertificateId", &id)]].concat());
    let content = kcm.ok("GetCertificateDetail", &[("CertificateId", &id)])["Certificate"]["AuthContent"].clone();
    assert_eq!(content["RecordType"], "CNAME");
    let value: &'static str = content["CheckValue"].as_str().unwrap().to_owned().leak();
    tell.send(RData::CNAME(CNAME(Name::new(value).unwrap()))).unwrap();
    assert_eq!(kcm.front("GetCertificateDetail", &[("CertificateId", &id)])["Certificate"]["CertificateStatus"], 2);
    assert_eq!(server.join().unwrap(), ["_dnsauth.www.example.com"]);
}

#[test]
fn a_file_is_really_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let file_host = Some(listener.local_addr().unwrap());
    let (tell, told) = mpsc::channel::<String>();
    let server = thread::spawn(move || {
        let mut asked = Vec::new();
        for response in told {
            let (mut stream, _) = listener.accept().unwrap();
            let mut buffer = [0; 2048];
            let length = stream.read(&mut buffer).unwrap();
            asked.push(String::from_utf8_lossy(&buffer[..length]).into_owned());
            stream.write_all(response.as_bytes()).unwrap();
        }
        asked
    });
    let mut cas = Service::new(CAS2018, world(Settings { file_host, ..Settings::default() }));
    let submit = [
        ("City", "hangzhou"),
        ("Domain", "www.example.com"),
        ("DomainVerifyType", "FILE"),
        ("Email", "ops@example.com"),
        ("InstanceId", "cas-cn-example00001"),
        ("Mobile", "13800000000"),
        ("Province", "zhejiang"),
        ("Username", "Li Lei"),
    ];
    cas.ok("CreateDVOrderAudit", &submit);
    let id = [("InstanceId", "cas-cn-example00001")];
    let value = cas.ok("DescribeDVOrderResult", &id)["CheckValue"].as_str().unwrap().to_owned();
    for (response, status) in [
        ("HTTP/1.1 404 Not Found\r\n\r\n".to_owned() + &value, "checking"),
        ("HTTP/1.1 200 OK\r\n\r\nother".to_owned(), "checking"),
        ("no HTTP".to_owned(), "checking"),
        ("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n".to_owned() + &value + "\n", "issued"),
    ] {
        tell.send(response).unwrap();
        assert_eq!(cas.front("DescribeDVOrderResult", &id)["OrderStatus"], status);
    }
    drop(tell);
    let asked = server.join().unwrap().pop().unwrap();
    assert!(
        asked.starts_with("GET /.well-known/pki-validation/fileauth.txt HTTP/1.0\r\nHost: www.example.com\r\n"),
        "{asked}"
    );
}

#[test]
fn a_server_that_does_not_answer_proves_nothing() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let dns = silent.local_addr().unwrap();
    let mut cas = Service::new(CAS2018, world(Settings { dns: Some(dns), ..Settings::default() }));
    let submit = [
        ("City", "hangzhou"),
        ("Domain", "www.example.com"),
        ("DomainVerifyType", "DNS"),
        ("Email", "ops@example.com"),
        ("InstanceId", "cas-cn-example00001"),
        ("Mobile", "13800000000"),
        ("Province", "zhejiang"),
        ("Username", "Li Lei"),
    ];
    cas.ok("CreateDVOrderAudit", &submit);
    let result = cas.front("DescribeDVOrderResult", &[("InstanceId", "cas-cn-example00001")]);
    assert_eq!(result["OrderStatus"], "checking");
}

#[test]
fn keys_are_made_before_the_call_that_issues_and_are_the_same() {
    let order = [
        ("Domain", "www.example.com"),
        ("Email", "ops@example.com"),
        ("Phone", "13800000000"),
        ("Username", "Li Lei"),
        ("ValidateType", "DNS"),
    ];
    let mut with = Service::new(CAS2020, usual());
    let mut without = Service::new(CAS2020, usual());
    let id = with.ok("CreateCertificateRequest", &order)["OrderId"].to_string();
    assert_eq!(without.ok("CreateCertificateRequest", &order)["OrderId"].to_string(), id);
    let probe = [("OrderId", id.as_str())];
    for _ in 0..3 {
        assert!(errand(&call(CAS2020, "DescribeCertificateState", &probe), &with.world).is_none(), "nothing is due");
        with.front("DescribeCertificateState", &probe);
        without.ok("DescribeCertificateState", &probe);
    }
    assert!(errand(&call(CAS2020, "DescribeCertificateState", &probe), &with.world).is_some());
    let issued = with.front("DescribeCertificateState", &probe);
    assert_eq!(issued["Type"], "certificate");
    assert_eq!(issued, without.ok("DescribeCertificateState", &probe));
    assert!(errand(&call(CAS2020, "DescribeCertificateState", &probe), &with.world).is_none());
}

#[test]
fn the_root_is_fetched_and_signs_the_chain() {
    let mut world = usual();
    report(&errand_of_path("/ca.pem", &world).unwrap().run(), &mut world);
    let (kind, root) = fetch("/ca.pem", &mut world).unwrap();
    assert_eq!(kind, "application/x-pem-file");
    assert_eq!(json!(Reading::of(&String::from_utf8(root).unwrap()).unwrap().common), "Cloudcert Emulator Root CA");
    assert!(errand_of_path("/other", &world).is_none() && fetch("/other", &mut world).is_none());
}

/// An instance of CAS 2020-04-07 that was applied for, and whose task has ended.
fn applied(settings: Settings, method: &str) -> Service {
    let mut cas = Service::new(CAS2020, world(settings));
    cas.ok("CreateContact", &[("Name", "Li Lei"), ("Mobile", "13800000000")]);
    cas.ok("UpdateInstance", &[("InstanceId", INSTANCE), ("Domain", "www.example.com"), ("ValidationMethod", method)]);
    cas.ok("ApplyCertificate", &[("InstanceId", INSTANCE)]);
    cas.ok("GetInstanceDetail", &[("InstanceId", INSTANCE)]);
    cas
}

const INSTANCE: &str = "cas_dv-cn-example00005";

#[test]
fn the_record_of_an_instance_is_really_looked_up() {
    let (dns, tell, server) = dns_server(2);
    let mut cas = applied(Settings { dns: Some(dns), ..Settings::default() }, "DNS");
    let probe = [("InstanceId", INSTANCE)];
    for _ in 0..5 {
        assert_eq!(cas.ok("GetInstanceDetail", &probe)["Status"], "pending", "probes prove nothing then");
    }
    let pending = cas.front("GetInstanceDetail", &probe);
    let value = pending["DomainValidationList"][0]["ValidationValue"].as_str().unwrap().to_owned().leak();
    tell.send(RData::TXT(TXT::new().with_string(value).unwrap())).unwrap();
    assert_eq!(cas.front("GetInstanceDetail", &probe)["Status"], "normal");
    assert_eq!(server.join().unwrap(), ["_dnsauth.www.example.com"; 2]);
}

#[test]
fn the_keys_of_instances_and_csrs_are_made_before_the_call_and_are_the_same() {
    let probe = [("InstanceId", INSTANCE)];
    let make = [
        ("CommonName", "www.example.com"),
        ("Algorithm", "RSA"),
        ("KeySize", "2048"),
        ("CountryCode", "CN"),
        ("Locality", "Hangzhou"),
        ("Province", "Zhejiang"),
    ];
    let [mut with, mut without] = [(); 2].map(|()| applied(Settings::default(), "DNS"));
    for _ in 0..2 {
        assert!(errand(&call(CAS2020, "GetInstanceDetail", &probe), &with.world).is_none(), "nothing is due");
        assert_eq!(with.front("GetInstanceDetail", &probe), without.ok("GetInstanceDetail", &probe));
    }
    assert!(errand(&call(CAS2020, "GetInstanceDetail", &probe), &with.world).is_some());
    let issued = with.front("GetInstanceDetail", &probe);
    assert_eq!(issued["Status"], "normal");
    assert_eq!(issued, without.ok("GetInstanceDetail", &probe));
    assert!(errand(&call(CAS2020, "CreateCsr", &make[..2]), &with.world).is_none(), "no key is made for a wrong call");
    assert_eq!(with.front("CreateCsr", &make), without.ok("CreateCsr", &make));
}
