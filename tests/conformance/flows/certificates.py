"""CAS 2020-04-07: the store of certificates."""

import uuid

import material
from session import require

NAME = "stored 一+*~"
DOMAIN = "stored.example.com"
TAGS = [{"Key": "team", "Value": "a b*~"}, {"Key": "bare", "Value": ""}]


def flow(session):
    stored = upload(session)
    listed(session, stored)
    details(session, stored)
    share(session, stored)
    delete(session, stored)


def held(session):
    """What the endpoint holds, by id."""
    latest = session.endpoint.services()["aliyun-cas-2018-07-13"]["certificates"]["latest"]
    return {item["id"]: item for item in latest}


def upload(session):
    """A token makes two calls one upload."""
    certificate, key = material.self_signed(DOMAIN)
    wanted = {"Name": NAME, "Cert": certificate, "Key": key, "Tags": TAGS, "ResourceGroupId": "rg-web"}
    token = {"ClientToken": str(uuid.uuid4())}
    before = held(session)
    first, second = (session.call("UploadUserCertificate", **wanted, **token) for _ in range(2))
    require(first["CertId"] == second["CertId"], "a token has stored two certificates")
    require(held(session).keys() - before.keys() == {first["CertId"]}, "the endpoint holds other certificates")
    session.refused("InvalidParameter", "UploadUserCertificate", **(wanted | {"Name": "other"}), **token)
    without = session.call("UploadUserCertificate", **(wanted | {"Name": "without token"}))["CertId"]
    require(held(session)[without]["name"] == "without token", "the endpoint holds another certificate")
    session.call("DeleteUserCertificate", CertId=without)
    session.refused("NameRepeat", "UploadUserCertificate", **wanted)
    session.refused("MissingKey", "UploadUserCertificate", Name="other", Cert=certificate)
    return first["CertId"]


def listed(session, stored):
    page = session.call("ListCertificates", CertificateSource="UPLOAD", Keyword=DOMAIN, CurrentPage=1, ShowSize=50)
    require([item["CertificateId"] for item in page["CertificateList"]] == [str(stored)], "the list has other certificates")
    item, known = page["CertificateList"][0], held(session)[stored]
    shown = (item["CertificateName"], item["SubjectAlternativeNames"], item["Serial"], item["NotAfter"])
    require(shown == (known["name"], known["domains"], known["serial"], known["to"] * 1000), f"the list shows {shown}")
    require((page["TotalCount"], page["ShowSize"], item["ExistPrivateKey"]) == (1, 50, True), "the list is another one")
    session.refused("InvalidParameter", "ListCertificates", ShowSize=101)


def details(session, stored):
    """With the key, without it, and the newer one, which never has it."""
    certificate, key = material.self_signed(DOMAIN)
    known = held(session)[stored]
    full = session.call("GetUserCertificateDetail", CertId=stored)
    require((full["Cert"], full["Key"]) == (certificate, key), "the certificate or its key is another one")
    require((full["Id"], full["Name"], full["SerialNo"]) == (stored, NAME, known["serial"]), "the detail is another one")
    require(full["Fingerprint"] == known["fingerprint"], "the detail has another fingerprint")
    require((full["BuyInAliyun"], full["Expired"]) == (False, False), "an upload is neither bought nor expired")
    filtered = session.call("GetUserCertificateDetail", CertId=stored, CertFilter=True)
    require(full.keys() - filtered.keys() == {"Cert", "Key"}, "the filter leaves out something else")
    session.refused("InvalidParameter", "GetUserCertificateDetail", CertId=1)
    newer = session.call("GetCertificateDetail", CertificateId=stored)
    require("BEGIN" not in str(newer), "the newer detail has a certificate or a key")
    require((newer["CommonName"], newer["Algorithm"], newer["KeySize"]) == (DOMAIN, "ECC", 256), "the newer detail is another one")
    tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in TAGS]
    require(newer["Tags"] == tags, f"the tags are {newer['Tags']}")
    session.refused("InvalidParameter", "GetCertificateDetail", CertificateId=1)


def share(session, stored):
    shared = session.endpoint.services()["aliyun-cas-2020-04-07"]["certificates"]["shared"]
    session.call("ShareCertificate", CertificateId=stored, TargetUserId=1622883344556677)
    after = session.endpoint.services()["aliyun-cas-2020-04-07"]["certificates"]["shared"]
    require(after == shared + 1, "the certificate is not shared")
    session.refused("InvalidParameter", "ShareCertificate", CertificateId=1, TargetUserId=1622883344556677)


def delete(session, stored):
    token = {"ClientToken": str(uuid.uuid4())}
    for _ in range(2):
        session.call("DeleteUserCertificate", CertId=stored, **token)
    session.call("DeleteUserCertificate", CertId=stored)
    session.refused("InvalidParameter", "DeleteUserCertificate", CertId=1)
    require(stored not in held(session), "the certificate is still there")
