//! What reports look like, in each form.

use super::cases::{Tried, loaded, tried};
use crate::fixture::{base, data, model, own, put, repository, text};
use crate::snapshots::compare as snapshot;
use cloudcert_codegen::diff::print::{self, DocsDetail};
use cloudcert_codegen::diff::waivers::{Now, Waivers};
use cloudcert_codegen::diff::{Axis, DiffFinding, Release, Report, Tree, compare, rules};
use cloudcert_codegen::emit::generate;
use cloudcert_codegen::listing;
use cloudcert_codegen::model::Model;
use cloudcert_codegen::source::SourceFile;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The base spec with one change of each level, one that is shared and one of a text.
fn edited() -> [Vec<SourceFile>; 2] {
    let mut after = base();
    let mut edit = |path: &str, from: &str, to: &str| {
        let old = text(&after, path).to_owned();
        assert_eq!(old.matches(from).count(), 1, "{from}");
        put(&mut after, path, old.replace(from, to));
    };
    let order = "acme-ca-2026-01-01/Order.yaml";
    edit(order, "  Count:\n    type: i32\n", "  Count:\n    type: i64\n");
    edit(order, "max: 9", "max: 8");
    edit(order, "doc: Proves the caller.", "doc: Shows who calls.");
    edit(
        "acme-ca-2026-01-01/ListOrders.yaml",
        "response:\n  Total:\n    type",
        "response:\n  Next:\n    type: string\n    doc: The next page.\n    doc_zh: 下一页。\n  Total:\n    type",
    );
    let service = "acme-ca-2026-01-01/service.yaml";
    edit(service, "      Phone:\n", "      Mobile:\n");
    [base(), after]
}

fn report(files: &[Vec<SourceFile>; 2]) -> Report {
    let models = [loaded("base", &files[0]), loaded("head", &files[1])];
    let findings = compare(Tree { model: &models[0], files: &files[0] }, Tree { model: &models[1], files: &files[1] });
    of(findings)
}

fn of(findings: Vec<DiffFinding>) -> Report {
    let mut report = Report {
        base: "origin/main".to_owned(),
        head: "spec".to_owned(),
        findings,
        waived: Vec::new(),
        troubles: Vec::new(),
        axis: Axis::Both,
        base_release: Some(Release(0, 3, 1)),
        head_release: Some(Release(0, 3, 1)),
    };
    report.sort();
    report
}

#[test]
fn each_form_of_a_report_looks_like_this() {
    let mut report = report(&edited());
    let waivers = "waivers:\n  - rule: check-tightened-error\n    path: '*/Order/parameters/*/range'\n    reason: The service has refused 9 all along.\n    until: 0.5.0\n";
    let now = Now { today: (2026, 1, 2), release: report.head_release };
    let (findings, waived, troubles) = Waivers::parse(waivers).unwrap().apply(report.findings, now);
    (report.findings, report.waived, report.troubles) = (findings, waived, troubles);
    snapshot("diff", "text", None, &print::text(&report, DocsDetail::Full));
    snapshot("diff", "markdown", None, &print::markdown(&report, DocsDetail::Count));
    snapshot("diff", "github", None, &print::github(&report, ["old", "spec"]));
    snapshot("diff", "json", None, &print::json(&report));
    snapshot("diff", "changelog", None, &print::changelog(&report));
    crate::snapshots::none_left_over("diff", ["text", "markdown", "github", "json", "changelog"]);
}

#[test]
fn a_long_report_is_cut_where_a_comment_ends_and_counts_what_is_missing() {
    let one = report(&edited()).findings;
    let many: Vec<DiffFinding> = (0..2_000)
        .flat_map(|number| {
            one.iter().cloned().map(move |mut finding| {
                finding.subject.action = finding.subject.action.map(|action| format!("{action}{number}"));
                finding
            })
        })
        .collect();
    let text = print::markdown(&of(many), DocsDetail::Full);
    assert!(text.chars().count() <= print::LIMIT, "{} characters", text.chars().count());
    assert!(text.contains("more changes are not shown here"), "{}", &text[text.len() - 300..]);
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
}

/// What the whole spec has in common belongs to no API version, and is named by its file in each form.
#[test]
fn a_defect_of_the_whole_spec_is_counted_under_its_file() {
    let mut after = base();
    let register = text(&after, "defects.yaml").replace("A page is missing.", "Two pages are missing.");
    put(&mut after, "defects.yaml", register);
    let report = report(&[base(), after]);
    let places: Vec<_> =
        report.findings.iter().filter_map(|of| of.head.as_ref()).map(|at| (at.file.as_str(), at.line)).collect();
    assert_eq!(places, [("defects.yaml", 2)]);
    let page = print::markdown(&report, DocsDetail::Count);
    assert!(page.contains("\n- defects.yaml: 1\n"), "{page}");
}

