//! The calls of `client.py`: which action, where its parameters go, and what comes back.

use crate::diagnostic::Code;
use crate::import::plain::{Packed, Place};
use crate::import::scan::{Out, arguments, bracketed, indent, name, quoted};
use indexmap::IndexMap;

/// A call.
#[derive(Default)]
pub(super) struct Call {
    pub(super) action: String,
    pub(super) version: Option<String>,
    pub(super) style: Option<String>,
    pub(super) method: String,
    /// The class of the request; an action without parameters has none.
    pub(super) request: Option<String>,
    /// The class of the response's wrapper.
    pub(super) response: Option<String>,
    /// Where parameters go, by wire name.
    pub(super) places: IndexMap<String, Place>,
    /// Parameters that become one text, by wire name.
    pub(super) packed: IndexMap<String, Packed>,
    /// Whether the request is sent as a whole, without a line for each parameter.
    pub(super) whole: bool,
    /// Whether the arguments of the request were met: only the first are read, so that reading stays linear.
    met: bool,
    pub(super) deprecated: bool,
    /// What the documentation of the method says.
    pub(super) text: String,
    pub(super) line: usize,
}

/// The product's short name, from the host that the client looks up.
pub(super) fn product(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.contains("self.get_endpoint("))?;
    let (_, rest) = line.split_once("self.get_endpoint(")?;
    quoted(rest).map(str::to_owned)
}

/// The hosts by region, one a line: `'cn-hangzhou': 'cas.aliyuncs.com',`.
pub(super) fn hosts(text: &str) -> IndexMap<String, String> {
    let lines = text.lines().skip_while(|line| !line.trim_start().starts_with("self._endpoint_map"));
    let rows = lines.skip(1).map_while(|line| {
        let (region, host) = line.split_once(':')?;
        Some((quoted(region)?.to_owned(), quoted(host)?.to_owned()))
    });
    rows.collect()
}

/// Reads all calls. Each stands there twice, and once more in short; the one that can wait for others is skipped.
pub(super) fn read(path: &str, text: &str, out: &mut Out<'_>) -> Vec<Call> {
    let lines: Vec<&str> = text.lines().collect();
    let mut calls = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let here = at;
        at += 1;
        let Some(called) = line.trim_start().strip_prefix("def ").map(name) else { continue };
        if !called.ends_with("_with_options") {
            continue;
        }
        let level = indent(line);
        let Some((signature, after, count)) = bracketed(lines.iter().skip(here).copied()) else {
            out.broken(Code::Syntax, path, here + 1, "this bracket is not closed; the rest of the file was not read");
            break;
        };
        let end = |line: &&str| !line.trim().is_empty() && indent(line) <= level;
        let rest = lines.get(here + count..).unwrap_or_default();
        let body = rest.get(..rest.iter().position(end).unwrap_or(rest.len())).unwrap_or_default();
        at = here + count + body.len();
        let mut call = Call { line: here + 1, ..Call::default() };
        call.request = arguments(&signature).into_iter().find_map(|argument| {
            let (called, class) = argument.split_once(':')?;
            matches!(called.trim(), "request" | "tmp_req").then(|| class_name(class))
        });
        call.response = after.split_once("->").map(|(_, class)| class_name(class.trim_end_matches(':')));
        call.body(body);
        if call.action.is_empty() {
            out.broken(Code::Syntax, path, here + 1, format!("`{called}` names no action; it was left out"));
        } else {
            calls.push(call);
        }
    }
    calls
}

fn class_name(text: &str) -> String {
    let text = text.trim().trim_end_matches(':').trim().trim_matches(['\'', '"']);
    text.rsplit('.').next().unwrap_or(text).to_owned()
}

