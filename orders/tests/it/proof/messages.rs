//! Questions and answers as bytes: whatever a server sends, reading it ends, in bounded memory and without a panic.

use cloudcert_orders::proof::dns::message::{UDP_SIZE, Unfit, read, write};
use cloudcert_orders::proof::dns::{Answer, Code, Data, Kind, Question};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use simple_dns::rdata::{CAA, CNAME, NS, RData, TXT};
use simple_dns::{CLASS, CharacterString, Name, Packet, PacketFlag, RCODE, ResourceRecord};

const ID: u16 = 0x1234;

fn question() -> Question {
    Question { name: "_dnsauth.www.example.com".to_owned(), kind: Kind::Txt, recursive: true }
}

/// The reply to the question, as a correct server writes it.
fn reply() -> Packet<'static> {
    let query = write(&question(), ID, true).unwrap();
    let query = Packet::parse(&query).unwrap();
    let mut reply = Packet::new_reply(ID);
    reply.questions = query.questions.iter().map(|question| question.clone().into_owned()).collect();
    let name = || Name::new("_dnsauth.www.example.com").unwrap();
    let tag = CharacterString::new(b"Issue").unwrap();
    let mut text = TXT::new();
    text.add_string("one ").unwrap();
    text.add_string("two").unwrap();
    let rows = [
        RData::CNAME(CNAME(Name::new("Target.Example.NET").unwrap())),
        RData::TXT(text),
        RData::NS(NS(Name::new("ns1.example.com").unwrap())),
        RData::CAA(CAA { flag: 128, tag, value: b"digicert.com".into() }),
    ];
    reply.answers = rows.into_iter().map(|data| ResourceRecord::new(name(), CLASS::IN, 60, data)).collect();
    reply
}

fn bytes(packet: &Packet<'_>) -> Vec<u8> {
    packet.build_bytes_vec_compressed().unwrap()
}

fn read_it(bytes: &[u8]) -> Result<Answer, Unfit> {
    read(bytes, &question(), ID)
}

#[test]
fn a_question_has_its_size_and_id_and_goes_to_whom_it_may() {
    let sent = write(&question(), ID, true).unwrap();
    let packet = Packet::parse(&sent).unwrap();
    assert_eq!((packet.id(), packet.opt().unwrap().udp_packet_size), (ID, UDP_SIZE));
    assert!(packet.has_flags(PacketFlag::RECURSION_DESIRED) && !packet.has_flags(PacketFlag::RESPONSE));
    let sent = write(&Question { recursive: false, ..question() }, ID, false).unwrap();
    let packet = Packet::parse(&sent).unwrap();
    assert!(packet.opt().is_none() && !packet.has_flags(PacketFlag::RECURSION_DESIRED));
    let long = ["a"; 127].join(".");
    let names = [
        ("a..b", false),
        ("", false),
        ("a b", false),
        ("a\\.b", false),
        ("例.example", false),
        ("*.example.com", true),
    ];
    let label = "x".repeat(64);
    let names = names.into_iter().chain([(label.as_str(), false), (&label[1..], true), (long.as_str(), true)]);
    for (name, fits) in names {
        let question = Question { name: name.to_owned(), ..question() };
        assert_eq!(write(&question, ID, true).is_some(), fits, "{name}");
    }
    let question = Question { name: format!("{long}.a"), ..question() };
    assert_eq!(write(&question, ID, true), None, "254 characters");
}

#[test]
fn an_answer_is_read() {
    let answer = read_it(&bytes(&reply())).unwrap();
    assert_eq!((answer.code, answer.authoritative), (Code::Exists, false));
    let data: Vec<&Data> = answer.answers.iter().map(|row| &row.data).collect();
    let [Data::Cname(alias), Data::Txt(text), Data::Ns(server), Data::Caa(property)] = data[..] else {
        panic!("{data:?}")
    };
    assert_eq!((alias.as_str(), text.as_str(), server.as_str()), ("target.example.net", "one two", "ns1.example.com"));
    assert_eq!((property.critical, property.tag.as_str(), property.value.as_str()), (true, "issue", "digicert.com"));
}

