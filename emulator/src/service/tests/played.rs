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
