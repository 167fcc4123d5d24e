//! `heaplens cache`: the index files that let large snapshots open at once the second time.

use std::io::Write;

use chrono::{DateTime, Local};
use clap::{Args, Subcommand};
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use crate::base::{describe_io_error, format_size};
use crate::cli::args::OutputArgs;
use crate::cli::commands::RunCommand;
use crate::cli::output::{csv, json};
use crate::cli::{Failure, Outcome};
use crate::snapshot::index_cache::{CACHE_VARIABLE, IndexCache, IndexEntry};

/// List or delete the index files of snapshots that were opened before.
///
/// Heaplens keeps what it has computed for a snapshot of 50 MB and more in your folder for caches, so that it opens at
/// once the second time. HEAPLENS_CACHE names another folder, or `off`; HEAPLENS_CACHE_LIMIT is what all files may take
/// together (10G); --no-cache neither reads nor writes them.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  heaplens cache clear")]
pub(crate) struct CacheArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// List the index files, the one used last first.
    List {
        #[command(flatten)]
        output: OutputArgs,
    },
    /// Delete all of them.
    Clear,
}

/// What `heaplens cache list --json` prints.
#[derive(Serialize, JsonSchema)]
struct CacheOutput {
    /// The folder they are in.
    folder: String,
    /// Bytes that all of them may take.
    limit: u64,
    /// Bytes that they take.
    bytes: u64,
    /// The index files, the one used last first.
    entries: Vec<CacheRow>,
}

/// One index file.
#[derive(Serialize, JsonSchema, Default)]
struct CacheRow {
    /// The index file.
    path: String,
    /// Its bytes.
    bytes: u64,
    /// When it was written or last read, as RFC 3339.
    used: String,
}

impl From<&IndexEntry> for CacheRow {
    fn from(entry: &IndexEntry) -> Self {
        Self {
            path: entry.path.display().to_string(),
            bytes: entry.bytes,
            used: DateTime::<Local>::from(entry.used).to_rfc3339(),
        }
    }
}

impl RunCommand for CacheArgs {
    fn run(&self, out: &mut dyn Write) -> Result<Outcome, Failure> {
        let cache = IndexCache::from_environment()
            .ok_or_else(|| Failure::Argument(format!("there is no cache: {CACHE_VARIABLE} is off")))?;
        let cannot = |what: &str, error: &std::io::Error| {
            Failure::Argument(format!(
                "cannot {what} {}: {}",
                cache.folder.display(),
                describe_io_error(error)
            ))
        };
        match &self.action {
            Action::List { output } => {
                let entries = cache.entries().map_err(|error| cannot("read the folder", &error))?;
                list(&cache, &entries, output, out)?;
            }
            Action::Clear => {
                let (count, bytes) = cache.clear().map_err(|error| cannot("empty the folder", &error))?;
                writeln!(out, "{count} index files deleted, {}", format_size(bytes))?;
            }
        }
        Ok(Outcome::Done)
    }

    fn schema() -> Option<Schema> {
        Some(schema_for!(CacheOutput))
    }
}

fn list(
    cache: &IndexCache,
    entries: &[IndexEntry],
    output: &OutputArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let rows: Vec<CacheRow> = entries.iter().map(CacheRow::from).collect();
    let bytes = rows.iter().map(|row| row.bytes).sum();
    if output.json.json {
        let folder = cache.folder.display().to_string();
        json::write(out, &CacheOutput { folder, limit: cache.limit, bytes, entries: rows })?;
    } else if output.csv {
        csv::write(rows.into_iter(), out)?;
    } else {
        writeln!(out, "{}: {} of {}", cache.folder.display(), format_size(bytes), format_size(cache.limit))?;
        for (row, entry) in rows.iter().zip(entries) {
            let used = DateTime::<Local>::from(entry.used).format("%Y-%m-%d %H:%M");
            let name = entry.path.file_name().unwrap_or_default().to_string_lossy();
            writeln!(out, "{:>10}  {used}  {name}", format_size(row.bytes))?;
        }
    }
    Ok(())
}
