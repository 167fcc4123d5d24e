//! One table of the window with the work behind it: where its rows come from, what is being made anew,
//! what is selected, and whether the selection is to be brought into sight.

use crate::app::tasks::job::{Job, Poll, Waker};
use crate::app::tasks::log;
use crate::app::views::view::Step;
use crate::base::Progress;
use crate::model::{ColumnId, Disclosure, Item, Row, TreeSource, TreeTable, Update, Work};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// A table that is made, filled and sorted in the background. `R` says what its rows depend on.
pub struct TablePane<R> {
    /// The rows, once there are any.
    pub table: Option<TreeTable>,
    /// Why there are none, or only old ones.
    pub problem: Option<String>,
    /// Grows each time the selected row should be scrolled to.
    pub reveal: u64,
    made_for: Option<R>,
    making: Option<Making<R>>,
    /// Whether the rows on show are the first of those that are being made.
    is_begun: bool,
    work: Vec<Job<Update>>,
    /// Rows to open and select as soon as there is a table.
    goal: Option<Vec<Item>>,
}

/// What a sheet is made of: a source, or a table that is filled already.
pub enum Made {
    /// Rows for the table that is there, or a new one.
    Source(Arc<dyn TreeSource>),
    /// A new table with rows opened in it.
    Table(Box<TreeTable>),
}

/// Rows on their way.
struct Making<R> {
    recipe: R,
    job: Job<Option<Made>>,
    early: Receiver<Made>,
}

/// Takes the first rows to the sheet while the others are still being looked for.
pub struct Early {
    sender: Sender<Made>,
    waker: Waker,
}

impl Early {
    /// Shows these rows instead of those before.
    pub fn send(&self, made: Made) {
        // Nobody listens any more when other rows are wanted.
        if self.sender.send(made).is_ok() {
            (self.waker)();
        }
    }
}

impl<R> Default for TablePane<R> {
    fn default() -> Self {
        Self {
            table: None,
            problem: None,
            reveal: 0,
            made_for: None,
            making: None,
            is_begun: false,
            work: Vec::new(),
            goal: None,
        }
    }
}

impl<R: PartialEq + Clone> TablePane<R> {
    /// Whether its rows are those of `recipe`, now or soon.
    pub fn is_for(&self, recipe: &R) -> bool {
        match &self.making {
            Some(making) => making.recipe == *recipe,
            None => self.made_for.as_ref() == Some(recipe),
        }
    }

    /// What its rows were made for last.
    pub fn made_for(&self) -> Option<&R> {
        self.made_for.as_ref()
    }

    /// Has `make` find the rows of `recipe`; work for an older recipe is stopped.
    pub fn make(
        &mut self,
        recipe: R,
        label: &str,
        waker: &Waker,
        make: impl FnOnce(&Progress, &Early) -> Option<Made> + Send + 'static,
    ) {
        (self.problem, self.is_begun) = (None, false);
        let (sender, early) = channel();
        let sending = Early { sender, waker: Arc::clone(waker) };
        let job = Job::start(label, waker, move |progress| make(progress, &sending));
        self.making = Some(Making { recipe, job, early });
    }

    /// Stops what is being made and sorted. What is there stays.
    pub fn stop(&mut self) {
        if let Some(making) = self.making.take() {
            self.made_for = Some(making.recipe);
            self.problem = Some("Stopped".to_owned());
        }
        self.work.clear();
    }

    /// Takes what the threads have finished; says whether the rows have changed.
    pub fn poll(&mut self, waker: &Waker) -> bool {
        let mut changed = false;
        if let Some(making) = &self.making {
            match making.job.poll() {
                Poll::Pending => {
                    if let Some(made) = making.early.try_iter().last() {
                        self.fill(made, waker);
                        (self.is_begun, changed) = (true, true);
                    }
                }
                Poll::Ready(made) => {
                    self.made_for = self.making.take().map(|making| making.recipe);
                    if let Some(made) = made {
                        self.fill(made, waker);
                    }
                    changed = true;
                }
                Poll::Lost(sentence) => {
                    self.made_for = self.making.take().map(|making| making.recipe);
                    self.fail(sentence);
                    changed = true;
                }
            }
        }
        let mut at = 0;
        while at < self.work.len() {
            match self.work[at].poll() {
                Poll::Pending => {
                    at += 1;
                    continue;
                }
                Poll::Ready(update) => {
                    let Some(table) = &mut self.table else { continue };
                    // When all rows were put in another order, the selected one is looked for again.
                    self.reveal += u64::from(table.is_busy());
                    changed |= table.apply(update);
                }
                Poll::Lost(sentence) => self.fail(sentence),
            }
            self.work.remove(at);
        }
        changed
    }

    fn fail(&mut self, sentence: String) {
        log::line(format_args!("problem {sentence}"));
        self.problem = Some(sentence);
    }

