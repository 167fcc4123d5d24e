//! What may stand behind the commands that print the window's tables.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::base::ObjectId;
use crate::cli::args::{OutputArgs, Sizes, object_id};
use crate::model::{ClassFilter, StringList};

/// Which rows of a table, and how they are printed.
#[derive(Args, Debug)]
pub struct ListArgs {
    /// Order: a column as --json calls it, with :asc or :desc behind it.
    #[arg(long, value_name = "COLUMN[:asc|desc]")]
    pub sort: Option<String>,
    /// At most that many rows [default: 50 in text, all in JSON and CSV].
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Whose shallow sizes.
    #[arg(long, value_enum, default_value_t)]
    pub sizes: Sizes,
    /// How to print them.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Strings of one snapshot.
#[derive(Args, Debug)]
pub struct StringsArgs {
    /// The snapshot; - reads standard input.
    pub file: PathBuf,
    /// Only texts that contain this, or match the pattern.
    #[arg(long = "text", value_name = "TEXT|/REGEX/", default_value = "", value_parser = ClassFilter::parse, hide_default_value = true)]
    pub text: ClassFilter,
    /// How they are listed.
    #[arg(long, value_enum, default_value_t)]
    pub by: StringsBy,
    /// Which rows.
    #[command(flatten)]
    pub list: ListArgs,
}

/// How strings are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum StringsBy {
    /// Each text with its copies.
    #[default]
    Text,
    /// What they begin with.
    Prefix,
    /// Texts that slices keep whole.
    Slices,
}

impl From<StringsBy> for StringList {
    fn from(by: StringsBy) -> Self {
        match by {
            StringsBy::Text => Self::Texts,
            StringsBy::Prefix => Self::Prefixes,
            StringsBy::Slices => Self::Sliced,
        }
    }
}

/// Functions of a timeline.
#[derive(Args, Debug)]
pub struct AllocationsArgs {
    /// The timeline; - reads standard input.
    pub file: PathBuf,
    /// How many levels of callers are printed below each function.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub callers: usize,
    /// Which rows.
    #[command(flatten)]
    pub list: ListArgs,
}

/// What to look for.
#[derive(Args, Debug)]
pub struct SearchArgs {
    /// The snapshot; - reads standard input.
    pub file: PathBuf,
    /// A text, /a pattern/ or @id.
    pub text: String,
    /// Tell capital letters from small ones.
    #[arg(long)]
    pub case: bool,
    /// Look in the names of constructors as well.
    #[arg(long)]
    pub classes: bool,
    /// Look in the names of properties and variables as well.
    #[arg(long)]
    pub properties: bool,
    /// Which rows.
    #[command(flatten)]
    pub list: ListArgs,
}

/// A part of the dominator tree.
#[derive(Args, Debug)]
pub struct DominatorsArgs {
    /// The snapshot; - reads standard input.
    pub file: PathBuf,
    /// How many levels are printed.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub depth: usize,
    /// Give every object a row of its own.
    #[arg(long)]
    pub single: bool,
    /// Which rows.
    #[command(flatten)]
    pub list: ListArgs,
}

/// Who holds one object.
#[derive(Args, Debug)]
pub struct RetainersArgs {
    /// The snapshot; - reads standard input.
    pub file: PathBuf,
    /// The object's id, as every list shows it.
    #[arg(value_name = "@ID", value_parser = object_id)]
    pub id: ObjectId,
    /// How many levels are printed; the shortest way is printed whole.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub depth: usize,
    /// Print different paths to the root: first those that share no reference, then one for each other holder.
    #[arg(long)]
    pub paths: bool,
    /// Leave out V8's own tables and stores between an object and who holds it.
    #[arg(long)]
    pub fold: bool,
    /// Which rows.
    #[command(flatten)]
    pub list: ListArgs,
}

/// Who holds all objects of a constructor.
#[derive(Args, Debug)]
pub struct PathsArgs {
    /// The snapshot; - reads standard input.
    pub file: PathBuf,
    /// The constructors: a text their names contain, or /a pattern/ they match.
    #[arg(value_name = "TEXT|/REGEX/", value_parser = ClassFilter::parse)]
    pub class: ClassFilter,
    /// How many levels are printed; the way of most is printed whole.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub depth: usize,
    /// Print who would have to go for them to be freed instead.
    #[arg(long)]
    pub dominators: bool,
    /// Leave out V8's own tables and stores between an object and who holds it.
    #[arg(long)]
    pub fold: bool,
    /// Which rows.
    #[command(flatten)]
    pub list: ListArgs,
}
