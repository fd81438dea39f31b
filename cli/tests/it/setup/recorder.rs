//! A server that records requests, and answers as the examples of the description do.

use cloudcert::model;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) parameters: BTreeMap<String, String>,
}

impl Recorded {
    pub(crate) fn action(&self) -> &str {
        self.parameters.get("Action").map_or("", String::as_str)
    }

    /// The parameters without those that are different in each request.
    pub(crate) fn lasting(&self) -> BTreeMap<String, String> {
        let mut all = self.parameters.clone();
        all.retain(|name, _| !CHANGING.contains(&name.as_str()));
        all
    }
}

const CHANGING: [&str; 3] = ["Signature", "SignatureNonce", "Timestamp"];

/// A running recorder. Its thread ends with the tests.
pub(crate) struct Recorder {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Recorded>>>,
}

impl Recorder {
    /// Answers with the examples of the description. Lists are empty, so that probes end at once.
    pub(crate) fn start() -> Self {
        Self::answering(|request| {
            let version = request.parameters.get("Version");
            let api = model::apis().iter().find(|api| Some(&api.version) == version);
            let action = api.and_then(|api| api.action(request.action()));
            let example = action.and_then(|action| action.examples.iter().find(|example| example.error.is_none()));
            let body: Map<String, Value> =
                example.map(|of| of.response.clone().into_iter().collect()).unwrap_or_default();
            let mut body = Value::from(body);
            if let Some(paginator) = action.and_then(|action| action.paginator.as_ref()) {
                let pointer = |path: &[String]| path.iter().flat_map(|name| ["/", name]).collect::<String>();
                let empty = [
                    (Some(&paginator.items), json!([])),
                    (paginator.total.as_ref(), json!(0)),
                    (paginator.next.as_ref(), Value::Null),
                ];
                for (path, value) in empty {
                    if let Some(at) = path.and_then(|path| body.pointer_mut(&pointer(path))) {
                        *at = value;
                    }
                }
            }
            body.to_string()
        })
    }

    /// Answers in this way.
    pub(crate) fn answering(body: impl Fn(&Recorded) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (all, body) = (Arc::clone(&seen), Arc::new(body));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (all, body) = (Arc::clone(&all), Arc::clone(&body));
                std::thread::spawn(move || serve(&mut stream.unwrap(), &all, &*body));
            }
        });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Recorded> {
        self.seen.lock().unwrap().clone()
    }

    /// What was recorded, which is forgotten.
    pub(crate) fn take(&self) -> Vec<Recorded> {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

fn serve(stream: &mut TcpStream, all: &Mutex<Vec<Recorded>>, answer: &dyn Fn(&Recorded) -> String) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut lines, mut line) = (Vec::new(), String::new());
    while reader.read_line(&mut line).unwrap_or(0) > 0 && !line.trim().is_empty() {
        lines.push(std::mem::take(&mut line));
    }
    let Some(first) = lines.first() else { return };
    let target = first.split(' ').nth(1).unwrap_or_default();
    let query = target.split_once('?').map_or("", |(_, query)| query).to_owned();
    let header = |wanted: &str| {
        let pairs = lines.iter().filter_map(|line| line.split_once(':'));
        pairs.filter(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim().to_owned()).next()
    };
    let length = header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let form = String::from_utf8(body).unwrap();
    let pairs = query.split('&').chain(form.split('&')).filter_map(|pair| pair.split_once('='));
    let mut parameters: BTreeMap<String, String> = pairs.map(|(name, value)| (decoded(name), decoded(value))).collect();
    for (name, as_header) in [("Action", "x-action"), ("Version", "x-version")] {
        if let Some(value) = header(as_header) {
            parameters.entry(name.to_owned()).or_insert(value);
        }
    }
    let recorded = Recorded { parameters };
    let text = answer(&recorded);
    all.lock().unwrap().push(recorded);
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        text.len()
    );
    let _ = stream.write_all(format!("{head}{text}").as_bytes());
}

/// A name or value of a form.
fn decoded(text: &str) -> String {
    let (mut out, mut bytes) = (Vec::new(), text.bytes());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    String::from_utf8(out).unwrap()
}
