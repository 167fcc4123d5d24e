//! `heaplens export`: snapshots as Parquet tables, for DuckDB, Spark and others.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use clap::{Args, ValueEnum};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::{Progress, describe_io_error};
use crate::cli::args::JsonArgs;
use crate::cli::commands::RunCommand;
use crate::cli::load::{Verbosity, format_error, load_once};
use crate::cli::output::json;
use crate::cli::{Failure, Outcome, warn};
use crate::export::dataset::ExportError;
use crate::export::input_files::{InputFile, input_files};
use crate::export::memory_budget::MemoryBudget;
use crate::export::names::NameWriter;
use crate::export::partition::DatasetPartition;
use crate::export::tables::TableKind;
use crate::export::{DOMINATOR_SHARE, ExportInput, ExportOptions, Exported, ROWS_PER_GROUP, export};
use crate::model::format::{format_count, format_size, sanitize};
use crate::snapshot::{SizeMode, Snapshot, available_bytes};

/// The text of `--help`.
const LONG_ABOUT: &str = "\
Write snapshots as Parquet tables in Hive layout, for DuckDB, Spark, ClickHouse and others:
DIR/TABLE/service=api/host=web-7/NAME.parquet. docs/fleet.md says how to ask them, docs/fleet/schema.md lists tables and
columns. Of a folder all snapshots below it are exported; folders below it that are called KEY=VALUE add to the partition.
What an earlier export of a snapshot left in its partition is replaced; nothing else is touched.

Exit status: 0 all are exported, 1 some are not (the others are there), 2 wrong usage.";

/// Write snapshots as Parquet tables, for questions over many processes.
#[derive(Args, Debug)]
#[command(
    long_about = LONG_ABOUT,
    after_help = "Example:\n  heaplens export after.heapsnapshot --baseline start.heapsnapshot --parquet fleet --partition service=api,host=web-7"
)]
pub(crate) struct ExportArgs {
    /// Snapshots, or folders of them; - reads standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The folder of the tables.
    #[arg(long, value_name = "DIR")]
    parquet: PathBuf,
    /// Folders that the rows stand in, such as service=api,version=1.4.2,host=web-7.
    #[arg(long, value_name = "KEY=VALUE,…", default_value = "", value_parser = DatasetPartition::parse, hide_default_value = true)]
    partition: DatasetPartition,
    /// An older snapshot of the same process; a bare name that is no file here means the file of that name beside each
    /// exported one.
    #[arg(long, value_name = "FILE|NAME")]
    baseline: Option<PathBuf>,
    /// Which tables; nodes and edges only if they are named [default: all others].
    #[arg(long, value_name = "TABLE,…", value_delimiter = ',', value_parser = table)]
    tables: Vec<TableKind>,
    /// Whether names of classes, properties and scripts are written or hashed.
    #[arg(long, value_enum, default_value_t)]
    names: Names,
    /// The salt of hashed names and texts: keep it secret, and the same for exports that are compared.
    #[arg(long, value_name = "TEXT", env = "HEAPLENS_SALT", hide_env_values = true)]
    salt: Option<String>,
    /// Write the texts of strings as well; without it none leaves this machine.
    #[arg(long)]
    texts: bool,
    /// The share of the heap from which on an object is in the table dominators.
    #[arg(long, value_name = "SHARE", default_value_t = DOMINATOR_SHARE, value_parser = share)]
    dominator_share: f64,
    /// What the snapshot is called, for one from standard input.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// How many seconds the process had run.
    #[arg(long, value_name = "SECONDS")]
    uptime: Option<u64>,
    /// How many snapshots are loaded at once, if memory allows.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
    /// How to print what was written.
    #[command(flatten)]
    output: JsonArgs,
}

/// Whether names are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
enum Names {
    /// As they are.
    #[default]
    Full,
    /// As hashes.
    Hashed,
}

fn table(name: &str) -> Result<TableKind, String> {
    TableKind::named(name).ok_or_else(|| {
        let all: Vec<&str> = TableKind::ALL.into_iter().map(TableKind::name).collect();
        format!("no such table; there are {}", all.join(", "))
    })
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a number from 0 to 1, such as 0.01".into()),
    }
}

