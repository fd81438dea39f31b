//! A disk that is full or cannot be written: nothing is sent.

use super::Machine;
use super::ways::{Way, endpoint, machine, paid};
use crate::setup::{Done, PROGRAM, called, keys, split};
use cloudcert_cli::Exit;
use std::process::Command;

/// Runs the program below a shell that has limited it first.
fn limited(machine: &Machine, before: &str, line: &str) -> Done {
    let script = format!("{before} exec {PROGRAM} {line}");
    let mut shell = Command::new("unshare");
    shell.args(["-m", "sh", "-c", &script]).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    run(machine, shell)
}

fn run(machine: &Machine, mut command: Command) -> Done {
    command.env("HOME", &machine.folder.0).envs(keys(&machine.url));
    command.env("CLOUDCERT_CONFIG", machine.folder.path("config.toml"));
    command.env("CLOUDCERT_STATE", machine.folder.path("state"));
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// Whether this user may mount file systems of its own.
fn mounts() -> bool {
    let script = "mount -t tmpfs -o size=64k none /mnt";
    let may = Command::new("unshare").args(["-m", "sh", "-c", script]).output().is_ok_and(|done| done.status.success());
    if !may {
        #[allow(clippy::print_stderr, reason = "a test tells what it left out")]
        {
            eprintln!("left out: this test needs the right to mount file systems");
        }
    }
    may
}

#[test]
fn a_file_that_may_not_grow_orders_nothing() {
    // From the first block of the journal to what is left for the announcement of the order.
    for blocks in [1, 8, 40, 80, 120] {
        let endpoint = endpoint();
        let machine = machine(Way::Package, &endpoint, "");
        let mut shell = Command::new("sh");
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec {PROGRAM} issue www --yes --no-wait");
        shell.args(["-c", &script]).env_clear();
        let done = run(&machine, shell);
        if done.code == Some(i32::from(Exit::Waiting.code())) {
            assert!(blocks > 8, "{blocks} blocks cannot hold a journal");
            continue;
        }
        assert!([Some(1), Some(4)].contains(&done.code), "{blocks}: {:?} {}", done.code, done.all());
        assert!(done.all().contains("next: ") || done.out.contains("order verify"), "{blocks}: {}", done.all());
        assert_eq!(Way::Package.orders(&endpoint), 0, "{blocks}: {}", done.all());
        // Once there is room, it goes on.
        machine.ends("issue www --yes", Exit::Done);
        assert_eq!((Way::Package.orders(&endpoint), paid(&endpoint)), (1, [1, 0, 0, 0]), "{blocks}");
    }
}

#[test]
fn a_full_disk_orders_nothing() {
    if !mounts() {
        return;
    }
    for way in Way::ALL {
        let sizes: &[u32] = if way == Way::Package { &[16, 64, 128, 192] } else { &[64, 128] };
        for size in sizes {
            let endpoint = endpoint();
            let machine = machine(way, &endpoint, "");
            std::fs::create_dir(machine.folder.0.join("state")).unwrap();
            let state = machine.folder.path("state");
            let mount = format!("mount -t tmpfs -o mode=700,size={size}k none {state} &&");
            let done = limited(&machine, &mount, "issue www --yes --no-wait");
            if done.code == Some(i32::from(Exit::Waiting.code())) {
                assert!(*size > 16, "{way:?} {size}k cannot hold a journal");
                continue;
            }
            // Where the announcement found room and the answer did not, the next run has to find it out.
            let sent = way.orders(&endpoint);
            let is_known = sent == 0 || done.err.contains("answered");
            let expected: &[Option<i32>] = if is_known { &[Some(1), Some(4)] } else { &[Some(7)] };
            assert!(sent <= 1 && expected.contains(&done.code), "{way:?} {size}: {:?} {}", done.code, done.all());
            assert_eq!(sent == 1, done.err.contains(&format!("sending {}", way.order())), "{}", done.all());
        }
    }
}

#[test]
fn a_state_folder_that_cannot_be_written_orders_nothing() {
    if !mounts() {
        return;
    }
    let endpoint = endpoint();
    let machine = machine(Way::Package, &endpoint, "renew = { auto = true }");
    let state = machine.folder.path("state");
    let mount = format!("mount --bind {state} {state} && mount -o remount,ro,bind {state} &&");
    std::fs::create_dir(machine.folder.0.join("state")).unwrap();
    let refused = |line: &str| {
        let done = limited(&machine, &mount, line);
        assert_eq!(done.code, Some(i32::from(Exit::Unconfigured.code())), "{line}: {}", done.all());
        assert!(done.all().contains("next: ") || done.out.contains("writable"), "{line}: {}", done.all());
        assert!(done.all().contains(&state), "{line}: {}", done.all());
    };
    refused("issue www --yes");
    assert_eq!(called(&endpoint), Vec::<String>::new());
    machine.ends("issue www --yes --no-wait", Exit::Waiting);
    let before = paid(&endpoint);
    for line in ["issue www --replace --yes", "renew", "cancel www --yes", "resume www"] {
        refused(line);
    }
    assert_eq!(paid(&endpoint), before);
    machine.ends("renew", Exit::Done);
}

#[test]
fn a_state_folder_that_cannot_be_made_orders_nothing() {
    let endpoint = endpoint();
    let machine = machine(Way::Package, &endpoint, "");
    let file = machine.folder.file("file", "");
    let dangling = machine.folder.path("dangling");
    std::os::unix::fs::symlink("/nowhere/at/all", &dangling).unwrap();
    for folder in [file.clone(), format!("{file}/below"), "/proc/cloudcert".to_owned(), dangling] {
        let words = split("issue www --yes --state").into_iter().chain([folder.as_str()]);
        let run = crate::setup::cloudcert(endpoint.url(), words);
        let done = run.env("CLOUDCERT_CONFIG", &machine.folder.path("config.toml")).done();
        assert!([Some(1), Some(4)].contains(&done.code), "{folder}: {}", done.all());
        assert!(done.err.contains("next: "), "{folder}: {}", done.err);
    }
    assert_eq!(called(&endpoint), Vec::<String>::new());
}
