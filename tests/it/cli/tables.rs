//! The window's tables on the command line: strings, allocations, search, dominators, retainers, paths.

use crate::support::command_line::{json, printed, refused};
use crate::support::samples::{AFTER, FIXED, LEAKS_ID, LEAKS_SCOPE, START, sample_argument as sample};
use serde_json::Value;

fn rows(arguments: &[&str]) -> Vec<Value> {
    json(arguments)["rows"].as_array().unwrap().clone()
}

#[test]
fn strings_tell_what_their_copies_waste() {
    let all = rows(&["strings", &sample(AFTER), "--limit", "20"]);
    assert_eq!(all.len(), 20);
    let wasted: Vec<u64> = all.iter().map(|row| row["wasted"].as_u64().unwrap()).collect();
    assert!(wasted.is_sorted_by(|a, b| a >= b) && wasted[0] > 0);
    let text = rows(&["strings", &sample(AFTER), "--text", "/^keep-alive$/"]);
    assert!(text.iter().all(|row| row["name"] == "\"keep-alive\""), "{text:?}");
    assert!(!text.is_empty());
}

#[test]
fn strings_are_listed_by_prefix_and_by_slices() {
    let prefixes = rows(&["strings", &sample(AFTER), "--by", "prefix", "--sort", "copies", "--limit", "3"]);
    assert!(prefixes[0]["name"].as_str().unwrap().contains("…\" "), "{prefixes:?}");
    let slices = rows(&["strings", &sample(AFTER), "--by", "slices"]);
    assert!(slices.iter().all(|row| row["slices"].as_u64().unwrap() > 0));
}

#[test]
fn a_search_prints_constructors_and_what_was_found_of_them() {
    let found = rows(&["search", &sample(AFTER), "/^ServerResponse$/"]);
    assert_eq!((&found[0]["depth"], &found[0]["id"]), (&0.into(), &Value::Null));
    assert!(found.iter().any(|row| row["depth"] == 1 && row["id"].is_u64()));
    let (status, sentence) = refused(&["search", &sample(AFTER), "/(/"]);
    assert_eq!(status, 2);
    assert!(sentence.contains("is not a pattern"), "{sentence}");
}

#[test]
fn the_array_that_leaks_is_held_by_its_variable() {
    let held = rows(&["retainers", &sample(AFTER), LEAKS_ID]);
    assert_eq!(held[0]["name"], LEAKS_SCOPE);
    let paths = rows(&["retainers", &sample(AFTER), LEAKS_ID, "--paths", "--fold"]);
    assert_eq!(paths[0]["name"], format!("1.  {LEAKS_SCOPE}"));
    let (status, sentence) = refused(&["retainers", &sample(AFTER), "@1000000001"]);
    assert_eq!((status, sentence.trim()), (2, "heaplens: there is no object @1000000001"));
}

#[test]
fn merged_paths_count_the_objects_of_a_constructor_once() {
    let merged = rows(&["paths", &sample(AFTER), "/^Array$/"]);
    let outermost = merged.iter().filter(|row| row["depth"] == 0);
    let objects: u64 = outermost.map(|row| row["objects"].as_u64().unwrap()).sum();
    assert_eq!(objects, 1609);
    let kept = rows(&["paths", &sample(AFTER), "/^Array$/", "--dominators"]);
    let objects: u64 = kept.iter().map(|row| row["objects"].as_u64().unwrap()).sum();
    assert_eq!(objects, 1609);
    assert_eq!(refused(&["paths", &sample(AFTER), "no such thing"]).0, 2);
}

#[test]
fn a_constructor_of_exactly_the_name_wins_and_functions_are_found_too() {
    let objects = |name: &str| -> u64 {
        let merged = rows(&["paths", &sample(AFTER), name]);
        merged.iter().filter(|row| row["depth"] == 0).map(|row| row["objects"].as_u64().unwrap()).sum()
    };
    assert_eq!(objects("array"), objects("/^Array$/"), "not (array), Uint8Array and others");
    assert!(objects("rray") > objects("array"));
    let handlers = rows(&["paths", &sample(AFTER), "getStringWidth"]);
    assert!(!handlers.is_empty());
}