/// What GitHub makes of a report: how many rows and cells each table has, and what else there is.
fn shape(page: &str) -> (Vec<(usize, BTreeSet<usize>)>, usize, String) {
    use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
    let (mut tables, mut open, mut text) = (Vec::new(), 0_usize, String::new());
    let (mut cells, mut closed) = (0, 0);
    for event in Parser::new_ext(page, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Table(_)) => tables.push((0, BTreeSet::new())),
            Event::Start(Tag::TableRow | Tag::TableHead) => cells = 0,
            Event::End(TagEnd::TableCell) => cells += 1,
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => {
                let table: &mut (usize, BTreeSet<usize>) = tables.last_mut().unwrap();
                table.0 += 1;
                table.1.insert(cells);
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                open += html.matches("<details>").count();
                closed += html.matches("</details>").count();
                let known = html.replace("<br>", "").replace("<details>", "").replace("</details>", "");
                let known = known.trim().trim_start_matches("<summary>").trim_end_matches("</summary>");
                assert!(!known.contains('<'), "{html}");
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                assert!(matches!(&kind, CodeBlockKind::Fenced(of) if &**of == "yaml"), "{kind:?}");
            }
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Strikethrough | Tag::Emphasis) => {
                panic!("{event:?}")
            }
            _ => {}
        }
    }
    assert_eq!(open, closed, "{page}");
    (tables, open, text)
}

/// Whatever is compared and wherever the report is cut, each row stands in its table, what is open is closed, and nothing is markup that
/// the spec says.
#[test]
fn a_report_is_well_formed_wherever_it_is_cut() {
    let one = report(&edited()).findings;
    let hostile = [
        "a | b",
        "\\|",
        "\\\\|",
        "`|`",
        "```",
        "</details>",
        "<details>",
        "~~~",
        "[a](b) ![c](d)",
        "*a* ~~b~~",
        "域|名\n| a |",
        "&lt;b>",
        "\\",
        "𝕏é|",
    ];
    for size in [0, 1, 3, 150, 190, 200, 230, 2_000] {
        for words in [&["plain"][..], &hostile] {
            let mut words = words.iter().cycle();
            let many = (0..size).flat_map(|number| {
                let said = *words.next().unwrap();
                one.iter().cloned().map(move |mut finding| {
                    finding.subject.action = finding.subject.action.map(|action| format!("{action}{number}"));
                    finding.subject.path = format!("{}/{said}{}", finding.subject.path, "域".repeat(number % 37));
                    finding.before = finding.before.map(|text| format!("{text}{said}"));
                    finding.hint = Some(said.to_owned());
                    if let Some(place) = &mut finding.head {
                        place.file = format!("{said}.yaml");
                    }
                    if let Some(before) = finding.rust.as_mut().and_then(|rust| rust.before.as_mut()) {
                        *before = format!("{before}{said}{}", "名".repeat(number * 3));
                    }
                    finding
                })
            });
            let mut all = of(many.collect());
            let half = all.findings.len() / 2;
            let accepted = |said: &str| cloudcert_codegen::diff::waivers::Waiver {
                rule: "r".to_owned(),
                path: "p".to_owned(),
                fingerprint: None,
                reason: said.to_owned(),
                until: "9.9.9".to_owned(),
            };
            let waived = all.findings.split_off(half).into_iter().zip(hostile.iter().cycle());
            all.waived = waived
                .map(|(finding, said)| cloudcert_codegen::diff::Waived { finding, waiver: accepted(said) })
                .collect();
            for docs in [DocsDetail::Count, DocsDetail::Full] {
                let page = print::markdown(&all, docs);
                assert!(page.chars().count() <= print::LIMIT, "{}", page.chars().count());
                let (tables, _, _) = shape(&page);
                assert!(size == 0 || !tables.is_empty());
                for (rows, cells) in tables {
                    assert!(rows > 1 && cells == BTreeSet::from([4]), "{rows} rows of {cells:?} cells in\n{page}");
                }
                // A row that no table took up would stand in a paragraph.
                let lines = page.lines().filter(|line| line.starts_with('|')).count();
                let rows: usize = shape(&page).0.iter().map(|(rows, _)| rows + 1).sum();
                assert_eq!(lines, rows, "{page}");
            }
        }
    }
}

