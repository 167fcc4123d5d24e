//! Models and reports as the window and the command line show them.

mod gate;
mod object_card;
mod reports;
mod retainers;
mod verify;
mod views;
