//! Answers every request with the same response, over connections that are kept. Arguments: a file with the body, its media type.
//! Prints its URL.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().expect("a file");
    let kind = arguments.next().unwrap_or_else(|| "application/json".to_owned());
    let body = std::fs::read(file).expect("a file with the body");
    let mut response = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    response.extend(body);
    let response: &'static [u8] = response.leak();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("http://{}", listener.local_addr().expect("an address"));
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        tokio::spawn(serve(stream, response));
    }
}

async fn serve(mut stream: TcpStream, response: &[u8]) -> Option<()> {
    let mut buffer = Vec::with_capacity(16_384);
    loop {
        let length = loop {
            if let Some(length) = whole(&buffer) {
                break length;
            }
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        };
        buffer.drain(..length);
        stream.write_all(response).await.ok()?;
    }
}

/// How long the request is at the beginning of the buffer, if all of it is there.
fn whole(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&buffer[..head]).ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = head + length.unwrap_or(0);
    (buffer.len() >= length).then_some(length)
}
