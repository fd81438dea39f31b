//! A small DNS server for tests, over UDP and TCP at one port of this machine. It serves until its process ends.
//!
//! Its zones are lines of text, which tests and hooks may change at any time: in memory, or in a file that is read anew for each question.
//!
//! ```text
//! zone example.com                         this server is an authority for it; its SOA record
//! example.com NS ns1.example.com
//! ns1.example.com A 127.0.0.1              and AAAA
//! _dnsauth.www.example.com TXT some text
//! alias.example.com CNAME www.example.net
//! example.com CAA 0 issue digicert.com; a=b
//! !truncate NAME      !servfail NAME       !refuse NAME       !silent NAME       !delay NAME MILLISECONDS
//! !lie-id NAME        !lie-name NAME       !lie-port NAME     !garbage NAME      !no-edns NAME
//! ```
//!
//! A name that begins with `!` makes the server misbehave for questions about it, the lies once for each question before the truth follows.

#![allow(dead_code, reason = "not every test uses all of it")]

use simple_dns::rdata::{A, AAAA, CAA, CNAME, NS, RData, SOA, TXT};
use simple_dns::{CLASS, CharacterString, Name, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// The most aliases that the server follows for one question.
const MOST_ALIASES: usize = 20;

/// A server that runs.
#[derive(Clone)]
pub(crate) struct Dns {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    source: Source,
    asked: Mutex<Vec<String>>,
}

enum Source {
    Text(Mutex<String>),
    File(PathBuf),
}

impl Dns {
    /// Starts a server at a free port of 127.0.0.1.
    pub(crate) fn start(zones: &str) -> Self {
        Self::at("127.0.0.1:0", Source::Text(Mutex::new(zones.to_owned())))
    }

    /// Starts a server at this address, such as `127.0.0.2:PORT` or `[::1]:0`.
    pub(crate) fn start_at(address: &str, zones: &str) -> Self {
        Self::at(address, Source::Text(Mutex::new(zones.to_owned())))
    }

    /// Starts a server whose zones are the lines of a file. An absent file is an empty one.
    pub(crate) fn of_file(file: impl Into<PathBuf>) -> Self {
        Self::at("127.0.0.1:0", Source::File(file.into()))
    }

    fn at(address: &str, source: Source) -> Self {
        // The port that UDP gets may be taken for TCP: then another one is tried.
        let (udp, tcp) = (0..50)
            .find_map(|_| {
                let udp = UdpSocket::bind(address).unwrap();
                TcpListener::bind(udp.local_addr().unwrap()).ok().map(|tcp| (udp, tcp))
            })
            .unwrap();
        let server =
            Self { address: udp.local_addr().unwrap(), shared: Arc::new(Shared { source, asked: Mutex::default() }) };
        let (own, other) = (server.shared.clone(), server.shared.clone());
        thread::spawn(move || over_udp(&udp, &own));
        thread::spawn(move || over_tcp(&tcp, &other));
        server
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Replaces the zones.
    pub(crate) fn set(&self, zones: &str) {
        match &self.shared.source {
            Source::Text(text) => zones.clone_into(&mut text.lock().unwrap()),
            Source::File(file) => std::fs::write(file, zones).unwrap(),
        }
    }

    /// Adds a line.
    pub(crate) fn add(&self, line: &str) {
        self.set(&format!("{}\n{line}", self.shared.source.text()));
    }

    /// Removes all lines that are this one.
    pub(crate) fn remove(&self, line: &str) {
        let left: Vec<String> =
            self.shared.source.text().lines().filter(|own| own.trim() != line.trim()).map(str::to_owned).collect();
        self.set(&left.join("\n"));
    }

    /// The questions so far, such as `udp TXT www.example.com`.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().unwrap().clone()
    }
}

impl Source {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.lock().unwrap().clone(),
            Self::File(file) => std::fs::read_to_string(file).unwrap_or_default(),
        }
    }
}

fn over_udp(socket: &UdpSocket, shared: &Arc<Shared>) {
    let mut buffer = [0; 4096];
    while let Ok((length, from)) = socket.recv_from(&mut buffer) {
        let (bytes, socket, shared) = (buffer[..length].to_vec(), socket.try_clone().unwrap(), shared.clone());
        thread::spawn(move || {
            for packet in packets(&bytes, &shared, "udp") {
                match packet {
                    Sent::Own(bytes) => socket.send_to(&bytes, from).unwrap(),
                    Sent::Elsewhere(bytes) => {
                        let own = SocketAddr::new(socket.local_addr().unwrap().ip(), 0);
                        UdpSocket::bind(own).unwrap().send_to(&bytes, from).unwrap()
                    }
                };
            }
        });
    }
}

