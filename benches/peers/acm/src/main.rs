//! The nearest action of aws-sdk-acm: DescribeCertificate, with keys and an endpoint set by hand.

use aws_sdk_acm::Client;
use aws_sdk_acm::config::{BehaviorVersion, Credentials, Region};

fn main() {
    let client = |url: String| {
        let config = aws_sdk_acm::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new("testid", "testsecret", None, None, "fixed"))
            .region(Region::new("us-east-1"))
            .endpoint_url(url)
            .build();
        Client::from_conf(config)
    };
    common::measure(client, |client| async move {
        let response = client.describe_certificate().certificate_arn("arn:aws:acm:us-east-1:1:certificate/1").send().await;
        assert!(response.expect("a response").certificate().is_some());
    });
}
