//! The list of the actions that the endpoint plays. `cloudcert-codegen coverage` reads it, and says of the others that they are answered from
//! the description.

use super::*;
use std::path::Path;

/// `INSTA_UPDATE=always` writes it anew.
#[test]
fn the_list_of_played_actions_is_what_the_services_play() {
    let mut played = String::new();
    for api in model::apis() {
        for action in &api.actions {
            // A world each: only whether there is a response counts.
            if !handle(&call(&api.id, &action.name, &[]), &mut usual()).described {
                played.extend([&api.id, " ", &action.name, "\n"]);
            }
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/service/played.txt");
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(&path, &played).unwrap();
    }
    let list = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(list, played, "{} is out of date: renew it with INSTA_UPDATE=always", path.display());
}

#[test]
fn the_readme_names_the_actions_that_are_described_only() {
    let readme = include_str!("../../../README.md").replace("\r\n", "\n");
    let named = readme.split_once("\nDescribed only: ").unwrap().1.split_once('.').unwrap().0;
    let named: Vec<&str> = named.split('`').skip(1).step_by(2).collect();
    let actions = model::apis().iter().flat_map(|api| api.actions.iter().map(move |action| (api, action)));
    let described = actions.filter(|(api, action)| handle(&call(&api.id, &action.name, &[]), &mut usual()).described);
    assert_eq!(named, described.map(|(_, action)| &*action.name).collect::<Vec<_>>());
}
