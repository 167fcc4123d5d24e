//! Views and panes: what each view draws in the main pane is in the table below.

pub(crate) mod breadcrumbs;
pub(crate) mod fix;
pub(crate) mod main_pane;
pub(crate) mod object;
pub(crate) mod overview;
pub(crate) mod retainers;
pub(crate) mod search;
pub(crate) mod snippets;
pub(crate) mod source;
pub(crate) mod statistics;
pub(crate) mod suspects;
pub(crate) mod timeline;
pub(crate) mod treemap;
pub(crate) mod trend_chart;
pub(crate) mod waiting;
pub(crate) mod welcome;

use crate::app::{AppState, Command, View};
use egui::Ui;

/// Draws something from the state.
pub(crate) type Draw = fn(&mut Ui, &AppState, &mut Vec<Command>);

/// What a view draws in the middle of the window.
pub(crate) enum Body {
    /// Its table.
    Table,
    /// Something above its table.
    AboveTable(Draw),
    /// Something else.
    Own(Draw),
}

/// What `view` draws.
pub(crate) fn body(view: View) -> Body {
    match view {
        View::Overview => Body::Own(overview::overview_ui),
        View::Fix => Body::Own(fix::fix_ui),
        View::Statistics => Body::Own(statistics::statistics_ui),
        View::Map => Body::Own(treemap::map_ui),
        View::Suspects => Body::Own(suspects::suspects_ui),
        View::Trend => Body::AboveTable(trend_chart::trend_chart_ui),
        View::Allocations => Body::AboveTable(timeline::timeline_ui),
        _ => Body::Table,
    }
}
