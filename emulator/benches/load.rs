//! Measures signed requests per second, and memory with many orders: `cargo bench -p cloudcert-emulator --bench load`. Needs Linux, because it
//! reads processor time and memory from `/proc`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints"
)]

use cloudcert::sign::{aliyun_v1, encode};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const READS: usize = 50_000;
const ORDERS: usize = 100_000;

struct Program(Child, String);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start() -> Program {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_cloudcert-emulator"))
        .args(["--listen", "127.0.0.1:0", "--quota", "digicert-free-1-free=1000000"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    println!("ready after {:.0?}", began.elapsed());
    let ready: Value = serde_json::from_str(&line).unwrap();
    let address = ready["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
    Program(child, address)
}

/// Returns a signed request as bytes.
fn request(host: &str, number: usize, action: &str, own: &[(&str, &str)]) -> Vec<u8> {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let nonce = format!("{action}-{number}");
    let mut pairs = vec![
        ("AccessKeyId", "testid"),
        ("Action", action),
        ("Format", "JSON"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", &nonce),
        ("SignatureVersion", "1.0"),
        ("Timestamp", &now),
        ("Version", "2020-04-07"),
    ];
    pairs.extend(own);
    let signature = aliyun_v1::sign("POST", &pairs, &"testsecret".into()).signature;
    pairs.push(("Signature", &signature));
    let mut body = String::new();
    for (name, value) in pairs {
        let _ = write!(body, "{name}={}&", encode(value));
    }
    body.pop();
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// Sends all requests over one connection, and reads each response to its end. Returns the last response.
fn send(address: &str, requests: &[Vec<u8>]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut last = String::new();
    for request in requests {
        stream.write_all(request).unwrap();
        let (mut line, mut length, mut status) = (String::new(), 0, String::new());
        loop {
            line.clear();
            reader.read_line(&mut line).unwrap();
            if status.is_empty() {
                status.clone_from(&line);
            }
            if line == "\r\n" {
                break;
            }
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        last = String::from_utf8(body).unwrap();
        assert!(status.starts_with("HTTP/1.1 200"), "{status}{last}");
    }
    last
}

/// Returns the seconds of processor time that a process has used.
fn cpu(id: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().map(|i| fields.get(*i).unwrap().parse::<f64>().unwrap()).sum();
    ticks / 100.0
}

/// Returns the memory of a process in megabytes.
fn memory(id: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = text.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}

fn measured(program: &Program, what: &str, requests: &[Vec<u8>]) -> String {
    let (before, began) = (cpu(program.0.id()), Instant::now());
    let last = send(&program.1, requests);
    let (used, took) = (cpu(program.0.id()) - before, began.elapsed());
    let count = u32::try_from(requests.len()).unwrap();
    println!(
        "{what}: {:.0} a second of processor time, {:.0} a second of the clock, {} MB",
        f64::from(count) / used.max(0.01),
        f64::from(count) / took.max(Duration::from_millis(1)).as_secs_f64(),
        memory(program.0.id()),
    );
    last
}

fn main() {
    let program = start();
    let person =
        [("Email", "ops@example.com"), ("Phone", "13800000000"), ("Username", "Li Lei"), ("ValidateType", "DNS")];
    let order = |number| {
        request(
            &program.1,
            number,
            "CreateCertificateRequest",
            &[&[("Domain", "www.example.com")], &person[..]].concat(),
        )
    };
    let placed: Value = serde_json::from_str(&send(&program.1, &[order(ORDERS)])).unwrap();
    let id = placed["OrderId"].to_string();
    let id = id.trim_matches('"');
    let reads: Vec<Vec<u8>> =
        (0..READS).map(|number| request(&program.1, number, "DescribeCertificateState", &[("OrderId", id)])).collect();
    // The first probe of an order starts its validation, which is not measured.
    send(&program.1, &[request(&program.1, READS, "DescribeCertificateState", &[("OrderId", id)])]);
    measured(&program, &format!("{READS} DescribeCertificateState"), &reads);
    drop(reads);
    let orders: Vec<Vec<u8>> = (0..ORDERS).map(order).collect();
    measured(&program, &format!("{ORDERS} orders, none issued"), &orders);
}
