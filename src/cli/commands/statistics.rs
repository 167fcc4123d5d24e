//! `heaplens statistics`: what the heap's bytes are for.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::cli::args::{Format, OutputArgs};
use crate::cli::commands::RunCommand;
use crate::cli::load::{Verbosity, load_for};
use crate::cli::output::text_table::{TextTable, head_line};
use crate::cli::output::{csv, json};
use crate::cli::{Failure, Outcome};
use crate::model::StatisticsView;
use crate::model::format::{format_size, percent};
use crate::snapshot::SizeMode;

/// Print what the heap's bytes are for.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens statistics app.heapsnapshot")]
pub(crate) struct StatisticsArgs {
    /// The snapshot; - reads standard input.
    file: PathBuf,
    /// How to print them.
    #[command(flatten)]
    output: OutputArgs,
}

impl RunCommand for StatisticsArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        print(self, out)?;
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(Output))
    }
}

#[derive(Serialize, JsonSchema)]
struct Output {
    #[serde(flatten)]
    origin: json::Origin,
    /// All bytes: the sum of the slices from `code` to `other_non_js`.
    total: u64,
    /// Byte code, machine code and scripts.
    code: u64,
    /// Strings of any kind.
    strings: u64,
    /// Arrays and the storage that only they use.
    js_arrays: u64,
    /// Storage of typed arrays and buffers.
    typed_arrays: u64,
    /// V8's bookkeeping.
    system: u64,
    /// Every other object of V8's heap.
    other_js: u64,
    /// Every other native object.
    other_non_js: u64,
    /// Native objects, storage of typed arrays, and what V8 reports without objects.
    native_total: u64,
    /// `total` less `native_total`.
    v8_heap_total: u64,
}

/// A line of CSV.
#[derive(Serialize, Default)]
struct CsvRow {
    slice: &'static str,
    bytes: u64,
}

/// Prints the slices.
fn print(args: &StatisticsArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let snapshot =
        load_for(&args.file, SizeMode::Chrome, Verbosity::from_quiet_flag(args.output.json.quiet))?;
    let model = StatisticsView::new(&snapshot);
    match args.output.format() {
        Format::Json => {
            let figures = model.figures;
            let answer = Output {
                origin: json::Origin::from(&*snapshot),
                total: figures.total,
                code: figures.code,
                strings: figures.strings,
                js_arrays: figures.js_arrays,
                typed_arrays: figures.typed_arrays,
                system: figures.system,
                other_js: figures.other_js,
                other_non_js: figures.other_non_js,
                native_total: figures.native_total,
                v8_heap_total: figures.v8_heap_total,
            };
            json::write(out, &answer)
        }
        Format::Csv => {
            let slices = model.slices.iter().map(|slice| CsvRow { slice: slice.label, bytes: slice.bytes });
            csv::write(slices.chain([CsvRow { slice: "Total", bytes: model.figures.total }]), out)
        }
        Format::Text => {
            writeln!(out, "{}\n", head_line(&snapshot))?;
            let mut table = TextTable::new(&["Size", "Share", "Slice"]);
            for slice in &model.slices {
                table.row([format_size(slice.bytes), percent(slice.share)], slice.label);
            }
            table.row([format_size(model.figures.total), percent(1.0)], "Total");
            table.print(out, 0)?;
            Ok(())
        }
    }
}
