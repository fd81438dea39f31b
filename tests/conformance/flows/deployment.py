"""CAS 2020-04-07: deployment jobs, the resources that they reach, access keys of other clouds, tags and resource groups."""

from session import require

FREE = "digicert-free-1-free"
STEPS_AT_MOST = 6
# What a job takes from pending to success, and one more.
WORKS_SECONDS = 4
INSTANCE = {"ResourceType": "instance"}


def flow(session):
    certificate = certificate_for(session, "www.example.com")
    resource = resources(session)
    job = deploy(session, certificate, resource)
    roll_back(session, job, certificate)
    delete(session, job)
    access(session)
    tags(session)


def certificate_for(session, domain):
    wanted = {"Domain": domain, "ProductCode": FREE, "ValidateType": "DNS"}
    order = session.call("CreateCertificateForPackageRequest", **wanted)["OrderId"]
    for _ in range(STEPS_AT_MOST):
        answer = session.call("DescribeCertificateState", OrderId=order)
        if answer["Type"] == "certificate":
            return int(answer["CertId"])
    raise AssertionError(f"the order is {answer['Type']}, and not issued")


def resources(session):
    """The first listener for the domain."""
    listed = session.call("ListCloudResources", CloudName="aliyun", CloudProduct="SLB", Keyword="www.example.com")
    require(listed["Total"] == 1, "there is one listener")
    session.refused("InvalidParameter", "ListCloudResources", ShowSize=0)
    return listed["Data"][0]["Id"]


def bound(session, certificate):
    listed = session.call("ListCloudResources", CertIds=f"[{certificate}]")
    return [resource["Id"] for resource in listed["Data"]]


def deploy(session, certificate, resource):
    wanted = {"Name": "web", "JobType": "user", "CertIds": str(certificate), "ResourceIds": str(resource), "ContactIds": "1"}
    session.refused("InvalidParameter", "CreateDeploymentJob", **(wanted | {"CertIds": "1"}))
    job = session.call("CreateDeploymentJob", **wanted)["JobId"]
    for action in ["DescribeDeploymentJob", "DescribeDeploymentJobStatus", "UpdateDeploymentJob", "DeleteDeploymentJob"]:
        session.refused("InvalidParameter", action, JobId=1)
    for action in ["ListDeploymentJobCert", "ListDeploymentJobResource", "ListWorkerResource"]:
        session.refused("InvalidParameter", action, JobId=1)
    require(state(session, job) == "editing", "a new job is edited")
    session.call("UpdateDeploymentJob", JobId=job, ContactIds="1,2")
    contacts = session.call("DescribeDeploymentJob", JobId=job)["CasContacts"]
    require([contact["Id"] for contact in contacts] == [1, 2], "the job has other contacts")
    require(session.call("ListDeploymentJobCert", JobId=job)["Data"][0]["CertId"] == certificate, "another certificate")
    require(session.call("ListDeploymentJobResource", JobId=job)["Data"][0]["Id"] == resource, "another resource")
    session.refused("InvalidParameter", "UpdateDeploymentJobStatus", JobId=job, Status="scheduling")
    session.call("UpdateDeploymentJobStatus", JobId=job, Status="pending")
    session.endpoint.advance(WORKS_SECONDS)
    require(state(session, job) == "success", "the job does not succeed")
    require(bound(session, certificate) == [resource], "the resource has another certificate")
    listed = session.call("ListDeploymentJob", Status="success")
    require([item["Id"] for item in listed["Data"]] == [job], "the list does not have the job")
    session.refused("InvalidParameter", "ListDeploymentJob", CurrentPage=0)
    return job


def state(session, job):
    return session.call("DescribeDeploymentJob", JobId=job)["Status"]


def workers(session, job):
    return session.call("ListWorkerResource", JobId=job)["Data"]


