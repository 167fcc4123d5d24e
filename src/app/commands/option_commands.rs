//! The table of option commands: each sets one option to one of its values.

use crate::app::commands::command::Command;
use crate::app::commands::registry::Entry;
use crate::app::settings::ThemeChoice;
use crate::app::views::map_pane::MapColours;
use crate::app::views::retainers_query::{GroupRetainersMode, ObjectRetainersMode};
use crate::compare::GrowthAccounting;
use crate::model::{FilterPreset, Grouping, GrowthBy, MapStyle, StringList, TrendOf};
use crate::snapshot::SizeMode;
use crate::snapshot::filters::Filter;
use crate::snapshot::groups::GroupBy;

const fn choice(
    command: Command,
    category: &'static str,
    label: &'static str,
    tooltip: &'static str,
) -> Entry {
    Entry { command, category, label, tooltip, shortcut: None }
}

const fn keep(filter: Filter, label: &'static str, tooltip: &'static str) -> Entry {
    choice(Command::SetFilterPreset(FilterPreset::Filter(filter)), "Objects that count", label, tooltip)
}

const fn group_by(by: GroupBy, label: &'static str, tooltip: &'static str) -> Entry {
    choice(Command::GroupBy(by), "Group by", label, tooltip)
}

/// Every option command, by category.
pub static OPTION_COMMANDS: &[Entry] = &[
    group_by(GroupBy::Constructor, "constructor", "As Chrome groups objects"),
    group_by(
        GroupBy::Script,
        "script",
        "The script of a function or constructor; everything else goes with what keeps it alive",
    ),
    group_by(GroupBy::Kind, "kind", "V8's own word for what an object is"),
    group_by(
        GroupBy::Shape,
        "shape",
        "V8's hidden class: objects with the same properties in the same order",
    ),
    group_by(GroupBy::NativeContext, "native context", "The page, frame or realm that objects belong to"),
    choice(
        Command::SetFilterPreset(FilterPreset::All),
        "Objects that count",
        "all",
        "Every object of the snapshot",
    ),
    keep(Filter::DuplicatedStrings, "duplicated strings", "Strings whose text exists more than once"),
    keep(
        Filter::RetainedByDetachedDom,
        "retained by detached DOM nodes",
        "What only DOM nodes outside any document keep alive",
    ),
    keep(
        Filter::RetainedByContexts,
        "retained by contexts",
        "What only the variables of functions keep alive",
    ),
    keep(
        Filter::RetainedByConsole,
        "retained by DevTools console",
        "What only the console of the developer tools keeps alive",
    ),
    keep(
        Filter::RetainedByEventHandlers,
        "retained by event handlers",
        "What only event handlers keep alive",
    ),
    choice(
        Command::SetSizes(SizeMode::Chrome),
        "",
        "Chrome sizes",
        "Sizes as Chrome prints them: storage that belongs to one object alone is counted for that object",
    ),
    choice(
        Command::SetSizes(SizeMode::Raw),
        "",
        "Raw sizes",
        "Sizes as V8 wrote them: every record keeps its own bytes",
    ),
    choice(
        Command::SetAccounting(GrowthAccounting::EveryByte),
        "Comparison",
        "Count every byte",
        "What grew and shrank in place counts too, so that the rows add up to the change of the heap",
    ),
    choice(
        Command::SetAccounting(GrowthAccounting::AsChrome),
        "Comparison",
        "As Chrome counts",
        "Chrome leaves out objects that are in both snapshots, whatever they have grown to: with this its figures, to the byte; without it what grew and shrank in place counts too, so that the rows add up to the change of the heap",
    ),
    choice(
        Command::SetGrowthMode(GrowthBy::Containers),
        "Growth",
        "Containers",
        "The arrays, Maps, texts and other containers that grew, each with what came into it",
    ),
    choice(
        Command::SetGrowthMode(GrowthBy::Owners),
        "Growth",
        "Owners",
        "Every byte of growth below the nearest object that was there before, as a tree from the roots",
    ),
    choice(
        Command::SetTrendMode(TrendOf::Containers),
        "Trend",
        "Containers",
        "Arrays, Maps and other containers that grow from the first snapshot to the last",
    ),
    choice(
        Command::SetTrendMode(TrendOf::Classes),
        "Trend",
        "Constructors",
        "Constructors whose objects take more bytes from snapshot to snapshot",
    ),
    choice(
        Command::SetTrendMode(TrendOf::Kept),
        "Trend",
        "Still there",
        "What was allocated between the first two snapshots and is still there in the last: the classic question to three snapshots",
    ),
    choice(
        Command::GroupDominated(Grouping::ByClass),
        "Dominators",
        "Group by constructor",
        "Objects of one constructor below the same object share a row",
    ),
    choice(
        Command::GroupDominated(Grouping::None),
        "Dominators",
        "Each object by itself",
        "Give every object a row of its own",
    ),
    choice(Command::SetStringsMode(StringList::Texts), "Strings", "Texts", "Every text with its copies"),
    choice(
        Command::SetStringsMode(StringList::Prefixes),
        "Strings",
        "Prefixes",
        "Texts that begin alike share a row",
    ),
    choice(
        Command::SetStringsMode(StringList::Sliced),
        "Strings",
        "Kept by slices",
        "Texts that a part of them keeps whole",
    ),
    choice(
        Command::SetMapStyle(MapStyle::Treemap),
        "Map",
        "Treemap",
        "Objects as rectangles within what they would be freed with",
    ),
    choice(
        Command::SetMapStyle(MapStyle::Icicle),
        "Map",
        "Icicle",
        "Objects level by level below what they would be freed with",
    ),
    choice(
        Command::SetMapColours(MapColours::Kind),
        "Map",
        "Colour by kind",
        "The map's colours say what an object is",
    ),
    choice(
        Command::SetMapColours(MapColours::Growth),
        "Map",
        "Colour by growth",
        "The map's colours say what grew since the baseline, what shrank and what is the same",
    ),
    choice(
        Command::SetObjectRetainersMode(ObjectRetainersMode::Retainers),
        "Retainers",
        "All retainers",
        "Every object with a reference to it",
    ),
    choice(
        Command::SetObjectRetainersMode(ObjectRetainersMode::Paths),
        "Retainers",
        "Separate paths",
        "Different ways to the roots: first those that share no reference, each to be cut by itself; then one for each other holder",
    ),
    choice(
        Command::SetGroupRetainersMode(GroupRetainersMode::MergedPaths),
        "Retainers",
        "Merged paths",
        "By what the objects are held, along the shortest way of each",
    ),
    choice(
        Command::SetGroupRetainersMode(GroupRetainersMode::Dominators),
        "Retainers",
        "Kept alive by",
        "The immediate dominators: what would have to go for the objects to be freed",
    ),
    choice(
        Command::SetTheme(ThemeChoice::System),
        "Theme",
        "As the system",
        "Dark or light as the system is",
    ),
    choice(Command::SetTheme(ThemeChoice::Dark), "Theme", "Dark", "Light letters on a dark ground"),
    choice(Command::SetTheme(ThemeChoice::Light), "Theme", "Light", "Dark letters on a light ground"),
];
