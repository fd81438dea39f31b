//! Garbage, floods and slow clients: each meets its limit, and the endpoint keeps serving others.

use crate::setup::served::Served;
use crate::setup::signed::{CAS, KCM, aws4, endpoint, v1};
use crate::setup::wire::{Sent, parse, raw};
use cloudcert_emulator::Handle;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Mutex;

/// Checks that the endpoint still works.
async fn still_works(endpoint: &Handle) {
    responds(endpoint.address()).await;
}

/// Makes a call, which must succeed.
async fn responds(address: SocketAddr) {
    let response = v1(CAS, "DescribePackageState", &[]).to(address).await;
    assert_eq!(response.status, 200, "{response:?}");
}

/// Locked by tests that open hundreds of connections, because the system limits the open files of a process.
static CROWD: Mutex<()> = Mutex::const_new(());

#[tokio::test]
async fn garbage_on_the_socket_is_refused() {
    let endpoint = endpoint().await;
    let garbage: [&[u8]; 8] = [
        b"",
        b"\r\n\r\n\r\n\r\n",
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ];
    for bytes in garbage {
        let mut stream = TcpStream::connect(endpoint.address()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut out = Vec::new();
        let _ = stream.read_to_end(&mut out).await;
        let response = parse(&out);
        assert!(response.as_ref().is_none_or(|response| response.status >= 400), "{bytes:?}: {response:?}");
    }
    still_works(&endpoint).await;
}

#[tokio::test]
async fn heads_of_ten_megabytes_are_refused() {
    let endpoint = endpoint().await;
    let mut bytes = b"GET / HTTP/1.1\r\nhost: x\r\nx-long: ".to_vec();
    bytes.resize(10 << 20, b'a');
    let begun = Instant::now();
    let out = raw(endpoint.address(), &bytes).await;
    assert!(parse(&out).is_none_or(|response| response.status == 431), "{:?}", parse(&out));
    assert!(begun.elapsed() < Duration::from_secs(10));
    let mut bytes = b"GET /?a=".to_vec();
    bytes.resize(10 << 20, b'a');
    let out = raw(endpoint.address(), &bytes).await;
    assert!(parse(&out).is_none_or(|response| matches!(response.status, 414 | 431)), "{:?}", parse(&out));
    let many = (0..1_000).map(|n| format!("h{n}: x\r\n")).collect::<Vec<_>>().concat();
    let out = raw(endpoint.address(), format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n").as_bytes()).await;
    assert_eq!(parse(&out).unwrap().status, 431);
    still_works(&endpoint).await;
}

#[tokio::test]
async fn bodies_end_at_the_limit() {
    let endpoint = endpoint().await;
    let claimed = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\nabc";
    assert_eq!(parse(&raw(endpoint.address(), claimed).await).unwrap().status, 413);
    // One that never ends, in chunks.
    let mut stream = TcpStream::connect(endpoint.address()).await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 65_536], b"\r\n".to_vec()].concat();
    let mut sent = 0;
    while sent < 100 && stream.write_all(&chunk).await.is_ok() {
        sent += 1;
    }
    let mut out = Vec::new();
    let _ = stream.read_to_end(&mut out).await;
    assert!(sent < 100 || parse(&out).is_some_and(|response| response.status == 413), "{sent} chunks were taken");
    still_works(&endpoint).await;
    // The largest that documents allow: a picture of 600 kB.
    let picture = "/".repeat(614_400 / 3 * 4);
    let sent = aws4("UpdateCertificate", &[("CertificateId", "1"), ("BusinessLicence", &picture)]);
    let response = sent.to(endpoint.address()).await;
    assert_ne!(response.status, 413, "{response:?}");
}

#[tokio::test]
async fn many_connections_one_after_another_leave_nothing_behind() {
    let _crowd = CROWD.lock().await;
    let endpoint = endpoint().await;
    let before = open_files();
    for n in 0..3_000 {
        let mut stream = TcpStream::connect(endpoint.address()).await.unwrap();
        if n % 2 == 0 {
            stream.write_all(b"GET /").await.unwrap();
        }
    }
    still_works(&endpoint).await;
    let after = open_files();
    // Other tests open files at the same time.
    assert!(after < before + 200, "{before} files before, {after} after");
}

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count)
}

#[tokio::test]
async fn idle_connections_do_not_keep_others_out() {
    let _crowd = CROWD.lock().await;
    let endpoint = endpoint().await;
    let mut idle = Vec::new();
    for _ in 0..300 {
        idle.push(TcpStream::connect(endpoint.address()).await.unwrap());
    }
    still_works(&endpoint).await;
}

#[tokio::test]
async fn a_connection_is_kept_for_further_calls() {
    let endpoint = endpoint().await;
    let mut stream = TcpStream::connect(endpoint.address()).await.unwrap();
    for _ in 0..3 {
        let sent = v1(CAS, "DescribePackageState", &[]);
        let bytes = String::from_utf8(sent.bytes(endpoint.address())).unwrap().replace("connection: close\r\n", "");
        stream.write_all(bytes.as_bytes()).await.unwrap();
        let mut buffer = vec![0; 4096];
        let n = stream.read(&mut buffer).await.unwrap();
        assert!(buffer[..n].starts_with(b"HTTP/1.1 200 OK"));
    }
}

