"""CAS 2020-04-07: instances, from the purchase to the certificate, and how they end."""

import material
from flows.contacts import PERSON
from session import require

# What the endpoint has bought at its start.
SINGLE, OTHER, WILDCARD = "cas_dv-cn-example00005", "cas_dv-cn-example00006", "cas_dv-cn-example00008"
DOMAIN = "shop.example.com"
NOWHERE = {"InstanceId": "cas_dv-cn-nowhere"}
PROBES_AT_MOST = 6
# An answer of the vendor's: an instance that is not in the right state.
STATE = "OperationDenied.StatusNotSupport"


def flow(session):
    contact = session.call("CreateContact", **PERSON)["ContactId"]
    listed(session)
    apply(session, contact)
    validation(session)
    certificate = issue(session)
    revoke(session, certificate)
    withdraw(session)
    end(session)
    session.call("DeleteContact", ContactId=contact)


def held(session, instance=SINGLE):
    """What the endpoint holds of an instance."""
    first = session.endpoint.services()["aliyun-cas-2020-04-07"]["instances"]["first"]
    return next((item for item in first if item["id"] == instance), None)


def detail(session, instance=SINGLE):
    shown = session.call("GetInstanceDetail", InstanceId=instance)
    known = held(session, instance)
    pairs = [(shown["InstanceId"], known["id"]), (shown["Spec"], known["spec"]), (shown["Status"], known["status"])]
    require(all(one == other for one, other in pairs), f"the detail shows {pairs}")
    require(shown.get("CertificateId") == known["certificate"], "the detail has another certificate")
    return shown


