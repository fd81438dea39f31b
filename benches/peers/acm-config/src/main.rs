//! aws-sdk-acm with what aws-config finds. Only built, never measured by its requests.

fn main() {
    common::measure(
        |url| url,
        |url| async move {
            let config = aws_config::from_env().endpoint_url(url).load().await;
            let client = aws_sdk_acm::Client::new(&config);
            client.describe_certificate().certificate_arn("arn:aws:acm:us-east-1:1:certificate/1").send().await.expect("a response");
        },
    );
}
