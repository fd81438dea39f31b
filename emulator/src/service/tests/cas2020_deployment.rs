//! Deployment jobs: from `editing` to deployed resources, and back again.

use super::*;
use serde_json::json;

/// The first seeded resource, for www.example.com, the next one, for api.example.com, and the one that takes no certificate.
const WWW: &str = "2356001";
const API: &str = "2356002";
const BROKEN: &str = "2356009";

fn service() -> Service {
    Service::new(CAS2020, usual())
}

impl Service {
    /// Returns the id of a new certificate for a domain.
    fn certificate_for(&mut self, domain: &str) -> String {
        let order = self.order(domain, "geotrust-dv-1-starter", "DNS").unwrap();
        self.probes(&order, 4)["CertId"].as_str().unwrap().to_owned()
    }

    fn job(&mut self, certificates: &str, resources: &str, own: &[(&str, &str)]) -> String {
        let call = [
            ("Name", "web"),
            ("JobType", "user"),
            ("CertIds", certificates),
            ("ResourceIds", resources),
            ("ContactIds", "3304"),
        ];
        self.ok("CreateDeploymentJob", &[&call[..], own].concat())["JobId"].to_string()
    }

    fn set(&mut self, job: &str, status: &str) {
        self.ok("UpdateDeploymentJobStatus", &[("JobId", job), ("Status", status)]);
    }

    fn job_status(&mut self, job: &str) -> String {
        self.ok("DescribeDeploymentJob", &[("JobId", job)])["Status"].as_str().unwrap().to_owned()
    }

    /// Returns ids and states of the workers of a job.
    fn workers(&mut self, job: &str) -> Vec<(String, String)> {
        let list = self.ok("ListWorkerResource", &[("JobId", job)]);
        let pair = |worker: &Value| (worker["Id"].to_string(), worker["Status"].as_str().unwrap().to_owned());
        list["Data"].as_array().unwrap().iter().map(pair).collect()
    }

    /// Returns the certificate of a resource, as the list of resources shows it.
    fn bound(&mut self, resource: &str) -> Value {
        let id: i64 = resource.parse().unwrap();
        let list = self.ok("ListCloudResources", &[("ShowSize", "100")]);
        let resources = list["Data"].as_array().unwrap();
        resources.iter().find(|found| found["Id"] == id).unwrap()["CertId"].clone()
    }

    /// Deploys a certificate, and returns the job and its only worker.
    fn deployed(&mut self, certificate: &str, resource: &str) -> (String, String) {
        let job = self.job(certificate, resource, &[]);
        self.set(&job, "pending");
        self.wait(3);
        assert_eq!(self.bound(resource).to_string(), certificate);
        let worker = self.workers(&job)[0].0.clone();
        (job, worker)
    }
}

#[test]
fn a_job_waits_in_editing_and_then_moves_with_the_clock() {
    let mut cas = service();
    let certificate = cas.certificate_for("www.example.com");
    let job = cas.job(&certificate, WWW, &[]);
    cas.wait(60);
    assert_eq!((cas.job_status(&job), cas.workers(&job)[0].1.as_str()), ("editing".into(), "editing"));
    cas.set(&job, "pending");
    assert_eq!((cas.job_status(&job), cas.workers(&job)[0].1.as_str()), ("pending".into(), "pending"));
    cas.wait(1);
    assert_eq!((cas.job_status(&job), cas.workers(&job)[0].1.as_str()), ("processing".into(), "processing"));
    assert_eq!(cas.bound(WWW), Value::Null);
    cas.wait(2);
    let done = cas.ok("DescribeDeploymentJob", &[("JobId", &job)]);
    assert_eq!((&done["Status"], &done["Rollback"]), (&json!("success"), &json!(0)));
    let times = ["GmtCreate", "StartTime", "EndTime"].map(|name| done[name].as_i64().unwrap() - NOW * 1000);
    assert_eq!(times, [0, 60_000, 63_000]);
    assert_eq!((&done["ProductName"], &done["CertDomain"]), (&json!("SLB"), &json!("www.example.com")));
    assert_eq!(done["CasContacts"], json!([{ "Id": 3304 }]), "nobody knows this contact");
    assert_eq!(cas.bound(WWW).to_string(), certificate);
    for status in ["pending", "scheduling"] {
        let again = [("JobId", job.as_str()), ("Status", status)];
        assert_eq!(cas.refused("UpdateDeploymentJobStatus", &again), "parameter-invalid");
    }
    assert_eq!(cas.state()["deployment"]["jobs"]["latest"][0]["submitted"], 3, "refused calls count");
}

