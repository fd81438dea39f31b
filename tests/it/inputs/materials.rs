//! Pictures, certificates and certificate signing requests: checked when they are made, and as text before they are sent.

use crate::setup::futures::now;
use crate::setup::requests::revocation;
use crate::setup::script::Script;
use cloudcert::aliyun_cas::v2018_07_13::create_user_certificate as upload;
use cloudcert::aliyun_cas::v2020_04_07::create_certificate_with_csr_request as order;
use cloudcert::ksyun_kcm::v2016_03_04::update_certificate as update;
use cloudcert::pem::{Bundle, Certificates, Csr};
use cloudcert::{Error, ErrorKind, Image, Operation, Severity};
use std::fmt::Debug;

/// What is wrong with one parameter of a request.
fn said(request: &impl Operation, parameter: &str) -> Vec<(Severity, String)> {
    let problems = request.problems().into_iter().filter(|problem| problem.parameter == parameter);
    problems.map(|problem| (problem.severity, problem.message.into_owned())).collect()
}

fn invalid<T: Debug>(made: Result<T, Error>, why: &str) {
    let error = made.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains(why), "{error}");
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/data/pem/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// A CSR and the certificate of a new key.
fn made() -> (rcgen::CertificateSigningRequest, rcgen::Certificate, rcgen::KeyPair) {
    let key = rcgen::KeyPair::generate().unwrap();
    let parameters = rcgen::CertificateParams::new(["www.example.com".to_owned()]).unwrap();
    (parameters.serialize_request(&key).unwrap(), parameters.self_signed(&key).unwrap(), key)
}

#[test]
fn a_picture_is_made_of_bytes() {
    let picture = Image::from_bytes(b"\x89PNG\r\n\x1a\nrest").unwrap();
    assert_eq!(picture.as_base64(), "iVBORw0KGgpyZXN0");
    assert_eq!(format!("{picture:?}"), "Image(16 bytes in base64)");
    let request = update::Request::default().business_licence(&picture).business_licence(picture);
    assert_eq!(request.business_licence.as_deref(), Some("iVBORw0KGgpyZXN0"));
    for kind in [b"RIFF\0\0\0\0WEBP".as_slice(), b"\xff\xd8\xff\xe0", b"GIF89a", b"BM", b"II*\0", b"%PDF-1.7"] {
        Image::from_bytes(kind).unwrap();
    }
    for other in [b"".as_slice(), b"iVBORw0KGgo=", b"RIFF\0\0\0\0WAVE", b"\x89PN"] {
        invalid(Image::from_bytes(other), "are not a picture");
    }
}

#[test]
fn a_picture_is_also_text_that_has_to_be_base64() {
    let licence = |text: &str| said(&update::Request::default().business_licence(text), "BusinessLicence");
    for sound in ["iVBORw0KGgo=", "iVBORw0KGgo", "iVBO\r\nRw0K\n Ggo=\n", "QUI=", "QQ=="] {
        assert_eq!(licence(sound), [], "{sound}");
    }
    for wrong in ["licence.png", "data:image/png;base64,iVBORw0KGgo=", "iVBO=Rw0K", "QUJDR", "QQ=", "QUI==", "图"] {
        let [(severity, message)] = &licence(wrong)[..] else { panic!("{wrong}") };
        assert_eq!(*severity, Severity::Error);
        assert!(message.starts_with("is not valid base64"), "{message}");
    }
}

#[test]
fn the_size_of_a_picture_is_that_of_its_bytes() {
    let of = |bytes: usize| {
        let mut content = b"\xff\xd8\xff".to_vec();
        content.resize(bytes, 0);
        update::Request::default().business_licence(Image::from_bytes(content).unwrap())
    };
    assert_eq!(said(&of(614_400), "BusinessLicence"), []);
    let wanted = (Severity::Advice, "is larger than 614400 bytes".to_owned());
    assert_eq!(said(&of(614_401), "BusinessLicence"), [wanted]);
}

#[test]
fn a_wrong_picture_is_not_sent() {
    let script = Script::json("{}");
    let error = now(revocation(&script.kcm_client()).revoke_letter("letter.jpg")).unwrap_err();
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Invalid, 0));
    assert!(!error.to_string().contains("letter.jpg"), "{error}");
}

