"""CAS 2020-04-07: packages, orders, their states, and what deleting them gives back."""

import material
from flows import certificates, contacts, csrs, deployment, instances, packages, warehouses
from session import require

VERSION = "2020-04-07"
API = f"aliyun-cas-{VERSION}"
FREE = "digicert-free-1-free"
# The endpoint is started with one certificate of this product.
SCARCE = "geotrust-dv-1-starter"
# With what encodings get wrong.
PERSON = {"Email": "a.b+c@example.com", "Phone": "13800000000", "Username": "张三 *~+&=%/'()!"}
STEPS_AT_MOST = 6


def flow(session):
    before = package(session, FREE)
    first = order_and_wait(session)
    second = order_with_csr(session)
    require(first != second, "two orders have one id")
    after = package(session, FREE)
    require(after["UsedCount"] == before["UsedCount"] + 2, "two orders must use two certificates")
    require(after["IssuedCount"] == before["IssuedCount"] + 2, "two certificates must count as issued")
    require(after["TotalCount"] == before["TotalCount"], "orders must not change how many were bought")
    delete_failed(session)
    refusals(session, first)
    for part in (packages, deployment, certificates, csrs, contacts, instances, warehouses):
        part.flow(session)


def package(session, product):
    answer = session.call("DescribePackageState", ProductCode=product)
    require(answer["ProductCode"] == product, "DescribePackageState is about another product")
    return {name: int(answer[name]) for name in ("TotalCount", "UsedCount", "IssuedCount")}


def order_id(answer):
    number = int(answer["OrderId"])
    require(number > 2**53, "order ids must not fit into a double")
    return number


def states_until(session, order, last):
    """The states that an order goes through, each once, and the answer of the last one."""
    seen = []
    for _ in range(STEPS_AT_MOST):
        answer = session.call("DescribeCertificateState", OrderId=order)
        if answer["Type"] not in [state["Type"] for state in seen]:
            seen.append(answer)
        if answer["Type"] == last:
            return seen
    raise AssertionError(f"the order is {seen[-1]['Type']}, and does not become {last}")


def fields(answer):
    return {name for name in answer if name != "RequestId"}


def order_and_wait(session):
    """The service makes the key, and DNS proves the domain."""
    tags = [{"Key": "team", "Value": "a b*~"}]
    wanted = {"Domain": "www.example.com", "ValidateType": "DNS", "ProductCode": FREE}
    order = order_id(session.call("CreateCertificateRequest", **wanted, **PERSON, Tags=tags))
    processed, proof, issued = states_until(session, order, "certificate")
    require(fields(processed) == {"Type"}, f"an order in process has {fields(processed)}")
    record = {"RecordDomain", "RecordType", "RecordValue"}
    require(fields(proof) == {"Type", "ValidateType"} | record, f"DNS proof has {fields(proof)}")
    require(fields(issued) == {"Type", "Certificate", "PrivateKey", "CertId"}, f"an issued order has {fields(issued)}")
    material.check_chain(material.read_chain(issued["Certificate"]), material.read_key(issued["PrivateKey"]), "www.example.com")
    return order


def order_with_csr(session):
    """The caller makes the key, and a file proves the domain."""
    key = material.rsa_key()
    csr = material.csr(key, "files.example.com")
    order = order_id(session.call("CreateCertificateWithCsrRequest", Csr=csr, ValidateType="FILE", ProductCode=FREE, **PERSON))
    _, proof, issued = states_until(session, order, "certificate")
    require(fields(proof) == {"Type", "ValidateType", "Domain", "Uri", "Content"}, f"file proof has {fields(proof)}")
    require(fields(issued) == {"Type", "Certificate", "CertId"}, f"an order with a CSR has {fields(issued)}")
    material.check_chain(material.read_chain(issued["Certificate"]), key, "files.example.com")
    return order


def delete_failed(session):
    """A domain that does not exist is never proved; deleting its order gives the certificate back."""
    wanted = {"Domain": "www.example.invalid", "ValidateType": "DNS", "ProductCode": SCARCE}
    order = order_id(session.call("CreateCertificateRequest", **wanted, **PERSON))
    session.refused("NotRemainCount", "CreateCertificateRequest", **(wanted | {"Domain": "www.example.com"}), **PERSON)
    require(package(session, SCARCE)["UsedCount"] == 1, "a failing order must use a certificate")
    failed = states_until(session, order, "verify_fail")[-1]
    require(fields(failed) == {"Type"}, f"a failed order has {fields(failed)}")
    session.call("DeleteCertificateRequest", OrderId=order)
    require(package(session, SCARCE)["UsedCount"] == 0, "deleting a failed order must give its certificate back")
    session.refused("NotFoundOrder", "DescribeCertificateState", OrderId=order)
    session.refused("NotFoundOrder", "DeleteCertificateRequest", OrderId=order)


def refusals(session, issued):
    wanted = {"Domain": "www.example.com", "ValidateType": "DNS", "ProductCode": FREE}
    missing = {name: value for name, value in wanted.items() if name != "Domain"}
    session.refused("MissingDomain", "CreateCertificateRequest", **missing, **PERSON)
    unbought = wanted | {"ProductCode": "globalsign-dv-1-personal"}
    session.refused("NotFoundPackage", "CreateCertificateRequest", **unbought, **PERSON)
    session.refused("NotFoundPackage", "DescribePackageState", ProductCode="globalsign-ov-w-advanced")
    session.refused("OrderStateError", "DeleteCertificateRequest", OrderId=issued)
    weak = material.csr(material.rsa_key(1024), "www.example.com")
    wanted = {"Csr": weak, "ValidateType": "DNS", "ProductCode": FREE}
    session.refused("CreateCertificateRequestFailed", "CreateCertificateWithCsrRequest", **wanted, **PERSON)
