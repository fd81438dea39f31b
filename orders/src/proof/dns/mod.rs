//! A small DNS client: one question, one server, one answer.

pub mod client;
pub mod lookup;
pub mod message;
pub mod servers;

use crate::proof::caa::Property;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// The types of records that proofs need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Kind {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// Which authorities may issue.
    Caa,
    /// Another name.
    Cname,
    /// A server of the zone.
    Ns,
    /// The beginning of a zone.
    Soa,
    /// A text.
    Txt,
}

impl Kind {
    const ALL: [Self; 7] = [Self::A, Self::Aaaa, Self::Caa, Self::Cname, Self::Ns, Self::Soa, Self::Txt];

    /// Its name, in capital letters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
            Self::Caa => "CAA",
            Self::Cname => "CNAME",
            Self::Ns => "NS",
            Self::Soa => "SOA",
            Self::Txt => "TXT",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(text.trim())).ok_or(())
    }
}

/// What a server is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The name, in lower case and without a dot at its end.
    pub name: String,
    /// The type of the records.
    pub kind: Kind,
    /// Whether the server shall ask others. Only resolvers do.
    pub recursive: bool,
}

/// What a record contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address.
    Aaaa(Ipv6Addr),
    /// Which authorities may issue.
    Caa(Property),
    /// Another name, plain.
    Cname(String),
    /// A server of the zone, plain.
    Ns(String),
    /// The beginning of a zone.
    Soa,
    /// A text: its strings joined. What is not UTF-8 is replaced.
    Txt(String),
    /// Anything else.
    Other,
}

/// A record in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name, in lower case and without a dot at its end.
    pub name: String,
    /// What it contains.
    pub data: Data,
}

/// How a server answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The name exists.
    Exists,
    /// No record of any type has this name.
    NoSuchName,
    /// The server failed, often because others did not answer it or signatures are wrong.
    ServerFailure,
    /// The server does not answer this question for us.
    Refused,
    /// The server did not understand the question.
    NotUnderstood,
    /// Another code.
    Other,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exists => "the name exists",
            Self::NoSuchName => "no such name",
            Self::ServerFailure => "the server failed",
            Self::Refused => "the server refused",
            Self::NotUnderstood => "the server does not understand the question",
            Self::Other => "the server answers with an unusual code",
        })
    }
}

/// An answer that belongs to its question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How the server answered.
    pub code: Code,
    /// Whether the server is an authority for the name.
    pub authoritative: bool,
    /// The answer. It may begin with aliases.
    pub answers: Vec<Row>,
    /// What the server knows about the zone.
    pub zone: Vec<Row>,
}

/// Why a server gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// It said nothing in time. The number counts packets that did not belong to the question and were ignored.
    Silent(u32),
    /// It could not be reached.
    Unreachable(io::ErrorKind),
    /// Its answer cannot be read.
    Unreadable,
    /// The name cannot be asked for.
    NoName,
    /// No server is known that could be asked.
    Nobody,
    /// It answered, but not the question.
    Answered(Code),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Unreachable(error.kind())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent(0) => f.write_str("no answer in time"),
            Self::Silent(ignored) => write!(f, "no answer in time; {ignored} packets did not belong to the question"),
            Self::Unreachable(kind) => write!(f, "unreachable ({kind})"),
            Self::Unreadable => f.write_str("an answer that cannot be read"),
            Self::NoName => f.write_str("not a name that a server can be asked for"),
            Self::Nobody => f.write_str("no resolver is known"),
            Self::Answered(code) => code.fmt(f),
        }
    }
}
