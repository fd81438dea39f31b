//! Questions and answers as bytes. Pure: whatever a server sends ends in an answer or an error, in bounded time and memory.

use crate::proof::caa::Property;
use crate::proof::dns::{Answer, Code, Data, Kind, Question, Row};
use crate::proof::name::is_name;
use simple_dns::rdata::{OPT, RData};
use simple_dns::{CLASS, Name, OPCODE, Packet, PacketFlag, QCLASS, QTYPE, RCODE, ResourceRecord, TYPE};
use std::net::{Ipv4Addr, Ipv6Addr};

/// What a packet over UDP may measure. Larger ones are lost where fragments are (DNS flag day 2020).
pub const UDP_SIZE: u16 = 1232;
/// The most records that are read. No answer about a proof has as many.
const MOST_ROWS: usize = 1000;
const HEADER: usize = 12;

/// Why a packet was not taken for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It belongs to another question, or to none: somebody may guess. The true answer may still come.
    Foreign,
    /// It belongs to the question and cannot be read.
    Unreadable,
    /// It belongs to the question and is cut: ask over TCP.
    Truncated,
}

fn kind_of(kind: Kind) -> TYPE {
    match kind {
        Kind::A => TYPE::A,
        Kind::Aaaa => TYPE::AAAA,
        Kind::Caa => TYPE::CAA,
        Kind::Cname => TYPE::CNAME,
        Kind::Ns => TYPE::NS,
        Kind::Soa => TYPE::SOA,
        Kind::Txt => TYPE::TXT,
    }
}

/// The bytes of a question. `extended` adds how large an answer may be, which a few old servers do not understand.
///
/// Returns `None` if the name cannot be asked for.
#[must_use]
pub fn write(question: &Question, id: u16, extended: bool) -> Option<Vec<u8>> {
    if !is_name(&question.name) {
        return None;
    }
    let mut packet = Packet::new_query(id);
    if question.recursive {
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
    }
    let name = Name::new(&question.name).ok()?;
    let kind = QTYPE::TYPE(kind_of(question.kind));
    packet.questions.push(simple_dns::Question::new(name, kind, QCLASS::CLASS(CLASS::IN), false));
    if extended {
        *packet.opt_mut() = Some(OPT { opt_codes: Vec::new(), udp_packet_size: UDP_SIZE, version: 0 });
    }
    packet.build_bytes_vec().ok()
}

/// Reads the answer to a question.
///
/// # Errors
///
/// If it is not the answer, cannot be read, or is cut.
pub fn read(bytes: &[u8], question: &Question, id: u16) -> Result<Answer, Unfit> {
    let number = |at: usize| bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map(u16::from_be_bytes);
    let is_response = bytes.get(2).is_some_and(|flags| flags & 0x80 != 0);
    if bytes.len() < HEADER || number(0) != Some(id) || !is_response {
        return Err(Unfit::Foreign);
    }
    // The parser reserves memory for as many records as the header promises.
    let promised: usize = [4, 6, 8, 10].into_iter().filter_map(number).map(usize::from).sum();
    if promised > MOST_ROWS {
        return Err(Unfit::Unreadable);
    }
    let truncated = bytes.get(2).is_some_and(|flags| flags & 0x02 != 0);
    let packet = match Packet::parse(bytes) {
        Ok(packet) => packet,
        // Some servers cut in the middle of a record.
        Err(_) if truncated => return Err(Unfit::Truncated),
        Err(_) => return Err(Unfit::Unreadable),
    };
    if packet.opcode() != OPCODE::StandardQuery || !is_about(&packet, question) {
        return Err(Unfit::Foreign);
    }
    if truncated {
        return Err(Unfit::Truncated);
    }
    Ok(Answer {
        code: code(packet.rcode()),
        authoritative: packet.has_flags(PacketFlag::AUTHORITATIVE_ANSWER),
        answers: rows(&packet.answers),
        zone: rows(&packet.name_servers),
    })
}

/// Whether the packet repeats the question. A server that did not understand it may leave it out.
fn is_about(packet: &Packet<'_>, question: &Question) -> bool {
    match packet.questions.as_slice() {
        [] => code(packet.rcode()) == Code::NotUnderstood,
        [asked] => {
            text(&asked.qname) == question.name
                && asked.qtype == QTYPE::TYPE(kind_of(question.kind))
                && asked.qclass == QCLASS::CLASS(CLASS::IN)
        }
        _ => false,
    }
}

fn code(code: RCODE) -> Code {
    match code {
        RCODE::NoError => Code::Exists,
        RCODE::NameError => Code::NoSuchName,
        RCODE::ServerFailure => Code::ServerFailure,
        RCODE::Refused | RCODE::NOTAUTH => Code::Refused,
        RCODE::FormatError | RCODE::NotImplemented | RCODE::BADVERS => Code::NotUnderstood,
        _ => Code::Other,
    }
}

fn rows(records: &[ResourceRecord<'_>]) -> Vec<Row> {
    let of_internet = records.iter().filter(|record| record.class == CLASS::IN);
    of_internet.map(|record| Row { name: text(&record.name), data: data(&record.rdata) }).collect()
}

fn data(data: &RData<'_>) -> Data {
    match data {
        RData::A(row) => Data::A(Ipv4Addr::from_bits(row.address)),
        RData::AAAA(row) => Data::Aaaa(Ipv6Addr::from_bits(row.address)),
        RData::CAA(row) => Data::Caa(Property {
            critical: row.flag & 0x80 != 0,
            tag: String::try_from(row.tag.clone()).unwrap_or_else(|_| "?".to_owned()).to_ascii_lowercase(),
            value: String::from_utf8_lossy(&row.value).into_owned(),
        }),
        RData::CNAME(name) => Data::Cname(text(&name.0)),
        RData::NS(name) => Data::Ns(text(&name.0)),
        RData::SOA(_) => Data::Soa,
        RData::TXT(row) => Data::Txt(joined(row)),
        _ => Data::Other,
    }
}

/// The strings of a text, joined as verifiers do.
fn joined(row: &simple_dns::rdata::TXT<'_>) -> String {
    String::try_from(row.clone()).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// A name in lower case without a dot at its end. What is not printable ASCII is written as `\DDD`.
fn text(name: &Name<'_>) -> String {
    let mut text = String::new();
    for label in name.as_bytes() {
        if !text.is_empty() {
            text.push('.');
        }
        for &byte in label {
            match byte {
                b'.' | b'\\' => text.extend(['\\', char::from(byte)]),
                _ if byte.is_ascii_graphic() => text.push(char::from(byte.to_ascii_lowercase())),
                _ => text.extend(['\\', digit(byte / 100), digit(byte / 10 % 10), digit(byte % 10)]),
            }
        }
    }
    text
}

fn digit(number: u8) -> char {
    char::from(b'0' + number)
}
