"""CAS 2020-04-07: orders from packages, from the order to the revoked certificate, and their list."""

import json

import material
from session import require

FREE = "digicert-free-1-free"
DOMAINS = ["one.example.com", "two.example.com"]
STEPS_AT_MOST = 6


def flow(session):
    order = place(session)
    renew(session, order)
    revoke(session, order)
    counts(session)


def place(session):
    """Several domains in one order; contact and validation are left to the service."""
    wanted = {"Domain": ",".join(DOMAINS), "ProductCode": FREE, "Tags": [{"Key": "team", "Value": "web"}]}
    order = int(session.call("CreateCertificateForPackageRequest", **wanted)["OrderId"])
    issued = issued_of(session, order)
    chain = material.read_chain(issued["Certificate"])
    require(material.domains(chain[0]) == DOMAINS, f"the certificate is for {material.domains(chain[0])}")
    require(states(session, Keyword=DOMAINS[1]) == {order: "ISSUED"}, "the list does not have the order")
    mixed = wanted | {"Domain": f"{DOMAINS[0]},*.example.com"}
    session.refused("CreateCertificateRequestFailed", "CreateCertificateForPackageRequest", **mixed)
    session.refused("InvalidParameter", "ListUserCertificateOrder", OrderType="CPACK", CurrentPage=0)
    return order


def issued_of(session, order):
    for _ in range(STEPS_AT_MOST):
        answer = session.call("DescribeCertificateState", OrderId=order)
        if answer["Type"] == "certificate":
            return answer
    raise AssertionError(f"the order is {answer['Type']}, and not issued")


def states(session, **parameters):
    listed = session.call("ListUserCertificateOrder", OrderType="CPACK", **parameters)
    orders = listed["CertificateOrderList"]
    require(listed["TotalCount"] == len(orders), "all orders are on one page")
    return {int(order["OrderId"]): order["Status"] for order in orders}


def used(session):
    return int(session.call("DescribePackageState", ProductCode=FREE)["UsedCount"])


def renew(session, order):
    """A renewal is withdrawn, and then gives its certificate back."""
    before = used(session)
    renewal = int(session.call("RenewCertificateOrderForPackageRequest", OrderId=order)["OrderId"])
    require(renewal != order and used(session) == before + 1, "a renewal is an order of its own")
    session.refused("OrderStateError", "RenewCertificateOrderForPackageRequest", OrderId=renewal)
    session.call("CancelOrderRequest", OrderId=renewal)
    require(session.call("DescribeCertificateState", OrderId=renewal)["Type"] == "payed", "a withdrawn order is paid")
    session.refused("OrderStateError", "CancelOrderRequest", OrderId=renewal)
    require(used(session) == before + 1, "a withdrawn order keeps its certificate")
    session.call("CancelCertificateForPackageRequest", OrderId=renewal)
    require(used(session) == before, "a cancelled order gives its certificate back")
    session.refused("OrderStateError", "CancelCertificateForPackageRequest", OrderId=renewal)


def revoke(session, order):
    session.call("CancelCertificateForPackageRequest", OrderId=order)
    require(states(session, Status="REVOKED") == {order: "REVOKED"}, "the order is not among the revoked ones")
    session.refused("NotFoundOrder", "CancelCertificateForPackageRequest", OrderId=1)


def counts(session):
    answer = session.call("GetCertificatePackageCount")
    products = {product["ProductCode"]: product for product in json.loads(answer["ProductCountList"])}
    require(products[FREE]["UsedCount"] == used(session), "the packages are counted in two ways")
    require(answer["TotalCountDetail"].startswith("{TotalCount="), "the total is no printed map")
    session.endpoint.fail_once("GetCertificatePackageCount", "no-permission")
    session.refused("NoPermission", "GetCertificatePackageCount")
