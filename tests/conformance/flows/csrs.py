"""CAS 2020-04-07: stored CSRs, made by the service or uploaded."""

import material
from session import require

DOMAIN = "www.example.com"
APPLICANT = {"CountryCode": "CN", "Province": "浙江", "Locality": "杭州", "CorpName": "示例公司", "Department": "IT"}


def flow(session):
    made = create(session)
    uploaded = upload(session)
    listed(session, [made, uploaded])
    delete(session, made)


def held(session):
    """What the endpoint holds: the latest first."""
    return session.endpoint.services()["aliyun-cas-2020-04-07"]["csrs"]["latest"]


def create(session):
    """The key belongs to the CSR, and both come back as they were made."""
    wanted = {"CommonName": DOMAIN, "Sans": "example.com,api.example.com", "Algorithm": "ECC", "KeySize": 256}
    made = session.call("CreateCsr", **wanted, **APPLICANT, Name="made.1")
    session.refused("InvalidParameter", "CreateCsr", **(wanted | {"KeySize": 2048}), **APPLICANT)
    csr = material.read_csr(made["Csr"])
    shown = (material.common_name(csr), ",".join(material.domains(csr)))
    require(shown == (DOMAIN, wanted["Sans"]), f"the CSR is for {shown}")
    detail = session.call("GetCsrDetail", CsrId=made["CsrId"])
    require(detail["Csr"] == made["Csr"], "the detail has another CSR")
    key = material.read_key(detail["PrivateKey"])
    require(csr.public_key() == key.public_key(), "the key does not belong to the CSR")
    shown = {"id": made["CsrId"], "name": "made.1", "domain": DOMAIN, "with_key": True}
    require(held(session)[0] == shown, "the endpoint holds another CSR")
    return made["CsrId"]


def upload(session):
    """The key comes later, and another one does not fit."""
    key = material.rsa_key()
    csr = material.csr(key, "own.example.com")
    session.refused("InvalidParameter", "UploadCsr", Csr=csr, Key=material.key_pem(material.ec_key()))
    stored = session.call("UploadCsr", Csr=csr, Name="own")["CsrId"]
    require("PrivateKey" not in session.call("GetCsrDetail", CsrId=stored), "a key that nobody sent has come back")
    other = material.key_pem(material.ec_key())
    session.refused("NotMatch.CsrAndPrivateKey", "UpdateCsr", CsrId=stored, Key=other)
    session.call("UpdateCsr", CsrId=stored, Key=material.key_pem(key))
    detail = session.call("GetCsrDetail", CsrId=stored)
    require(detail["PrivateKey"] == material.key_pem(key), "the key is another one")
    require(held(session)[0]["with_key"], "the endpoint does not hold the key")
    return stored


def listed(session, expected):
    page = session.call("ListCsr", CurrentPage=1, ShowSize=50)
    require([item["CsrId"] for item in page["CsrList"]] == expected, "the list has other CSRs")
    require((page["TotalCount"], page["CurrentPage"], page["ShowSize"]) == (2, 1, 50), "the list is another page")
    require([(item["Algorithm"], item["KeySize"]) for item in page["CsrList"]] == [("ECC", 256), ("RSA", 2048)], "other keys")
    require("BEGIN" not in str(page), "the list has a key")
    found = session.call("ListCsr", KeyWord="own.example.com", Algorithm="RSA")
    require([item["CsrId"] for item in found["CsrList"]] == expected[1:], "the list does not go by keyword")
    session.refused("InvalidParameter", "ListCsr", ShowSize=0)


def delete(session, stored):
    for _ in range(2):
        session.call("DeleteCsr", CsrId=stored)
    session.refused("InvalidParameter", "DeleteCsr", CsrId=1)
    session.refused("InvalidParameter", "GetCsrDetail", CsrId=stored)
