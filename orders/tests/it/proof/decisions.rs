//! What an answer says about a record, and what all servers say together. No server is asked.

use cloudcert_orders::proof::check::Wanted;
use cloudcert_orders::proof::check::decide::{Said, decide};
use cloudcert_orders::proof::check::report::{Report, Role, Row, Seen, Verdict};
use cloudcert_orders::proof::dns::{self, Answer, Code, Data, Kind};

const NAME: &str = "_dnsauth.example.com";

fn wanted(kind: Kind) -> Wanted {
    Wanted { name: NAME.to_owned(), kind, value: "Value".to_owned() }
}

fn answer(code: Code, authoritative: bool, rows: &[(&str, Data)]) -> Answer {
    let answers = rows.iter().map(|(name, data)| dns::Row { name: (*name).to_owned(), data: data.clone() }).collect();
    Answer { code, authoritative, answers, zone: Vec::new() }
}

fn text(value: &str) -> Data {
    Data::Txt(value.to_owned())
}

fn alias(target: &str) -> Data {
    Data::Cname(target.to_owned())
}

#[test]
fn a_text_is_found_or_not() {
    use Role::{Authoritative, Resolver};
    let others = |values: &[&str]| Said::Seen(Seen::Others(values.iter().map(|&value| value.to_owned()).collect()));
    let failed = |why: &str| Said::Seen(Seen::Failed(why.to_owned()));
    let circle = [(NAME, alias("a.example")), ("a.example", alias(NAME))];
    let table = [
        ("found", Authoritative, answer(Code::Exists, true, &[(NAME, text("Value"))]), Said::Seen(Seen::Found)),
        (
            "one of two",
            Resolver,
            answer(Code::Exists, false, &[(NAME, text("x")), (NAME, text("Value"))]),
            Said::Seen(Seen::Found),
        ),
        ("another case", Resolver, answer(Code::Exists, false, &[(NAME, text("value"))]), others(&["value"])),
        ("others", Resolver, answer(Code::Exists, false, &[(NAME, text("x\u{1b}[1m"))]), others(&["x\u{fffd}[1m"])),
        (
            "of another name",
            Resolver,
            answer(Code::Exists, false, &[("a.example", text("Value"))]),
            Said::Seen(Seen::NoRecord),
        ),
        ("of another type", Resolver, answer(Code::Exists, false, &[(NAME, Data::Other)]), Said::Seen(Seen::NoRecord)),
        (
            "found without authority",
            Authoritative,
            answer(Code::Exists, false, &[(NAME, text("Value"))]),
            Said::Seen(Seen::Found),
        ),
        ("nothing", Authoritative, answer(Code::Exists, true, &[]), Said::Seen(Seen::NoRecord)),
        ("no name", Authoritative, answer(Code::NoSuchName, true, &[]), Said::Seen(Seen::NoName)),
        ("a referral", Authoritative, answer(Code::Exists, false, &[]), Said::Seen(Seen::Lame)),
        ("no name without authority", Authoritative, answer(Code::NoSuchName, false, &[]), Said::Seen(Seen::Lame)),
        ("refused", Authoritative, answer(Code::Refused, false, &[]), Said::Seen(Seen::Refused)),
        ("failed", Resolver, answer(Code::ServerFailure, false, &[]), failed("the server failed")),
        (
            "an alias",
            Authoritative,
            answer(Code::Exists, true, &[(NAME, alias("a.example"))]),
            Said::Alias("a.example".to_owned()),
        ),
        (
            "an alias to nothing",
            Authoritative,
            answer(Code::NoSuchName, true, &[(NAME, alias("a.example")), ("a.example", alias("b.example"))]),
            Said::Alias("b.example".to_owned()),
        ),
        (
            "a followed alias, in any order",
            Resolver,
            answer(Code::Exists, false, &[("a.example", text("Value")), (NAME, alias("a.example"))]),
            Said::Seen(Seen::Found),
        ),
        (
            "a circle",
            Resolver,
            answer(Code::Exists, false, &circle),
            failed("the aliases lead in a circle, or are too many"),
        ),
    ];
    for (what, role, answer, expected) in table {
        assert_eq!(decide(&wanted(Kind::Txt), NAME, role, &answer), expected, "{what}");
    }
}

#[test]
fn an_alias_that_is_the_proof_is_not_followed() {
    let wanted = Wanted { value: "Token.Example.NET.".to_owned(), ..wanted(Kind::Cname) };
    let found =
        answer(Code::Exists, true, &[(NAME, alias("token.example.net")), ("token.example.net", alias("b.example"))]);
    assert_eq!(decide(&wanted, NAME, Role::Authoritative, &found), Said::Seen(Seen::Found));
    let other = answer(Code::Exists, true, &[(NAME, alias("old.example.net"))]);
    let expected = Said::Seen(Seen::Others(vec!["old.example.net".to_owned()]));
    assert_eq!(decide(&wanted, NAME, Role::Authoritative, &other), expected);
}

#[test]
fn many_and_long_values_are_cut() {
    let rows: Vec<_> = (0..50).map(|number| (NAME, text(&format!("{number}{}", "x".repeat(1000))))).collect();
    let Said::Seen(Seen::Others(values)) =
        decide(&wanted(Kind::Txt), NAME, Role::Resolver, &answer(Code::Exists, false, &rows))
    else {
        panic!("other values")
    };
    assert_eq!(values.len(), 10);
    assert!(values.iter().all(|value| value.chars().count() <= 201));
}

#[test]
fn the_verdict_counts_those_that_say_something() {
    let silent = || Seen::NoAnswer("no answer in time".to_owned());
    let table: [(&[Seen], Verdict); 7] = [
        (&[], Verdict::Skipped),
        (&[Seen::Found, Seen::Found], Verdict::Everywhere),
        (&[Seen::Found, silent(), Seen::Lame, Seen::Refused], Verdict::Everywhere),
        (&[Seen::Found, Seen::NoName], Verdict::Somewhere),
        (&[Seen::NoRecord, Seen::Others(Vec::new())], Verdict::Nowhere),
        (&[silent(), Seen::Refused], Verdict::Unknown),
        (&[Seen::Failed(String::new())], Verdict::Unknown),
    ];
    for (seen, verdict) in table {
        let mut report = Report::new(wanted(Kind::Txt));
        report.rows = seen
            .iter()
            .map(|seen| Row {
                server: None,
                address: ([192, 0, 2, 1], 53).into(),
                role: Role::Resolver,
                seen: seen.clone(),
            })
            .collect();
        assert_eq!(report.verdict(), verdict, "{seen:?}");
    }
}