    fn fill(&mut self, made: Made, waker: &Waker) {
        // Rows that have begun to come go on in their table, so that what was opened stays open.
        let made = match made {
            Made::Table(table) if self.is_begun => Made::Source(table.source().clone()),
            made => made,
        };
        let work = match (made, &mut self.table) {
            (Made::Source(source), Some(table)) => Some(table.set_source(source)),
            (Made::Source(source), None) => {
                let (table, work) = TreeTable::new(source);
                self.table = Some(table);
                Some(work)
            }
            (Made::Table(table), _) => {
                self.table = Some(*table);
                None
            }
        };
        self.start(work, waker);
        if let Some(goal) = self.goal.take() {
            self.go_to(goal, waker);
        }
    }

    /// Does `work` at once if it is quick, else on a thread.
    fn start(&mut self, work: Option<Work>, waker: &Waker) {
        let Some(table) = &mut self.table else { return };
        if let Some(work) = table.settle(work) {
            self.work.push(Job::start("Sorting", waker, move |_| work.run()));
        }
    }

    /// What the rows on show are, where those that are wanted did not come.
    pub fn rows_instead(&self) -> &'static str {
        if self.is_begun { "these are the first of them" } else { "these rows are older" }
    }

    /// Whether a thread is at work for it.
    pub fn is_busy(&self) -> bool {
        self.making.is_some() || !self.work.is_empty()
    }

    /// What is being done for it, once it takes long enough to be told.
    pub fn busy_with(&self) -> Option<&str> {
        let making = self.making.as_ref().and_then(|making| making.job.noticed());
        making.or_else(|| self.work.iter().find_map(Job::noticed))
    }

    /// Opens everything above the row at `path`, selects it and scrolls to it.
    pub fn go_to(&mut self, path: Vec<Item>, waker: &Waker) {
        let Some(table) = &mut self.table else {
            self.goal = Some(path);
            return;
        };
        let work = table.reveal(&path);
        table.select(Some(path));
        self.reveal += 1;
        self.start(work, waker);
    }

    /// The number of rows.
    fn len(&self) -> usize {
        self.table.as_ref().map_or(0, TreeTable::len)
    }

    /// Row `row`, if there are that many.
    pub fn row(&self, row: usize) -> Option<Row> {
        self.table.as_ref().filter(|table| row < table.len()).map(|table| table.row(row))
    }

    /// The selected row's number, if it can be seen.
    pub fn selected_row(&self) -> Option<usize> {
        self.table.as_ref().and_then(TreeTable::selected_row)
    }

    /// Selects row `row`.
    pub fn select(&mut self, row: usize) {
        if let Some(table) = self.table.as_mut().filter(|table| row < table.len()) {
            let path = table.path(row);
            table.select(Some(path));
        }
    }

    /// Opens or closes row `row`.
    pub fn toggle(&mut self, row: usize, waker: &Waker) {
        let Some(table) = self.table.as_mut().filter(|table| row < table.len()) else { return };
        let work = table.toggle(row);
        self.start(work, waker);
    }

    /// Sorts by `column`, or turns its order round.
    pub fn click_column(&mut self, column: ColumnId, waker: &Waker) {
        let work = self.table.as_mut().and_then(|table| table.click_column(column));
        self.reveal += 1;
        self.start(work, waker);
    }

    /// Moves the selection; opens and closes rows with it.
    pub fn step(&mut self, step: Step, waker: &Waker) {
        let Some(last) = self.len().checked_sub(1) else { return };
        self.reveal += 1;
        let Some(now) = self.selected_row() else {
            return self.select(if step == Step::Last { last } else { 0 });
        };
        let Some(row) = self.row(now) else { return };
        match (step, row.disclosure) {
            (Step::Rows(rows), _) => self.select(now.saturating_add_signed(rows).min(last)),
            (Step::First, _) => self.select(0),
            (Step::Last, _) => self.select(last),
            (Step::In, Disclosure::Closed) | (Step::Out, Disclosure::Open | Disclosure::Busy) => {
                self.toggle(now, waker);
            }
            (Step::In, Disclosure::Open) => self.select((now + 1).min(last)),
            (Step::In, _) => {}
            (Step::Out, _) => {
                if let Some(parent) = self.table.as_ref().and_then(|table| table.parent(now)) {
                    self.select(parent);
                }
            }
        }
    }

    /// Selects the next object of the second level, `by` 1 or -1, opening groups on the way.
    pub fn step_to_hit(&mut self, by: isize, waker: &Waker) {
        const FAR: usize = 10_000;
        let mut at = self.selected_row().map_or(Some(0), |now| now.checked_add_signed(by));
        for _ in 0..FAR {
            let Some((now, row)) = at.and_then(|at| Some((at, self.row(at)?))) else { return };
            if row.depth == 1 {
                self.reveal += 1;
                return self.select(now);
            }
            if (row.depth, row.disclosure) == (0, Disclosure::Closed) {
                let before = self.len();
                self.toggle(now, waker);
                if self.row(now).is_some_and(|row| row.disclosure == Disclosure::Busy) {
                    return self.select(now);
                }
                if by < 0 {
                    at = Some(now + (self.len() - before));
                    continue;
                }
            }
            at = now.checked_add_signed(by);
        }
    }
}
