//! The command line as a user and a script see it.

use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::command_line::{heap, heaplens, json, printed, refused};
use crate::support::samples::{
    AFTER, AFTER_EDGES, AFTER_NODES, AFTER_STATISTICS, AFTER_TOTAL, LEAKS, LEAKS_HOLDER, LEAKS_ID, START,
    TINY, sample_argument as sample,
};

fn row<'a>(answer: &'a Value, name: &str) -> &'a Value {
    answer["rows"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap()
}

#[test]
fn the_summary_has_chromes_numbers() {
    let answer = json(&["summary", &sample(AFTER)]);
    assert_eq!(answer["snapshot"]["node_count"], AFTER_NODES);
    assert_eq!(answer["snapshot"]["edge_count"], AFTER_EDGES);
    assert_eq!(answer["snapshot"]["total_size"], AFTER_TOTAL);
    assert_eq!(answer["snapshot"]["max_js_object_id"], 148_215);
    assert_eq!(answer["file"]["bytes"], 9_317_808);
    assert_eq!((&answer["sizes"], &answer["filter"]), (&"chrome".into(), &Value::Null));
    let array = row(&answer, "Array");
    let expected = serde_json::json!({
        "key": ",Array", "name": "Array", "distance": 3, "count": 1609, "shallow": 609_848, "retained": 695_984
    });
    assert_eq!(array, &expected);
    let retained: Vec<u64> =
        answer["rows"].as_array().unwrap().iter().map(|row| row["retained"].as_u64().unwrap()).collect();
    assert!(retained.is_sorted_by(|a, b| a >= b));
}