impl RunCommand for ExportArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        let files = self.files()?;
        let options = self.options()?;
        let answers = self.export_all(&files, &options);
        let failed = answers.iter().filter(|answer| answer.error.is_some()).count();
        if self.output.json {
            json::write(out, &Answer { files: answers })?;
        } else {
            print_text(&answers, out)?;
        }
        Ok(if failed == 0 { Outcome::Done } else { Outcome::CheckFailed })
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(Answer))
    }
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// In the order of the arguments.
    files: Vec<FileAnswer>,
}

#[derive(Serialize, JsonSchema)]
struct FileAnswer {
    /// The snapshot.
    path: String,
    /// Its partition: `service=api,host=web-7`.
    partition: String,
    /// Why it was not exported, in one sentence; `null` if it was.
    error: Option<String>,
    /// Seconds that loading took.
    load_seconds: f64,
    /// Seconds that finding and writing the rows took.
    export_seconds: f64,
    /// What was written.
    tables: Vec<TableAnswer>,
}

#[derive(Serialize, JsonSchema)]
struct TableAnswer {
    /// The table.
    table: &'static str,
    /// Its rows.
    rows: u64,
    /// Bytes of its file.
    bytes: u64,
}

impl ExportArgs {
    fn files(&self) -> Result<Vec<InputFile>, Failure> {
        let mut files = input_files(&self.files).map_err(|(path, error)| {
            let reason = describe_io_error(&error);
            Failure::Argument(format!("{}: cannot be listed: {reason}", path.display()))
        })?;
        if files.is_empty() {
            return Err(Failure::Argument("no .heapsnapshot or .heaptimeline file in these folders".into()));
        }
        if let Some(name) = self.baseline_name() {
            files.retain(|file| file.path.file_name() != Some(name.as_os_str()));
        }
        match (&self.name, files.as_mut_slice()) {
            (None, _) => {}
            (Some(name), [only]) => only.name.clone_from(name),
            (Some(_), _) => return Err(Failure::Argument("--name is for one snapshot".into())),
        }
        Ok(files)
    }

    /// The baseline's name, if it is the file of that name beside each exported one.
    fn baseline_name(&self) -> Option<&PathBuf> {
        let baseline = self.baseline.as_ref()?;
        let is_bare = baseline.components().count() == 1 && baseline != Path::new("-");
        (is_bare && !baseline.exists()).then_some(baseline)
    }

    fn options(&self) -> Result<ExportOptions, Failure> {
        if cfg!(not(feature = "fleet")) {
            return Err(Failure::Argument(ExportError::NotBuilt.to_string()));
        }
        let names = match (self.names, &self.salt) {
            (Names::Full, None) => NameWriter::Full,
            (Names::Full, Some(salt)) => NameWriter::Salted(salt.clone()),
            (Names::Hashed, Some(salt)) if !salt.is_empty() => NameWriter::Hashed(salt.clone()),
            (Names::Hashed, _) => {
                return Err(Failure::Argument(
                    "--names hashed needs --salt TEXT, or the salt in HEAPLENS_SALT: without one, names can be guessed"
                        .into(),
                ));
            }
        };
        let mut tables = self.tables.clone();
        if tables.is_empty() {
            tables = TableKind::DEFAULT.to_vec();
        }
        tables.sort_unstable();
        tables.dedup();
        Ok(ExportOptions {
            folder: self.parquet.clone(),
            tables,
            names,
            texts: self.texts,
            dominator_share: self.dominator_share,
            rows_per_group: ROWS_PER_GROUP,
        })
    }

