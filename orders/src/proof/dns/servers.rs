//! Which resolvers are asked.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

/// Where systems write their resolvers.
const FILE: &str = "/etc/resolv.conf";
/// The most resolvers that are asked: systems use three.
const MOST: usize = 3;
/// The most bytes of the file that are read.
const MOST_BYTES: u64 = 64 * 1024;

/// The resolvers of the system. Empty if it names none where we look: then set them.
#[must_use]
pub fn of_system() -> Vec<SocketAddr> {
    use std::io::Read;
    let mut text = Vec::new();
    let read = std::fs::File::open(FILE).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut text));
    if read.is_ok() { of_text(&String::from_utf8_lossy(&text)) } else { Vec::new() }
}

/// The resolvers that a text in the format of `resolv.conf` names, at most three. Lines that cannot be read are skipped, as systems do.
#[must_use]
pub fn of_text(text: &str) -> Vec<SocketAddr> {
    let lines = text.lines().map(|line| line.split(['#', ';']).next().unwrap_or_default());
    let named = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        (words.next()? == "nameserver").then(|| words.next()).flatten()
    });
    named.filter_map(address).take(MOST).collect()
}

fn address(text: &str) -> Option<SocketAddr> {
    const PORT: u16 = 53;
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(SocketAddr::new(address, PORT));
    }
    // A link-local address says by which interface; names of interfaces would need a call of the system.
    let (address, scope) = text.split_once('%')?;
    let (address, scope) = (address.parse::<Ipv6Addr>().ok()?, scope.parse().ok()?);
    Some(SocketAddrV6::new(address, PORT, 0, scope).into())
}
