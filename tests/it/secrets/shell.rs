//! A dry run as a shell command: whatever its values contain, the shell runs only curl, and curl sends what was signed.

use crate::setup::futures::now;
use crate::setup::script::Script;
use crate::setup::server::{Server, http};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::Signature;
use cloudcert::http::Method;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{CallOptions, Config, Credentials, DryRun};
use std::path::PathBuf;
use std::process::Command;

/// What a shell, curl's configuration, or a document that ends may take for its own.
const HOSTILE: &[&str] = &[
    "x\nEND\ntouch pwned\n",
    "END",
    "\nEND\n",
    "\r\nEND\r\ntouch pwned\r\n",
    "'; touch pwned; '",
    "\"; touch pwned; \"",
    "$(touch pwned) `touch pwned` ${HOME}",
    "\"\nurl = \"http://127.0.0.1:1/pwned\"\n",
    "\\",
    "\\\"",
    "\\\nEND\n",
    "a!b !! !$ !-1",
    "<<EOF | & ; > pwned < x",
    "{a,b} [1-3] * ? ~",
    "\u{1b}[2J\u{7}\u{0}\u{202e}\u{2028}\u{85}",
    "张三 é \u{1f600}",
    "\t-o pwned\t--output pwned",
    "@/etc/passwd",
    "%0aEND%0a",
    "",
];

/// A folder of this test, taken away at its end.
struct ShellFolder(PathBuf);

impl ShellFolder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("cloudcert-shell-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("bin")).unwrap();
        Self(folder)
    }
}

impl Drop for ShellFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Dry runs with a hostile text in every place that a caller has a text for.
fn dry_runs(text: &str, endpoint: &str) -> Vec<DryRun> {
    let mut all = Vec::new();
    for scheme in [Signature::AliyunV1, Signature::Acs3, Signature::Aws4, Signature::KsyunSimple] {
        for place in 0..3 {
            let at = |wanted: usize, plain: &str| if place == wanted { text.to_owned() } else { plain.to_owned() };
            let keys = Credentials::new(at(0, "testid"), "testsecret").with_token(at(1, "token"));
            let config = Config::new(keys).endpoint(endpoint).signature(scheme).transport(Script::default());
            let options = CallOptions::new().extra_parameter(at(2, "Later"), at(2, "value"));
            let dry = if matches!(scheme, Signature::Aws4 | Signature::KsyunSimple) {
                let call = kcm::Client::new(config).unwrap().get_certificate_detail().certificate_id(at(2, "7"));
                now(call.with_options(options.skip_validation()).dry_run())
            } else {
                let call = cas::Client::new(config).unwrap().describe_certificate_state().order_id(5);
                now(call.with_options(options).dry_run())
            };
            all.push(dry.unwrap());
        }
    }
    all
}

/// Runs a text in a shell, with a curl that records its arguments and its input.
#[cfg(unix)]
fn by_shell(shell: &str, folder: &ShellFolder, text: &str) -> (String, String) {
    use std::os::unix::fs::PermissionsExt;
    let curl = folder.0.join("bin/curl");
    std::fs::write(&curl, "#!/bin/sh\nprintf '%s\\n' \"$@\" > arguments\n/bin/cat > input\necho ran >> runs\n")
        .unwrap();
    std::fs::set_permissions(&curl, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(folder.0.join("script"), text).unwrap();
    let done = Command::new(shell)
        .arg("script")
        .current_dir(&folder.0)
        .env("PATH", format!("{}:/usr/bin:/bin", folder.0.join("bin").display()))
        .env("HOME", &folder.0)
        .output()
        .unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{done:?} of {text}");
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).unwrap();
    (read("arguments"), read("input"))
}

#[test]
#[cfg(unix)]
fn a_shell_executes_nothing_but_curl() {
    let shells: Vec<&str> =
        ["/bin/sh", "/bin/bash"].into_iter().filter(|shell| std::fs::exists(shell).unwrap()).collect();
    assert!(!shells.is_empty());
    let mut ran = 0;
    for (number, text) in HOSTILE.iter().enumerate() {
        let folder = ShellFolder::new(&format!("take-{number}"));
        for dry in dry_runs(text, "https://[::1]:8443") {
            for command in [dry.curl(), dry.exact_curl().expose().to_owned()] {
                for shell in &shells {
                    let (arguments, input) = by_shell(shell, &folder, &command);
                    assert_eq!(arguments, "--config\n-\n");
                    // The document is what stands between its first and its last line, to the byte.
                    let lines: Vec<&str> = command.lines().collect();
                    assert_eq!(input.lines().collect::<Vec<_>>(), lines[1..lines.len() - 1], "{text:?}");
                    assert!(lines[1..lines.len() - 1].iter().all(|line| !line.contains("END") || line.contains(" = ")));
                    ran += 1;
                }
                assert!(!command.contains(|c: char| c.is_control() && c != '\n'), "{command:?}");
                assert!(!command.contains(['\u{202e}', '\u{2028}']), "{command:?}");
            }
        }
        let runs = std::fs::read_to_string(folder.0.join("runs")).unwrap().lines().count();
        assert_eq!(runs, 24 * shells.len(), "nothing else was run");
        let mut names: Vec<String> = std::fs::read_dir(&folder.0)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        assert_eq!(names, ["arguments", "bin", "input", "runs", "script"], "{text:?}");
    }
    assert_eq!(ran, HOSTILE.len() * 24 * shells.len());
}

/// The real curl, where there is one: it sends the bytes that were signed.
#[test]
fn curl_sends_what_was_signed() {
    if Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    let server = Server::always(None, http("200 OK", "", "{}"));
    for text in HOSTILE.iter().filter(|text| text.chars().all(|c| matches!(c, ' '..='~'))) {
        for dry in dry_runs(text, &server.url()) {
            let request = dry.request();
            let mut shell = Command::new("sh");
            let done = shell.arg("-c").arg(dry.exact_curl().expose()).env("NO_PROXY", "*").output().unwrap();
            assert!(done.status.success(), "{done:?}");
            let seen = server.seen().pop().unwrap();
            assert_eq!((request.method, seen.line()), (Method::Post, "POST /"));
            assert_eq!(seen.body, request.body, "{text:?}");
            for (name, value) in &request.headers {
                // curl sends no header without a value, and HTTP has no blanks around one.
                assert_eq!(seen.header(name).unwrap_or_default().trim(), value.trim(), "{name} of {text:?}");
            }
        }
    }
}
