//! The whole way once: an order at the local endpoint, which really looks for the record that a hook publishes.

use crate::proof::context;
use crate::proof::dns::Dns;
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::{Config, Credentials};
use cloudcert_emulator::Emulator;
use cloudcert_orders::hook::Hook;
use cloudcert_orders::journal::event::Challenge;
use cloudcert_orders::proof::check::report::Verdict;
use cloudcert_orders::proof::check::{Settings, Wanted, check};
use cloudcert_orders::proof::hook::HookSolver;
use cloudcert_orders::proof::name::full_name;
use cloudcert_orders::proof::preflight::preflight;
use cloudcert_orders::proof::solver::Solver;
use std::time::Duration;

const ZONES: &str = "zone example.com\nexample.com NS ns1.example.com\nns1.example.com A 127.0.0.1\nexample.com CAA 0 issue digicert.com\n";

/// Edits the file of the zones, which is its first argument, as a hook of a DNS provider would call an API. Bears being run twice.
const SCRIPT: &str = r#"
read -r told
part() { printf '%s' "$told" | sed "s/.*\"$1\":\"\([^\"]*\)\".*/\1/"; }
line="$(part name) $(part type) $(part value)"
case $CLOUDCERT_EVENT in
present) grep -qxF "$line" "$1" || printf '%s\n' "$line" >> "$1" ;;
cleanup) grep -vxF "$line" "$1" > "$1.new"; mv "$1.new" "$1" ;;
esac
echo '{"id": "1"}'
"#;

#[tokio::test]
async fn a_hook_publishes_the_check_sees_and_the_service_issues() {
    let folder = tempfile::tempdir().unwrap();
    let zones = folder.path().join("zones");
    std::fs::write(&zones, ZONES).unwrap();
    let dns = Dns::of_file(&zones);
    let endpoint = Emulator::new().dns(dns.address()).serve().await.unwrap();
    let client =
        cas::Client::new(Config::new(Credentials::new("testid", "testsecret")).endpoint(endpoint.url())).unwrap();
    let settings =
        Settings { servers: vec![dns.address().to_string()], port: dns.address().port(), ..Settings::default() };
    let domain = "www.example.com";

    let looks = preflight(&[domain.to_owned()], &["digicert.com".to_owned()], &settings).await.unwrap();
    assert_eq!(looks[0].exists, Some(false), "only the record has to be there: {}", looks[0]);

    let order = client.create_certificate_request().domain(domain).validate_type("DNS").email("ops@example.com");
    let order = order.product_code("geotrust-dv-1-starter").phone("13800000000").username("Li Lei").await.unwrap();
    let soon = Duration::from_millis(10);
    let ready = client.wait_until_ready_for_domain_verification(order.order_id).initial_interval(soon).await.unwrap();
    let cas::describe_certificate_state::CertificateState::DomainVerify(proof) = ready.state() else {
        panic!("{ready:?}")
    };
    let cas::describe_certificate_state::DomainProof::Dns(proof) = proof else { panic!("{proof:?}") };
    let challenge = Challenge::Dns {
        domain: domain.to_owned(),
        name: full_name(&proof.record_domain, domain),
        raw: proof.record_domain.clone(),
        kind: proof.record_type.to_string(),
        value: proof.record_value.clone(),
    };
    let wanted = Wanted::of(&challenge).unwrap().unwrap();
    assert_eq!(check(&wanted, &settings).await.unwrap().verdict(), Verdict::Nowhere);

    let command = ["/bin/sh", "-c", SCRIPT, "hook", zones.to_str().unwrap()].map(str::to_owned).to_vec();
    let hook = Hook { command, timeout: Duration::from_secs(20), env: Vec::new() };
    let solver = HookSolver::new(hook).lookup(settings.lookup().await.unwrap());
    let state = solver.present(&context(), &challenge).await.unwrap();
    assert_eq!(solver.present(&context(), &challenge).await.unwrap(), state);
    let report = check(&wanted, &settings).await.unwrap();
    assert_eq!(report.verdict(), Verdict::Everywhere, "{report}");

    let issued = client.wait_until_certificate_issued(order.order_id).initial_interval(soon).await.unwrap();
    assert!(issued.certificate.unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
    for _ in 0..2 {
        solver.cleanup(&context(), &challenge, &state).await.unwrap();
    }
    assert_eq!(std::fs::read_to_string(&zones).unwrap(), ZONES);
    assert_eq!(check(&wanted, &settings).await.unwrap().verdict(), Verdict::Nowhere);
}
