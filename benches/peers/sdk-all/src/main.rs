//! A call of each of the three API versions. Only built, never measured by its requests.

use cloudcert::aliyun_cas::{v2018_07_13, v2020_04_07};
use cloudcert::ksyun_kcm::v2016_03_04;
use cloudcert::{Config, Credentials};

fn main() {
    let config = |url: &str| Config::new(Credentials::new("testid", "testsecret")).endpoint(url.to_owned());
    common::measure(
        |url| {
            let old = v2018_07_13::Client::new(config(&url)).expect("a client");
            let new = v2020_04_07::Client::new(config(&url)).expect("a client");
            (old, new, v2016_03_04::Client::new(config(&url)).expect("a client"))
        },
        |(old, new, kcm)| async move {
            old.describe_user_certificate_detail().cert_id(7_654_321).send().await.expect("a response");
            new.describe_certificate_state().order_id(1).send().await.expect("a response");
            kcm.get_certificate_detail().certificate_id("1").send().await.expect("a response");
        },
    );
}
