//! Gates: budgets that are kept and broken, known leaks, and what a gate refuses to judge.

use std::sync::Arc;

use heaplens::base::Progress;
use heaplens::gate::budget::Budgets;
use heaplens::gate::known_leaks::{KnownLeak, KnownLeaks};
use heaplens::gate::{GateError, GateReport};
use heaplens::snapshot::{SizeMode, Snapshot};

use crate::support::command_line;
use crate::support::samples::{
    AFTER, DETACHED_DOM, FIXED, LEAKS_GROWTH, START, load_sample, sample_argument,
};
use crate::support::server::server;

const TODAY: &str = "2026-11-28";

fn try_gate(snapshots: &[Arc<Snapshot>], budget: &str, known: &KnownLeaks) -> Result<GateReport, GateError> {
    let budgets = Budgets::parse(budget).unwrap();
    GateReport::new(snapshots, &budgets, known, TODAY, SizeMode::Chrome, &Progress::new())
}

fn gate(snapshots: &[Arc<Snapshot>], budget: &str) -> GateReport {
    try_gate(snapshots, budget, &KnownLeaks::default()).ok().unwrap()
}

/// Key, value and whether it is kept.
fn results(gate: &GateReport) -> Vec<(&str, i64, bool)> {
    gate.budgets.iter().map(|budget| (budget.key.as_str(), budget.value, budget.held())).collect()
}

#[track_caller]
fn refused(snapshots: &[Arc<Snapshot>], budget: &str) -> String {
    match try_gate(snapshots, budget, &KnownLeaks::default()) {
        Err(GateError::MeasuresNothing(sentence)) => sentence,
        _ => panic!("it measures something"),
    }
}

#[test]
fn the_leaking_sample_breaks_its_budget_and_the_fixed_one_keeps_it() {
    let budget = "[growth]\ncontainer = \"100kB\"\n[limits]\nnew_suspects = 0\ndetached_nodes = 0";
    let [start, after, fixed] = [START, AFTER, FIXED].map(load_sample);
    let leaking = gate(&[start.clone(), after], budget);
    assert!(!leaking.held());
    assert_eq!(
        results(&leaking),
        [
            ("growth.container", LEAKS_GROWTH, false),
            ("limits.detached_nodes", 0, true),
            ("limits.new_suspects", 1, false)
        ]
    );
    assert_eq!(leaking.budgets[0].who.as_deref(), Some("leaks"));
    let place = leaking.budgets[0].location.as_ref().unwrap();
    assert!(place.url.ends_with("server-leaky.js") && place.line == 10, "{place:?}");
    let mended = gate(&[start, fixed], budget);
    assert!(mended.held(), "{:?}", results(&mended));
    assert!(mended.notes[0].contains("different processes"));
}

#[test]
fn containers_and_constructors_are_measured_by_name() {
    let pair = [server(10_001, 10, 10), server(10_001, 110, 10)];
    let budget = "[[container]]\nmatch = \"sess*\"\nat = \"server.js:10\"\ngrowth = \"10kB\"
        [[container]]\nmatch = \"cache\"\ngrowth = 0
        [[constructor]]\nname = \"Session\"\ncount = 10\ngrowth = \"100kB\"";
    let gate = gate(&pair, budget);
    assert_eq!(
        results(&gate),
        [
            ("container.sess*", 60_000, false),
            ("container.cache", 0, true),
            ("constructor.Session.count", 110, false),
            ("constructor.Session.growth", 60_000, true),
        ]
    );
}

#[test]
fn of_several_steps_the_median_counts() {
    let budget = "[growth]\ntotal = \"10kB\"\ncontainer = \"10kB\"\n[limits]\nnew_suspects = 0";
    let heaps = |sizes: &[usize]| -> Vec<Arc<Snapshot>> {
        sizes.iter().map(|&sessions| server(10_001, sessions, 10)).collect()
    };
    assert!(gate(&heaps(&[10, 110, 110, 110]), budget).held(), "a warm-up");
    let leak = gate(&heaps(&[10, 60, 110, 160]), budget);
    let values: Vec<i64> = leak.budgets.iter().map(|budget| budget.value).collect();
    assert_eq!(values, [30_000, 30_000, 1]);
}

