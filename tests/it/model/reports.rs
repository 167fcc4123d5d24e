//! Hostile names in every report: parsers of the format find the same structure as with plain names.

use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::gate::GateReport;
use heaplens::gate::budget::Budgets;
use heaplens::gate::known_leaks::KnownLeaks;
use heaplens::report::contents::ReportContents;
use heaplens::report::html::html;
use heaplens::report::junit::junit;
use heaplens::report::markdown::markdown;
use heaplens::report::sarif::sarif;
use heaplens::snapshot::{SizeMode, Snapshot, load_bytes};
use serde_json::Value;

use crate::support::server::{Names, server_file};

const PLAIN: Names<'static> =
    Names { file: "file", variable: "name", class: "Class", script: "/srv/script.js" };
const HOSTILE: Names<'static> = Names {
    file: "\"><script>alert(1)</script>.heapsnapshot",
    variable: "]]></system-out>'\"><img src=x onerror=alert(1)>{{7*7}}|](http://evil)**_`<!--",
    class: "</td></table>&lt;&#x41;\u{202e}\u{1b}[31m${x}\u{0}\u{ffff}",
    script: "/srv/a b\"><svg onload=alert(1)>\n# head\n| x |.js",
};

fn pair(names: Names<'_>) -> [Arc<Snapshot>; 2] {
    [10, 110].map(|sessions| {
        let file = server_file(names, 10_001, sessions, 10);
        load_bytes(names.file, file.as_bytes(), &Progress::new()).unwrap()
    })
}

fn gate(names: Names<'_>) -> GateReport {
    let budget = "[growth]\ncontainer = 1\n[limits]\nnew_suspects = 0\nlargest_retained = 1";
    let budgets = Budgets::parse(budget).unwrap();
    GateReport::new(
        &pair(names),
        &budgets,
        &KnownLeaks::default(),
        "2026-11-28",
        SizeMode::Chrome,
        &Progress::new(),
    )
    .ok()
    .unwrap()
}

fn page(names: Names<'_>) -> String {
    let gate = gate(names);
    let mut contents = ReportContents::new(&gate.snapshots, SizeMode::Chrome, &Progress::new()).unwrap();
    contents.add_gate(&gate);
    html(&contents).unwrap()
}

/// The tags of a page or document in order, each up to its first attribute's value.
fn tags(text: &str) -> Vec<&str> {
    let begins = text.match_indices('<').map(|(at, _)| &text[at..]);
    begins.map(|tag| &tag[..tag.find(['>', ' ', '=']).unwrap_or(tag.len())]).collect()
}

#[test]
fn a_page_has_no_tags_but_its_own() {
    let (plain, hostile) = (page(PLAIN), page(HOSTILE));
    let steps = |tag: &&str| !matches!(*tag, "<li" | "</li" | "<code" | "</code");
    let structure = |page: &str| tags(page).into_iter().filter(steps).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(structure(&hostile), structure(&plain));
    assert!(!hostile.contains("<script") && !hostile.contains("<img"));
    assert!(!hostile.contains(['\u{202e}', '\u{1b}', '\u{0}']));
    assert!(hostile.contains("{{7*7}}"), "nothing of a name is computed");
    for loads in ["http:", "https:", "src=", "url(", "@import"] {
        assert!(!plain.contains(loads), "{loads}");
    }
    assert!(hostile.len() < 1_000_000);
}

#[test]
fn a_junit_file_is_read_back_with_its_names() {
    let (plain, hostile) = (junit(&gate(PLAIN)).unwrap(), junit(&gate(HOSTILE)).unwrap());
    assert_eq!(tags(&hostile), tags(&plain));
    let is_allowed = |c: char| matches!(c, '\n' | '\t') || (' '..='\u{fffd}').contains(&c) || c > '\u{ffff}';
    assert!(hostile.chars().all(is_allowed), "every character is one of XML's");
    let entities = hostile.split('&').skip(1).filter_map(|rest| rest.split_once(';')).map(|(name, _)| name);
    let known = |name: &str| matches!(name, "lt" | "gt" | "amp" | "quot" | "apos") || name.starts_with('#');
    assert!(entities.into_iter().all(known));
}

#[test]
fn a_sarif_file_has_texts_and_references() {
    let log: Value = serde_json::from_str(&sarif(&gate(HOSTILE)).unwrap()).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"|\\^`{}".contains(&byte)), "{uri}");
        assert!(place["region"]["startLine"].as_u64().unwrap() > 0);
        let text = result["message"]["text"].as_str().unwrap();
        assert!(!text.contains(['\u{202e}', '\u{1b}', '\u{0}', '\n']), "{text}");
    }
}

#[test]
fn markdown_has_the_lines_and_cells_of_plain_names() {
    let (plain, hostile) = (markdown(&gate(PLAIN)), markdown(&gate(HOSTILE)));
    let shape = |text: &str| -> Vec<(usize, String)> {
        let cells = |line: &str| line.replace("\\|", "").matches('|').count();
        text.lines().map(|line| (cells(line), line.chars().take(2).collect())).collect()
    };
    assert_eq!(shape(&hostile), shape(&plain));
    let unescaped = hostile.replace("\\]", "").replace("\\*", "");
    for begins in ["<", "](", "http://", "**_", "`"] {
        assert!(!unescaped.replace("\\`", "").contains(begins), "{begins}\n{hostile}");
    }
}
