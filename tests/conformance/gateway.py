"""What the gateway answers, whatever the action: as the official clients meet it."""

import xml.etree.ElementTree as ElementTree

import material
from alibabacloud_tea_openapi.exceptions import ThrottlingException
from clients import core, kingsoft, tea
from session import Session, require

OLD, NEW = "2018-07-13", "2020-04-07"
RETRY_AFTER_MS = 350


def unknown(endpoint, aliyun, ksyun):
    """Unknown actions and versions."""
    nowhere = ["Nothing"]
    for method in ("GET", "POST"):
        for version, code in [(NEW, "InvalidAction.NotFound"), ("2020-04-08", "InvalidVersion")]:
            Session(core.Common(endpoint.url, aliyun, method, version, nowhere), endpoint).refused(code, "Nothing")
        Session(kingsoft.Common(endpoint.url, ksyun, method, nowhere), endpoint).refused("NoSuchEntity", "Nothing")


def throttled(endpoint, aliyun, ksyun):
    """Each vendor's way to say: too fast. The client of the first reads how long it should wait."""
    fault = {"kind": "throttle", "retry_after_ms": RETRY_AFTER_MS}
    endpoint.inject("DescribePackageState", fault)
    client = tea.Tea("alibabacloud-cas20200407", endpoint.url, aliyun, None)
    try:
        client.client.describe_package_state(client.models.DescribePackageStateRequest())
    except ThrottlingException as error:
        said = (error.code, error.retry_after)
        require(said == ("Throttling.User", RETRY_AFTER_MS), f"the client was told {said}")
    else:
        require(False, "the call was not throttled")
    endpoint.inject("GetToken", fault)
    names = ["GetToken"]
    Session(kingsoft.Common(endpoint.url, ksyun, "POST", names), endpoint).refused("LimitExceeded", "GetToken")


def in_xml(endpoint, aliyun, _):
    """A client that asks for XML gets a list as repeated elements, and errors under their own root."""
    client = core.Typed(endpoint.url, aliyun, "POST")
    certificate, key = material.self_signed("xml.example.com")
    names = ["<one & 'two'>", "three"]
    ids = [str(client.call("CreateUserCertificate", {"Name": name, "Cert": certificate, "Key": key})["CertId"]) for name in names]
    root = ElementTree.fromstring(client.body_in_xml("DescribeUserCertificateList", {"CurrentPage": 1, "ShowSize": 50}))
    require(root.tag == "DescribeUserCertificateListResponse", f"the root is {root.tag}")
    items = root.findall("CertificateList")
    require([(item.findtext("id"), item.findtext("name")) for item in items] == list(zip(ids, names)), "the list is another one")
    require(root.findtext("TotalCount") == "2" and root.findtext("RequestId"), "count or request id is missing")
    error = ElementTree.fromstring(client.body_in_xml("DeleteUserCertificate", {"CertId": 1}))
    require((error.tag, error.findtext("Code")) == ("Error", "InvalidParameter"), f"the error is {error.tag}")


CHECKS = [unknown, throttled, in_xml]
