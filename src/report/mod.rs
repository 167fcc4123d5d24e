//! Reports to store and share: HTML for readers, Markdown for CI summaries, JUnit and SARIF for services.
//!
//! Names in a heap are untrusted. Each format escapes them by its own rules, after terminal control and
//! bidirectional characters are replaced.

pub mod contents;
mod drawings;
pub mod html;
pub mod junit;
pub mod markdown;
pub mod sarif;

use crate::gate::BudgetResult;
use crate::gate::budget::BudgetUnit;
use crate::model::format::{format_count, plain_spaces, sanitize, signed_size};

/// Maximum characters of a text in a report.
const TEXT_LIMIT: usize = 1000;

/// Text with plain spaces and without invisible characters.
fn plain(text: &str) -> String {
    sanitize(&plain_spaces(text), TEXT_LIMIT)
}

/// A number of a budget, formatted.
pub fn amount(unit: BudgetUnit, value: i64) -> String {
    match unit {
        BudgetUnit::Bytes => plain_spaces(signed_size(value).trim_start_matches('+')),
        BudgetUnit::Count if value < 0 => format!("−{}", format_count(value.unsigned_abs())),
        BudgetUnit::Count => format_count(value.unsigned_abs()),
    }
}

/// One budget in a sentence: `growth.container: leaks grew by 407 kB, the budget is 100 kB`.
pub fn budget_text(budget: &BudgetResult) -> String {
    let value = amount(budget.unit, budget.value);
    let limit = amount(budget.unit, budget.limit.cast_signed());
    let who = budget.who.as_ref().map_or(String::new(), |who| format!("{who} at "));
    let relation = if budget.held() { "within" } else { "over" };
    plain(&format!("{}: {who}{value}, {relation} the budget of {limit}", budget.key))
}
