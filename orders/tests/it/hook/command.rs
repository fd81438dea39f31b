//! The program of a hook is looked for before anything is sent.

use super::{present, shell};
use cloudcert_orders::Kind;
use cloudcert_orders::hook::Hook;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

fn hook(command: &[&str]) -> Hook {
    let command = command.iter().map(|part| (*part).to_owned()).collect();
    Hook { command, timeout: Duration::from_secs(5), env: Vec::new() }
}

#[test]
fn a_program_is_found_by_its_path_and_in_the_folders_of_path() {
    hook(&["/bin/sh"]).check().unwrap();
    hook(&["sh", "-c", "true"]).check().unwrap();
}

#[tokio::test]
async fn what_cannot_be_run_is_refused_before_it_is_run_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hook");
    std::fs::write(&file, "#!/bin/sh\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (file, folder) = (file.to_str().unwrap(), folder.path().to_str().unwrap());
    let absent = format!("{folder}/absent");
    let cases: [(&[&str], &str); 9] = [
        (&[], "has no command"),
        (&[""], "has no command"),
        (&["bin/hook"], "is a relative path"),
        (&["./hook"], "is a relative path"),
        (&["no-such-program-of-this-test"], "was not found in PATH"),
        (&["sh -c true"], "was not found in PATH"),
        (&[&absent], "does not exist"),
        (&[folder], "is not a file"),
        (&[file], "is not executable"),
    ];
    for (command, why) in cases {
        let hook = hook(command);
        let failure = hook.check().unwrap_err();
        assert_eq!(failure.kind(), Kind::Unconfigured, "{failure}");
        assert!(failure.message().contains(why), "{failure}");
        assert!(failure.next().is_some(), "{failure}");
        assert_eq!(hook.run(&present()).await.unwrap_err(), failure);
    }
    let failure = hook(&["sh", "a\0b"]).check().unwrap_err();
    assert!(failure.message().contains("NUL"), "{failure}");
    let failure = Hook { timeout: Duration::ZERO, ..shell("true") }.check().unwrap_err();
    assert!(failure.message().contains("timeout of zero"), "{failure}");
}

#[tokio::test]
async fn a_file_that_is_no_program_fails_with_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hook");
    std::fs::write(&file, "true\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    let failure = hook(&[file.to_str().unwrap()]).run(&present()).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Unconfigured);
    assert!(failure.next().unwrap().contains("#!/bin/sh"), "{failure}");
}
