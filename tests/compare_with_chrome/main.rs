//! The long comparison: every node and every row of many snapshots, ours against those of Chrome's engine.
//!
//!     CHROME_ENGINE=path/of/program.mjs \
//!         cargo test --release --test compare_with_chrome -- [FOLDER…] [--seeds 1..1000] [--cache FOLDER]
//!
//! Compares all snapshots in the folders (each also with the first of its folder) and pairs of random ones.
//! Chrome's answers are cached. Prints the first difference of each file with both sides, and a summary line;
//! fails if there is any difference except those of [`Deviation`](chrome_lines::Deviation).
//! `tests/answers/README.md` names the required program.

#[path = "../it/support/chrome_lines.rs"]
mod chrome_lines;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use chrome_lines::{Deviation, differences, lines_of};
use clap::Parser;
use heaplens::base::Progress;
use heaplens::snapshot::load;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Compares every number with Chrome's.
#[derive(Parser)]
struct Arguments {
    /// Folders of snapshots, searched to the bottom.
    folders: Vec<PathBuf>,
    /// Random pairs, from the first seed up to before the last.
    #[arg(long, value_parser = seeds)]
    seeds: Option<Range<u64>>,
    /// Where Chrome's answers and the random snapshots are kept.
    #[arg(long)]
    cache: Option<PathBuf>,
    /// Larger files are left out.
    #[arg(long, default_value_t = 120_000_000)]
    max_bytes: u64,
}

fn seeds(text: &str) -> std::result::Result<Range<u64>, String> {
    let seeds = text.split_once("..").and_then(|(first, end)| Some(first.parse().ok()?..end.parse().ok()?));
    seeds.ok_or_else(|| "expected FIRST..END".into())
}

/// A snapshot and the one it is compared with.
struct Case {
    current: PathBuf,
    baseline: Option<PathBuf>,
}

#[derive(Default)]
struct Count {
    files: usize,
    nodes: usize,
    rows: usize,
    allowed: BTreeMap<Deviation, usize>,
    /// Files that we or Chrome's engine could not read.
    failures: usize,
    differences: usize,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let cache = arguments.cache.clone().unwrap_or_else(|| std::env::temp_dir().join("answers-of-chrome"));
    fs::create_dir_all(&cache)?;
    let mut cases = Vec::new();
    for folder in &arguments.folders {
        cases.extend(cases_in(folder, arguments.max_bytes)?);
    }
    cases.extend(random_cases(arguments.seeds.unwrap_or(0..0), &cache)?);
    let mut count = Count::default();
    for case in &cases {
        if let Err(error) = look_at(case, &cache, &mut count) {
            println!("{}: {error}", case.current.display());
            count.failures += 1;
        }
    }
    let Count { files, nodes, rows, allowed, failures, differences } = count;
    println!(
        "files {files}, nodes {nodes}, rows {rows}, allowed {allowed:?}, failures {failures}, differences {differences}"
    );
    Ok(if failures + differences == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn cases_in(folder: &Path, max_bytes: u64) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            cases.extend(cases_in(&path, max_bytes)?);
        } else if matches!(extension, Some("heapsnapshot" | "heaptimeline"))
            && entry.metadata()?.len() <= max_bytes
        {
            files.push(path);
        }
    }
    files.sort();
    let first = files.first().cloned();
    cases.extend(files.into_iter().map(|current| {
        let baseline = first.clone().filter(|first| *first != current);
        Case { current, baseline }
    }));
    Ok(cases)
}

fn random_cases(seeds: Range<u64>, cache: &Path) -> Result<Vec<Case>> {
    let folder = cache.join("random");
    if !seeds.is_empty() {
        let generator = engine()?.with_file_name("gen_random.mjs");
        let (first, count) = (seeds.start.to_string(), (seeds.end - seeds.start).to_string());
        let status = Command::new("node").arg(generator).arg(&folder).args([first, count]).status()?;
        if !status.success() {
            return Err("the random snapshots were not made".into());
        }
    }
    let part = |seed, part: &str| folder.join(format!("r{seed}-{part}.heapsnapshot"));
    Ok(seeds.map(|seed| Case { current: part(seed, "a"), baseline: Some(part(seed, "b")) }).collect())
}

fn engine() -> Result<PathBuf> {
    let program = std::env::var_os("CHROME_ENGINE");
    Ok(program.ok_or("CHROME_ENGINE does not say which program to ask; see tests/answers/README.md")?.into())
}

/// Chrome's answers as lines, from the cache or asked for now.
fn answers(case: &Case, cache: &Path) -> Result<String> {
    const SMALL_BYTES: u64 = 500_000;
    let bytes = fs::metadata(&case.current)?.len();
    let mut name = format!("{}-{bytes}", case.current.to_string_lossy());
    if let Some(baseline) = &case.baseline {
        let file = baseline.file_name().unwrap_or_default().to_string_lossy();
        name += &format!("-after-{file}-{}", fs::metadata(baseline)?.len());
    }
    let path = cache.join(format!("{}.tsv", name.replace(['/', '\\', ':'], "_").trim_start_matches('_')));
    if !path.exists() {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers/remake.mjs");
        let unfinished = path.with_extension("unfinished");
        let status = Command::new("node")
            .arg("--max-old-space-size=12000")
            .arg(script)
            .arg(if bytes < SMALL_BYTES { "all" } else { "some" })
            .arg(&case.current)
            .args(&case.baseline)
            .env("CHROME_ENGINE", engine()?)
            .stdout(File::create(&unfinished)?)
            .status()?;
        if !status.success() {
            return Err(format!("no answers for {}", case.current.display()).into());
        }
        fs::rename(&unfinished, &path)?;
    }
    Ok(fs::read_to_string(path)?)
}

fn look_at(case: &Case, cache: &Path, count: &mut Count) -> Result<()> {
    let text = answers(case, cache)?;
    let theirs: Vec<&str> = text.lines().collect();
    let current = load(&case.current, &Progress::new(), |_| {})?;
    let baseline = case.baseline.as_ref().map(|path| load(path, &Progress::new(), |_| {})).transpose()?;
    let ours = lines_of(&current, baseline.as_ref(), &theirs);
    let outcome = differences(&current, baseline.as_ref(), &theirs, &ours);
    count.files += 1;
    count.nodes += current.graph().node_count();
    count.rows += outcome.same;
    count.differences += outcome.differences;
    for (deviation, lines) in outcome.allowed {
        *count.allowed.entry(deviation).or_default() += lines;
    }
    if let Some((theirs, ours)) = outcome.first {
        println!("{}: {} differences, the first:", case.current.display(), outcome.differences);
        println!("  Chrome: {theirs}\n  ours:   {ours}");
    }
    Ok(())
}