def listed(session):
    """All of them, by pages and by status, and the sums."""
    total = session.endpoint.services()["aliyun-cas-2020-04-07"]["instances"]["total"]
    ids = []
    for page in range(1, total // 5 + 2):
        answer = session.call("ListInstances", CurrentPage=page, ShowSize=5)
        require((answer["TotalCount"], answer["CurrentPage"], answer["ShowSize"]) == (total, page, 5), "another page")
        ids += [item["InstanceId"] for item in answer["InstanceList"]]
    require(len(set(ids)) == total and SINGLE in ids, "the list has other instances than were bought")
    inactive = session.call("ListInstances", Status="inactive", InstanceType="BUY", ShowSize=100)
    require(SINGLE in [item["InstanceId"] for item in inactive["InstanceList"]], "the list does not go by status")
    session.refused("InvalidParameter", "ListInstances", ShowSize=101)
    summary = session.call("GetInstanceSummary", InstanceType="BUY")
    require(all(isinstance(value, int) for name, value in summary.items() if name != "RequestId"), "the sums are no numbers")
    session.endpoint.fail_once("GetInstanceSummary", "no-permission")
    session.refused("NoPermission", "GetInstanceSummary")


def apply(session, contact):
    """Filled in, step by step, and handed in."""
    named = {"InstanceId": SINGLE}
    bought = detail(session)
    require("CertificateId" not in bought and "DomainValidationList" not in bought, "what was bought has a certificate")
    session.refused("MissingDomain", "ApplyCertificate", **named)
    tags = [{"TagKey": "team", "TagValue": "a b*~"}]
    session.call("UpdateInstance", **named, ContactIdList=[contact], Tags=tags, City="杭州")
    session.call("UpdateInstance", **named, Domain=DOMAIN, KeyAlgorithm="ECC_256", ValidationMethod="DNS")
    session.refused("InvalidParameter", "UpdateInstance", **named, Domain="*.example.com")
    filled = detail(session)
    shown = (filled["ContactIdList"], filled["Tags"], filled["City"], filled["Domain"], filled["KeyAlgorithm"])
    require(shown == ([contact], tags, "杭州", DOMAIN, "ECC_256"), f"the application is {shown}")
    session.refused("InvalidParameter", "GetTaskAttribute", TaskId=SINGLE)
    session.call("ApplyCertificate", **named)
    session.refused("InvalidParameter", "ApplyCertificate", **named)
    session.refused("InvalidStatus.UpdateProtection", "UpdateInstance", **named, City="北京")


def task(session, instance=SINGLE):
    """How the task of an application ends."""
    for _ in range(PROBES_AT_MOST):
        answer = session.call("GetTaskAttribute", TaskId=instance)
        if answer["TaskStatus"] != "processing":
            return answer
    raise AssertionError("the task does not end")


def validation(session):
    """What proves the domain."""
    require(task(session)["TaskStatus"] == "success", "the task has failed")
    records = detail(session)["DomainValidationList"]
    require([(record["Domain"], record["ValidationType"]) for record in records] == [(DOMAIN, "TXT")], "other records")
    record = records[0]
    require(f"{record['ValidationKey']}.{record['RootDomain']}" == f"_dnsauth.{DOMAIN}", "the record has another name")
    require(record["ValidationValue"], "the record has no value")


def issue(session):
    for _ in range(PROBES_AT_MOST):
        shown = detail(session)
        if shown["Status"] == "normal":
            break
        session.endpoint.advance(1)
    require((shown["Status"], shown["CertificateStatus"]) == ("normal", "issued"), "the certificate is not issued")
    require("DomainValidationList" not in shown, "the proof is over")
    stored = session.call("GetUserCertificateDetail", CertId=shown["CertificateId"])
    chain, key = material.read_chain(stored["Cert"]), material.read_key(stored["Key"])
    material.check_chain(chain, key, DOMAIN)
    require(material.read_csr(shown["Csr"]).public_key() == key.public_key(), "the CSR has another key")
    require(stored["InstanceId"] == SINGLE, "the certificate is of another instance")
    ends = int(chain[0].not_valid_after_utc.timestamp()) * 1000
    require(shown["CertificateNotAfter"] == ends, f"the certificate ends {ends}, and is shown to end {shown['CertificateNotAfter']}")
    return shown["CertificateId"]


def revoke(session, certificate):
    named = {"InstanceId": SINGLE, "CertificateId": certificate}
    session.refused("CouldNotRefund.NotSupport", "RefundInstance", InstanceId=SINGLE)
    session.call("RevokeCertificate", **named)
    session.refused("InvalidParameter", "RevokeCertificate", **named)
    shown = detail(session)
    require((shown["Status"], shown["CertificateStatus"]) == ("normal", "revoked"), "the certificate is not revoked")


def withdraw(session):
    """One application is withdrawn, and one cannot be validated."""
    named = {"InstanceId": OTHER}
    session.refused(STATE, "CancelPendingCertificate", **named)
    session.call("UpdateInstance", **named, Domain=DOMAIN)
    session.call("ApplyCertificate", **named)
    require(task(session, OTHER)["TaskStatus"] == "success", "the task has failed")
    session.call("CancelPendingCertificate", **named)
    require(detail(session, OTHER)["Status"] == "inactive", "the application is not withdrawn")
    session.call("UpdateInstance", InstanceId=WILDCARD, Domain="*.example.com", ValidationMethod="HTTP")
    session.call("ApplyCertificate", InstanceId=WILDCARD)
    failed = task(session, WILDCARD)
    shown = detail(session, WILDCARD)
    require((failed["TaskStatus"], shown["PendingResult"]) == ("failed", failed["TaskMessage"]), "no reason is given")
    for action in ["ApplyCertificate", "UpdateInstance", "GetInstanceDetail", "CancelPendingCertificate"]:
        session.refused("NotFound", action, **NOWHERE)


def end(session):
    """Money back, and gone."""
    named = {"InstanceId": OTHER}
    session.refused("InvalidStatus.DeleteProtection", "DeleteInstance", **named)
    session.call("RefundInstance", **named)
    session.refused(STATE, "RefundInstance", **named)
    require(detail(session, OTHER)["Status"] == "refund", "the instance is not refunded")
    session.call("DeleteInstance", **named, ClientToken="one-token")
    session.call("DeleteInstance", **named, ClientToken="one-token")
    session.refused("NotFound", "DeleteInstance", **named)
    require(held(session, OTHER) is None, "the instance is still there")
