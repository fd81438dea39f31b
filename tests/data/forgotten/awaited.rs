//! An order that lacks two required parameters, and is awaited without `send`.

use cloudcert::aliyun_cas::v2018_07_13::Client;

async fn order(client: &Client) -> Result<(), cloudcert::Error> {
    client
        .create_dv_order_audit()
        .city("c")
        .domain(["d"])
        .domain_verify_type("DNS")
        .instance_id("i")
        .mobile("m")
        .province("p")
        .await?;
    Ok(())
}

fn main() {
    let _ = order;
}