#[test]
fn only_the_answer_to_the_question_is_taken() {
    type Spoil = fn(&mut Packet<'static>);
    let table: [(&str, Spoil, Result<Code, Unfit>); 10] = [
        ("another id", |packet| packet.set_id(ID + 1), Err(Unfit::Foreign)),
        ("a question", |packet| packet.remove_flags(PacketFlag::RESPONSE), Err(Unfit::Foreign)),
        ("another name", |packet| packet.questions[0].qname = Name::new("a.example").unwrap(), Err(Unfit::Foreign)),
        ("another type", |packet| packet.questions[0].qtype = simple_dns::TYPE::A.into(), Err(Unfit::Foreign)),
        ("another class", |packet| packet.questions[0].qclass = CLASS::CH.into(), Err(Unfit::Foreign)),
        ("two questions", |packet| packet.questions.push(packet.questions[0].clone()), Err(Unfit::Foreign)),
        ("no question", |packet| packet.questions.clear(), Err(Unfit::Foreign)),
        (
            "not understood",
            |packet| {
                packet.questions.clear();
                *packet.rcode_mut() = RCODE::FormatError;
            },
            Ok(Code::NotUnderstood),
        ),
        ("cut", |packet| packet.set_flags(PacketFlag::TRUNCATION), Err(Unfit::Truncated)),
        (
            "another case",
            |packet| packet.questions[0].qname = Name::new("_DNSAUTH.www.Example.com").unwrap(),
            Ok(Code::Exists),
        ),
    ];
    for (what, spoil, expected) in table {
        let mut packet = reply();
        spoil(&mut packet);
        assert_eq!(read_it(&bytes(&packet)).map(|answer| answer.code), expected, "{what}");
    }
    let codes = [
        (RCODE::NameError, Code::NoSuchName),
        (RCODE::ServerFailure, Code::ServerFailure),
        (RCODE::Refused, Code::Refused),
        (RCODE::NotImplemented, Code::NotUnderstood),
        (RCODE::YXDOMAIN, Code::Other),
    ];
    for (code, expected) in codes {
        let mut packet = reply();
        *packet.rcode_mut() = code;
        assert_eq!(read_it(&bytes(&packet)).unwrap().code, expected);
    }
}

#[test]
fn a_header_that_promises_too_much_reserves_nothing() {
    let mut packet = bytes(&reply());
    packet[6..12].fill(0xff);
    assert_eq!(read_it(&packet), Err(Unfit::Unreadable));
}

/// Runs a property with a fixed seed.
fn check<S: Strategy>(cases: u32, strategy: &S, property: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner.run(strategy, property).unwrap();
}

/// What is read is no larger than its packet allows, and can be printed.
fn is_sound(result: &Result<Answer, Unfit>, length: usize) -> Result<(), TestCaseError> {
    let Ok(answer) = result else { return Ok(()) };
    let rows = answer.answers.iter().chain(&answer.zone);
    prop_assert!(rows.clone().count() <= length / 11);
    for row in rows {
        prop_assert!(row.name.bytes().all(|byte| byte.is_ascii_graphic()), "{}", row.name);
        prop_assert!(row.name.len() <= 4 * 255);
    }
    Ok(())
}

#[test]
fn any_bytes_are_survived() {
    check(3_000, &vec(any::<u8>(), 0..600), |bytes| is_sound(&read_it(&bytes), bytes.len()));
    // The same behind a header that looks like the answer.
    let head = bytes(&reply())[..12].to_vec();
    check(3_000, &vec(any::<u8>(), 0..600), |tail| {
        let packet = [head.as_slice(), &tail].concat();
        is_sound(&read_it(&packet), packet.len())
    });
}

#[test]
fn damaged_answers_are_survived() {
    let whole = bytes(&reply());
    let length = whole.len();
    let changes = (vec((0..length, any::<u8>()), 0..8), 0..=length, any::<bool>());
    check(10_000, &changes, |(changes, cut, cuts)| {
        let mut packet = whole.clone();
        for (place, byte) in changes {
            packet[place] = byte;
        }
        packet.truncate(if cuts { cut } else { length });
        is_sound(&read_it(&packet), packet.len())
    });
    // Pointers of names to everywhere, themselves included.
    check(2_000, &vec((12..length - 1, 0..length), 1..6), |pointers| {
        let mut packet = whole.clone();
        for (place, target) in pointers {
            let pointer = 0xc000 | u16::try_from(target).unwrap();
            packet[place..place + 2].copy_from_slice(&pointer.to_be_bytes());
        }
        is_sound(&read_it(&packet), packet.len())
    });
}
