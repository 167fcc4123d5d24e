//! The window without a screen.

mod failures;
mod filter_chips;
mod growth;
mod menus;
mod navigation;
mod overview;
mod panes;
mod retainers;
mod rows;
mod story;
mod tables;
mod tools;
mod views;
