"""KCM 2016-03-04: ordering, completing, submitting, downloading, extending, revoking, cancelling."""

import base64
import io
import json
import zipfile

import material
from flows import kcm_stores
from session import require

API = "ksyun-kcm-2016-03-04"
# Sold for one domain, and revoked without a letter.
PRODUCT = "SECDV01"
FREE = "GEODV01"
STEPS_AT_MOST = 6
# What a new certificate takes until it can be completed, and one more.
SETTLES_SECONDS = 3
COMPANY = {
    "CompanyName": "示例科技",
    "State": "北京",
    "City": "北京",
    "Address": "海淀区 1+1 号",
    "PostalCode": "100000",
    "CompanyPhone": "010-88888888",
}
CONTACT = {"FirstName": "三", "LastName": "张", "Phone": "13800000000", "Email": "a.b+c@example.com"}
# Numbers from 0 on, as the vendor's client has them.
ORDERED, REVIEWED, ISSUED, REVOKED, CANCELLED = 0, 1, 2, 3, 5


def flow(session):
    own = issue_for_own_csr(session)
    made = issue_with_made_key(session)
    lists(session, own, made)
    download(session, made)
    kcm_stores.reissue(session, made, detail_until, ISSUED)
    extend(session, own)
    revoke(session, made)
    cancel(session)
    refusals(session)
    kcm_stores.flow(session)


def status(certificate):
    return int(certificate["CertificateStatus"])


def apply(session, domain, product=PRODUCT):
    wanted = {"MainDomain": domain, "CertificateCode": product, "YearLength": 1, "DomainCount": 1, "WildcardCount": 0}
    certificate = session.call("ApplyCertificate", **wanted)["Certificate"]
    require((certificate["MainDomain"], status(certificate)) == (domain, ORDERED), "the order is another one")
    return certificate["CertificateId"]


def detail_until(session, certificate, wanted):
    for _ in range(STEPS_AT_MOST):
        shown = session.call("GetCertificateDetail", CertificateId=certificate)["Certificate"]
        if status(shown) == wanted:
            return shown
    raise AssertionError(f"the certificate is in status {status(shown)}, and does not come to {wanted}")


def issue_for_own_csr(session):
    """Too early, as a draft, incomplete, submitted, issued."""
    key = material.ec_key()
    csr = material.csr(key, "www.example.com")
    certificate = apply(session, "www.example.com")
    session.refused("NoSuchEntity/order_not_exist", "UpdateCertificate", CertificateId=certificate, **COMPANY)
    session.endpoint.advance(SETTLES_SECONDS)
    draft = session.call("UpdateCertificate", CertificateId=certificate, **COMPANY)["Certificate"]
    require({name: draft[name] for name in COMPANY} == COMPANY, "the draft is not what was sent")
    require(status(draft) == ORDERED, "a draft must not be submitted")
    proof = {"CertificateId": certificate, "AuthMethod": "DNS", "IsSubmit": "1", "CSR": csr}
    session.refused("MissingParameter/missing_parameter", "UpdateCertificate", **proof)
    submitted = session.call("UpdateCertificate", **proof, Contact=json.dumps(CONTACT))
    require(status(submitted["Certificate"]) == REVIEWED, "a submission must change the status")
    reviewed = session.call("GetCertificateDetail", CertificateId=certificate)["Certificate"]
    require({"CheckName", "CheckValue", "RecordType"} == set(reviewed["AuthContent"]), "the proof is incomplete")
    issued = detail_until(session, certificate, ISSUED)
    require(issued["CSR"].split() == csr.split(), "the detail has another CSR")
    require(issued["Contact"]["LastName"] == "张", "the detail has another contact")
    return certificate


def issue_with_made_key(session):
    """The contact member by member, which the client does by itself."""
    certificate = apply(session, "made.example.com")
    session.endpoint.advance(SETTLES_SECONDS)
    proof = {"AuthMethod": "FILE", "IsSubmit": "1", "CsrSource": "SYSTEM", "Algorithm": "RSA"}
    session.call("UpdateCertificate", CertificateId=certificate, Contact=CONTACT, **COMPANY, **proof)
    issued = detail_until(session, certificate, ISSUED)
    require("ExpireTime" in issued, "an issued certificate must have an end")
    require(issued["Contact"] == CONTACT, "the detail has another contact")
    return certificate


