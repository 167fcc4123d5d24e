//! Names in a snapshot are untrusted: none controls a terminal, changes the direction of writing, breaks a
//! line, runs in a spreadsheet, becomes a part of a report or fills the window.

use heaplens::model::format::is_control_or_bidi;

use crate::support::command_line::{heap, printed};

const HOSTILE: [&str; 8] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "evil\u{202e}gpj.exe",
    "two\nlines\r\u{2028}more",
    "=HYPERLINK(\"http://x\",\"y\")",
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "<img src=x onerror=alert(1)>",
    "](javascript:alert(1)) `code` | # **bold**",
];

/// Each name as that of a class, a field and a text, and each class with a text of a megabyte.
fn file() -> tempfile::NamedTempFile {
    heap(|heap| {
        for (at, name) in HOSTILE.iter().enumerate() {
            let node = heap.node("object", name, 9_000_000);
            let long = heap.node("string", &"long ".repeat(200_000), 8);
            heap.edge(0, "property", name, node).edge(node, "property", &format!("{name}{at}"), long);
        }
    })
}

#[test]
fn they_are_harmless_wherever_they_are_printed() {
    let file = file();
    let path = file.path().to_str().unwrap();
    for arguments in [
        vec!["summary", path],
        vec!["summary", path, "--csv"],
        vec!["summary", path, "--json"],
        vec!["nodes", path],
        vec!["object", path, "@3"],
        vec!["compare", path, path],
        vec!["growth", path, path],
        vec!["suspects", path],
        vec!["suspects", path, "--markdown"],
        vec!["statistics", path],
    ] {
        let text = printed(&arguments);
        let harmful = |c: char| c != '\n' && c != '\t' && is_control_or_bidi(c);
        assert!(!text.contains(harmful), "{arguments:?}: {text:?}");
        assert!(text.lines().all(|line| line.len() < 1_000_000), "{arguments:?}");
    }
}

#[test]
fn no_cell_of_a_spreadsheet_is_a_formula() {
    let file = file();
    for line in printed(&["summary", file.path().to_str().unwrap(), "--csv"]).lines().skip(1) {
        // Inside of quotes nothing splits; what is in quotes is a value of its own.
        let outside = line.split('"').step_by(2).flat_map(|text| text.split(','));
        let inside = line.split('"').skip(1).step_by(2);
        for value in outside.chain(inside) {
            assert!(!value.starts_with(['=', '+', '@']), "{line}");
        }
    }
}

#[test]
fn a_report_in_markdown_shows_them_as_they_are() {
    let file = file();
    let report = printed(&["suspects", file.path().to_str().unwrap(), "--markdown"]);
    assert!(report.contains("alert"), "they are in it: {report}");
    // What stands between backticks, of which there are two where the name has one, is code; everywhere
    // else each sign is escaped.
    let outside: String = report.split("``").step_by(2).collect();
    let outside: String = outside.split('`').step_by(2).collect();
    for sign in ["<", "](", "**", "|"] {
        let bare = outside.match_indices(sign).any(|(at, _)| !outside[..at].ends_with('\\'));
        assert!(!bare, "{sign} in {report}");
    }
}

#[cfg(feature = "gui")]
#[test]
fn they_are_harmless_and_short_in_the_window() {
    use crate::support::window::{labels, row, select, settled, window};
    use eframe::egui::Key;
    use heaplens::app::View;

    let file = file();
    let mut harness = window(vec![file.path().to_owned()]);
    settled(&mut harness, View::Summary);
    for begin in ["\\u001b[2J", "two\\nlines"] {
        assert!(row(&harness, begin).is_some(), "{begin}: {:?}", labels(&harness));
        select(&mut harness, begin);
        harness.key_press(Key::ArrowRight);
        harness.run_ok();
    }
    for text in labels(&harness) {
        assert!(!text.contains(|c: char| c != '\n' && is_control_or_bidi(c)), "{text:?}");
        assert!(text.chars().count() < 3_000, "{} characters", text.chars().count());
    }
}
