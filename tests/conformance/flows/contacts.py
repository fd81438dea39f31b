"""CAS 2020-04-07: contacts and companies, stored, shown, changed, listed and deleted."""

import json

from session import require

PERSON = {"Name": "张三 *~+&", "Mobile": "13800000000", "Email": "a.b+c@example.com"}
HOOKS = ["https://hooks.example.com/one?a=1&b=%20"]
COMPANY = {
    "CompanyName": "示例科技 & Co",
    "CompanyCode": "91330000EXAMPLE",
    "CompanyType": 1,
    "CompanyPhone": "057100000000",
    "CompanyAddress": "1+1 号",
    "CountryCode": "CN",
    "Province": "Zhejiang",
    "City": "Hangzhou",
    "PostCode": "310000",
    "Lang": "en",
}


def flow(session):
    contacts(session)
    companies(session)


def held(session):
    """How many contacts and companies the endpoint holds."""
    services = session.endpoint.services()["aliyun-cas-2020-04-07"]
    return services["contacts"], services["companies"]


def contacts(session):
    made = session.call("CreateContact", **PERSON, Webhooks=json.dumps(HOOKS))["ContactId"]
    session.refused("InvalidParameter", "CreateContact", **PERSON, Webhooks="no list")
    named = {"ContactId": made}
    shown = session.call("GetContact", **named)
    require({name: shown[name] for name in PERSON} == PERSON, "the contact is another one")
    require(shown["WebhookList"] == HOOKS and "IdCard" not in shown, "the contact has other details")
    session.call("UpdateContact", **named, Email="new@example.com")
    changed = session.call("GetContact", **named)
    require((changed["Email"], changed["Name"]) == ("new@example.com", PERSON["Name"]), "the contact is not changed as asked")
    session.refused("InvalidParameter", "UpdateContact", **named, Webhooks="no list")
    listed = session.call("ListContact", Keyword="new@example.com", CurrentPage=1, ShowSize=5)
    require([item["ContactId"] for item in listed["ContactList"]] == [made], "the list does not have the contact")
    require((listed["TotalCount"], listed["ShowSize"], held(session)[0]) == (1, 5, 1), "there are other contacts")
    session.refused("InvalidParameter", "ListContact", ShowSize=0)
    for _ in range(2):
        session.call("DeleteContact", **named)
    session.refused("InvalidParameter", "GetContact", **named)
    session.refused("InvalidParameter", "DeleteContact", ContactId=1)
    require(held(session)[0] == 0, "the contact is still there")


def companies(session):
    made = session.call("CreateCompany", **COMPANY, Department="IT")["CompanyId"]
    session.refused("MissingCompanyName", "CreateCompany", **{name: COMPANY[name] for name in COMPANY if name != "CompanyName"})
    named = {"CompanyId": made}
    shown = session.call("GetCompany", **named)
    # The language is that of the call.
    require({name: shown.get(name, COMPANY["Lang"]) for name in COMPANY} == COMPANY, "the company is another one")
    require(shown["Department"] == "IT", "the company has no department")
    session.call("UpdateCompany", **named, **(COMPANY | {"City": "Ningbo"}))
    changed = session.call("GetCompany", **named)
    require((changed["City"], "Department" in changed) == ("Ningbo", False), "the company is not replaced")
    listed = session.call("ListCompanies", CompanyId=made)
    require([item["CompanyId"] for item in listed["CompanyList"]] == [made], "the list does not have the company")
    require((listed["TotalCount"], held(session)[1]) == (1, 1), "there are other companies")
    session.refused("InvalidParameter", "ListCompanies", ShowSize=0)
    for _ in range(2):
        session.call("DeleteCompany", **named)
    session.refused("InvalidParameter", "GetCompany", **named)
    session.refused("InvalidParameter", "UpdateCompany", **named, **COMPANY)
    session.refused("InvalidParameter", "DeleteCompany", CompanyId=1)
    require(held(session)[1] == 0, "the company is still there")
