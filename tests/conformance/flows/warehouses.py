"""CAS 2020-04-07: warehouses with their certificates, and client certificates of a private CA."""

import material
from session import require

DOMAIN = "client.example.com"


def flow(session):
    warehouse = create(session)
    upload(session, warehouse)
    issue(session)
    delete(session, warehouse)


def create(session):
    """The text id of a new warehouse, and its number."""
    session.endpoint.fail_once("CreateWarehouse", "no-permission")
    session.refused("NoPermission", "CreateWarehouse", Name="partners")
    text = session.call("CreateWarehouse", Name="partners")["WarehouseInstanceId"]
    names = [item["WarehouseName"] for item in session.call("ListWarehouse", MaxResults=50)["Data"]]
    require("partners" in names, f"the list has {names}")
    session.refused("InvalidParameter", "ListWarehouse", MaxResults=0)
    session.refused("InvalidParameter", "ListCertWarehouse", ShowSize=0)
    shown = session.call("ListCertWarehouse", InstanceId=text)["CertWarehouseList"]
    require([item["Name"] for item in shown] == ["partners"], "the list does not go by the id")
    return text, shown[0]["WhId"]


def upload(session, warehouse):
    """A certificate and its key; the key never comes back."""
    certificate, key = material.self_signed(DOMAIN)
    _, number = warehouse
    session.refused("InvalidParameter", "UploadPCACert", WarehouseId=999, Cert=certificate)
    stored = session.call("UploadPCACert", WarehouseId=number, Name="partner", Cert=certificate, PrivateKey=key)["Identifier"]
    listed = session.call("ListCert", WarehouseId=number)
    require([item["Identifier"] for item in listed["CertList"]] == [stored], "the warehouse has other certificates")
    require(listed["CertList"][0]["ExistPrivateKey"] is True, "the key is not known")
    session.refused("InvalidParameter", "ListCert", ShowSize=0)
    detail = session.call("DescribeWarehouseCert", CertIdentifier=stored)
    require(detail["Content"] == certificate, "the certificate is another one")
    require("PRIVATE" not in str(detail), "the key has come back")
    for _ in range(2):
        session.call("DeletePCACert", Identifier=stored)
    session.refused("InvalidParameter", "DeletePCACert", Identifier="never")
    session.refused("InvalidParameter", "DescribeWarehouseCert", CertIdentifier=stored)


def issue(session):
    """A certificate of the private CA is there at once, until it is revoked."""
    parent = session.call("ListCert", CertType="CA")["CertList"][0]["Identifier"]
    wanted = {"ParentIdentifier": parent, "CommonName": "device-1", "Algorithm": "ECC_256", "Days": 30}
    session.refused("InvalidParameter", "CreateWHClientCertificate", **(wanted | {"ParentIdentifier": "never"}))
    issued = session.call("CreateWHClientCertificate", **wanted, Immediately=1)
    require("BEGIN CERTIFICATE" in issued["X509Certificate"], "there is no certificate")
    session.call("RevokeWHClientCertificate", Identifier=issued["Identifier"])
    session.refused("InvalidParameter", "RevokeWHClientCertificate", Identifier=issued["Identifier"])
    revoked = session.call("ListCert", Status="REVOKE")["CertList"]
    require(issued["Identifier"] in [item["Identifier"] for item in revoked], "the certificate is not revoked")


def delete(session, warehouse):
    for _ in range(2):
        session.call("DeleteWarehouse", WarehouseInstanceId=warehouse[0])
    session.refused("MissingWarehouseInstanceId", "DeleteWarehouse")
