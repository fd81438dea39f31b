//! Starting and stopping.

use cloudcert_emulator::Emulator;
use std::time::Duration;
use tokio::net::TcpStream;

#[tokio::test]
async fn an_endpoint_answers_and_ends_with_its_handle() {
    let endpoint = Emulator::start().await.unwrap();
    let address = endpoint.address();
    TcpStream::connect(address).await.unwrap();
    endpoint.stop().await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn the_clock_moves_when_told() {
    let endpoint = Emulator::new().clock_start(1_767_323_045).serve().await.unwrap();
    let clock = endpoint.clock();
    clock.stop();
    assert!((1_767_323_045..1_767_323_050).contains(&clock.now()));
    clock.set(1_000);
    clock.advance(Duration::from_secs(90));
    assert_eq!(clock.now(), 1_090);
    assert!(!clock.is_running());
}