#[test]
fn each_resource_gets_the_certificate_for_its_domain_and_a_broken_one_fails() {
    let mut cas = service();
    let (www, api) = (cas.certificate_for("www.example.com"), cas.certificate_for("api.example.com"));
    let job = cas.job(&format!("{www}, {api}"), &format!("{API},{WWW},{BROKEN}"), &[]);
    cas.set(&job, "pending");
    cas.wait(3);
    assert_eq!(
        (cas.bound(WWW).to_string(), cas.bound(API).to_string(), cas.bound(BROKEN)),
        (www.clone(), api, Value::Null)
    );
    assert_eq!(cas.job_status(&job), "error");
    let counts = cas.ok("DescribeDeploymentJobStatus", &[("JobId", &job)]);
    let named = ["CertCount", "WorkerCount", "MatchWorkerCount", "SuccessCount", "FailedCount", "RollbackCount"];
    assert_eq!(named.map(|name| counts[name].as_i64().unwrap()), [2, 3, 2, 2, 1, 0]);
    let products = json!([{ "ProductName": "CDN", "Count": 1 }, { "ProductName": "SLB", "Count": 2 }]);
    assert_eq!(counts["ProductWorkerCount"], products);

    let failed = cas.ok("ListWorkerResource", &[("JobId", &job), ("Status", "error")]);
    assert_eq!((&failed["Total"], &failed["Data"][0]["CertId"].to_string()), (&json!(1), &www));
    let worker = failed["Data"][0]["Id"].to_string();
    cas.ok("UpdateWorkerResourceStatus", &[("JobId", &job), ("WorkerId", &worker), ("Status", "pending")]);
    assert_eq!(cas.job_status(&job), "pending", "a worker runs again");
    for _ in 0..2 {
        cas.wait(3);
        cas.ok("DeleteWorkerResource", &[("JobId", &job), ("WorkerId", &worker)]);
    }
    assert_eq!((cas.job_status(&job), cas.workers(&job).len()), ("success".into(), 2));
}

#[test]
fn a_rollback_puts_the_earlier_certificate_back() {
    let mut cas = service();
    let (old, new) = (cas.certificate_for("www.example.com"), cas.certificate_for("www.example.com"));
    cas.deployed(&old, WWW);
    let (job, worker) = cas.deployed(&new, WWW);
    let of_worker = [("JobId", job.as_str()), ("WorkerId", worker.as_str())];
    let listed = cas.ok("ListWorkerResource", &[("JobId", &job)])["Data"][0].clone();
    assert_eq!((listed["ResourceCertId"].to_string(), listed["CertId"].to_string()), (old.clone(), new.clone()));

    cas.ok("CreateRollbackTask", &of_worker);
    assert_eq!((cas.workers(&job)[0].1.as_str(), cas.bound(WWW).to_string()), ("rollback", new.clone()));
    assert_eq!(cas.refused("CreateRollbackTask", &of_worker), "parameter-invalid");
    cas.wait(3);
    assert_eq!((cas.workers(&job)[0].1.as_str(), cas.bound(WWW).to_string()), ("rollback_success", old.clone()));
    assert_eq!(cas.ok("DescribeDeploymentJob", &[("JobId", &job)])["Rollback"], 1);
    let counts = cas.ok("DescribeDeploymentJobStatus", &[("JobId", &job)]);
    assert_eq!((&counts["RollbackCount"], &counts["RollbackSuccessCount"]), (&json!(1), &json!(1)));
    assert_eq!(cas.state()["deployment"]["jobs"]["latest"][0]["workers"][0]["rollbacks"], 2, "refused calls count");

    let set = |status| [&of_worker[..], &[("Status", status)]].concat();
    cas.ok("UpdateWorkerResourceStatus", &set("pending"));
    cas.wait(3);
    assert_eq!(cas.bound(WWW).to_string(), new);
    cas.api = CAS2018;
    cas.ok("DeleteUserCertificate", &[("CertId", &old)]);
    cas.api = CAS2020;
    cas.ok("UpdateWorkerResourceStatus", &set("rollback"));
    cas.wait(3);
    assert_eq!((cas.workers(&job)[0].1.as_str(), cas.bound(WWW).to_string()), ("rollback_error", new));
    cas.ok("UpdateWorkerResourceStatus", &set("success"));
    assert_eq!(cas.workers(&job)[0].1, "success", "only marked");
}

