//! What profiles say beside keys: the region of the clouds' own files, and a project.

use crate::setup::recorder::Recorder;
use crate::setup::{Folder, Run, bare, cloudcert, split};
use cloudcert_cli::Exit;
use cloudcert_orders::config::Config;
use serde_json::{Value, json};

/// The file of Alibaba Cloud's command line with two profiles in these regions.
fn file(folder: &Folder, current: &str, other: &str) -> String {
    let profile = |name: &str, region: &str| json!({ "name": name, "mode": "AK", "access_key_id": name, "access_key_secret": "secret", "region_id": region });
    let file = json!({ "current": "one", "profiles": [profile("one", current), profile("two", other)] });
    folder.file("config.json", file.to_string())
}

/// The endpoint that a configuration leads to, and what chose it.
#[track_caller]
fn endpoint(run: Run) -> (String, String) {
    let rows = run.ends(Exit::Done).json();
    let rows = rows.as_array().unwrap().clone();
    let row = rows.iter().find(|row| row["setting"] == "aliyun-cas.endpoint").unwrap();
    let text = |name: &str| row[name].as_str().unwrap().to_owned();
    (text("value"), text("from"))
}

#[test]
fn the_region_of_the_command_line_counts_if_the_description_has_a_host_for_it() {
    let folder = Folder::new();
    let cli = file(&folder, "ap-southeast-1", "eu-central-1");
    let config = folder.file(
        "config.toml",
        "[profiles.a]\ncloud = \"aliyun\"\ncredentials = \"aliyun-cli:one\"\n\
         [profiles.b]\ncloud = \"aliyun\"\ncredentials = \"aliyun-cli:one\"\nregion = \"eu-central-1\"\n",
    );
    let show = |words: &str| {
        bare(split("config show").into_iter().chain(split(words)))
            .env("ALIBABA_CLOUD_CONFIG_FILE", &cli)
            .env("CLOUDCERT_CONFIG", &config)
    };
    let of = |region: &str| bare(["config", "show", "--region", region]).env("CLOUDCERT_CONFIG", &config);
    let (singapore, by_option) = endpoint(of("ap-southeast-1"));
    let (frankfurt, _) = endpoint(of("eu-central-1"));
    let (usual, by_default) = endpoint(bare(["config", "show"]));
    assert_ne!(singapore, usual);
    assert_eq!((by_option.as_str(), by_default.as_str()), ("--region", "default"));

    assert_eq!(endpoint(show("")), (singapore.clone(), "region_id".to_owned()), "the chain");
    assert_eq!(endpoint(show("--profile two")), (frankfurt.clone(), "region_id".to_owned()), "a profile of the file");
    assert_eq!(endpoint(show("--profile a")), (singapore, "region_id".to_owned()), "named by the configuration");
    assert_eq!(endpoint(show("--profile b")), (frankfurt.clone(), "profile".to_owned()), "the configuration wins");
    assert_eq!(endpoint(show("--region eu-central-1")), (frankfurt, "--region".to_owned()), "the option wins");
    let keys = show("").env("ALIBABA_CLOUD_ACCESS_KEY_ID", "i").env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s");
    assert_eq!(endpoint(keys).0, usual, "keys of the environment do not come from the file");

    let elsewhere = file(&folder, "xx-nowhere-1", "");
    let show = || bare(["config", "show"]).env("ALIBABA_CLOUD_CONFIG_FILE", &elsewhere);
    assert_eq!(endpoint(show()), (usual.clone(), "default".to_owned()));
    let broken = folder.file("broken.json", "{");
    assert_eq!(endpoint(bare(["config", "show"]).env("ALIBABA_CLOUD_CONFIG_FILE", &broken)).0, usual);
}

#[test]
fn the_project_of_a_profile_is_sent_where_a_request_names_none() {
    let folder = Folder::new();
    let config = folder.file(
        "config.toml",
        "[profiles.k]\ncloud = \"ksyun\"\nproject = 100001\n[profiles.a]\ncloud = \"aliyun\"\nproject = 1\n",
    );
    let recorder =
        Recorder::answering(|_| json!({ "RequestId": "R", "Certificate": { "CertificateId": "1" } }).to_string());
    let run = |line: &str| {
        let words = split(line).into_iter().chain(["--config", &config]);
        cloudcert(&recorder.url, words)
    };
    let sent = |line: &str, name: &str| {
        run(line).ends(Exit::Done);
        recorder.take().remove(0).parameters.get(name).cloned()
    };
    let shown = |more: &str| {
        let line = format!("ksyun-kcm upload-certificate --skip-validation --dry-run --profile k {more}");
        let out = run(&line).ends(Exit::Done).out;
        let (_, rest) = out.split_once("\nProjectId=").or_else(|| out.split_once("&ProjectId=")).unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    assert_eq!(shown(""), "100001");
    assert_eq!(shown("--project-id 7"), "7", "the option wins");
    assert_eq!(sent("ksyun-kcm list-certificates --profile k", "ProjectId.1").as_deref(), Some("100001"));
    assert_eq!(sent("ksyun-kcm list-certificates --profile k --project-id 7", "ProjectId.1").as_deref(), Some("7"));
    assert_eq!(sent("ksyun-kcm list-certificates", "ProjectId.1"), None);
    run("aliyun-cas list-csr --profile a").ends(Exit::Unconfigured).says("`project`");
    let rows = run("config show --profile k").ends(Exit::Done).json();
    assert!(rows.as_array().unwrap().contains(&json!({
        "setting": "profiles.k.project", "value": "100001", "from": Value::from(config.clone()),
    })));
}

#[test]
fn the_example_of_a_configuration_is_one_once_its_marks_are_taken_away() {
    for lang in ["en", "zh"] {
        let folder = Folder::new();
        let file = folder.path("config.toml");
        let init = bare(["config", "init", "--lang", lang]).env("CLOUDCERT_CONFIG", &file);
        init.ends(Exit::Done);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.lines().all(|line| line.is_empty() || line.starts_with('#')), "nothing counts yet: {text}");
        let is_toml = |line: &&str| {
            let name = line.split(" = ").next().unwrap_or_default();
            line.starts_with('[') || (name != *line && name.bytes().all(|byte| byte.is_ascii_lowercase()))
        };
        let lines: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# ")).filter(is_toml).collect();
        let config =
            Config::parse(&lines.join("\n"), "config.toml").unwrap_or_else(|found| panic!("{lang}: {found:?}"));
        assert_eq!((config.certificates.len(), config.hooks.len()), (1, 1), "{lang}");
        assert!(config.deploy.contains_key("nginx"), "{lang}");
    }
}
