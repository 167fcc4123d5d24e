//! A window without a screen: opened, clicked and read by the names of its widgets.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};
use heaplens::app::{Command, OpenFile, View, apply};
use heaplens::ui::Window;

use super::samples::{AFTER, START, sample};

const LIMIT: Duration = Duration::from_secs(20);

/// A window with these files, without a screen.
pub(crate) fn window(paths: Vec<PathBuf>) -> Harness<'static, Window> {
    Harness::builder()
        .with_size([1280.0, 820.0])
        .with_max_steps(20)
        // Texts of heaps hold characters that no font has.
        .allow_missing_glyphs()
        .build_eframe(move |creation| Window::new(creation, paths))
}

/// Steps until `is_there` says so; panics with `what` after a limit.
pub(crate) fn wait(
    harness: &mut Harness<'_, Window>,
    what: &str,
    is_there: impl Fn(&Harness<'_, Window>) -> bool,
) {
    let limit = Instant::now() + LIMIT;
    while !is_there(harness) {
        assert!(Instant::now() < limit, "waited in vain for {what}; there are {:?}", labels(harness));
        harness.step();
        std::thread::yield_now();
    }
    harness.run_ok();
}

/// The row whose text starts with this.
pub(crate) fn row<'a>(harness: &'a Harness<'_, Window>, begin: &'a str) -> Option<Node<'a>> {
    harness.query_all_by_role(Role::TreeItem).find(|node| label(node).starts_with(begin))
}

pub(crate) fn label(node: &Node<'_>) -> String {
    node.accesskit_node().label().unwrap_or_default()
}

/// All visible text.
pub(crate) fn labels(harness: &Harness<'_, Window>) -> Vec<String> {
    let all = harness.root().children_recursive();
    all.flat_map(|node| [label(&node), node.value().unwrap_or_default()])
        .filter(|text| !text.is_empty())
        .collect()
}

/// The rows of the middle: those above the head of the retainers.
pub(crate) fn rows(harness: &Harness<'_, Window>) -> Vec<String> {
    let head = harness.query_by_role_and_label(Role::Button, "Show or hide retainers");
    let end = head.map_or(f32::INFINITY, |head| head.rect().top());
    let all = harness.query_all_by_role(Role::TreeItem).filter(|node| node.rect().top() < end);
    all.map(|node| label(&node)).collect()
}

pub(crate) fn click(harness: &mut Harness<'_, Window>, role: Role, label: &str) {
    harness.get_by_role_and_label(role, label).click();
    harness.run_ok();
}

pub(crate) fn select(harness: &mut Harness<'_, Window>, begin: &str) {
    row(harness, begin).unwrap_or_else(|| panic!("no row {begin}")).click();
    harness.run_ok();
}

pub(crate) fn wait_for_row(harness: &mut Harness<'_, Window>, begin: &str) {
    wait(harness, begin, |harness| row(harness, begin).is_some());
}

/// Waits until `view` is shown and no thread is at work. Goes to it from the views that files open in.
pub(crate) fn settled(harness: &mut Harness<'_, Window>, view: View) {
    wait(harness, "files", |harness| {
        let state = &harness.state().state;
        state.current.is_some() && !state.files.iter().any(OpenFile::is_loading)
    });
    let shown = harness.state().state.view;
    if matches!(shown, View::Overview | View::Allocations) && view != shown {
        drop(apply(&mut harness.state_mut().state, Command::ShowView(view)));
    }
    wait(harness, "rows", |harness| {
        let state = &harness.state().state;
        state.view == view && !state.is_busy() && !rows(harness).is_empty()
    });
}

/// Both snapshots of the leaking server, compared.
pub(crate) fn compared() -> Harness<'static, Window> {
    let mut harness = window(vec![sample(AFTER), sample(START)]);
    settled(&mut harness, View::Comparison);
    harness
}