#[test]
fn a_scheduled_job_begins_at_its_time() {
    let mut cas = service();
    let certificate = cas.certificate_for("www.example.com");
    let at = ((NOW + 100) * 1000).to_string();
    let job = cas.job(&certificate, WWW, &[("ScheduleTime", &at)]);
    cas.set(&job, "pending");
    assert_eq!((cas.job_status(&job), cas.workers(&job)[0].1.as_str()), ("scheduling".into(), "scheduling"));
    cas.set(&job, "editing");
    cas.wait(200);
    assert_eq!(cas.job_status(&job), "editing", "taken back in time");
    let later = ((NOW + 300) * 1000).to_string();
    cas.ok("UpdateDeploymentJob", &[("JobId", &job), ("ScheduleTime", &later), ("Name", "later")]);
    cas.set(&job, "scheduling");
    cas.wait(101);
    assert_eq!(cas.job_status(&job), "processing");
    cas.wait(2);
    assert_eq!((cas.job_status(&job), cas.bound(WWW).to_string()), ("success".into(), certificate.clone()));
    let unplanned = cas.job(&certificate, API, &[]);
    let set = [("JobId", unplanned.as_str()), ("Status", "scheduling")];
    assert_eq!(cas.refused("UpdateDeploymentJobStatus", &set), "parameter-invalid");
}

#[test]
fn only_a_job_in_editing_can_be_changed_and_a_running_one_not_deleted() {
    let mut cas = service();
    let (www, api) = (cas.certificate_for("www.example.com"), cas.certificate_for("api.example.com"));
    let job = cas.job(&www, WWW, &[]);
    let before = cas.workers(&job);
    cas.ok("UpdateDeploymentJob", &[("JobId", &job), ("CertIds", &www), ("ContactIds", "1,2")]);
    assert_eq!(cas.workers(&job), before, "the same work keeps its worker");
    cas.ok("UpdateDeploymentJob", &[("JobId", &job), ("CertIds", &api), ("ResourceIds", API)]);
    let listed = cas.ok("ListDeploymentJobCert", &[("JobId", &job)])["Data"][0].clone();
    assert_eq!((listed["CertId"].to_string(), &listed["StatusCode"]), (api.clone(), &json!("issued")));
    assert_eq!(cas.ok("ListDeploymentJobResource", &[("JobId", &job)])["Data"][0]["Domain"], "api.example.com");
    assert_ne!(cas.workers(&job), before);
    cas.set(&job, "pending");
    for action in ["UpdateDeploymentJob", "DeleteDeploymentJob"] {
        assert_eq!(cas.refused(action, &[("JobId", &job)]), "parameter-invalid");
    }
    let worker = cas.workers(&job)[0].0.clone();
    let of_worker = [("JobId", job.as_str()), ("WorkerId", worker.as_str())];
    assert_eq!(cas.refused("DeleteWorkerResource", &of_worker), "parameter-invalid");
    cas.wait(3);
    for _ in 0..2 {
        cas.ok("DeleteDeploymentJob", &[("JobId", &job)]);
    }
    assert_eq!(cas.ok("ListDeploymentJob", &[])["Total"], 0);
    assert_eq!(cas.bound(API).to_string(), api, "a deleted job undoes nothing");
    for (list, unknown) in [("CertIds", "1"), ("CertIds", "x"), ("ResourceIds", "1"), ("JobType", "trustee")] {
        let mut call =
            vec![("Name", "x"), ("JobType", "user"), ("CertIds", &*www), ("ResourceIds", WWW), ("ContactIds", "1")];
        call.iter_mut().filter(|(name, _)| *name == list).for_each(|(_, value)| *value = unknown);
        assert_eq!(cas.refused("CreateDeploymentJob", &call), "parameter-invalid", "{list} {unknown}");
    }
    assert_eq!(cas.refused("CreateDeploymentJob", &[("Name", "x")]), "parameter-missing");
    for action in ["DescribeDeploymentJob", "DeleteDeploymentJob", "ListWorkerResource", "ListDeploymentJobCert"] {
        assert_eq!(cas.refused(action, &[("JobId", "1")]), "parameter-invalid");
    }
}

#[test]
fn a_revoked_certificate_cannot_be_deployed() {
    let mut cas = service();
    let order = cas.order("www.example.com", "geotrust-dv-1-starter", "DNS").unwrap();
    let certificate = cas.probes(&order, 4)["CertId"].as_str().unwrap().to_owned();
    let job = cas.job(&certificate, WWW, &[]);
    cas.ok("CancelCertificateForPackageRequest", &[("OrderId", &order)]);
    assert_eq!(cas.ok("ListDeploymentJobCert", &[("JobId", &job)])["Data"][0]["StatusCode"], "revoked");
    cas.set(&job, "pending");
    cas.wait(3);
    assert_eq!((cas.job_status(&job), cas.bound(WWW)), ("error".into(), Value::Null));
}

