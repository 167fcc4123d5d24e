//! The command line as a user and a script see it.

mod commands;
mod reference;
mod tables;
