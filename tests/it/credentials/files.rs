//! Credentials from the files with sections of both clouds.

use super::{ask, parts};
use crate::setup::server::Server;
use crate::setup::surroundings::{Folder, around};
use crate::setup::token_service::{Play, metadata_response, sts_response};
use cloudcert::credentials::{AliyunFile, KsyunFile};
use std::fmt::Write;

const FIRST: &str = ".alibabacloud/credentials";
const SECOND: &str = ".alibabacloud/credentials.ini";

fn key(section: &str, id: &str) -> String {
    format!(
        "[{section}]\nenable = true\ntype = access_key\naccess_key_id = {id}\naccess_key_secret = s # not the secret\n"
    )
}

#[test]
fn both_names_are_read_in_their_order() {
    let folder = Folder::new();
    folder.file(SECOND, &[key("default", "two"), key("only-here", "three")].concat());
    let provider = AliyunFile::new(&around([]).home(&folder.0));
    let given = ask(&provider).unwrap();
    assert_eq!(parts(&given), ("two", "s", None));
    assert_eq!(given.source(), "the section `default` (access_key) of ~/.alibabacloud/credentials.ini");
    folder.file(FIRST, &key("default", "one"));
    assert_eq!(parts(&ask(&provider).unwrap()).0, "one");
    assert_eq!(parts(&ask(&provider.section("only-here")).unwrap()).0, "three");
}

#[test]
fn variables_name_the_file_and_the_section() {
    let path = Folder::new().file("keys", &[key("default", "d"), key(" ops ", "o")].concat());
    let file = ("ALIBABA_CLOUD_CREDENTIALS_FILE", path.as_str());
    assert_eq!(parts(&ask(&AliyunFile::new(&around([file]))).unwrap()).0, "d");
    let both = around([file, ("ALIBABA_CLOUD_PROFILE", "ops")]);
    assert_eq!(parts(&ask(&AliyunFile::new(&both)).unwrap()).0, "o");
    let error = ask(&AliyunFile::new(&around([file, ("ALIBABA_CLOUD_PROFILE", "canary")]))).unwrap_err();
    assert!(!error.is_absent());
    assert_eq!(
        error.to_string(),
        "the section that ALIBABA_CLOUD_PROFILE names is not in the file that ALIBABA_CLOUD_CREDENTIALS_FILE names"
    );
    let error = ask(&AliyunFile::new(&around([]))).unwrap_err();
    assert!(error.is_absent());
    assert_eq!(error.to_string(), "~/.alibabacloud/credentials and ~/.alibabacloud/credentials.ini: no such file");
}

