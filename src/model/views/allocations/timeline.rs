//! The allocation times of a timeline's living objects: a bar for each sample.

use crate::model::filter::preset::FilterPreset;
use crate::snapshot::filters::Filter;
use crate::snapshot::{SampleObjects, SizeMode, Snapshot, live_sizes_by_sample, objects_by_sample};

/// The samples of a timeline in the order of time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AllocationTimeline {
    /// One bar per sample.
    pub bars: Vec<Bar>,
}

/// Living objects that were allocated between two samples.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bar {
    /// Microseconds from the start to the sample.
    pub time_us: u64,
    /// Living bytes.
    pub live_bytes: u64,
    /// How many objects live, and how many there were.
    pub objects: SampleObjects,
    /// The largest id up to the sample.
    last_id: u64,
}

impl AllocationTimeline {
    /// Adds up all objects; `None` for a snapshot without a timeline.
    pub fn new(snapshot: &Snapshot) -> Option<Self> {
        let graph = snapshot.graph();
        let sizes = live_sizes_by_sample(graph, snapshot.shallow_sizes(SizeMode::Chrome));
        let bars: Vec<Bar> = graph
            .samples
            .iter()
            .zip(sizes)
            .zip(objects_by_sample(graph))
            .map(|((sample, live_bytes), objects)| Bar {
                time_us: sample.timestamp_us,
                live_bytes,
                objects,
                last_id: sample.last_assigned_id,
            })
            .collect();
        (!bars.is_empty()).then_some(Self { bars })
    }

    /// Its duration.
    pub fn length_us(&self) -> u64 {
        self.bars.last().map_or(0, |bar| bar.time_us).max(1)
    }

    /// The objects allocated between two times; `None` if there is no sample between them.
    pub fn between(&self, from_us: u64, to_us: u64) -> Option<FilterPreset> {
        let first = self.bars.partition_point(|bar| bar.time_us < from_us);
        let end = self.bars.partition_point(|bar| bar.time_us <= to_us);
        let last = self.bars.get(first..end)?.last()?;
        let after = first.checked_sub(1).map_or(0, |before| self.bars[before].last_id);
        Some(FilterPreset::Filter(Filter::Allocated { after, upto: last.last_id }))
    }

    /// The objects allocated between two moments: how many live, and how many there were.
    pub fn objects(&self, from_us: u64, to_us: u64) -> SampleObjects {
        let within = self.bars.iter().filter(|bar| (from_us..=to_us).contains(&bar.time_us));
        within.fold(SampleObjects::default(), |sum, bar| SampleObjects {
            live: sum.live + bar.objects.live,
            all: sum.all + bar.objects.all,
        })
    }

    /// Living bytes that were allocated between two times.
    pub fn live_bytes(&self, from_us: u64, to_us: u64) -> u64 {
        let within = self.bars.iter().filter(|bar| (from_us..=to_us).contains(&bar.time_us));
        within.map(|bar| bar.live_bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_of_time_is_a_range_of_ids() {
        let bar = |time_us, last_id| Bar {
            time_us,
            live_bytes: 10,
            objects: SampleObjects { live: 1, all: 3 },
            last_id,
        };
        let timeline = AllocationTimeline { bars: vec![bar(0, 5), bar(100, 9), bar(200, 21)] };
        let ids = |after, upto| Some(FilterPreset::Filter(Filter::Allocated { after, upto }));
        assert_eq!(timeline.between(0, 100), ids(0, 9));
        assert_eq!(timeline.between(50, 250), ids(5, 21));
        assert_eq!(timeline.between(110, 150), None);
        assert_eq!(timeline.live_bytes(50, 250), 20);
        assert_eq!(timeline.objects(50, 250), SampleObjects { live: 2, all: 6 });
    }
}
