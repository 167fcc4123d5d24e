//! The panes beside the retainers: which are visible, which object they show, and what stays when the view
//! changes.

use crate::app::files::open_file::FileId;
use crate::app::state::AppState;
use crate::app::views::View;
use crate::app::views::panes::{Pane, PaneLayout, SidePane};
use crate::app::views::spec::Reveal;
use crate::base::NodeIndex;

impl AppState {
    /// Whether the pane about the selected object is visible.
    pub fn is_object_shown(&self) -> bool {
        match self.layout {
            PaneLayout::Three => self.settings.object_shown,
            PaneLayout::Two => self.settings.object_shown && self.in_front != Some(SidePane::Source),
            PaneLayout::One => self.in_front == Some(SidePane::Object),
        }
    }

    /// Whether the source code is visible.
    pub fn is_source_shown(&self) -> bool {
        match self.layout {
            PaneLayout::Three => self.settings.source_shown,
            _ => self.in_front == Some(SidePane::Source),
        }
    }

    /// Shows or hides a pane beside the retainers, or in front of them.
    pub(crate) fn toggle_side_pane(&mut self, pane: SidePane) {
        let is_in_front = self.in_front == Some(pane);
        match (self.layout, pane) {
            (PaneLayout::Three, SidePane::Source) => {
                self.settings.source_shown = !self.settings.source_shown;
            }
            (PaneLayout::Two, SidePane::Object) if self.in_front.is_some() => {
                self.in_front = None;
                self.settings.object_shown = true;
            }
            (PaneLayout::Three | PaneLayout::Two, SidePane::Object) => {
                self.settings.object_shown = !self.settings.object_shown;
            }
            _ => self.in_front = Some(pane).filter(|_| !is_in_front),
        }
    }

    /// The Object pane follows the selected row of Retainers.
    pub(crate) fn focus_retainer(&mut self) {
        let row = self.selected_row(Pane::Retainers);
        self.focused = row.and_then(|row| self.object_of(Pane::Retainers, row));
    }

    /// The object that the panes beside Retainers show.
    pub fn shown_object(&self) -> Option<(FileId, NodeIndex)> {
        self.focused.or(self.inspected_object)
    }

    /// Shows another view. The object whose retainers are shown stays, and is selected in the view's table if
    /// it has a row.
    pub(crate) fn change_view(&mut self, view: View) {
        let is_other = self.view != view;
        self.show(view);
        match self.inspected_object.filter(|_| is_other) {
            Some((file, node)) if Some(file) == self.current => {
                if matches!(view.spec().reveal, Reveal::ByPath(_)) {
                    self.reveal(view, file, node);
                } else if let Some(pane) = self.main_table_mut() {
                    pane.go_to_object(node);
                }
            }
            Some(_) => {}
            None if is_other && self.held_group.is_some() => {
                let row = self.main_table().and_then(|pane| pane.row(pane.selected_row()?));
                if row.is_some_and(|row| row.object.is_some()) {
                    self.inspect_selected();
                }
            }
            None => self.inspect_selected(),
        }
    }
}
