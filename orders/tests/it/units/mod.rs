//! Units for timers.

use cloudcert_orders::Kind;
use cloudcert_orders::units::Job;
use std::process::Command;

fn job() -> Job {
    Job {
        user: Some("cloudcert".to_owned()),
        folders: vec!["/etc/nginx/tls".into(), "/srv/web root".into()],
        ..Job::new("/usr/local/bin/cloudcert", "/etc/cloudcert/config.toml", "/var/lib/cloudcert")
    }
}

#[test]
fn the_units_are_as_printed() {
    let units = job().systemd().unwrap();
    insta::assert_snapshot!("service", units.service);
    insta::assert_snapshot!("timer", units.timer);
    insta::assert_snapshot!("cron", job().cron("a machine").unwrap());
}

#[test]
fn the_timer_makes_up_for_runs_and_waiting_is_a_success() {
    let units = job().systemd().unwrap();
    for line in ["Persistent=true", "RandomizedDelaySec=1h"] {
        assert!(units.timer.lines().any(|other| other == line), "{}", units.timer);
    }
    for line in ["SuccessExitStatus=8", "User=cloudcert", "UMask=0077", "NoNewPrivileges=yes"] {
        assert!(units.service.lines().any(|other| other == line), "{}", units.service);
    }
    assert!(!units.service.contains("HOME"));
    let root = Job { user: None, home: Some("/root".into()), ..job() };
    assert!(root.systemd().unwrap().service.lines().any(|line| line == "Environment=\"HOME=/root\""));
    assert!(!root.systemd().unwrap().service.contains("User="));
    assert!(root.cron("").unwrap().contains(" root umask 077; "));
}

#[test]
fn systemd_understands_the_units() {
    let found = Command::new("systemd-analyze").arg("--version").output().is_ok_and(|output| output.status.success());
    // Without systemd, the snapshots are all there is.
    if !found {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // A program and a user that exist.
    let job = Job { program: "/bin/true".into(), user: Some("root".to_owned()), home: Some("/root".into()), ..job() };
    let units = job.systemd().unwrap();
    let service = folder.path().join("cloudcert-renew.service");
    std::fs::write(&service, &units.service).unwrap();
    let timer = folder.path().join("cloudcert-renew.timer");
    std::fs::write(&timer, &units.timer).unwrap();
    let verified =
        Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&service).arg(&timer).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && !said.contains("cloudcert-renew"), "{said}");
    let calendar =
        Command::new("systemd-analyze").args(["calendar", "--iterations=2", "*-*-* 03,15:00:00"]).output().unwrap();
    assert!(calendar.status.success(), "{calendar:?}");
}

#[test]
fn machines_spread_over_the_hours() {
    let job = job();
    let starts: std::collections::BTreeSet<String> = (0..500)
        .map(|number| {
            let text = job.cron(&format!("machine {number}")).unwrap();
            let line = text.lines().last().unwrap();
            let mut fields = line.split(' ');
            let minute: u32 = fields.next().unwrap().parse().unwrap();
            let hours: Vec<u32> = fields.next().unwrap().split(',').map(|hour| hour.parse().unwrap()).collect();
            assert!(minute < 60 && hours[0] < 12 && hours[1] == hours[0] + 12, "{line}");
            format!("{minute} {hours:?}")
        })
        .collect();
    assert!(starts.len() > 300, "{}", starts.len());
}

#[test]
fn paths_and_users_that_would_mean_something_else_are_refused() {
    for wrong in ["cloudcert", "/a\nExecStartPre=/bin/rm", "/a\"b", "/a'b", "/a%b", "/a$b", "/a\\b", "/a`b`", ""] {
        for job in [
            Job { program: wrong.into(), ..job() },
            Job { config: wrong.into(), ..job() },
            Job { state: wrong.into(), ..job() },
        ] {
            assert_eq!(job.systemd().unwrap_err().kind(), Kind::Unconfigured, "{wrong}");
            assert_eq!(job.cron("").unwrap_err().kind(), Kind::Unconfigured, "{wrong}");
        }
        assert!(Job { folders: vec![wrong.into()], ..job() }.systemd().is_err(), "{wrong}");
    }
    for wrong in ["", "a b", "-a", "root\nExecStart=/bin/rm", "用户"] {
        let job = Job { user: Some(wrong.to_owned()), ..job() };
        assert!(job.systemd().is_err() && job.cron("").is_err(), "{wrong}");
    }
}
