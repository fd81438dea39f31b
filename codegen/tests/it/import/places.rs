//! Where new items are put into the text of a file.

use super::writing::{after, imported, item, items, known, parameters, path};
use crate::fixture::{base, put};
use cloudcert_codegen::import::plain::Shape;

#[test]
fn flow_mappings_are_extended_in_their_braces() {
    for (old, new) in [
        ("parameters: {}", "parameters:\n  Years:\n    type: i32\n    undocumented: [pypi]"),
        ("parameters: {} # none yet", "parameters:  # none yet\n  Years:\n    type: i32\n    undocumented: [pypi]"),
        ("parameters:", "parameters:\n  Years:\n    type: i32\n    undocumented: [pypi]"),
        ("parameters: ~", "parameters:\n  Years:\n    type: i32\n    undocumented: [pypi]"),
        (
            "parameters: {A: {type: string}}",
            "parameters: {A: {type: string}, Years: {type: i32, undocumented: [pypi]}}",
        ),
        (
            "parameters: {A: {type: string}, }",
            "parameters: {A: {type: string}, Years: {type: i32, undocumented: [pypi]}}",
        ),
        (
            "parameters: {\n  A: {type: string} # a, b\n  }",
            "parameters: {\n  A: {type: string} # a, b\n  , Years: {type: i32, undocumented: [pypi]}}",
        ),
        ("parameters: { # none\n  }", "parameters: { # none\n  Years: {type: i32, undocumented: [pypi]}}"),
    ] {
        let mut files = base();
        put(&mut files, &path("Order"), format!("action: Order\n{old}\nresponse:\n  A:\n    type: string\n"));
        let mut api = known();
        *parameters(&mut api) = items([("Years", item(Shape::Number(Some(32))))]);
        api.actions["Order"].response = None;
        let (outcome, remarks) = imported(&files, &api, false);
        assert!(outcome.files.contains_key(&path("Order")), "{old}: {remarks:#?}");
        let wanted = format!("action: Order\n{new}\nresponse:\n  A:\n    type: string\n");
        assert_eq!(outcome.files[&path("Order")], wanted, "{old}");
        assert!(imported(&after(&files, &outcome), &api, false).0.files.is_empty(), "{old}");
    }
}

/// Comments between and after items, text in blocks, lists without indentation: the end of a map is found all the same.
#[test]
fn the_end_of_a_map_is_found_below_anything() {
    let end = |tail: &str, wanted: &str| {
        let mut files = base();
        put(&mut files, &path("Order"), format!("action: Order\nparameters:\n  A:\n    type: string\n{tail}"));
        let mut api = known();
        *parameters(&mut api) = items([("B", item(Shape::Text))]);
        api.actions["Order"].response = None;
        let (outcome, remarks) = imported(&files, &api, false);
        let new = "  B:\n    type: string\n    undocumented: [pypi]\n";
        let wanted = format!("action: Order\nparameters:\n  A:\n    type: string\n{}", wanted.replace("<B>\n", new));
        assert_eq!(outcome.files.get(&path("Order")), Some(&wanted), "{tail} {remarks:#?}");
    };
    end("", "<B>\n");
    end("response: {}\n", "<B>\nresponse: {}\n");
    end("\n\n# the answer\nresponse: {}\n", "<B>\n\n\n# the answer\nresponse: {}\n");
    end("    # of A\n  # of all\nresponse: {}\n", "    # of A\n<B>\n  # of all\nresponse: {}\n");
    end("# odd\n    doc: x\nresponse: {}\n", "# odd\n    doc: x\n<B>\nresponse: {}\n");
    end(
        "    doc: >-\n      text\n      # no comment\n\n      more\n\nresponse: {}\n",
        "    doc: >-\n      text\n      # no comment\n\n      more\n<B>\n\nresponse: {}\n",
    );
    end(
        "    undocumented:\n    - pypi\n    - b # c\nresponse: {}\n",
        "    undocumented:\n    - pypi\n    - b # c\n<B>\nresponse: {}\n",
    );
    end(
        "    doc: {en: \"a\n      b\",\n      zh: c}\nresponse: {}\n",
        "    doc: {en: \"a\n      b\",\n      zh: c}\n<B>\nresponse: {}\n",
    );
    end("    doc: plain\n      text that goes on\n...\n", "    doc: plain\n      text that goes on\n<B>\n...\n");
    // Without a line break at the end one is added.
    end("    doc: x", "    doc: x\n<B>\n");
}
