//! An order that lacks three required parameters.

use cloudcert::aliyun_cas::v2018_07_13::Client;

async fn order(client: &Client) -> Result<(), cloudcert::Error> {
    client
        .create_dv_order_audit()
        .city("c")
        .domain(["d"])
        .domain_verify_type("DNS")
        .mobile("m")
        .province("p")
        .send()
        .await?;
    Ok(())
}

fn main() {
    let _ = order;
}
