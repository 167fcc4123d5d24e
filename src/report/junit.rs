//! A gate's result as JUnit XML: one test per budget, one per suspect.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::gate::budget::SingleBudget;
use crate::gate::{GateReport, GateSuspect};
use crate::report::{budget_text, plain};

/// The report as XML.
pub fn junit(gate: &GateReport) -> Result<String, String> {
    let mut budgets = TestSuite::new("budgets");
    for budget in &gate.budgets {
        let text = budget_text(budget);
        let status = if budget.held() { TestCaseStatus::success() } else { failure("budget", &text) };
        let mut case = TestCase::new(plain(&budget.key), status);
        case.set_classname("heaplens.budgets").set_system_out(text.as_str());
        budgets.add_test_case(case);
    }
    let mut suspects = TestSuite::new("suspects");
    let are_refused = gate.budgets.iter().any(|budget| {
        let (section, key) = SingleBudget::NewSuspects.key();
        budget.key == format!("{section}.{key}") && !budget.held()
    });
    for suspect in &gate.new {
        let text = suspect_text(suspect);
        let status = if are_refused { failure("new suspect", &text) } else { TestCaseStatus::success() };
        suspects.add_test_case(case(suspect, status, &text));
    }
    for (suspect, leak) in &gate.known {
        let mut status = TestCaseStatus::skipped();
        status.set_message(plain(&format!("known leak: {}", leak.reason)));
        suspects.add_test_case(case(suspect, status, &suspect_text(suspect)));
    }
    let mut report = Report::new("heaplens gate");
    report.add_test_suite(budgets).add_test_suite(suspects);
    report.to_string().map_err(|error| error.to_string())
}

fn failure(kind: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(kind).set_message(text);
    status
}

fn case(suspect: &GateSuspect, status: TestCaseStatus, text: &str) -> TestCase {
    let mut case = TestCase::new(plain(&suspect.who), status);
    case.set_classname("heaplens.suspects").set_system_out(text);
    case
}

fn suspect_text(suspect: &GateSuspect) -> String {
    let place = suspect.location.as_ref().map_or(String::new(), |at| format!(" ({})", at.text()));
    plain(&format!("{}{place}: {} [{}]", suspect.who, suspect.claim, suspect.fingerprint))
}