#[test]
fn a_csr_is_made_of_pem_or_der() {
    let (request, _, _) = made();
    let csr = Csr::from_der(request.der()).unwrap();
    assert_eq!(Csr::from_pem(request.pem().unwrap()).unwrap(), csr);
    let old = csr.as_pem().replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST");
    assert_eq!(Csr::from_pem(format!("Made by hand:\r\n{}", old.replace('\n', "\r\n"))).unwrap(), csr);
    Csr::from_pem(file("p256.request")).unwrap();
    let wanted = csr.as_pem().to_owned();
    for request in [order::Request::default().csr(&csr), order::Request::default().csr(csr)] {
        assert_eq!(request.csr.as_deref(), Some(wanted.as_str()));
        assert_eq!(said(&request, "Csr"), []);
    }
}

#[test]
fn what_is_not_one_csr_is_refused() {
    let (request, certificate, key) = made();
    let pem = request.pem().unwrap();
    invalid(Csr::from_pem(format!("{pem}{}", key.serialize_pem())), "contains PRIVATE KEY: pass the CSR only");
    invalid(Csr::from_pem(certificate.pem()), "contains CERTIFICATE, which is not a CSR");
    invalid(Csr::from_pem(format!("{pem}{pem}")), "contains 2 CSRs");
    invalid(Csr::from_pem(""), "contains 0 CSRs");
    invalid(Csr::from_pem("www.example.com"), "contains no PEM");
    invalid(Csr::from_pem(request.der()), "may be DER");
    invalid(Csr::from_pem(certificate.pem().replace("CERTIFICATE", "CERTIFICATE REQUEST")), "damaged");
    invalid(Csr::from_der(certificate.der()), "is not a CSR");
    let der = request.der();
    for end in 0..der.len() {
        invalid(Csr::from_der(&der[..end]), "damaged");
    }
    invalid(Csr::from_der([der.as_ref(), b"\0"].concat()), "damaged");
}

#[test]
fn certificates_are_made_of_pem_or_der() {
    let ((_, one, key), (_, two, _)) = (made(), made());
    let chain = Certificates::from_der([one.der(), two.der()]).unwrap();
    assert_eq!(Certificates::from_pem(format!("{}text\n{}", one.pem(), two.pem())).unwrap(), chain);
    let bundle = Bundle::read([one.pem(), key.serialize_pem()]).unwrap();
    assert_eq!(Certificates::from(&bundle), Certificates::from_der([one.der()]).unwrap());
    let request = upload::Request::default().cert(&chain);
    assert_eq!(request.cert.as_deref(), Some(chain.as_pem()));
    assert_eq!(said(&request, "Cert"), []);
    // Trust settings are dropped.
    let plain = Certificates::from_pem(file("p256.trusted")).unwrap();
    assert!(plain.as_pem().starts_with("-----BEGIN CERTIFICATE-----"));
    Certificates::from_pem(plain.as_pem()).unwrap();
}

#[test]
fn what_is_not_certificates_is_refused() {
    let (request, one, key) = made();
    invalid(Certificates::from_pem(format!("{}{}", one.pem(), key.serialize_pem())), "contains PRIVATE KEY");
    invalid(Certificates::from_pem(request.pem().unwrap()), "CERTIFICATE REQUEST, which is not a certificate");
    invalid(Certificates::from_pem(""), "there is no certificate");
    invalid(Certificates::from_der([[0_u8; 0]; 0]), "there is no certificate");
    invalid(Certificates::from_der([&one.der()[1..]]), "damaged");
    invalid(Certificates::from_der([[one.der().as_ref(), b"\0"].concat()]), "damaged");
}

#[test]
fn text_that_is_not_pem_is_advised_on() {
    let wanted = [(Severity::Advice, "is not valid PEM".to_owned())];
    assert_eq!(said(&upload::Request::default().cert("cert.pem"), "Cert"), wanted);
    assert_eq!(said(&upload::Request::default().cert(""), "Cert").last(), wanted.last());
    let csr = update::Request::default().csr("request.csr");
    assert_eq!(said(&csr, "CSR"), [(Severity::Advice, "is not a certificate signing request in PEM".to_owned())]);
    // Nothing is said about what a private key looks like.
    assert_eq!(said(&upload::Request::default().key("k"), "Key"), []);
}
