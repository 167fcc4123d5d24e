//! What a rule found: who grew or holds much, what came, why it is kept, and how sure that is.

use crate::base::NodeIndex;
use crate::snapshot::ContainerKind;
use crate::suspects::contents::Content;
use crate::suspects::holder::HolderPath;

/// How sure an accusation is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// New objects, reached through a named holder that got larger, by a mechanism that is known.
    Certain,
    /// A container that got larger.
    Likely,
    /// Something is larger, and it may be meant to be.
    Possible,
}

impl Confidence {
    /// For people and JSON.
    pub fn label(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }

    /// What it rests on.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Certain => "what is new in it and what keeps it are known",
            Self::Likely => "it grows or piles up as leaks do, and may be meant to",
            Self::Possible => "it is large, and may be meant to be",
        }
    }
}

/// Whom evidence accuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// A container.
    Container(HolderPath),
    /// A kind of place that is there many times: `sockets.get(…).history`.
    Each(HolderPath),
    /// The class of the first content, and who holds it together.
    Class(Vec<HolderPath>),
    /// The function of the first content.
    Function,
    /// Properties of one pattern of the global object.
    GlobalProperties(String),
    /// What stands for itself.
    Named(&'static str),
    /// What is left over of something: nobody.
    Rest(&'static str),
    /// Things of a kind, and who holds them: `contexts in frames`.
    Together(&'static str, Vec<HolderPath>),
}

/// Callbacks of a page, by what calls them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PageCallback {
    /// `addEventListener`, `onclick`.
    Listener,
    /// A MutationObserver or one of its kind.
    Observer,
    /// A Worker or another object that is not closed, and calls back.
    Active,
    /// `setInterval`, `setTimeout`.
    Timer,
    /// `requestAnimationFrame`.
    Frame,
    /// Anything else.
    Other,
}

/// Why something is kept alive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mechanism {
    /// Listeners of a target, for an event.
    Listeners {
        /// The target as its holder reaches it.
        target: Option<HolderPath>,
        /// The class of the target.
        class: String,
        /// The event.
        event: Option<String>,
    },
    /// Timers that have not run or been cleared.
    Timers {
        /// Whether they run again and again; nothing where that is not known.
        repeats: Option<bool>,
        /// After how many milliseconds.
        milliseconds: Option<u64>,
    },
    /// Callbacks that a browser keeps for a page.
    PageCallbacks {
        /// Of what kind.
        kind: PageCallback,
        /// How many there are.
        number: u64,
        /// What they are registered with, as its holder reaches it.
        target: Option<HolderPath>,
        /// The class of that.
        class: String,
    },
    /// Elements that were removed from their document.
    Detached {
        /// How many trees.
        trees: u64,
        /// How many elements in them.
        elements: u64,
    },
    /// Reactions of a promise that is not settled.
    Reactions,
    /// Callers that wait for a promise nobody settles.
    Waiting,
    /// Held values of a FinalizationRegistry.
    HeldValues,
    /// Stacks that errors captured and nobody read.
    CapturedStacks(Vec<NodeIndex>),
    /// A chain: each link keeps the one before.
    Chain {
        /// How many links.
        links: u64,
        /// The references of one link to the next.
        step: HolderPath,
    },
    /// The same place in many objects, each a little larger.
    Spread {
        /// In how many.
        places: u64,
        /// Entries of a typical one before and after.
        entries: Option<(u64, u64)>,
    },
    /// Properties added to the global object.
    Globals,
    /// Handles of the runtime that are not closed.
    OpenHandles,
    /// What was logged, kept by the developer tools.
    Console,
    /// Realms: contexts with globals of their own.
    Realms {
        /// How many there were.
        before: Option<u64>,
        /// How many there are.
        after: u64,
    },
    /// Copies of one text.
    Copies,
    /// Local variables of a running function.
    Stack,
    /// Parts of texts that keep the whole.
    Slices,
    /// Values of AsyncLocalStorage on the resource of the callback that was running.
    AsyncResource,
    /// Instances of AsyncLocalStorage that are not disabled.
    AsyncStorages,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// The rule that found it.
    pub rule: &'static str,
    /// Whom it accuses.
    pub who: Who,
    /// What the container is.
    pub kind: ContainerKind,
    /// The object to look at.
    pub object: NodeIndex,
    /// The same in the baseline.
    pub object_before: Option<NodeIndex>,
    /// Bytes it held before.
    pub bytes_before: u64,
    /// Bytes it holds.
    pub bytes_after: u64,
    /// By how much it grew; all it holds, where there is no baseline.
    pub growth: i64,
    /// Entries before, where that can be told.
    pub entries_before: Option<u64>,
    /// Entries now.
    pub entries_after: Option<u64>,
    /// What came, the most bytes first.
    pub contents: Vec<Content>,
    /// Why it is kept.
    pub mechanism: Option<Mechanism>,
    /// The confidence.
    pub confidence: Confidence,
    /// Objects whose bytes this accounts for, where it is not a row of the growth.
    pub claims: Vec<NodeIndex>,
    /// The row of the growth it explains.
    pub row: Option<usize>,
}

impl Evidence {
    /// How many objects are accused: of functions not what they keep.
    pub fn newcomers(&self) -> u64 {
        let is_function = self.contents.first().is_some_and(|content| content.function.is_some());
        let counted = self.contents.iter().filter(|content| !is_function || content.function.is_some());
        counted.map(|content| content.count).sum()
    }

    /// Bytes of each new entry, if entries were counted.
    pub fn bytes_per_entry(&self) -> Option<u64> {
        let more = self.entries_after?.checked_sub(self.entries_before.unwrap_or(0))?;
        u64::try_from(self.growth).ok()?.checked_div(more)
    }
}
