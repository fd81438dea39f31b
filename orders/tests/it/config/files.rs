//! The programs and folders that a configuration names.

use super::parse;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn problems(text: &str) -> Vec<String> {
    let all = parse(text).unwrap_or_else(|failures| panic!("{failures:#?}")).check_files();
    all.err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn programs_must_be_there_executable_and_safe_from_others() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("hook");
    let text = format!("\n[hooks.one]\ncommand = [\"{}\", \"x\"]\n", program.display());
    let said = problems(&text);
    assert!(said[0].starts_with("config.toml:2: the program ") && said[0].contains("cannot be looked at"), "{said:?}");
    fs::write(&program, "#!/bin/sh\n").unwrap();
    set(&program, 0o644);
    assert!(problems(&text)[0].contains("not a program that this user can run"));
    set(&program, 0o755);
    assert!(problems(&text).is_empty());
    set(&program, 0o757);
    assert!(problems(&text)[0].contains("everybody can change"));
    set(&program, 0o755);
    set(folder.path(), 0o777);
    assert!(problems(&text)[0].contains("everybody can replace"));
    set(folder.path(), 0o1777);
    assert!(problems(&text).is_empty(), "nobody else can rename a file in such a folder");
    set(folder.path(), 0o700);
    let of_folder = format!("[hooks.one]\ncommand = [\"{}\"]\n", folder.path().display());
    assert!(problems(&of_folder)[0].contains("not a program"));
}

/// A hook that is only told how runs ended keeps no certificate from its renewal.
#[test]
fn the_hook_that_is_told_how_runs_ended_is_checked_apart() {
    let text = "\n[hooks.mail]\ncommand = [\"/no/such/program\"]\n[notify]\nhook = \"mail\"\n";
    assert_eq!(problems(text), Vec::<String>::new());
    let found = parse(text).unwrap().check_notify().unwrap_err();
    assert!(found[0].to_string().starts_with("config.toml:2: the program /no/such/program"), "{found:?}");
    parse("").unwrap().check_notify().unwrap();
    let proves = format!(
        "{text}[profiles.a]\ncloud = \"aliyun\"\n[certificates.www]\nprofile = \"a\"\nproduct = \"p\"\nnames = [\"www.example.com\"]\n\
         contact = {{ name = \"a\", email = \"a@example.com\", phone = \"1\" }}\nprove = {{ dns = {{ hook = \"mail\" }} }}\n"
    );
    assert_eq!(problems(&proves).len(), 1, "a proof needs it");
}

#[test]
fn targets_must_have_safe_folders_and_programs() {
    let folder = tempfile::tempdir().unwrap();
    let tls = folder.path().join("tls");
    let text = |reload: &str| {
        format!("[deploy.web]\nkind = \"files\"\nfolder = \"{}\"\nreload = [\"{reload}\"]\n", tls.display())
    };
    assert!(problems(&text("sh")).is_empty(), "the folder is made later");
    assert!(problems(&text("no-such-program-anywhere"))[0].contains("is in no folder of PATH"));
    set(folder.path(), 0o777);
    assert!(problems(&text("sh"))[0].contains("everybody can write"));
    set(folder.path(), 0o700);
    fs::create_dir(&tls).unwrap();
    set(&tls, 0o757);
    assert!(problems(&text("sh"))[0].contains("everybody can write"));
    fs::remove_dir(&tls).unwrap();
    fs::write(&tls, "").unwrap();
    assert!(problems(&text("sh"))[0].contains("is not a folder"));
}

#[test]
fn webroots_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let text = |path: &Path| {
        format!(
            "[profiles.a]\ncloud = \"aliyun\"\n[certificates.www]\nprofile = \"a\"\nproduct = \"p\"\nnames = [\"www.example.com\"]\n\
             contact = {{ name = \"a\", email = \"a@example.com\", phone = \"1\" }}\nprove = {{ webroot = \"{}\" }}\n",
            path.display()
        )
    };
    assert!(problems(&text(folder.path())).is_empty());
    let said = problems(&text(&folder.path().join("absent")));
    assert!(said[0].starts_with("config.toml:3: ") && said[0].contains("is not there"), "{said:?}");
}

#[test]
fn a_configuration_that_everybody_can_change_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, "").unwrap();
    let check = || cloudcert_orders::config::Config::read(&file).unwrap().check_files();
    set(&file, 0o644);
    assert!(check().is_ok());
    set(&file, 0o646);
    assert!(check().unwrap_err()[0].message().contains("everybody can change"));
    let config = cloudcert_orders::config::Config::read(&file).unwrap();
    assert!(config.check_notify().is_err(), "others could name the program that is told");
}

#[test]
fn a_password_of_the_journal_is_in_a_file_of_this_user_alone() {
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    let text = format!("[journal]\npostgres = \"host=db.example.com\"\npassword_file = \"{}\"\n", password.display());
    assert!(problems(&text)[0].contains("cannot be looked at"));
    fs::write(&password, "x").unwrap();
    set(&password, 0o640);
    assert!(problems(&text)[0].contains("chmod go-rwx"));
    set(&password, 0o600);
    assert!(problems(&text).is_empty());
    let roots = text.replace("password_file", "roots");
    set(&password, 0o644);
    assert!(problems(&roots).is_empty());
    set(&password, 0o646);
    assert!(problems(&roots)[0].contains("chmod o-w"));
}

#[test]
fn a_state_folder_is_looked_at_and_not_made() {
    use cloudcert_orders::config::check_folder;
    use cloudcert_orders::journal::SqliteJournal;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    check_folder(&state).unwrap();
    assert!(!SqliteJournal::is_there(&state).unwrap() && !state.exists());
    fs::create_dir(&state).unwrap();
    set(&state, 0o700);
    assert!(!SqliteJournal::is_there(&state).unwrap());
    assert_eq!(state.read_dir().unwrap().count(), 0, "nothing was made");
    set(&state, 0o770);
    assert!(SqliteJournal::is_there(&state).unwrap_err().next().unwrap().contains("chmod 700"));
    set(&state, 0o777);
    assert!(check_folder(&state).unwrap_err().next().unwrap().contains("chmod o-w"));
    set(&state, 0o700);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(SqliteJournal::open(&state)).unwrap();
    assert!(SqliteJournal::is_there(&state).unwrap());
}