fn over_tcp(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming().flatten() {
        let shared = shared.clone();
        thread::spawn(move || answer_stream(stream, &shared));
    }
}

fn answer_stream(mut stream: TcpStream, shared: &Shared) -> Option<()> {
    let mut length = [0; 2];
    stream.read_exact(&mut length).ok()?;
    let mut bytes = vec![0; usize::from(u16::from_be_bytes(length))];
    stream.read_exact(&mut bytes).ok()?;
    for packet in packets(&bytes, shared, "tcp") {
        let (Sent::Own(bytes) | Sent::Elsewhere(bytes)) = packet;
        let length = u16::try_from(bytes.len()).unwrap();
        stream.write_all(&[&length.to_be_bytes(), bytes.as_slice()].concat()).ok()?;
    }
    Some(())
}

/// A packet from the server's own port, or from another one.
enum Sent {
    Own(Vec<u8>),
    Elsewhere(Vec<u8>),
}

/// What the server sends for a question.
fn packets(bytes: &[u8], shared: &Shared, transport: &str) -> Vec<Sent> {
    let Ok(query) = Packet::parse(bytes) else { return Vec::new() };
    let Some(question) = query.questions.first() else { return Vec::new() };
    let QTYPE::TYPE(kind) = question.qtype else { return Vec::new() };
    let name = question.qname.to_string().to_lowercase();
    shared.asked.lock().unwrap().push(format!("{transport} {kind:?} {name}"));
    let text = shared.source.text();
    let zones = Zones::read(&text);

    let mut all = Vec::new();
    let mut reply = zones.reply(&query, &name, kind);
    for (fault, value) in zones.faults(&name) {
        match fault {
            "!silent" => return all,
            "!delay" => thread::sleep(Duration::from_millis(value.parse().unwrap())),
            "!servfail" => reply = empty(&query, RCODE::ServerFailure),
            "!refuse" => reply = empty(&query, RCODE::Refused),
            "!no-edns" if query.opt().is_some() => {
                reply = empty(&query, RCODE::FormatError);
                reply.questions.clear();
            }
            "!truncate" if transport == "udp" => {
                reply.answers.clear();
                reply.set_flags(PacketFlag::TRUNCATION);
            }
            "!garbage" => {
                let mut bytes = reply.build_bytes_vec().unwrap();
                bytes.truncate(bytes.len() - 3);
                return vec![Sent::Own(bytes)];
            }
            "!lie-id" => {
                let mut lie = lie(&reply);
                lie.set_id(query.id().wrapping_add(1));
                all.push(Sent::Own(lie.build_bytes_vec().unwrap()));
            }
            "!lie-name" => {
                let mut lie = lie(&reply);
                lie.questions[0].qname = Name::new("other.example").unwrap();
                all.push(Sent::Own(lie.build_bytes_vec().unwrap()));
            }
            "!lie-port" => all.push(Sent::Elsewhere(lie(&reply).build_bytes_vec().unwrap())),
            _ => {}
        }
    }
    all.push(Sent::Own(reply.build_bytes_vec().unwrap()));
    all
}

/// The reply with another text in it.
fn lie<'a>(reply: &Packet<'a>) -> Packet<'a> {
    let mut lie = reply.clone();
    let name = reply.questions[0].qname.clone();
    lie.answers = vec![ResourceRecord::new(name, CLASS::IN, 60, RData::TXT(TXT::new().with_string("a lie").unwrap()))];
    lie
}

fn empty<'a>(query: &Packet<'a>, code: RCODE) -> Packet<'a> {
    let mut reply = Packet::new_reply(query.id());
    reply.questions.clone_from(&query.questions);
    *reply.rcode_mut() = code;
    reply
}

/// The lines of the zones, in words.
struct Zones {
    lines: Vec<(String, String, String)>,
}

impl Zones {
    fn read(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let words = lines.map(|line| {
            let mut words = line.splitn(3, ' ').map(str::to_owned);
            (words.next().unwrap(), words.next().unwrap_or_default(), words.next().unwrap_or_default())
        });
        Self { lines: words.collect() }
    }

