//! Files in other folders, and commands.

use super::{Place, shell, shows};
use cloudcert_orders::Kind;
use cloudcert_orders::store::Access;
use cloudcert_orders::target::{Command, Content, FileTarget, Files, Format, Place as To, Target};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

fn files(place: &Place, to: To) -> Files {
    let store = place.store.clone();
    Files { name: "web".to_owned(), store, place: to, access: Access::default(), reload: None }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

#[tokio::test]
async fn a_folder_changes_in_one_step_and_the_reload_sees_the_new_files() {
    let place = Place::new();
    let path = place.folder.path().join("tls/www");
    let seen = place.folder.path().join("seen");
    let mut target = files(&place, To::Folder { path: path.clone(), format: Format::Pem });
    target.reload = Some(shell(&format!("cat {}/current/cert.pem >> {}", path.display(), seen.display())));
    let mut all = String::new();
    for cycle in 1..=5 {
        let new = place.issue();
        let stored = place.put(cycle, &new);
        let state = target.deploy(&stored, None).await.unwrap();
        assert_eq!(state, json!({"fingerprint": stored.fingerprint}));
        let read = |name: &str| fs::read_to_string(path.join("current").join(name)).unwrap();
        assert_eq!(read("cert.pem"), new.certificate);
        assert_eq!(read("chain.pem"), new.chain);
        assert_eq!(read("fullchain.pem"), new.certificate.clone() + &new.chain);
        assert_eq!(read("privkey.pem"), new.key.expose());
        assert_eq!((mode(&path), mode(&path.join("current/privkey.pem"))), (0o700, 0o600));
        all.push_str(&new.certificate);
        assert_eq!(fs::read_to_string(&seen).unwrap(), all);
    }
    assert_eq!(fs::read_dir(path.join("generations")).unwrap().count(), 3);
    let stored = place.store.current(&"www".parse().unwrap()).unwrap().unwrap();
    target.deploy(&stored, None).await.unwrap();
}

#[tokio::test]
async fn one_file_may_have_everything_and_a_group_may_read_it() {
    let place = Place::new();
    let path = place.folder.path().join("haproxy");
    let mut target = files(&place, To::Folder { path: path.clone(), format: Format::Combined });
    target.access = Access { owner: None, group: Some(rustix::process::getegid().as_raw()), key_mode: Some(0o640) };
    let new = place.issue();
    target.deploy(&place.put(1, &new), None).await.unwrap();
    let file = path.join("current/combined.pem");
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{}{}{}", new.certificate, new.chain, new.key.expose()));
    assert_eq!((mode(&file), mode(&path)), (0o640, 0o750));
}

#[tokio::test]
async fn a_list_of_files_is_replaced_file_by_file() {
    let place = Place::new();
    let at = |name: &str| place.folder.path().join("etc").join(name);
    let file = |name: &str, content| FileTarget { path: at(name), content };
    let list = vec![
        file("server.key", Content::Key),
        file("server.crt", Content::Fullchain),
        file("only.crt", Content::Certificate),
        file("ca.crt", Content::Chain),
        file("all.pem", Content::Combined),
    ];
    let target = files(&place, To::List(list));
    for cycle in 1..=2 {
        let new = place.issue();
        target.deploy(&place.put(cycle, &new), None).await.unwrap();
        let read = |name: &str| fs::read_to_string(at(name)).unwrap();
        assert_eq!(read("server.key"), new.key.expose());
        assert_eq!(read("server.crt"), new.certificate.clone() + &new.chain);
        assert_eq!(read("only.crt"), new.certificate);
        assert_eq!(read("ca.crt"), new.chain);
        assert_eq!(read("all.pem"), format!("{}{}{}", new.certificate, new.chain, new.key.expose()));
    }
    assert_eq!(fs::read_dir(place.folder.path().join("etc")).unwrap().count(), 5);
    assert_eq!(mode(&at("server.key")), 0o600);
}

#[tokio::test]
async fn folders_that_others_can_write_and_relative_paths_are_refused() {
    let place = Place::new();
    let stored = place.put(1, &place.issue());
    let open = place.folder.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    let list = |path: &Path| To::List(vec![FileTarget { path: path.to_owned(), content: Content::Key }]);
    let folder = |path: &Path| To::Folder { path: path.to_owned(), format: Format::Pem };
    for to in [list(&open.join("key.pem")), folder(&open)] {
        let failure = files(&place, to).deploy(&stored, None).await.unwrap_err();
        assert!(failure.message().contains("other users can write"), "{failure}");
    }
    assert_eq!(fs::read_dir(&open).unwrap().count(), 0);
    for to in [list(Path::new("key.pem")), folder(Path::new("tls"))] {
        let failure = files(&place, to).deploy(&stored, None).await.unwrap_err();
        assert_eq!(failure.kind(), Kind::Unconfigured);
        assert!(failure.message().contains("relative"), "{failure}");
    }
}

#[tokio::test]
async fn a_reload_that_fails_leaves_the_target_outstanding_and_may_be_repeated() {
    let place = Place::new();
    let path = place.folder.path().join("tls");
    let mut target = files(&place, To::Folder { path: path.clone(), format: Format::Pem });
    let new = place.issue();
    let stored = place.put(1, &new);
    target.reload = Some(shell("echo the configuration is broken >&2; exit 1"));
    let failure = target.deploy(&stored, None).await.unwrap_err();
    assert!(failure.message().contains("the configuration is broken"), "{failure}");
    assert_eq!(fs::read_to_string(path.join("current/cert.pem")).unwrap(), new.certificate);
    target.reload = Some(shell("exit 75"));
    assert_eq!(target.deploy(&stored, None).await.unwrap_err().kind(), Kind::NotNow);
    target.reload = Some(shell("true"));
    target.deploy(&stored, None).await.unwrap();
}

#[tokio::test]
async fn a_reload_that_does_not_exist_is_found_before_anything_is_written() {
    let place = Place::new();
    let path = place.folder.path().join("tls");
    let mut target = files(&place, To::Folder { path: path.clone(), format: Format::Pem });
    target.reload = Some(shell("true"));
    target.reload.as_mut().unwrap().command[0] = "/no/such/program".to_owned();
    let failure = target.deploy(&place.put(1, &place.issue()), None).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Unconfigured);
    assert!(!path.exists());
}