#[test]
fn no_changes_and_documentation_only_are_said_in_a_line() {
    assert_eq!(print::verdict(&of(Vec::new())), "No changes.");
    let docs: Vec<DiffFinding> = report(&edited()).findings.into_iter().filter(DiffFinding::is_docs).collect();
    let verdict = print::verdict(&of(docs));
    assert!(verdict.starts_with("Documentation only: texts and notes in 1 place."), "{verdict}");
}

/// What the generator makes is what the findings say that it makes.
#[test]
fn every_signature_in_a_finding_stands_in_the_listing_of_the_generated_api() {
    let plain = |text: &str| -> String {
        let text = text.replace("(mut self", "(self").replace("pub ", "");
        text.chars().filter(|c| !c.is_whitespace()).collect::<String>().replace(",)", ")").replace("(self,", "(self")
    };
    let listed = |model: &Model| plain(&listing::api(&generate(model)));
    let (base, usual) = (loaded("base", &base()), LazyLock::new(|| listed(&loaded("base", &base()))));
    let (mut missing, mut seen) = (Vec::new(), 0);
    for Tried { name, models: [old, new], found, .. } in tried() {
        let [there, _] = found;
        if there.iter().all(|finding| finding.rust.is_none()) {
            continue;
        }
        let listings = [if *old == base { usual.clone() } else { listed(old) }, listed(new)];
        for finding in there {
            let Some(rust) = &finding.rust else { continue };
            for (side, listing) in [&rust.before, &rust.after].into_iter().zip(&listings) {
                let Some(side) = side else { continue };
                // Enums and structures are listed by their names alone.
                let declaration = side.trim_start_matches("fn ");
                let declaration = declaration.trim_start_matches("struct ").trim_start_matches("enum ");
                let declaration = declaration.split("(i64)").next().unwrap().split("(String)").next().unwrap();
                let mut wanted = plain(declaration);
                if !wanted.contains('(') && !wanted.contains(':') {
                    wanted = format!("::{wanted}");
                }
                seen += 1;
                if !listing.contains(&wanted) {
                    missing.push(format!("{name}: {side}"));
                }
            }
        }
    }
    assert!(seen > 100, "only {seen} signatures");
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn json_has_the_published_form() {
    let schema: Value = serde_json::from_str(&print::schema()).unwrap();
    for Tried { name, found, .. } in tried() {
        let json: Value = serde_json::from_str(&print::json(&of(found[0].clone()))).unwrap();
        crate::json_schema::check(&schema, &json).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
    let mut wrong: Value = serde_json::from_str(&print::json(&report(&edited()))).unwrap();
    wrong["findings"][0]["wire"] = Value::from("awful");
    assert!(crate::json_schema::check(&schema, &wrong).is_err(), "the schema takes everything");
    let published = std::fs::read_to_string(repository().join("docs/spec-diff.schema.json")).unwrap();
    assert_eq!(
        published,
        print::schema(),
        "cargo run -p cloudcert-codegen -- diff schema > docs/spec-diff.schema.json"
    );
}

#[test]
fn fingerprints_tell_changes_apart_and_stay() {
    let once: Vec<String> = report(&edited()).findings.iter().map(|finding| finding.fingerprint.clone()).collect();
    let again: Vec<String> = report(&edited()).findings.iter().map(|finding| finding.fingerprint.clone()).collect();
    assert_eq!(once, again);
    assert_eq!(once.iter().collect::<BTreeSet<_>>().len(), once.len());
}

#[test]
fn waivers_need_a_reason_and_an_end_and_must_be_used() {
    let findings = report(&edited()).findings;
    let apply = |text: &str, today, release| {
        Waivers::parse(text).unwrap().apply(findings.clone(), Now { today, release: Some(release) })
    };
    let waiver = |until: &str| {
        format!(
            "waivers: [{{rule: param-type-widened, path: '**/Count', reason: 'Nobody uses it.', until: '{until}'}}]"
        )
    };
    let day = (2026, 1, 2);
    let (kept, accepted, troubles) = apply(&waiver("2026-01-02"), day, Release(0, 1, 0));
    assert_eq!((accepted.len(), troubles.len(), kept.len()), (1, 0, findings.len() - 1));
    for (until, today, release) in
        [("2026-01-01", day, Release(0, 1, 0)), ("0.2.0", day, Release(0, 2, 0)), ("0.2.0", day, Release(1, 0, 0))]
    {
        let (kept, accepted, troubles) = apply(&waiver(until), today, release);
        assert_eq!((accepted.len(), kept.len()), (0, findings.len()), "{until}");
        assert!(troubles[0].message.contains("ended with"), "{troubles:?}");
    }
    let (_, _, troubles) = apply(&waiver("2027-01-01").replace("**/Count", "*/Count"), day, Release(0, 1, 0));
    assert!(troubles[0].message.contains("nothing needs the waiver"), "{troubles:?}");
    for (text, said) in [
        (waiver("soon"), "neither a day"),
        (waiver("2027-13-01"), "neither a day"),
        (waiver("2027-01-01").replace("Nobody uses it.", " "), "the reason is empty"),
        (waiver("2027-01-01").replace("param-type-widened", "param-type-wider"), "did you mean `param-type-widened`?"),
        (waiver("2027-01-01").replace(", reason: 'Nobody uses it.'", ""), "missing field `reason`"),
        (waiver("2027-01-01").replace("reason", "because"), "unknown field `because`"),
        ("- a".to_owned(), "cannot be read"),
    ] {
        let troubles = Waivers::parse(&text).unwrap_err();
        assert!(troubles[0].message.contains(said), "{text}: {troubles:?}");
    }
}

#[test]
fn the_release_that_is_needed_depends_on_the_version() {
    use cloudcert_codegen::diff::Bump;
    for (from, bump, to) in [
        ("0.3.1", Bump::Major, "0.4.0"),
        ("0.3.1", Bump::Minor, "0.3.2"),
        ("0.3.1", Bump::Patch, "0.3.2"),
        ("0.3.1", Bump::None, "0.3.1"),
        ("1.3.1", Bump::Major, "2.0.0"),
        ("1.3.1", Bump::Minor, "1.4.0"),
        ("1.3.1", Bump::Patch, "1.3.2"),
    ] {
        assert_eq!(Release::parse(from).unwrap().after(bump).to_string(), to, "{from} {bump}");
    }
    assert!(
        Release::parse("1.2").is_none() && Release::parse("1.2.3.4").is_none() && Release::parse("v1.2.3").is_none()
    );
    let mut report = report(&edited());
    assert_eq!((report.needed(), report.is_sufficient()), (Some(Release(0, 4, 0)), Some(false)));
    report.head_release = Some(Release(0, 4, 0));
    assert_eq!(report.is_sufficient(), Some(true));
}

/// The worked example and the real history in the documentation are what the program prints. `INSTA_UPDATE=always` renews them.
#[test]
fn the_page_about_the_diff_is_current() {
    let files = cloudcert_codegen::disk::read(&data().join("documents-2021-01-05")).unwrap();
    let (old, new) = (loaded("2021", &files), own());
    let api = "aliyun-cas-2020-04-07";
    let mut head = model().clone();
    head.apis.retain(|of| of.id == api);
    head.register.clear();
    let findings = compare(Tree { model: &old, files: &files }, Tree { model: &head, files: &new });
    let mut report = of(findings);
    (report.base, report.head) = ("codegen/tests/data/documents-2021-01-05".to_owned(), format!("spec/{api}"));
    (report.base_release, report.head_release) = (None, None);
    let releases = std::fs::read_to_string(data().join("../snapshots/releases.snap")).unwrap();
    let releases = releases.splitn(3, "---\n").nth(2).unwrap();
    renewed(
        "docs/spec-diff.md",
        "example",
        &format!("````markdown\n{}````\n", print::markdown(&report, DocsDetail::Count)),
    );
    renewed("docs/spec-diff.md", "releases", &format!("```text\n{releases}```\n"));
}

/// The catalogue of rules is what the program prints. `INSTA_UPDATE=always` renews it.
#[test]
fn the_page_of_the_rules_is_current() {
    let catalogue = format!("{} rules.\n\n{}", rules().count(), print::rules_markdown());
    renewed("docs/spec-diff-rules.md", "rules", &catalogue);
}

/// Compares the part of a page between two marks with a text, or writes it there.
fn renewed(page: &str, part: &str, text: &str) {
    let path = repository().join(page);
    let old = std::fs::read_to_string(&path).unwrap();
    let mut new = old.clone();
    let (from, to) = (format!("<!-- {part} -->\n"), format!("<!-- end of {part} -->"));
    let start = new.find(&from).unwrap() + from.len();
    let end = new.find(&to).unwrap();
    new.replace_range(start..end, &format!("\n{text}\n"));
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(&path, new).unwrap();
    } else {
        assert!(old == new, "{page} is out of date: renew it with INSTA_UPDATE=always");
    }
}