    fn faults<'a>(&'a self, name: &str) -> Vec<(&'a str, &'a str)> {
        let of_name = self.lines.iter().filter(|(fault, own, _)| fault.starts_with('!') && own == name);
        of_name.map(|(fault, _, value)| (fault.as_str(), value.as_str())).collect()
    }

    fn zone(&self, name: &str) -> Option<&str> {
        let zones = self.lines.iter().filter(|(word, _, _)| word == "zone").map(|(_, zone, _)| zone.as_str());
        zones.filter(|zone| name == *zone || name.ends_with(&format!(".{zone}"))).max_by_key(|zone| zone.len())
    }

    /// The records of a name: type and value.
    fn records(&self, name: &str) -> Vec<(&str, &str)> {
        let own = self.lines.iter().filter(|(own, _, _)| own == name);
        own.map(|(_, kind, value)| (kind.as_str(), value.as_str())).collect()
    }

    fn reply<'a>(&'a self, query: &Packet<'a>, name: &str, kind: TYPE) -> Packet<'a> {
        let Some(zone) = self.zone(name) else { return empty(query, RCODE::Refused) };
        let mut reply = empty(query, RCODE::NoError);
        reply.set_flags(PacketFlag::AUTHORITATIVE_ANSWER);
        if query.has_flags(PacketFlag::RECURSION_DESIRED) {
            reply.set_flags(PacketFlag::RECURSION_DESIRED | PacketFlag::RECURSION_AVAILABLE);
        }
        let wanted = format!("{kind:?}");
        let mut name = name.to_owned();
        for _ in 0..MOST_ALIASES {
            let records = self.records(&name);
            let owner = Name::new(&name).unwrap().into_owned();
            if kind == TYPE::SOA && self.zone(&name) == Some(&name) {
                reply.answers.push(soa(owner.clone()));
            }
            for (_, value) in records.iter().filter(|(own, _)| *own == wanted) {
                reply.answers.push(ResourceRecord::new(owner.clone(), CLASS::IN, 60, data(&wanted, value)));
            }
            let alias = records.iter().find(|(own, _)| *own == "CNAME" && wanted != "CNAME");
            let Some((_, target)) = alias else { break };
            reply.answers.push(ResourceRecord::new(owner, CLASS::IN, 60, data("CNAME", target)));
            // An authority that is asked by a resolver stays in its own zone.
            if self.zone(target) != Some(zone) && !query.has_flags(PacketFlag::RECURSION_DESIRED) {
                return reply;
            }
            (*target).clone_into(&mut name);
        }
        let below = format!(".{name}");
        let exists = self.lines.iter().any(|(word, second, _)| {
            let own = if word == "zone" { second } else { word };
            *own == name || own.ends_with(&below)
        });
        if !exists {
            *reply.rcode_mut() = RCODE::NameError;
        }
        if let (true, Some(zone)) = (reply.answers.is_empty() || !exists, self.zone(&name)) {
            reply.name_servers.push(soa(Name::new(zone).unwrap().into_owned()));
        }
        reply
    }
}

fn soa(owner: Name<'_>) -> ResourceRecord<'_> {
    let name = || Name::new("ns1.example.com").unwrap();
    let soa = SOA { mname: name(), rname: name(), serial: 1, refresh: 60, retry: 60, expire: 60, minimum: 60 };
    ResourceRecord::new(owner, CLASS::IN, 60, RData::SOA(soa))
}

fn data<'a>(kind: &str, value: &'a str) -> RData<'a> {
    match kind {
        "A" => RData::A(A::from(value.parse::<Ipv4Addr>().unwrap())),
        "AAAA" => RData::AAAA(AAAA::from(value.parse::<Ipv6Addr>().unwrap())),
        "CNAME" => RData::CNAME(CNAME(Name::new(value).unwrap())),
        "NS" => RData::NS(NS(Name::new(value).unwrap())),
        "TXT" => RData::TXT(TXT::try_from(value).unwrap()),
        "CAA" => {
            let mut words = value.splitn(3, ' ');
            let (flag, tag) = (words.next().unwrap().parse().unwrap(), words.next().unwrap());
            let tag = CharacterString::new(tag.as_bytes()).unwrap();
            RData::CAA(CAA { flag, tag, value: words.next().unwrap_or_default().as_bytes().into() })
        }
        other => panic!("the server has no records of the type {other}"),
    }
}