#[tokio::test]
async fn a_command_gets_paths_and_its_last_state_and_no_key() {
    let place = Place::new();
    let new = place.issue();
    let stored = place.put(1, &new);
    let target = Command { name: "own".to_owned(), hook: shell("read line; printf '{\"got\": %s}' \"$line\"") };
    let state = target.deploy(&stored, Some(&json!({"id": 5}))).await.unwrap();
    let event = &state["got"];
    assert_eq!((&event["event"], &event["state"]["id"]), (&json!("deploy"), &json!(5)));
    assert_eq!(event["folder"], stored.folder.to_str().unwrap());
    assert_eq!(event["privkey"], stored.privkey().to_str().unwrap());
    assert_eq!(event["fingerprint"], stored.fingerprint);
    assert!(!shows(&event.to_string(), &new));
    let target = Command { name: "own".to_owned(), hook: shell("echo \"$CLOUDCERT_FOLDER\" >&2; exit 3") };
    let failure = target.deploy(&stored, None).await.unwrap_err();
    assert!(failure.message().contains(stored.folder.to_str().unwrap()), "{failure}");
    let target = Command { name: "own".to_owned(), hook: shell("cat \"$CLOUDCERT_FOLDER/privkey.pem\"; exit 3") };
    let failure = target.deploy(&stored, None).await.unwrap_err();
    assert!(!shows(&format!("{failure:?}"), &new), "{failure}");
    let silent = Command { name: "own".to_owned(), hook: shell("true") };
    assert_eq!(silent.deploy(&stored, None).await.unwrap(), Value::Null);
}