    /// Exports one after the other, or as many at once as memory allows.
    fn export_all(&self, files: &[InputFile], options: &ExportOptions) -> Vec<FileAnswer> {
        let budget = MemoryBudget::new(available_bytes().map_or(u64::MAX, |bytes| bytes / 10 * 8));
        let shared = self.baseline.as_ref().filter(|_| self.baseline_name().is_none());
        let shared = shared.map(|path| self.load(path));
        let next = AtomicUsize::new(0);
        let answers = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..usize::from(self.jobs).min(files.len()) {
                scope.spawn(|| {
                    while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let _reserved = budget.reserve(expected_bytes(&file.path));
                        let answer = self.answer(file, shared.as_ref(), options);
                        if let Some(error) = &answer.error {
                            warn(error);
                        }
                        answers
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push((file.path.clone(), answer));
                    }
                });
            }
        });
        let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        let place = |path: &PathBuf| files.iter().position(|file| &file.path == path);
        let mut answers: Vec<_> = answers.into_iter().map(|(path, answer)| (place(&path), answer)).collect();
        answers.sort_by_key(|&(place, _)| place);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }

    fn load(&self, path: &Path) -> Result<Arc<Snapshot>, String> {
        let verbosity =
            if self.output.quiet || self.jobs > 1 { Verbosity::Quiet } else { Verbosity::Progress };
        load_once(path, SizeMode::Chrome, verbosity).map_err(|failure| match failure {
            Failure::Load(error) => format_error(&error),
            Failure::Argument(sentence) => sentence,
            Failure::Output(error) => error.to_string(),
        })
    }

    fn answer(
        &self,
        file: &InputFile,
        shared: Option<&Result<Arc<Snapshot>, String>>,
        options: &ExportOptions,
    ) -> FileAnswer {
        let mut answer = FileAnswer {
            path: file.path.to_string_lossy().into_owned(),
            partition: String::new(),
            error: None,
            load_seconds: 0.0,
            export_seconds: 0.0,
            tables: Vec::new(),
        };
        if let Err(error) = self.export_one(file, shared, options, &mut answer) {
            answer.error = Some(error);
        }
        answer
    }

    fn export_one(
        &self,
        file: &InputFile,
        shared: Option<&Result<Arc<Snapshot>, String>>,
        options: &ExportOptions,
        answer: &mut FileAnswer,
    ) -> Result<(), String> {
        let in_file = |sentence: String| format!("{}: {sentence}", file.path.display());
        let partition = match &file.below {
            Some(below) => self.partition.with_folders(below).map_err(in_file)?,
            None => self.partition.clone(),
        };
        answer.partition = partition.to_string();
        let baseline = match (self.baseline_name(), shared) {
            (Some(name), _) => Some(self.load(&file.path.with_file_name(name))?),
            (None, Some(shared)) => Some(shared.clone()?),
            (None, None) => None,
        };
        let snapshot = self.load(&file.path)?;
        answer.load_seconds = snapshot.seconds();
        let input =
            ExportInput { snapshot, baseline, partition, name: file.name.clone(), uptime: self.uptime };
        let started = std::time::Instant::now();
        let exported =
            export(&input, options, &Progress::new()).map_err(|error| in_file(error.to_string()))?;
        answer.export_seconds = started.elapsed().as_secs_f64();
        answer.tables = table_answers(&exported);
        Ok(())
    }
}

/// Estimated peak memory for loading this file, in bytes.
fn expected_bytes(path: &Path) -> u64 {
    const COMPRESSION: u64 = 12;
    let bytes = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let is_plain =
        path.extension().is_some_and(|ending| ending == "heapsnapshot" || ending == "heaptimeline");
    let plain = if is_plain { bytes } else { bytes.saturating_mul(COMPRESSION) };
    plain + plain / 2
}

fn table_answers(exported: &Exported) -> Vec<TableAnswer> {
    let answer =
        |&(table, rows, bytes): &(TableKind, u64, u64)| TableAnswer { table: table.name(), rows, bytes };
    exported.tables.iter().map(answer).collect()
}

fn print_text(answers: &[FileAnswer], out: &mut dyn Write) -> Result<(), Failure> {
    const LIMIT: usize = 400;
    let plain = |text: String| text.replace('\u{a0}', " ");
    for answer in answers.iter().filter(|answer| answer.error.is_none()) {
        let rows = answer.tables.iter().map(|table| table.rows).sum();
        let bytes = answer.tables.iter().map(|table| table.bytes).sum();
        let line =
            format!("{}: {} rows, {}", answer.path, plain(format_count(rows)), plain(format_size(bytes)));
        writeln!(out, "{}", sanitize(&line, LIMIT))?;
    }
    let failed = answers.iter().filter(|answer| answer.error.is_some()).count();
    writeln!(out, "{} exported, {failed} failed", answers.len() - failed)?;
    Ok(())
}
