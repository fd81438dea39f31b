"""CAS 2018-07-13: instances that were bought, and the certificates of the account."""

import material
from session import require

VERSION = "2018-07-13"
API = f"aliyun-cas-{VERSION}"
STEPS_AT_MOST = 6
DETAILS = {"Id", "Name", "Common", "Sans", "Issuer", "Fingerprint", "StartDate", "EndDate", "Expired", "BuyInAliyun"}


def flow(session):
    uploads(session)
    submit(session)


def items(session, page, size):
    answer = session.call("DescribeUserCertificateList", CurrentPage=page, ShowSize=size)
    require((answer["CurrentPage"], answer["ShowSize"]) == (page, size), "the list is not the page that was asked for")
    return answer["TotalCount"], answer["CertificateList"]


def uploads(session):
    """Upload, list, look, delete."""
    ids = {}
    for number in range(3):
        certificate, key = material.self_signed(f"upload{number}.example.com")
        answer = session.call("CreateUserCertificate", Name=f"upload {number}+*~", Cert=certificate, Key=key)
        ids[f"upload {number}+*~"] = int(answer["CertId"])
    total, first = items(session, 1, 2)
    _, second = items(session, 2, 2)
    require(total == 3 and len(first) == 2 and len(second) == 1, "three certificates must be on two pages of two")
    require({item["name"]: item["id"] for item in first + second} == ids, "the list has other names or ids than the uploads")
    require(not any(item["buyInAliyun"] or item["expired"] for item in first + second), "uploads are neither bought nor expired")

    name, number = next(iter(ids.items()))
    certificate, key = material.self_signed("upload0.example.com")
    detail = session.call("DescribeUserCertificateDetail", CertId=number)
    require(DETAILS | {"Cert", "Key"} <= set(detail), f"the detail has only {sorted(detail)}")
    shown = (detail["Name"], detail["Common"], detail["Sans"])
    require(shown == (name, "upload0.example.com", "upload0.example.com"), f"the detail shows {shown}")
    require(material.read_chain(detail["Cert"]) == material.read_chain(certificate), "the detail has another certificate")
    material.check_chain(material.read_chain(detail["Cert"]), material.read_key(detail["Key"]), "upload0.example.com")

    session.refused("NameRepeat", "CreateUserCertificate", Name=name, Cert=certificate, Key=key)
    other = material.self_signed("upload1.example.com")[1]
    session.refused("InvalidParameter", "CreateUserCertificate", Name="other key", Cert=certificate, Key=other)
    session.refused("MissingKey", "CreateUserCertificate", Name="no key", Cert=certificate)
    session.call("DeleteUserCertificate", CertId=number)
    require(items(session, 1, 50)[0] == 2, "a deleted certificate is still listed")
    session.refused("InvalidParameter", "DescribeUserCertificateDetail", CertId=number)
    session.refused("InvalidParameter", "DeleteUserCertificate", CertId=1)
    session.refused("InvalidParameter", "DescribeUserCertificateList", CurrentPage=0, ShowSize=50)


def submit(session):
    """An instance is submitted, checked and issued."""
    listed = session.call("DescribeOrderInstanceList", StartIndex=0)
    instances = {item["InstanceId"]: item["Status"] for item in listed["OrderList"]}
    require(listed["TotalCount"] >= len(instances) > 1, "instances must have been bought before")
    instance = next(iter(instances))
    require(instances[instance] == "PAYED", "an instance must be paid before it is submitted")
    session.refused("InvalidParameter", "DescribeDVOrderResult", InstanceId=instance)
    wanted = {"InstanceId": instance, "Domain": "www.example.com,example.com", "DomainVerifyType": "DNS", "Username": "张三"}
    person = {"Email": "a.b+c@example.com", "Mobile": "13800000000", "Province": "浙江", "City": "杭州"}
    session.call("CreateDVOrderAudit", **wanted, **person)
    session.refused("InvalidParameter", "CreateDVOrderAudit", **wanted, **person)
    checking, issued = states(session, instance)
    proof = {"CheckName", "CheckType", "CheckValue"}
    require(proof <= set(checking), "an instance that is checked must say what proves the domain")
    chain = material.read_chain(issued["Certificate"])
    material.check_chain(chain, material.read_key(issued["PrivateKey"]), "www.example.com")
    require("example.com" in material.domains(chain[0]), "the certificate lacks a domain")
    listed = session.call("DescribeOrderInstanceList", StartIndex=0)
    status = {item["InstanceId"]: item["Status"] for item in listed["OrderList"]}[instance]
    require(status == "Issued", f"an issued instance is listed as {status}")
    session.refused("InvalidParameter", "DescribeOrderInstanceList", StartIndex=-1)


def states(session, instance):
    """The first answer, and the one with the certificate."""
    first = session.call("DescribeDVOrderResult", InstanceId=instance)
    for _ in range(STEPS_AT_MOST):
        answer = session.call("DescribeDVOrderResult", InstanceId=instance)
        if answer["OrderStatus"] == "issued":
            return first, answer
    raise AssertionError(f"the instance is {answer['OrderStatus']}, and does not become issued")
