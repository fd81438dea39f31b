//! Tags and resource groups.

use super::*;
use serde_json::json;

const KIND: (&str, &str) = ("ResourceType", "instance");

fn service() -> Service {
    Service::new(CAS2020, usual())
}

impl Service {
    fn tag_one(&mut self, id: &str, key: &str, value: &str) {
        self.ok("TagResources", &[KIND, ("ResourceId.1", id), ("Tag.1.Key", key), ("Tag.1.Value", value)]);
    }

    /// Returns resource, key and value of the tags that a call lists.
    fn tags_listed(&mut self, own: &[(&str, &str)]) -> Vec<String> {
        let list = self.ok("ListTagResources", &[&[KIND], own].concat());
        let text = |tag: &Value| ["ResourceId", "TagKey", "TagValue"].map(|name| tag[name].as_str().unwrap()).join(" ");
        list["TagResources"]["TagResource"].as_array().unwrap().iter().map(text).collect()
    }
}

#[test]
fn tags_are_set_replaced_found_and_removed() {
    let mut cas = service();
    cas.tag_one("one", "team", "web");
    cas.tag_one("one", "stage", "");
    cas.tag_one("two", "team", "shop");
    cas.tag_one("one", "team", "core");
    assert_eq!(cas.tags_listed(&[("ResourceId.1", "one")]), ["one stage ", "one team core"]);
    assert_eq!(cas.tags_listed(&[("Tag.1.Key", "team")]).len(), 3, "all tags of the resources that have it");
    assert_eq!(cas.tags_listed(&[("Tag.1.Key", "team"), ("Tag.1.Value", "shop")]), ["two team shop"]);
    assert!(cas.tags_listed(&[("Tag.1.Key", "team"), ("Tag.2.Key", "stage"), ("ResourceId.1", "two")]).is_empty());
    assert_eq!(cas.refused("ListTagResources", &[KIND]), "parameter-missing");

    let untag = [KIND, ("ResourceId.1", "one"), ("ResourceId.2", "two")];
    assert_eq!(cas.refused("UntagResources", &untag), "parameter-missing");
    cas.ok("UntagResources", &[&untag[..], &[("TagKey.1", "team")]].concat());
    cas.ok("UntagResources", &[&untag[..], &[("TagKey.1", "team")]].concat());
    assert_eq!(cas.tags_listed(&[("ResourceId.1", "one"), ("ResourceId.2", "two")]), ["one stage "]);
    cas.ok("UntagResources", &[&untag[..], &[("All", "true")]].concat());
    assert!(cas.tags_listed(&[("ResourceId.1", "one")]).is_empty());
}

#[test]
fn wrong_tags_are_refused_and_nothing_is_set() {
    let mut cas = service();
    let id = ("ResourceId.1", "one");
    let long = "x".repeat(129);
    for (key, value) in
        [("", "x"), ("aliyun-x", "x"), ("acs:x", "x"), ("x", "https://example.com"), (&long, "x"), ("x", &long)]
    {
        let tag = [KIND, id, ("Tag.1.Key", "good"), ("Tag.2.Key", key), ("Tag.2.Value", value)];
        assert_eq!(cas.refused("TagResources", &tag), "parameter-invalid", "{key} {value}");
    }
    assert_eq!(cas.refused("TagResources", &[KIND, id]), "parameter-missing");
    assert_eq!(cas.refused("TagResources", &[KIND, ("Tag.1.Key", "x")]), "parameter-missing");
    assert!(cas.tags_listed(&[id]).is_empty());
}

#[test]
fn lists_of_tags_and_keys_come_in_pages_by_token() {
    let mut cas = service();
    for (id, key) in [("one", "a"), ("one", "b"), ("two", "a"), ("two", "b"), ("two", "c")] {
        cas.tag_one(id, key, "");
    }
    let both = [KIND, ("ResourceId.1", "one"), ("ResourceId.2", "two"), ("MaxResults", "2")];
    let (mut seen, mut token) = (0, String::new());
    for expected in [2, 2, 1] {
        let page = cas.ok("ListTagResources", &[&both[..], &[("NextToken", token.as_str())]].concat());
        let count = page["TagResources"]["TagResource"].as_array().unwrap().len();
        assert_eq!((count, &page["MaxResults"]), (expected, &json!(2)));
        seen += count;
        token = page["NextToken"].as_str().unwrap().to_owned();
    }
    assert_eq!((seen, token.as_str()), (5, ""), "the last page has no token");
    assert_eq!(cas.refused("ListTagResources", &[&both[..], &[("NextToken", "x")]].concat()), "parameter-invalid");

    let keys = cas.ok("ListTagKeys", &[KIND, ("MaxResults", "2")]);
    assert_eq!(keys["TagKeys"], json!([{ "TagKey": "a", "TagCount": 2 }, { "TagKey": "b", "TagCount": 2 }]));
    let next = keys["NextToken"].as_str().unwrap();
    let keys = cas.ok("ListTagKeys", &[KIND, ("MaxResults", "2"), ("NextToken", next)]);
    assert_eq!(
        (&keys["TagKeys"][0]["TagKey"], &keys["NextToken"], &keys["TotalCount"]),
        (&json!("c"), &json!(""), &json!(3))
    );
    let keys = cas.ok("ListTagKeys", &[KIND, ("CurrentPage", "2"), ("PageSize", "2")]);
    assert_eq!((&keys["TagKeys"][0]["TagKey"], &keys["CurrentPage"]), (&json!("c"), &json!(2)));
}

#[test]
fn an_order_is_tagged_when_it_is_placed_and_found_by_its_group() {
    let mut cas = service();
    let person =
        [("Email", "ops@example.com"), ("Phone", "13800000000"), ("Username", "Li Lei"), ("ValidateType", "DNS")];
    let place =
        [&person[..], &[("Domain", "www.example.com"), ("Tags.1.Key", "team"), ("Tags.1.Value", "web")]].concat();
    cas.ok("CreateCertificateRequest", &place);
    let wrong = [&person[..], &[("Domain", "www.example.com"), ("Tags.1.Key", "acs:x")]].concat();
    assert_eq!(cas.refused("CreateCertificateRequest", &wrong), "parameter-invalid");
    let orders = cas.ok("ListUserCertificateOrder", &[]);
    assert_eq!(orders["TotalCount"], 1, "wrong tags place no order");
    let id = orders["CertificateOrderList"][0]["InstanceId"].as_str().unwrap();
    assert_eq!(cas.tags_listed(&[("ResourceId.1", id)]), [format!("{id} team web")]);

    let group = ("ResourceGroupId", "rg-web");
    assert_eq!(cas.ok("ListUserCertificateOrder", &[group])["TotalCount"], 0);
    cas.ok("MoveResourceGroup", &[KIND, ("ResourceId", id), group]);
    assert_eq!(cas.ok("ListUserCertificateOrder", &[group])["TotalCount"], 1);
    assert_eq!(cas.ok("ListTagKeys", &[KIND, group])["TotalCount"], 1);
    assert_eq!(cas.ok("ListTagKeys", &[KIND, ("ResourceGroupId", "rg-other")])["TotalCount"], 0);
    assert_eq!(cas.state()["labels"], json!({ "tagged": 1, "moved": 1 }));
}
