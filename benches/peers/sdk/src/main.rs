//! The same action by cloudcert.

use cloudcert::aliyun_cas::v2018_07_13::{Client, types::CertId};
use cloudcert::{Config, Credentials};

fn main() {
    common::measure(
        |url| Client::new(Config::new(Credentials::new("testid", "testsecret")).endpoint(url)).expect("a client"),
        |client| async move {
            let detail = client.describe_user_certificate_detail().cert_id(7_654_321).send().await.expect("a response");
            assert_eq!(detail.id, Some(CertId::from(7_654_321)));
        },
    );
}