#[test]
fn a_search_finds_variables_unless_told_not_to() {
    let found = |more: &[&str]| {
        let file = sample(AFTER);
        let arguments = [&["search", &file, "leaks"], more].concat();
        rows(&arguments).iter().any(|row| row["id"] == 85127)
    };
    assert!(found(&[]));
    assert!(!found(&["--no-properties"]));
}

#[test]
fn dominators_are_printed_as_deep_as_asked() {
    let csv = printed(&["dominators", &sample(AFTER), "--depth", "2", "--csv", "--limit", "30"]);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "depth,name,id,distance,shallow,retained");
    assert_eq!(lines.len(), 31);
    assert!(lines.iter().any(|line| line.starts_with("1,")), "{csv}");
    let text = printed(&["dominators", &sample(AFTER), "--limit", "3"]);
    assert!(text.contains("Retained size  Object") && text.contains("more"), "{text}");
}

#[test]
fn allocations_have_callers() {
    let functions = rows(&["allocations", &sample("allocation.heaptimeline"), "--callers", "1"]);
    let sizes: Vec<u64> =
        functions.iter().filter(|row| row["depth"] == 0).map(|row| row["size"].as_u64().unwrap()).collect();
    assert!(sizes.is_sorted_by(|a, b| a >= b));
    assert!(functions.iter().any(|row| row["depth"] == 1));
    let (status, sentence) = refused(&["allocations", &sample(AFTER)]);
    assert_eq!(status, 2);
    assert!(sentence.contains("no stacks"), "{sentence}");
}

#[test]
fn a_summary_is_narrowed_and_grouped() {
    let summary = |arguments: &[&str]| rows(&[&["summary", &sample(AFTER)], arguments].concat());
    let conditions = summary(&["--where", "kind:closure", "--where", "retained>=10kB"]);
    assert_eq!(conditions.len(), 1);
    assert_eq!(conditions[0]["name"], "Function");
    assert!(conditions[0]["count"].as_u64().unwrap() < 500);
    let shown = summary(&["--hide-internals"]);
    assert!(shown.iter().all(|row| row["name"] != "(compiled code)" && row["name"] != "(system)"));
    let scripts = summary(&["--group-by", "script"]);
    assert!(scripts.iter().any(|row| row["name"].as_str().unwrap().ends_with("server-leaky.js")));
    let counted = |rows: &[Value]| -> u64 { rows.iter().map(|row| row["shallow"].as_u64().unwrap()).sum() };
    assert_eq!(counted(&scripts), counted(&summary(&[])), "every byte is in one group");
}

#[test]
fn growth_suspects_trend_verify_and_gates_are_tables_for_spreadsheets() {
    let folder = tempfile::tempdir().unwrap();
    let budget = folder.path().join("heaplens.toml");
    std::fs::write(&budget, "[growth]\ntotal = \"1GB\"").unwrap();
    let [start, after, fixed] = [START, AFTER, FIXED].map(sample);
    let gate = ["gate", &start, &after, "--budget", budget.to_str().unwrap(), "--csv"];
    for (arguments, head, first) in [
        (&["growth", &start, &after, "--csv"][..], "owner,place,path,", "leaks,"),
        (&["suspects", &start, &after, "--csv"], "is_suspect,owner,", "true,leaks,"),
        (&["trend", &start, &after, "--csv"], "group,name,id,", "container,leaks,"),
        (&["verify", &start, &after, &fixed, "--csv"], "who,place,", "leaks,"),
        (&gate, "key,limit,value,held,", "growth.total,1000000000,"),
        (&["check", &start, "--csv"], "path,ok,error,", ""),
    ] {
        let text = printed(arguments);
        let mut lines = text.lines();
        assert!(lines.next().unwrap().starts_with(head), "{text}");
        assert!(lines.next().unwrap().starts_with(first), "{text}");
    }
}