impl Call {
    fn body(&mut self, lines: &[&str]) {
        let mut documentation = false;
        for (at, line) in lines.iter().enumerate() {
            let line = line.trim();
            if line.starts_with("\"\"\"") {
                documentation = !documentation;
            } else if documentation {
                self.documentation(line);
            } else if !self.met && line.contains("Params(") {
                self.met = true;
                self.parameters(lines, at);
            } else if !self.met && (line.contains("do_rpcrequest(") || line.contains("do_request(")) {
                self.met = true;
                self.old_parameters(lines, at);
            } else if line.contains("array_to_string_with_specified_style(") {
                self.packing(line);
            } else if line.contains("to_map(request)") {
                self.whole = true;
            } else {
                self.place(line);
            }
        }
        if self.method.is_empty() {
            "POST".clone_into(&mut self.method);
        }
        // Where parameters have lines of their own, these tell it all.
        self.whole &= self.places.is_empty();
    }

    fn documentation(&mut self, line: &str) {
        if let Some(summary) = line.strip_prefix("@summary") {
            summary.trim().clone_into(&mut self.text);
        }
        self.deprecated |= line.starts_with("@deprecated");
    }

    /// `query['A'] = request.a`.
    fn place(&mut self, line: &str) {
        let Some((target, value)) = line.split_once('=') else { return };
        let Some((map, key)) = target.split_once('[') else { return };
        let place = match map.trim() {
            "query" => Place::Query,
            "body" | "body_flat" => Place::Body,
            "headers" | "real_headers" => Place::Header,
            "host_map" => Place::Host,
            _ => return,
        };
        let own = ["request.", "headers.", "Util"].iter().any(|start| value.contains(start));
        if let Some(wire) = quoted(key).filter(|_| own) {
            self.places.insert(wire.to_owned(), place);
        }
    }

    /// `request.a_shrink = Utils.array_to_string_with_specified_style(tmp_req.a, 'A', 'json')`.
    fn packing(&mut self, line: &str) {
        let Some((_, call)) = line.split_once("array_to_string_with_specified_style") else { return };
        let Some((inside, ..)) = bracketed(std::iter::once(call)) else { return };
        let [_, wire, style] = arguments(&inside)[..] else { return };
        let (Some(wire), Some(style)) = (quoted(wire), quoted(style)) else { return };
        let packed = match style {
            "json" => Packed::Json,
            "simple" => Packed::Comma,
            other => Packed::Other(other.to_owned()),
        };
        self.packed.insert(wire.to_owned(), packed);
    }

    /// `Params(action = 'A', version = '2020-04-07', ..)`.
    fn parameters(&mut self, lines: &[&str], at: usize) {
        let from = lines.iter().skip(at).copied().enumerate();
        // The brackets are those of `Params`, whatever stands before it in the line.
        let from =
            from.map(|(n, line)| if n == 0 { line.split_once("Params").map_or(line, |(_, rest)| rest) } else { line });
        let Some((inside, ..)) = bracketed(from) else { return };
        for argument in arguments(&inside) {
            let Some((key, value)) = argument.split_once('=') else { continue };
            let value = quoted(value).map(str::to_owned);
            match key.trim() {
                "action" => self.action = value.unwrap_or_default(),
                "version" => self.version = value,
                "style" => self.style = value,
                "method" => self.method = value.unwrap_or_default(),
                _ => {}
            }
        }
    }

    /// `self.do_rpcrequest('A', '2020-04-07', 'HTTPS', 'POST', ..)`, which the first clients have.
    fn old_parameters(&mut self, lines: &[&str], at: usize) {
        let from = lines.iter().skip(at).copied().enumerate();
        let from =
            from.map(|(n, line)| if n == 0 { line.split_once("request").map_or(line, |(_, rest)| rest) } else { line });
        let Some((inside, ..)) = bracketed(from) else { return };
        if let [action, version, _, method, ..] = arguments(&inside)[..] {
            quoted(action).unwrap_or_default().clone_into(&mut self.action);
            self.version = quoted(version).map(str::to_owned);
            quoted(method).unwrap_or_default().clone_into(&mut self.method);
            self.style = Some("RPC".to_owned());
            self.whole = true;
        }
    }
}