#[test]
fn each_type_is_read() {
    let server = Server::token_service(|seen| match seen.method() {
        "PUT" => Play::Response(200, "t".into()),
        "POST" => Play::Response(200, sts_response("sts")),
        _ => Play::Response(200, metadata_response("ecs")),
    });
    let folder = Folder::new();
    let token = folder.file("token", "the-token");
    let mut text = key("default", "d");
    text += "[ecs]\ntype=ecs_ram_role\nrole_name=ops\n";
    text += "[role]\r\ntype = ram_role_arn\r\naccess_key_id = i\r\naccess_key_secret = s\r\nrole_arn = arn\r\nrole_session_name = me\r\npolicy = {\"a\": \"b#c\"}\r\n";
    write!(
        text,
        "[oidc]\ntype = oidc_role_arn\nrole_arn = arn\noidc_provider_arn = prov\noidc_token_file_path = {token}\n"
    )
    .unwrap();
    text += "; a comment = not a key\n# another = one\n[rsa]\ntype = rsa_key_pair\npublic_key_id = k\n[odd]\ntype = canary\n[none]\nid\n";
    folder.file(FIRST, &text);
    let surroundings = around([]).home(&folder.0).sts_endpoint(server.url()).metadata_endpoint(server.url());
    let read = |section: &str| ask(&AliyunFile::new(&surroundings).section(section));
    assert_eq!(parts(&read("ecs").unwrap()).0, "ecs-id");
    assert!(server.seen().pop().unwrap().path().ends_with("/ops"));
    assert_eq!(parts(&read("role").unwrap()).0, "sts-id");
    let seen = server.seen().pop().unwrap();
    for (name, value) in
        [("Action", "AssumeRole"), ("RoleArn", "arn"), ("RoleSessionName", "me"), ("Policy", r#"{"a": "b#c"}"#)]
    {
        assert_eq!(seen.form_value(name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(
        read("oidc").unwrap().source(),
        "the section that the program names (oidc_role_arn) of ~/.alibabacloud/credentials"
    );
    assert_eq!(server.seen().pop().unwrap().form_value("OIDCToken").as_deref(), Some("the-token"));
    for (section, expected) in [
        ("rsa", "the type rsa_key_pair is not supported: use an access key"),
        ("odd", "its type is not known: use access_key"),
        ("none", "it has no type"),
    ] {
        let error = read(section).unwrap_err().to_string();
        assert!(error.contains(expected) && !error.contains("canary"), "{error}");
    }
}

#[test]
fn a_missing_key_is_named() {
    let folder = Folder::new();
    folder.file(FIRST, "[default]\ntype = access_key\naccess_key_id = canary\naccess_key_secret = # nothing\n");
    let error = ask(&AliyunFile::new(&around([]).home(&folder.0))).unwrap_err().to_string();
    assert_eq!(error, "~/.alibabacloud/credentials: the section `default`: it has no access_key_secret");
    std::fs::write(folder.0.join(FIRST), [0xff, 0xfe, 0]).unwrap();
    let error = ask(&AliyunFile::new(&around([]).home(&folder.0))).unwrap_err().to_string();
    assert_eq!(error, "~/.alibabacloud/credentials is not UTF-8");
}

#[test]
fn the_file_of_kingsoft_cloud_is_read() {
    let folder = Folder::new();
    let text = "[default]\nks_access_key_id = one\nks_secret_access_key = s1\n\n[ops]\nKS_ACCESS_KEY_ID=two\nks_secret_access_key=s2\nks_security_token=t2\n[half]\nks_access_key_id = canary\n";
    let path = folder.file(".ks/credentials", text);
    let bare = ask(&KsyunFile::new(&around([]).home(&folder.0))).unwrap();
    assert_eq!(parts(&bare), ("one", "s1", None));
    assert_eq!(bare.source(), "the section `default` of ~/.ks/credentials");
    let file = ("KS_SHARED_CREDENTIALS_FILE", path.as_str());
    for name in ["KS_PROFILE", "KS_DEFAULT_PROFILE"] {
        let given = ask(&KsyunFile::new(&around([file, (name, "ops")]))).unwrap();
        assert_eq!(parts(&given), ("two", "s2", Some("t2")));
    }
    let both = around([file, ("KS_PROFILE", "default"), ("KS_DEFAULT_PROFILE", "ops")]);
    assert_eq!(parts(&ask(&KsyunFile::new(&both)).unwrap()).0, "one");
    let error = ask(&KsyunFile::new(&around([file])).section("half")).unwrap_err().to_string();
    assert_eq!(
        error,
        "the file that KS_SHARED_CREDENTIALS_FILE names: the section that the program names has no ks_secret_access_key"
    );
    let error = ask(&KsyunFile::new(&around([]))).unwrap_err();
    assert_eq!((error.is_absent(), error.to_string().as_str()), (true, "~/.ks/credentials does not exist"));
}

/// Id and secret of the section `default` of a file, as it is read for each cloud.
fn both(text: &str) -> [Result<(String, String), String>; 2] {
    let folder = Folder::new();
    folder.file(FIRST, &format!("{text}\n[other]\ntype = none\n"));
    let ours = text.replace("access_key_id", "ks_access_key_id").replace("access_key_secret", "ks_secret_access_key");
    let ours = ours.replace("Access_Key_Id", "Ks_Access_Key_Id").replace("ACCESS_KEY_SECRET", "KS_SECRET_ACCESS_KEY");
    folder.file(".ks/credentials", &ours);
    let around = around([]).home(&folder.0);
    let read = |given: Result<cloudcert::Credentials, cloudcert::credentials::CredentialsError>| {
        let given = given.map_err(|error| error.to_string())?;
        Ok((given.access_key_id().to_owned(), given.access_key_secret().expose().to_owned()))
    };
    [read(ask(&AliyunFile::new(&around))), read(ask(&KsyunFile::new(&around)))]
}

#[test]
fn values_are_read_as_the_vendors_own_readers_do() {
    for text in [
        // Quotes and comments.
        "[default]\ntype = access_key\naccess_key_id = \"id\"\naccess_key_secret = 's'",
        "[default]\ntype = \"access_key\"\naccess_key_id = id ; mine\naccess_key_secret = s # mine",
        "[default]\ntype=access_key;kind\ntype=access_key\naccess_key_id=\"id\" ; mine\naccess_key_secret='s'# mine",
        "[default]\ntype = access_key\t; kind\naccess_key_id = id\t# mine\naccess_key_secret = s\t;",
        "# a = b\n; c = d\n[default] # this one\n  # e\n\n;access_key_id = no\ntype = access_key\naccess_key_id = id\naccess_key_secret = s",
        // Separators and blanks.
        "[default]\ntype: access_key\naccess_key_id:id\naccess_key_secret : s",
        "[default]\ntype\t=\taccess_key\naccess_key_id=   id\naccess_key_secret   =s   ",
        // The case of keys, where lines end, and a mark of the byte order.
        "[default]\nTYPE = access_key\nAccess_Key_Id = id\nACCESS_KEY_SECRET = s",
        "[default]\r\ntype = access_key\r\naccess_key_id = id\r\naccess_key_secret = s\r\n",
        "\u{feff}[default]\ntype = access_key\naccess_key_id = id\naccess_key_secret = s",
        // All of a section may be indented.
        "[default]\n  type = access_key\n  access_key_id = id\n  access_key_secret = s",
        // What is indented further goes on with the value above.
        "[default]\ntype = access_key\naccess_key_id = id\naccess_key_secret = s\nnote = a\n  access_key_id = no\n\n  [default]\n  access_key_secret: no",
        "[default]\ntype = access_key\naccess_key_id =\n    id\naccess_key_secret = s",
        // Values for all sections.
        "[DEFAULT]\ntype = access_key\naccess_key_secret = s\naccess_key_id = no\n[default]\naccess_key_id = id",
        "[default]\naccess_key_id = id\n[DEFAULT]\ntype = access_key\naccess_key_secret = s",
        // Several times: all of them together, and the last one counts.
        "[default]\ntype = access_key\naccess_key_id = no\n[x]\naccess_key_id = no\n[default]\naccess_key_id = id\naccess_key_secret = s",
        "[default]\ntype = access_key\naccess_key_id = no\naccess_key_id = id\naccess_key_secret = s",
        // Another section is another one.
        "[Default]\naccess_key_id = no\n[default]\ntype = access_key\naccess_key_id = id\naccess_key_secret = s\n[DEFAULT]\naccess_key_id = no",
    ] {
        for text in [text.to_owned(), format!("{text}\n\n")] {
            for given in both(&text) {
                assert_eq!(given.map(|(id, secret)| format!("{id} {secret}")), Ok("id s".to_owned()), "{text}");
            }
        }
    }
    let [aliyun, ksyun] = both("[default]\ntype = access_key\naccess_key_id = i;d\naccess_key_secret = s#mine");
    assert_eq!(aliyun.unwrap(), ("i;d".to_owned(), "s".to_owned()), "the readers of Alibaba Cloud end at any `#`");
    assert_eq!(ksyun.unwrap(), ("i;d".to_owned(), "s#mine".to_owned()), "that of Kingsoft Cloud does not");
    let [aliyun, ksyun] = both("[default]\ntype = access_key\naccess_key_id = \"a # b\"\naccess_key_secret = \"open");
    assert_eq!(aliyun, ksyun);
    assert_eq!(ksyun.unwrap(), ("a # b".to_owned(), "\"open".to_owned()));
}

#[test]
fn a_key_of_several_lines_is_refused() {
    for given in both(
        "[default]\ntype = access_key\naccess_key_id = canary\n  access_key_secret = canary\naccess_key_secret = s",
    ) {
        let error = given.unwrap_err();
        assert!(error.contains("more than one line in") && !error.contains("canary"), "{error}");
    }
}
