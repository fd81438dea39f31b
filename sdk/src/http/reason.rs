//! Explains in a few words why no connection was made.

use rustls::CertificateError;
use std::error::Error;
use std::io::{self, ErrorKind};

/// The maximum length of a foreign text.
const LONGEST: usize = 200;

/// The root cause of an error, and what to do about it if that is known. Never quotes a URL.
pub(crate) fn reason(error: &(dyn Error + 'static)) -> String {
    let (mut chain, mut next) = (Vec::new(), Some(error));
    while let Some(error) = next {
        chain.push(error);
        next = error.source();
    }
    let by_proxy = chain.iter().any(|error| error.to_string().starts_with("tunnel error"));
    let text = chain.iter().rev().find_map(|error| known(*error)).unwrap_or_else(|| {
        let last = chain.last().map(ToString::to_string).unwrap_or_default();
        last.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
    });
    if by_proxy && !text.contains("proxy") { format!("by the proxy: {text}") } else { text }
}

fn known(error: &(dyn Error + 'static)) -> Option<String> {
    let text = error.to_string();
    if let Some(io) = error.downcast_ref::<io::Error>() {
        return input_output(io);
    }
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(certificate(tls));
    }
    let known = match text.as_str() {
        "tunnel error: proxy authorization required" | "proxy authorization required" => {
            "the proxy requires a login, or rejected the one given (407): set it with `Proxy::login` or in the proxy's URL"
        }
        "tunnel error: unsuccessful" => "the proxy refused a tunnel to this host",
        "tunnel error: unexpected end of file" => "the proxy ended the connection",
        "dns error" => "the host name could not be resolved (DNS)",
        "operation timed out" => "it took longer than `connect_timeout` allows",
        _ => return None,
    };
    Some(known.to_owned())
}

fn input_output(error: &io::Error) -> Option<String> {
    if let Some(inner) = error.get_ref() {
        // Errors may be nested.
        if let Some(known) = known(inner) {
            return Some(known);
        }
        let text = inner.to_string();
        if text.starts_with("failed to lookup address information") {
            return Some(format!("the host name could not be resolved (DNS: {text})"));
        }
    }
    let text = match error.kind() {
        ErrorKind::ConnectionRefused => "the connection was refused",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            "the other side broke the connection"
        }
        ErrorKind::UnexpectedEof => "the other side ended the connection before it was made",
        ErrorKind::TimedOut => "the connection timed out",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            "the host cannot be reached"
        }
        ErrorKind::AddrNotAvailable => "this machine has no network address that reaches it",
        ErrorKind::PermissionDenied => "the operating system does not allow it",
        _ => return None,
    };
    Some(text.to_owned())
}

/// Why TLS failed.
fn certificate(error: &rustls::Error) -> String {
    let text = match error {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::UnknownIssuer => {
                "its certificate was issued by an authority that is not trusted here: add it with `Connection::root_certificates`"
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet: check this machine's clock"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another host name"
            }
            CertificateError::Revoked => "its certificate was revoked",
            _ => "its certificate cannot be trusted",
        },
        rustls::Error::InvalidMessage(_) => "it does not speak TLS on this port",
        rustls::Error::AlertReceived(_) => return format!("the other side refused TLS ({error})"),
        rustls::Error::PeerIncompatible(_) => "it supports neither TLS 1.2 nor 1.3",
        _ => return format!("TLS failed ({error})"),
    };
    format!("TLS: {text}")
}
