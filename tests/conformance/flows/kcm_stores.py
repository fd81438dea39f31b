"""KCM 2016-03-04: certificates that are issued again, uploaded, or used by load balancers, and stored companies."""

import material
from session import require


def flow(session):
    upload = uploads(session)
    balancers(session, upload)
    companies(session)


def uploads(session):
    pem, key = material.self_signed("uploaded.example.com")
    wanted = {"CertName": "mine", "CertFile": pem, "CertKey": key}
    stored = session.call("UploadCertificate", **wanted)["Ret"]
    require(stored["MainDomain"] == "uploaded.example.com", "another certificate was stored")
    session.refused("InvalidParameterValue", "UploadCertificate", **wanted)
    listed = session.call("ListUserCertificates", Page=1, PageSize=100)["Ret"]["Certs"]
    require([item["FingerPrint"] for item in listed] == [stored["FingerPrint"]], "the list does not have the certificate")
    require(session.call("ListUserCertificates", Page=2, PageSize=100)["Ret"]["Certs"] == [], "the list does not end")
    session.refused("InvalidParameterValue", "ListUserCertificates", Page=0)
    return stored["CertID"]


def balancers(session, upload):
    """The key is in the body, and comes back nowhere."""
    pem, key = material.self_signed("balanced.example.com")
    wanted = {"CertificateName": "in-use by www", "PublicKey": pem, "PrivateKey": key, "CertificateType": "SVR"}
    made = session.call("CreateCertificate", **wanted)["Certificate"]
    require(made["CommonName"] == "balanced.example.com", "another certificate was stored")
    session.refused("MissingParameter/missing_parameter", "CreateCertificate", CertificateName="none")
    named = {"CertificateId": made["CertificateId"]}
    session.refused("StatusError/https_status_error", "DeleteCertificate", **named)
    changed = session.call("ModifyCertificate", **named, CertificateName="free", SslCertificateId=upload)["Certificate"]
    require((changed["Source"], changed["CommonName"]) == ("kcm", "uploaded.example.com"), "another certificate is used")
    session.refused("MissingParameter/missing_parameter", "ModifyCertificate", **named, PrivateKey=key)
    shown = session.call("DescribeCertificates", CertificateId=[named["CertificateId"]])["CertificateSet"]
    require([item["CertificateName"] for item in shown] == ["free"], "the list does not have the certificate")
    require("PRIVATE KEY" not in str(shown), "the list has a key")
    session.refused("MissingParameter/missing_parameter", "DescribeCertificates", CertificateId=[""])
    for _ in range(2):
        require(session.call("DeleteCertificate", **named)["Return"] is True, "the certificate is not deleted")
    require(session.call("DescribeCertificates")["CertificateSet"] == [], "the certificate is still there")


def companies(session):
    page = session.call("DescribeCompany", Page=2, PageSize=1)
    require((page["Total"], len(page["CompanySet"])) == ("2", 1), "there are other companies")
    session.refused("InvalidParameterValue", "DescribeCompany", Page=0)


def reissue(session, certificate, detail_until, issued):
    """Issued again, a certificate is in review, and then as it was."""
    before = session.call("GetCertificateDetail", CertificateId=certificate)["Certificate"]
    session.call("ReIssueCertificate", CertificateId=certificate, CsrSource="new")
    session.refused("StatusError/cert_status_error", "ReIssueCertificate", CertificateId=certificate)
    after = detail_until(session, certificate, issued)
    require(after["CSR"] != before["CSR"], "the certificate has no new CSR")
