//! Looks up the record or file that validates a domain. Any failure counts as not found.

use super::validation::{FILE_PATH, Record, RecordType, ValidationMethod};
use simple_dns::rdata::RData;
use simple_dns::{CLASS, Name, Packet, QCLASS, QTYPE, Question, TYPE};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

/// How long a server may take to respond.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Maximum size of an HTTP response in bytes.
const MOST_BYTES: u64 = 64 * 1024;
/// The id of DNS queries. Each query has a socket of its own, so they cannot be mixed up.
const QUERY_ID: u16 = 0x4343;

/// Whether a server has the record or file.
pub(super) fn is_there(record: &Record, server: SocketAddr) -> bool {
    let found = match record.method {
        ValidationMethod::Dns => dns(record, server),
        ValidationMethod::File => file(record, server),
    };
    found.unwrap_or(false)
}

fn dns(record: &Record, server: SocketAddr) -> Option<bool> {
    let name = record.dns_name();
    let kind = match record.kind {
        RecordType::Txt => TYPE::TXT,
        RecordType::Cname => TYPE::CNAME,
    };
    let mut query = Packet::new_query(QUERY_ID);
    query.set_flags(simple_dns::PacketFlag::RECURSION_DESIRED);
    query.questions.push(Question::new(Name::new(&name).ok()?, QTYPE::TYPE(kind), QCLASS::CLASS(CLASS::IN), false));
    let query = query.build_bytes_vec().ok()?;

    let own = if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(own).ok()?;
    socket.connect(server).ok()?;
    socket.set_read_timeout(Some(TIMEOUT)).ok()?;
    socket.send(&query).ok()?;
    let mut buffer = [0; 4096];
    let length = socket.recv(&mut buffer).ok()?;
    let response = Packet::parse(buffer.get(..length)?).ok()?;
    let fits = response.id() == QUERY_ID && response.has_flags(simple_dns::PacketFlag::RESPONSE);
    Some(fits && response.answers.iter().any(|row| holds(&row.rdata, &record.value)))
}

fn holds(data: &RData<'_>, value: &str) -> bool {
    match data {
        RData::TXT(text) => String::try_from(text.clone()).is_ok_and(|text| text == value),
        RData::CNAME(name) => name.0.to_string().trim_end_matches('.').eq_ignore_ascii_case(value),
        _ => false,
    }
}

fn file(record: &Record, server: SocketAddr) -> Option<bool> {
    let mut stream = TcpStream::connect_timeout(&server, TIMEOUT).ok()?;
    stream.set_read_timeout(Some(TIMEOUT)).ok()?;
    // HTTP/1.0, so that the body comes in one piece and the connection ends with it.
    let request = format!("GET {FILE_PATH} HTTP/1.0\r\nHost: {}\r\n\r\n", record.host);
    stream.write_all(request.as_bytes()).ok()?;
    let mut response = Vec::new();
    stream.take(MOST_BYTES).read_to_end(&mut response).ok()?;
    let response = String::from_utf8(response).ok()?;
    let (head, body) = response.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?;
    Some(status == "200" && body.trim() == record.value)
}