#[tokio::test]
async fn odd_requests_get_a_response() {
    let endpoint = endpoint().await;
    for (method, target) in [
        ("GET", "/".to_owned()),
        ("HEAD", "/".to_owned()),
        ("OPTIONS", "/".to_owned()),
        ("GET", "/?".to_owned()),
        ("GET", "/?&&&=&=x&%&%zz=%ff%00&a&a=b&a=c".to_owned()),
        ("GET", format!("/?Action=GetToken&Version={KCM}&X-Amz-Algorithm=x")),
        ("GET", format!("/?{}", "a=1&".repeat(5_000))),
    ] {
        let response = Sent::new(method, target.clone()).to(endpoint.address()).await;
        assert!((400..500).contains(&response.status), "{method} {target}: {response:?}");
    }
    still_works(&endpoint).await;
}

/// Makes a head of this many bytes, to the end of the empty line.
fn head(bytes: usize, start: &str) -> Vec<u8> {
    let start = format!("{start}\r\nhost: x\r\nconnection: close\r\nx-long: ");
    let mut out = start.into_bytes();
    out.resize(bytes - 4, b'a');
    out.extend_from_slice(b"\r\n\r\n");
    out
}

const HEAD: usize = 64 << 10;

#[tokio::test]
async fn the_limit_of_a_head_is_exact() {
    let endpoint = endpoint().await;
    for start in ["GET /nothing HTTP/1.1".to_owned(), format!("GET /nothing?{} HTTP/1.1", "a".repeat(HEAD / 2))] {
        for (bytes, status) in [(HEAD - 1, 404), (HEAD, 404), (HEAD + 1, 431), (HEAD + 2, 431), (HEAD + 9_000, 431)] {
            // In one piece, and in pieces that end just before, at and after the limit.
            for cuts in [vec![], vec![HEAD - 1], vec![HEAD], vec![10, HEAD - 2, HEAD + 1]] {
                let sent = head(bytes, &start);
                let mut stream = TcpStream::connect(endpoint.address()).await.unwrap();
                let mut from = 0;
                for cut in cuts.iter().copied().chain([bytes]).map(|cut| cut.min(bytes)) {
                    let _ = stream.write_all(&sent[from..cut]).await;
                    from = cut;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                let mut out = Vec::new();
                stream.read_to_end(&mut out).await.unwrap();
                assert_eq!(parse(&out).unwrap().status, status, "{bytes} bytes, cut at {cuts:?}");
            }
        }
    }
    // What follows a head does not count.
    let mut two = head(HEAD, "POST / HTTP/1.1");
    let at = two.len() - 4;
    two.splice(at - 25..at, b"\r\ncontent-length: 0000005".iter().copied());
    two.extend_from_slice(b"a=b&c");
    assert_eq!(parse(&raw(endpoint.address(), &two).await).unwrap().status, 400);
    let fields = |count: usize| {
        let fields = (2..count).map(|n| format!("h{n}: x\r\n")).collect::<Vec<_>>().concat();
        format!("GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{fields}\r\n").into_bytes()
    };
    for (count, status) in [(99, 404), (100, 404), (101, 431)] {
        assert_eq!(parse(&raw(endpoint.address(), &fields(count)).await).unwrap().status, status, "{count} headers");
    }
}

/// A refusal that is sent before the whole request was read reaches the client all the same.
#[tokio::test]
async fn a_refusal_reaches_the_client() {
    let endpoint = endpoint().await;
    for _ in 0..20 {
        let mut stream = TcpStream::connect(endpoint.address()).await.unwrap();
        let head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5000000\r\n\r\n";
        stream.write_all(head).await.unwrap();
        stream.write_all(&vec![b'a'; 5_000_000]).await.unwrap();
        let mut out = Vec::new();
        stream.read_to_end(&mut out).await.unwrap();
        assert_eq!(parse(&out).unwrap().status, 413);
    }
}

const CONNECTIONS: usize = 512;

/// Clients of these kinds fill all places. The next one is served all the same, before any of them has run into its time limit.
#[tokio::test(flavor = "multi_thread")]
async fn idle_clients_in_all_places_do_not_keep_others_out() {
    let _crowd = CROWD.lock().await;
    let served = Served::at_the_time_of_the_tests();
    let address = served.address();
    let call = || {
        let sent = v1(CAS, "DescribePackageState", &[]);
        String::from_utf8(sent.bytes(address)).unwrap().replace("connection: close\r\n", "").into_bytes()
    };
    let kinds: [(&str, Option<&[u8]>); 4] = [
        ("says nothing", Some(b"")),
        ("stops in its head", Some(b"POST / HTTP/1.1\r\nhost: x\r\n")),
        ("stops in its body", Some(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\na")),
        ("idles after a call", None),
    ];
    for (what, sent) in kinds {
        let mut clients = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(&sent.map_or_else(call, <[u8]>::to_vec)).await.unwrap();
            clients.push(stream);
        }
        let begun = Instant::now();
        responds(address).await;
        responds(address).await;
        assert!(begun.elapsed() < Duration::from_secs(10), "{what}: {:?}", begun.elapsed());
    }
}

/// Clients that leave their responses unread fill all places. None of them gives its place up for a newcomer, because its response is not
/// sent yet. Only the limit on unread responses frees the places.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_send_and_do_not_read_are_disconnected() {
    let _crowd = CROWD.lock().await;
    let served = Served::at_the_time_of_the_tests();
    let address = served.address();
    // One such response is more than the buffers of the system take, so it costs one call to block a connection.
    let rule = format!(r#"{{"action": "ListCertificates", "fault": {{"kind": "oversized", "bytes": {UNREAD}}}}}"#);
    let rules = Sent::new("POST", "/_emulator/faults").body("application/json", format!(r#"{{"faults": [{rule}]}}"#));
    assert_eq!(rules.to(address).await.status, 200);
    let small = b"GET /ca.pem HTTP/1.1\r\nhost: x\r\n\r\n".repeat(200);
    let mut silent = Vec::new();
    let mut talking = Vec::new();
    for number in 0..CONNECTIONS {
        // The system keeps little for those who do not read.
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4 << 10).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        if number % 64 == 1 {
            // A few get there by many small responses. They send requests as long as somebody takes them.
            let small = small.clone();
            talking.push(tokio::spawn(async move { while stream.write_all(&small).await.is_ok() {} }));
            continue;
        }
        stream.write_all(&aws4("ListCertificates", &[]).bytes(address)).await.unwrap();
        if number % 4 == 0 {
            // A quarter says that it has nothing more to send.
            stream.shutdown().await.unwrap();
            silent.push(stream);
            continue;
        }
        talking.push(tokio::spawn(async move {
            while stream.write_all(b"a").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }));
    }
    let begun = Instant::now();
    responds(address).await;
    assert!(begun.elapsed() < Duration::from_secs(25), "{:?}", begun.elapsed());
    let disconnected = async {
        for client in talking {
            client.await.unwrap();
        }
    };
    let disconnected = tokio::time::timeout(Duration::from_secs(60), disconnected).await;
    assert!(disconnected.is_ok(), "the endpoint still listens to a client that never reads");
    // The others find an end long before that of their response.
    for mut stream in silent.into_iter().step_by(16) {
        let mut buffer = vec![0; 64 << 10];
        let mut read = 0;
        while let Ok(bytes @ 1..) = stream.read(&mut buffer).await {
            read += bytes;
        }
        assert!(read < UNREAD / 2, "{read} bytes were sent to a client that did not read");
    }
}

/// The size in bytes of a response that no buffers of the system can take.
const UNREAD: usize = 128 << 20;

/// A client that reads slowly gets the whole response all the same.
#[tokio::test]
async fn a_slow_reader_gets_its_response() {
    use cloudcert_emulator::{Fault, Rule};
    let endpoint = endpoint().await;
    let bytes = 24 << 20;
    endpoint.inject(Rule::new(Fault::Oversized { bytes }).times(1)).unwrap();
    let mut stream = TcpStream::connect(endpoint.address()).await.unwrap();
    stream.write_all(&v1(CAS, "DescribePackageState", &[]).bytes(endpoint.address())).await.unwrap();
    let mut read = 0;
    let mut buffer = vec![0; 1 << 20];
    let mut stops = 0;
    loop {
        match stream.read(&mut buffer).await.unwrap() {
            0 => break,
            some => read += some,
        }
        if read > 8 << 20 && stops < 3 {
            stops += 1;
            tokio::time::sleep(Duration::from_millis(1_500)).await;
        }
    }
    assert!(read > 24 << 20, "{read}");
}

/// A client that sends a byte now and then is disconnected in the end.
#[tokio::test]
async fn requests_that_trickle_in_end_in_time() {
    let endpoint = endpoint().await;
    let heads: [&[u8]; 2] =
        [b"POST / HTTP/1.1\r\nhost: x\r\nx-long: ", b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n"];
    let trickle = heads.map(|head| {
        let address = endpoint.address();
        tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(head).await.unwrap();
            let begun = Instant::now();
            let mut response = [0; 1];
            loop {
                // The connection is closed, or the response says that it took too long.
                let ended = tokio::time::timeout(Duration::from_millis(300), stream.read(&mut response)).await;
                if ended.is_ok() || stream.write_all(b"a").await.is_err() {
                    return begun.elapsed();
                }
                assert!(begun.elapsed() < Duration::from_secs(60));
            }
        })
    });
    for trickle in trickle {
        let took = trickle.await.unwrap();
        assert!((Duration::from_secs(25)..Duration::from_secs(45)).contains(&took), "{took:?}");
    }
}
