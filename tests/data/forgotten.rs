//! Orders that lack one required parameter, and three: neither compiles. `.ci/run` compares what the compiler says.

use cloudcert::aliyun_cas::v2018_07_13::Client;
async fn one(c: &Client) -> Result<(), cloudcert::Error> {
    c.create_dv_order_audit()
        .city("c")
        .domain(["d"])
        .domain_verify_type("DNS")
        .instance_id("i")
        .mobile("m")
        .province("p")
        .username("u")
        .send()
        .await?;
    Ok(())
}
async fn three(c: &Client) -> Result<(), cloudcert::Error> {
    c.create_dv_order_audit().city("c").domain(["d"]).domain_verify_type("DNS").mobile("m").province("p").send().await?;
    Ok(())
}
fn main() {}