#[test]
fn what_measures_nothing_is_refused_with_the_nearest_name() {
    let pair = [server(10_001, 10, 10), server(10_001, 110, 10)];
    assert_eq!(
        refused(&pair, "[[container]]\nmatch = \"sesions\"\ngrowth = 0"),
        "container.match sesions matches no container; the nearest is sessions"
    );
    let elsewhere = "[[container]]\nmatch = \"sessions\"\nat = \"other.js\"\ngrowth = 0";
    assert!(
        refused(&pair, elsewhere).starts_with("container.match sessions at other.js matches no container")
    );
    assert_eq!(
        refused(&pair, "[[constructor]]\nname = \"Sesion\"\ncount = 1"),
        "constructor Sesion has no objects in any of the snapshots; the nearest is Session"
    );
}

#[test]
fn a_container_that_is_gone_is_measured_where_it_was() {
    let [start, fixed] = [START, FIXED].map(load_sample);
    let gate = gate(&[start, fixed], "[[container]]\nmatch = \"leaks\"\ngrowth = 0");
    assert_eq!(results(&gate), [("container.leaks", -32, true)]);
}

#[test]
fn known_leaks_are_no_new_suspects_until_they_expire() {
    let pair = [server(10_001, 10, 10), server(10_001, 110, 10)];
    let budget = "[limits]\nnew_suspects = 0";
    let fingerprint = gate(&pair, budget).new[0].fingerprint.clone();
    let leak = |expires: &str| KnownLeak {
        fingerprint: fingerprint.clone(),
        who: "sessions".into(),
        reason: "they are meant to stay".into(),
        expires: Some(expires.into()),
    };
    let with =
        |expires: &str| try_gate(&pair, budget, &KnownLeaks { leaks: vec![leak(expires)] }).ok().unwrap();
    let known = with("2026-12-31");
    assert_eq!((known.held(), known.new.len(), known.known.len(), known.gone.len()), (true, 0, 1, 0));
    assert!(!with("2026-11-27").held(), "it has expired");
    let mended = [server(10_001, 10, 10), server(10_001, 10, 10)];
    let gone = try_gate(&mended, budget, &KnownLeaks { leaks: vec![leak("2026-12-31")] }).ok().unwrap();
    assert_eq!((gone.held(), gone.gone.len()), (true, 1));
}

#[test]
fn the_command_accepts_suspects_and_tells_by_its_status() {
    let folder = tempfile::tempdir().unwrap();
    let budget = folder.path().join("heaplens.toml");
    let known = folder.path().join("known-leaks.toml");
    std::fs::write(&budget, "[limits]\nnew_suspects = 0").unwrap();
    std::fs::write(&known, "# ours\n").unwrap();
    let files = [START, AFTER].map(sample_argument);
    let budget = budget.to_str().unwrap();
    let arguments = ["gate", &files[0], &files[1], "--budget", budget];
    assert_eq!(command_line::refused(&arguments).0, 1);
    let accept = ["--accept", "--reason", "\"quoted\"", "--expires", "2999-01-01"];
    assert_eq!(command_line::refused(&[&arguments[..], &accept].concat()).0, 1);
    let text = std::fs::read_to_string(&known).unwrap();
    assert!(text.starts_with("# ours\n") && text.contains("who = \"leaks\""), "{text}");
    let answer = command_line::json(&arguments);
    assert_eq!(answer["held"], true);
    assert_eq!(answer["suspects"]["known"][0]["reason"], "\"quoted\"");
    std::fs::write(budget, "[limits]\nnew_suspect = 0").unwrap();
    let (status, message) = command_line::refused(&arguments);
    assert_eq!(status, 2);
    assert!(message.contains("the nearest is limits.new_suspects"), "{message}");
}

#[test]
fn detached_nodes_are_those_of_pages() {
    let pair = [load_sample(DETACHED_DOM), load_sample(DETACHED_DOM)];
    let gate = gate(&pair, "[limits]\ndetached_nodes = 10\nnative_contexts = 1");
    let values: Vec<i64> = gate.budgets.iter().map(|budget| budget.value).collect();
    assert_eq!(values, [75, 3]);
}