def roll_back(session, job, certificate):
    worker = workers(session, job)[0]["Id"]
    named = {"JobId": job, "WorkerId": worker}
    session.call("CreateRollbackTask", **named)
    session.endpoint.advance(WORKS_SECONDS)
    require(workers(session, job)[0]["Status"] == "rollback_success", "the rollback does not succeed")
    require(bound(session, certificate) == [], "the certificate is still there")
    counts = session.call("DescribeDeploymentJobStatus", JobId=job)
    require((counts["RollbackCount"], counts["WorkerCount"]) == (1, 1), "the counts are others")
    session.refused("InvalidParameter", "CreateRollbackTask", **named)
    session.call("UpdateWorkerResourceStatus", **named, Status="pending")
    session.endpoint.advance(WORKS_SECONDS)
    require(workers(session, job)[0]["Status"] == "success", "the worker does not succeed again")
    none = {"JobId": job, "WorkerId": 1}
    session.refused("InvalidParameter", "UpdateWorkerResourceStatus", **none, Status="pending")


def delete(session, job):
    worker = workers(session, job)[0]["Id"]
    session.refused("InvalidParameter", "DeleteWorkerResource", JobId=job, WorkerId=1)
    for _ in range(2):
        session.call("DeleteWorkerResource", JobId=job, WorkerId=worker)
    require(workers(session, job) == [], "the worker is still there")
    for _ in range(2):
        session.call("DeleteDeploymentJob", JobId=job)


def access(session):
    """The key comes back without its secret."""
    wanted = {"CloudName": "Tencent", "SecretId": "AKIDexample", "SecretKey": "their secret"}
    session.refused("InvalidParameter", "AddCloudAccess", **(wanted | {"CloudName": "aliyun"}))
    session.call("AddCloudAccess", **wanted)
    listed = session.call("ListCloudAccess", CloudName="Tencent")["CloudAccessList"]
    require([(item["SecretId"], "SecretKey" in item) for item in listed] == [("AKIDexample", False)], "another key")
    session.refused("InvalidParameter", "ListCloudAccess", ShowSize=15)
    counts = session.call("DescribeCloudResourceStatus")["Data"]
    require([item["CloudProduct"] for item in counts] == ["SLB"], "only a listener has a certificate")
    session.endpoint.fail_once("DescribeCloudResourceStatus", "no-permission")
    session.refused("NoPermission", "DescribeCloudResourceStatus")
    session.refused("InvalidParameter", "DeleteCloudAccess", AccessId=99)
    for _ in range(2):
        session.call("DeleteCloudAccess", AccessId=listed[0]["AccessId"])


def tags(session):
    names = ["cas-one", "cas-two"]
    session.call("TagResources", **INSTANCE, ResourceId=names, Tag=[{"Key": "stage", "Value": "a b*~"}, {"Key": "team"}])
    reserved = [{"Key": "acs:team", "Value": "web"}]
    session.refused("InvalidParameter", "TagResources", **INSTANCE, ResourceId=names, Tag=reserved)
    found, token = [], {}
    while True:
        page = session.call("ListTagResources", **INSTANCE, Tag=[{"Key": "stage"}], MaxResults=3, **token)
        found += [(item["ResourceId"], item["TagKey"]) for item in page["TagResources"]["TagResource"]]
        if not page["NextToken"]:
            break
        token = {"NextToken": page["NextToken"]}
    require(found == [(name, key) for name in names for key in ("stage", "team")], f"the tags are {found}")
    session.refused("InvalidParameter", "ListTagResources", **INSTANCE, ResourceId=names, NextToken="none")
    session.call("MoveResourceGroup", **INSTANCE, ResourceId=names[0], ResourceGroupId="rg-web")
    session.endpoint.fail_once("MoveResourceGroup", "no-permission")
    session.refused("NoPermission", "MoveResourceGroup", **INSTANCE, ResourceId=names[0], ResourceGroupId="rg-shop")
    keys = session.call("ListTagKeys", **INSTANCE, ResourceGroupId="rg-web")["TagKeys"]
    require(keys == [{"TagKey": "stage", "TagCount": 1}, {"TagKey": "team", "TagCount": 1}], f"the keys are {keys}")
    session.refused("InvalidParameter", "ListTagKeys", **INSTANCE, MaxResults=0)
    session.call("UntagResources", **INSTANCE, ResourceId=names, All=True)
    session.endpoint.fail_once("UntagResources", "no-permission")
    session.refused("NoPermission", "UntagResources", **INSTANCE, ResourceId=names, All=True)
    left = session.call("ListTagResources", **INSTANCE, ResourceId=names)["TagResources"]["TagResource"]
    require(left == [], f"the tags are still {left}")