#[test]
fn jobs_and_resources_are_listed_by_what_they_are() {
    let mut cas = service();
    let certificate = cas.certificate_for("shop.example.com");
    let (first, _) = cas.deployed(&certificate, WWW);
    let second = cas.job(&certificate, API, &[]);
    let jobs = |cas: &mut Service, own: &[(&str, &str)]| -> Vec<String> {
        let list = cas.ok("ListDeploymentJob", own);
        list["Data"].as_array().unwrap().iter().map(|job| job["Id"].to_string()).collect()
    };
    assert_eq!(jobs(&mut cas, &[]), [second.clone(), first.clone()]);
    assert_eq!(jobs(&mut cas, &[("Status", "success")]), std::slice::from_ref(&first));
    assert_eq!(jobs(&mut cas, &[("CertId", &certificate)]).len(), 2);
    assert!(jobs(&mut cas, &[("JobType", "cloud")]).is_empty());
    assert_eq!(jobs(&mut cas, &[("CurrentPage", "2"), ("ShowSize", "1")]), [first]);

    let count = |cas: &mut Service, own: &[(&str, &str)]| cas.ok("ListCloudResources", own)["Total"].as_i64().unwrap();
    assert_eq!(count(&mut cas, &[("CloudProduct", "SLB")]), 2);
    assert_eq!(count(&mut cas, &[("Keyword", "STATIC")]), 1);
    assert_eq!(count(&mut cas, &[("Keyword", "alb-example00001")]), 1);
    assert_eq!(count(&mut cas, &[("CertIds", &format!("[{certificate}]"))]), 1);
    assert_eq!(cas.refused("ListCloudResources", &[("CertIds", "1,2")]), "parameter-invalid");
    let page = cas.ok("ListCloudResources", &[("ShowSize", "4"), ("CurrentPage", "3")]);
    assert_eq!(page["Data"].as_array().unwrap().len(), 1);
    let shown = cas.ok("ListCloudResources", &[("CertIds", &format!("[{certificate}]"))])["Data"][0].clone();
    assert_eq!((&shown["ListenerPort"], &shown["EnableHttps"]), (&json!("443"), &json!(1)));
    let status = cas.ok("DescribeCloudResourceStatus", &[]);
    assert_eq!(status["Data"], json!([{ "CloudName": "aliyun", "CloudProduct": "SLB", "TotalCount": 1 }]));
}

#[test]
fn an_error_after_the_execution_hides_a_job_that_is_there() {
    let mut cas = service();
    let certificate = cas.certificate_for("www.example.com");
    let call =
        [("Name", "x"), ("JobType", "user"), ("CertIds", &*certificate), ("ResourceIds", WWW), ("ContactIds", "1")];
    for committed in [true, false] {
        cas.force("CreateDeploymentJob", "unknown-error", committed);
        assert_eq!(cas.refused("CreateDeploymentJob", &call), "unknown-error");
    }
    let state = cas.state()["deployment"].clone();
    assert_eq!(state["jobs"]["total"], 1);
    let job = state["jobs"]["latest"][0]["id"].to_string();
    cas.set(&job, "pending");
    cas.wait(3);
    let state = cas.state()["deployment"].clone();
    assert_eq!(
        (&state["jobs"]["latest"][0]["status"], state["resources"][0]["certificate"].to_string()),
        (&json!("success"), certificate)
    );
}

#[test]
fn a_job_shows_its_contacts_and_its_state_does_not() {
    let mut cas = service();
    let certificate = cas.certificate_for("www.example.com");
    let contact = [("Name", "Li Lei"), ("Mobile", "13800000000"), ("Email", "ops@example.com")];
    let contact = cas.ok("CreateContact", &contact)["ContactId"].to_string();
    let job = cas.job(&certificate, WWW, &[]);
    cas.ok("UpdateDeploymentJob", &[("JobId", &job), ("ContactIds", &contact)]);
    let shown = cas.ok("DescribeDeploymentJob", &[("JobId", &job)])["CasContacts"][0].clone();
    assert_eq!((&shown["Name"], &shown["Mobile"]), (&json!("Li Lei"), &json!("13800000000")));
    assert!(!cas.state().to_string().contains("Li Lei"));
}