#[test]
fn a_summary_is_sorted_filtered_and_cut() {
    let arguments = ["summary", &sample(AFTER), "--class", "/^A/", "--sort", "count:asc", "--limit", "3"];
    let answer = json(&arguments);
    let rows = answer["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row["name"].as_str().unwrap().starts_with('A')));
    let text = printed(&arguments);
    assert!(text.lines().last().unwrap().starts_with("… and "), "{text}");
}

#[test]
fn objects_that_came_since_are_a_filter() {
    let since = format!("allocated-since:{}", sample(START));
    let answer = json(&["summary", &sample(AFTER), "--filter", &since]);
    assert_eq!(answer["filter"], since.as_str());
    assert_eq!(row(&answer, "{memory, joke}")["count"], 6);
    let strings = json(&["summary", &sample(AFTER), "--filter", "duplicated-strings"]);
    assert!(
        strings["rows"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["name"].as_str().unwrap().contains("string"))
    );
}

#[test]
fn raw_sizes_leave_storage_to_itself() {
    let file = sample(AFTER);
    let (chrome, raw) = (json(&["summary", &file]), json(&["summary", &file, "--sizes", "raw"]));
    let shallow = |answer: &Value| -> u64 {
        answer["rows"].as_array().unwrap().iter().map(|row| row["shallow"].as_u64().unwrap()).sum()
    };
    assert_eq!(shallow(&chrome), shallow(&raw));
    let elements = |answer: &Value| row(answer, "(array)")["shallow"].as_u64().unwrap();
    assert!(elements(&raw) > elements(&chrome));
}

#[test]
fn a_comparison_finds_the_array_that_grew() {
    let answer = json(&["compare", &sample(START), &sample(AFTER)]);
    let rows = answer["rows"].as_array().unwrap();
    assert_eq!(rows[0]["name"], "Array");
    assert_eq!((&rows[0]["new_count"], &rows[0]["deleted_count"]), (&12.into(), &4.into()));
    assert_eq!(rows[0]["grown_count"], 2);
    assert!(rows[0]["grown_size"].as_u64().unwrap() >= 406_856);
    assert_eq!(row(&answer, "{memory, joke}")["new_size"], 240);
    let deltas: i64 = rows.iter().map(|row| row["size_delta"].as_i64().unwrap()).sum();
    assert_eq!(answer["totals"]["delta"], deltas);
    for row in rows {
        let number = |field: &str| row[field].as_i64().unwrap();
        assert_eq!(number("alloc_size"), number("new_size") + number("grown_size"));
        assert_eq!(number("freed_size"), number("deleted_size") + number("shrunk_size"));
        assert_eq!(number("current_retained") - number("baseline_retained"), number("retained_delta"));
    }
    let text = printed(&["compare", &sample(START), &sample(AFTER), "--limit", "1"]);
    assert!(text.contains("+407 kB") && text.contains("Array"), "{text}");
    let by_kind = json(&["compare", &sample(START), &sample(AFTER), "--group-by", "kind"]);
    let deltas = by_kind["rows"].as_array().unwrap().iter().map(|row| row["size_delta"].as_i64().unwrap());
    assert_eq!(answer["totals"]["delta"], deltas.sum::<i64>());
    assert!(row(&by_kind, "object")["grown_size"].as_u64().unwrap() >= 406_856);
}

#[test]
fn statistics_have_chromes_numbers() {
    let answer = json(&["statistics", &sample(AFTER)]);
    for (field, bytes) in AFTER_STATISTICS {
        assert_eq!(answer[field], bytes, "{field}");
    }
}

#[test]
fn an_object_is_told_with_the_way_to_it() {
    let answer = json(&["object", &sample(AFTER), LEAKS_ID]);
    assert_eq!((&answer["kind"], &answer["class"]), (&"object".into(), &"Array".into()));
    assert_eq!((&answer["shallow"], &answer["expression"]), (&406_888.into(), &"leaks".into()));
    let as_code = answer["path_as_code"].as_str().unwrap();
    assert!(as_code.starts_with("globalThis.") && as_code.ends_with(" → leaks"), "{as_code}");
    let path = answer["path"].as_array().unwrap();
    assert_eq!(answer["distance"], path.len());
    let last = path.last().unwrap();
    assert_eq!(
        (&last["edge"], &last["edge_kind"], &last["id"]),
        (&"leaks".into(), &"context".into(), &LEAKS.0.into())
    );
    assert_eq!(answer["retainers"]["total"], 1);
    assert_eq!(answer["children"]["total"], answer["children"]["rows"].as_array().unwrap().len());
    assert_eq!(answer["dominator"], answer["dominators"][0]);
    let text = printed(&["object", &sample(AFTER), LEAKS_ID, "--limit", "2"]);
    assert!(text.contains(LEAKS_HOLDER) && text.contains("… and 49,998 more"), "{text}");
}

#[test]
fn nodes_are_lines_in_file_order() {
    let text = printed(&["nodes", &sample(TINY)]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "id\tkind\tshallow\tretained\tdistance\tdetachedness\tdominator\tclass\tname");
    assert_eq!(lines.len(), 16);
    assert_eq!(lines[5], "9\tobject\t40\t90\t3\t0\t7\t\"Array\"\t\"Array\"");
    let cut = printed(&["nodes", &sample(TINY), "--class", "string", "--name-max", "5"]);
    assert!(
        cut.contains("\t\"Hello\"\n") && cut.lines().skip(1).all(|line| line.contains("\"(string)\"")),
        "{cut}"
    );
}

#[test]
fn csv_has_one_line_a_row() {
    let text = printed(&["summary", &sample(TINY), "--csv"]);
    assert!(text.starts_with("key,name,distance,count,shallow,retained\n"), "{text}");
    assert!(text.contains("\n\",Array\",Array,3,1,40,90\n"), "{text}");
    let header = printed(&["compare", &sample(TINY), &sample(TINY), "--csv"]);
    assert_eq!(header.lines().next().unwrap().split(',').count(), 19);
}

#[test]
fn a_file_cannot_steer_the_terminal_or_the_spreadsheet() {
    let file = heap(|heap| {
        let evil = heap.node("object", "=cmd()\u{1b}[2J\u{9b}31m\nnext", 100);
        heap.edge(0, "property", "evil\u{1b}]0;x\u{7}", evil);
    });
    let path = file.path().to_string_lossy();
    for arguments in [
        vec!["summary", &path],
        vec!["summary", &path, "--json"],
        vec!["summary", &path, "--csv"],
        vec!["nodes", &path],
        vec!["object", &path, "3"],
        vec!["object", &path, "3", "--json"],
    ] {
        let text = printed(&arguments);
        assert!(
            !text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')),
            "{arguments:?}: {text:?}"
        );
        if arguments.contains(&"--csv") {
            assert!(text.contains(",'=cmd()"), "{text}");
        }
    }
    let answer = json(&["summary", &path]);
    assert_eq!(answer["rows"][0]["name"], "=cmd()\u{1b}[2J\u{9b}31m\nnext");
}

#[test]
fn standard_input_is_a_file_too() {
    let file = std::fs::File::open(sample(TINY)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_heaplens"))
        .args(["statistics", "-", "--json"])
        .stdin(file)
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["total"], 412);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_heaplens"))
        .args(["nodes", &sample(START)])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(output.stderr.is_empty());
}

#[test]
fn what_cannot_be_read_is_said_in_one_line() {
    let (status, said) = refused(&["summary", "/no/such.heapsnapshot"]);
    assert_eq!(status, 2);
    assert!(said.starts_with("heaplens: ") && said.contains("/no/such.heapsnapshot"), "{said}");
    assert_eq!(said.lines().count(), 1);
    let (status, said) = refused(&["object", &sample(TINY), "@999"]);
    assert_eq!((status, said.lines().count()), (2, 1));
    assert!(said.contains("@999") && said.contains(TINY), "{said}");
}

#[test]
fn wrong_usage_says_what_there_is() {
    let file = sample(TINY);
    for (arguments, hint) in [
        (vec!["summary", &file, "--sort", "colour"], "retained"),
        (vec!["summary", &file, "--sort", "name:up"], "asc or desc"),
        (vec!["summary", &file, "--filter", "colour"], "duplicated-strings"),
        (vec!["summary", &file, "--class", "/(/"], "unclosed group"),
        (vec!["object", &file, "@x"], LEAKS_ID),
        (vec!["compare", &file], "CURRENT"),
        (vec!["summary", &file, "--json", "--csv"], "cannot be used with"),
    ] {
        let (status, said) = refused(&arguments);
        assert_eq!(status, 2, "{arguments:?}");
        assert!(said.contains(hint), "{arguments:?}: {said}");
    }
}

#[test]
fn a_check_tells_sound_files_from_broken_ones() {
    let mut cut = tempfile::NamedTempFile::new().unwrap();
    let whole = std::fs::read(sample(TINY)).unwrap();
    cut.write_all(&whole[..whole.len() / 2]).unwrap();
    let sound = json(&["check", &sample(TINY)]);
    let file = &sound["files"][0];
    assert_eq!((&file["ok"], &file["error"], &file["node_count"]), (&true.into(), &Value::Null, &15.into()));
    assert!(file["seconds"].as_f64().unwrap() > 0.0 && !file["stages"].as_array().unwrap().is_empty());
    let output = heaplens(&["check", &sample(TINY), &cut.path().to_string_lossy(), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&answer["files"][0]["ok"], &answer["files"][1]["ok"]), (&true.into(), &false.into()));
    assert!(answer["files"][1]["error"].is_string());
    let timings = printed(&["check", &sample(TINY), "--timings"]);
    assert!(timings.contains("MB/s") && timings.contains(": sound"), "{timings}");
}

#[test]
fn every_level_of_help_has_an_example() {
    for command in ["summary", "compare", "statistics", "object", "nodes", "check"] {
        let help = printed(&[command, "--help"]);
        assert!(help.contains("Example:\n  heaplens "), "{help}");
    }
    assert!(printed(&["--help"]).contains("Examples:\n  heaplens "));
    assert_eq!(printed(&["--version"]), format!("heaplens {}\n", env!("CARGO_PKG_VERSION")));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_heaplens"));
    let output = command.args(["summary", &sample(AFTER)]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "heaplens: cannot write to standard output: the disk is full\n");
}

#[test]
fn what_is_there_of_a_file_cut_short_is_printed_when_asked_for() {
    let whole = std::fs::read(sample(AFTER)).unwrap();
    let mut file = tempfile::Builder::new().suffix(".heapsnapshot").tempfile().unwrap();
    file.write_all(&whole[..whole.len() * 95 / 100]).unwrap();
    let path = file.path().to_str().unwrap();
    let (status, said) = refused(&["summary", path]);
    assert_eq!(status, 2);
    assert!(said.contains("cut short: the file ends in strings at byte"), "{said}");
    assert!(said.trim_end().ends_with("; --partial prints what is there"), "{said}");
    let output = heaplens(&["summary", path, "--partial", "--json"]);
    assert!(output.status.success());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["snapshot"]["node_count"], AFTER_NODES);
    let warning = answer["snapshot"]["warnings"][0].as_str().unwrap();
    assert!(
        warning.starts_with("partial: 73,924 of 73,924 objects, 428,647 of 428,647 references and "),
        "{warning}"
    );
    assert!(printed(&["check", path, "--partial", "--quiet"]).contains(": partial\n"));
}

#[test]
fn files_of_two_processes_are_compared_by_constructor_and_say_so() {
    let objects = |first: u64| {
        heap(move |heap| {
            for at in 0..200 {
                let node = heap.node("object", "Thing", 8);
                heap.id(node, first + 2 * at).edge(0, "element", "1", node);
            }
        })
    };
    let (before, after) = (objects(1001), objects(9001));
    let text = printed(&["compare", before.path().to_str().unwrap(), after.path().to_str().unwrap()]);
    assert!(text.contains("Note:     The ids of these snapshots do not identify objects"), "{text}");
}
