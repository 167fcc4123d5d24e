//! Benchmarks of the window on a real snapshot, without a screen: `cargo bench --bench window -- FILE
//! [BASELINE]`; without files it uses the samples.
//!
//! Each line is one user action: the time until rows, columns and panes are up to date, and the longest frame
//! meanwhile (our code and egui's layout; no painting).

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use heaplens::app::{Command, Pane, SelectionStep, View};
use heaplens::app::{INTERNALS, OptionChange, apply};
use heaplens::model::{ColumnId, Search};
use heaplens::ui::Window;

struct Bench {
    harness: Harness<'static, Window>,
}

impl Bench {
    fn open(paths: Vec<PathBuf>) -> Self {
        let harness = Harness::builder()
            .with_size([1280.0, 820.0])
            .build_eframe(|creation| Window::new(creation, paths));
        let mut bench = Self { harness };
        bench.settle("open");
        bench
    }

    /// Runs frames until no task is running, and prints how long that took.
    fn settle(&mut self, what: &str) {
        let start = Instant::now();
        let mut longest = Duration::ZERO;
        let mut frames = 0;
        // A request takes effect in the next frame.
        while frames < 2 || self.harness.state().state.is_busy() {
            let frame = Instant::now();
            self.harness.step();
            longest = longest.max(frame.elapsed());
            frames += 1;
            std::thread::sleep(Duration::from_millis(1));
        }
        let milliseconds = |time: Duration| 1000.0 * time.as_secs_f64();
        println!("{:>10.1}  {:>10.1}  {what}", milliseconds(start.elapsed()), milliseconds(longest));
    }

    fn time(&mut self, what: &str, command: Command) {
        apply(&mut self.harness.state_mut().state, command);
        self.settle(what);
    }

    /// Opens the constructor with the most objects.
    fn open_largest_group(&mut self) {
        let Some(table_pane) = self.harness.state().state.main_table() else { return };
        let groups = (0..).map_while(|at| Some((at, table_pane.row(at)?.text())));
        let Some((at, name)) = groups.max_by_key(|(_, name)| objects_of(name)) else { return };
        self.time(&format!("select {name}"), Command::Select(Pane::Main, at));
        self.time("open it", Command::Toggle(Pane::Main, at));
    }
}

/// The number behind the name of a constructor: `Array ×12,003`.
fn objects_of(name: &str) -> u64 {
    let digits = name.rsplit('×').next().into_iter().flat_map(str::chars).filter(char::is_ascii_digit);
    digits.fold(0, |number, digit| number * 10 + u64::from(digit as u32 - '0' as u32))
}

fn main() {
    let named: Vec<PathBuf> =
        std::env::args_os().skip(1).filter(|arg| arg != "--bench").map(PathBuf::from).collect();
    let samples = || heaplens::app::find_pair().map_or_else(Vec::new, Vec::from);
    let paths = if named.is_empty() { samples() } else { named };
    let is_pair = paths.len() > 1;
    println!("{:>10}  {:>10}", "ms", "frame, ms");
    let mut bench = Bench::open(paths);
    if is_pair {
        bench.time("Comparison by name", Command::SortBy(Pane::Main, ColumnId::NAME));
        bench.time("Growth", Command::ShowView(View::Growth));
        bench.time("Suspects", Command::ShowView(View::Suspects));
    }
    bench.time("Summary", Command::ShowView(View::Summary));
    bench.open_largest_group();
    for column in [ColumnId::NAME, ColumnId::DISTANCE, ColumnId::SHALLOW, ColumnId::RETAINED] {
        bench.time(&format!("sort by {column:?}"), Command::SortBy(Pane::Main, column));
        bench.time("the other way round", Command::SortBy(Pane::Main, column));
    }
    bench.time("to the last row", Command::Move(Pane::Main, SelectionStep::Last));
    bench.time("a page up", Command::Move(Pane::Main, SelectionStep::Rows(-30)));
    bench.time("to the first row", Command::Move(Pane::Main, SelectionStep::First));
    bench.time("filter /e/", Command::SetFilter("/e/".to_owned()));
    bench.time("clear the filter", Command::SetFilter(String::new()));
    bench.time("hide engine internals", Command::SetOption(&INTERNALS, OptionChange::Next));
    for view in [View::Containment, View::Dominators, View::Strings, View::Map, View::Statistics] {
        bench.time(view.title(), Command::ShowView(view));
    }
    bench.time("Search", Command::ShowView(View::Search));
    for text in ["leak", "/^e.*r$/"] {
        let search = Search { text: text.to_owned(), ..Search::default() };
        bench.time(&format!("search {text}"), Command::SetSearch(search));
    }
}
