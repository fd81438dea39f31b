//! Runs the program with a clean environment.

pub(crate) mod recorder;
pub(crate) mod words;

use cloudcert::model::{self, Action, Api};
use cloudcert_cli::Exit;
use cloudcert_emulator::{Emulator, Fault, Handle, Rule};
use serde_json::Value;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The name of the program of this build.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_cloudcert");

/// A new folder below cargo's target folder, which goes when this is dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("cli-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Writes a file and gives its path.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The path of a file in it, whether it exists or not.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A run of the program.
pub(crate) struct Run {
    pub(crate) command: Command,
    stdin: Vec<u8>,
    _home: Folder,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The program with these arguments and without credentials.
pub(crate) fn bare<T: AsRef<OsStr>>(arguments: impl IntoIterator<Item = T>) -> Run {
    let home = Folder::new();
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env_clear().env("HOME", &home.0).current_dir(&home.0);
    Run { command, stdin: Vec::new(), _home: home }
}

/// The program with these arguments, calling this address with the test keys.
pub(crate) fn cloudcert<T: AsRef<OsStr>>(url: &str, arguments: impl IntoIterator<Item = T>) -> Run {
    let mut run = bare(arguments);
    run.command.envs(keys(url));
    run
}

/// The variables that make the program call this address with the test keys.
pub(crate) fn keys(url: &str) -> [(&'static str, String); 5] {
    [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "testid".to_owned()),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "testsecret".to_owned()),
        ("KSYUN_ACCESS_KEY", "AKLTtestid".to_owned()),
        ("KSYUN_SECRET_KEY", "testsecret".to_owned()),
        ("CLOUDCERT_ENDPOINT_URL", url.to_owned()),
    ]
}

/// The words of a command line without quotes.
pub(crate) fn split(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

impl Run {
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes the access keys away.
    pub(crate) fn keyless(mut self) -> Self {
        for (name, _) in keys("").iter().filter(|(name, _)| *name != "CLOUDCERT_ENDPOINT_URL") {
            self.command.env_remove(name);
        }
        self.env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    }

    pub(crate) fn stdin(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.stdin = bytes.as_ref().to_vec();
        self
    }

    pub(crate) fn folder(mut self, folder: &Folder) -> Self {
        self.command.current_dir(&folder.0);
        self
    }

    pub(crate) fn start(&mut self) -> Child {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        // It need not read all of it.
        let _ = child.stdin.take().unwrap().write_all(&self.stdin);
        child
    }

    pub(crate) fn done(mut self) -> Done {
        let child = self.start();
        Done::of(child)
    }

    /// Runs it and checks the exit code.
    #[track_caller]
    pub(crate) fn ends(self, exit: Exit) -> Done {
        let shown = format!("{:?}", self.command.get_args().collect::<Vec<_>>());
        let done = self.done();
        assert_eq!(done.code, Some(i32::from(exit.code())), "{shown}\n{}\n{}", done.out, done.err);
        done
    }
}

impl Done {
    pub(crate) fn of(child: Child) -> Self {
        let output = child.wait_with_output().unwrap();
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }

    /// Both streams, to look for what must not be there.
    pub(crate) fn all(&self) -> String {
        format!("{}\n{}", self.out, self.err)
    }

    #[track_caller]
    pub(crate) fn says(&self, text: &str) {
        assert!(self.err.contains(text), "`{text}` is not in: {}", self.err);
    }
}

/// An endpoint of its own.
pub(crate) fn endpoint() -> Handle {
    Emulator::start_blocking().unwrap()
}

/// A fault for one call of an action.
pub(crate) fn fault(endpoint: &Handle, action: &str, fault: &Value) {
    let fault: Fault = serde_json::from_value(fault.clone()).unwrap();
    let rule: Rule = serde_json::from_value(serde_json::json!({ "action": action, "fault": fault })).unwrap();
    endpoint.inject(rule).unwrap();
}

/// The actions that an endpoint was called with.
pub(crate) fn called(endpoint: &Handle) -> Vec<String> {
    let state = endpoint.state();
    let latest = state["requests"]["latest"].as_array().unwrap();
    latest.iter().map(|request| request["action"].as_str().unwrap_or_default().to_owned()).collect()
}

/// An order that the endpoint takes.
pub(crate) const ORDER: &str = "aliyun-cas create-certificate-request --domain www.example.com --email ops@example.com \
     --phone 13800000000 --username Ops --validate-type DNS --product-code digicert-free-1-free";

/// The name of an API version's command: its service if it is the newest version, otherwise its id.
pub(crate) fn command(api: &Api) -> String {
    let service = |api: &Api| format!("{}-{}", api.provider, api.service);
    let newest = model::apis().iter().filter(|other| service(other) == service(api)).map(|other| &other.version).max();
    if newest == Some(&api.version) { service(api) } else { api.id.clone() }
}

/// Every action of the description.
pub(crate) fn actions() -> impl Iterator<Item = (&'static Api, &'static Action)> {
    model::apis().iter().flat_map(|api| api.actions.iter().map(move |action| (api, action)))
}

/// Does something for every action, in two threads.
pub(crate) fn for_each_action(each: impl Fn(&'static Api, &'static Action) + Sync) {
    let all: Vec<_> = actions().collect();
    let next = AtomicU32::new(0);
    let work = || {
        while let Some((api, action)) = all.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
            each(api, action);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
}
