//! A guard of a request that may simply be sent again.

fn main() {
    let client = cloudcert::aliyun_cas::v2018_07_13::Client::from_env().unwrap();
    let request = cloudcert::aliyun_cas::v2018_07_13::describe_user_certificate_list::Request::default();
    let _ = client.guard(request);
}