def ids(session, **parameters):
    return [item["CertificateId"] for item in session.call("ListCertificates", **parameters)["CertificateSet"]]


def lists(session, first, second):
    """The client numbers lists from 0."""
    require(ids(session) == [first, second], "the list is not that of the orders")
    require(ids(session, CertificateId=[second], ProjectId=[0]) == [second], "the list does not go by id")
    by_domain = [{"Name": "main-domain", "Value": ["www.example.com", "none.example.com"]}]
    require(ids(session, Filter=by_domain) == [first], "the list does not go by domain")
    require(ids(session, Page=2, PageSize=1) == [second], "the second page of one must have the second order")
    require(ids(session, ProjectId=[7]) == [], "another project must be empty")
    by_size = [{"Name": "size", "Value": ["1"]}]
    session.refused("InvalidParameterValue/invalid_filter_name", "ListCertificates", Filter=by_size)


def download(session, certificate):
    link = session.call("GetDownloadLink", CertificateId=certificate)["DownloadUrl"]
    with zipfile.ZipFile(io.BytesIO(session.endpoint.fetch(link))) as archive:
        require(archive.testzip() is None, "the archive is damaged")
        chain = material.read_chain(archive.read("fullchain.pem").decode())
        key = material.read_key(archive.read("private.key").decode())
    require(len(chain) > 1, "the archive has no chain")
    material.check_chain(chain, key, "made.example.com")
    session.refused("NoSuchEntity/order_not_exist", "GetDownloadLink", CertificateId="none")


def extend(session, certificate):
    wanted = {"CertificateCode": PRODUCT, "YearLength": 1, "DomainCount": 1, "WildcardCount": 0}
    spent = money(session)
    extended = session.call("ExtendCertificate", CertificateId=certificate, **wanted)["Certificate"]
    require(extended["CertificateId"] == certificate, "a renewal must keep its id")
    require(money(session) > spent, "a renewal must cost something")
    session.refused("StatusError/cert_status_error", "ExtendCertificate", CertificateId=certificate, **wanted)


def money(session):
    return session.endpoint.services()[API]["spent"]["amount"]


def revoke(session, certificate):
    token = session.call("GetToken")["Token"]
    letter = base64.b64encode(b"a signed letter").decode()
    wanted = {"CertificateId": certificate, "Reason": "钥匙丢失", "RevokeLetter": letter}
    session.refused("InvalidParameterValue/invalid_token", "RevokeCertificate", Token="none", **wanted)
    revoked = session.call("RevokeCertificate", Token=token, **wanted)["Certificate"]
    require(status(revoked) == REVOKED, "a revocation must change the status")
    session.refused("InvalidParameterValue/invalid_token", "RevokeCertificate", Token=token, **wanted)
    session.refused("StatusError/cert_status_error", "GetDownloadLink", CertificateId=certificate)


def cancel(session):
    certificate = apply(session, "cancelled.example.com", FREE)
    cancelled = session.call("CancelTransaction", CertificateId=certificate)["Certificate"]
    require(status(cancelled) == CANCELLED, "a cancellation must change the status")
    session.refused("StatusError/cancel_conflict", "CancelTransaction", CertificateId=certificate)


def refusals(session):
    wanted = {"CertificateCode": PRODUCT, "YearLength": 1, "DomainCount": 1, "WildcardCount": 0}
    session.refused("NoSuchEntity/domain_not_exist", "ApplyCertificate", MainDomain="www.example.invalid", **wanted)
    session.refused("MissingParameter", "ApplyCertificate", **wanted)
    session.refused("NoSuchEntity/order_not_exist", "GetCertificateDetail", CertificateId="none")
    session.endpoint.fail_once("GetToken", "user-not-exists")
    session.refused("InvalidUser/user_not_exists", "GetToken")
