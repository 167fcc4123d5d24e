//! Truncated files, at every byte: refused with a message, or opened as far as they go.

use heaplens::base::Progress;
use heaplens::snapshot::{LoadError, Options, load_bytes, load_bytes_with};

use super::mutations::look_at_all;
use super::{STRINGS, dump, good, partly, with};

#[test]
fn a_file_cut_short_anywhere_says_so() {
    let good = good();
    for length in 0..good.len() {
        let error = load_bytes("file", &good.as_bytes()[..length], &Progress::new())
            .err()
            .unwrap_or_else(|| panic!("loads with {length} of {} bytes", good.len()));
        let expected = if length == 0 { "not a V8 heap snapshot: the file is empty" } else { "cut short: " };
        assert!(error.to_string().starts_with(expected), "{length} bytes: {error}");
    }
}

#[test]
fn what_is_whole_of_a_file_cut_short_anywhere_can_be_opened() {
    let good = good();
    let nodes_begin = good.find("\"nodes\":[").expect("it has nodes") + "\"nodes\":".len();
    let first_node = nodes_begin + "[9,0,1,0,2,0,0\n,".len();
    let mut before = (0, 0, 0);
    for length in 0..=good.len() {
        let bytes = &good.as_bytes()[..length];
        let error = load_bytes("file", bytes, &Progress::new()).err();
        let offered = error.as_ref().is_some_and(LoadError::opens_partly);
        assert_eq!(offered, (nodes_begin..good.len()).contains(&length), "{length}: {error:?}");
        let opened = load_bytes_with("file", bytes, &partly(), &Progress::new());
        let Ok(snapshot) = opened else {
            assert!(length < first_node, "{length} of {} bytes: {:?}", good.len(), opened.err());
            continue;
        };
        assert!(length >= first_node, "{length}");
        look_at_all(&snapshot);
        let graph = snapshot.graph();
        let texts = graph.strings.iter().filter(|(_, text)| *text != "(missing)").count();
        let now = (graph.node_count(), graph.edge_count(), texts);
        assert!(now.0 >= before.0 && now.1 >= before.1 && now.2 >= before.2, "{before:?} {now:?}");
        before = now;
        assert_eq!(snapshot.partial().is_none(), length == good.len());
        assert_eq!(snapshot.warnings().len(), usize::from(length < good.len()));
    }
    assert_eq!(before, (5, 5, 8));
}

#[test]
fn a_partial_snapshot_says_how_much_there_is() {
    let good = good();
    let said = |end: &str, behind: &str| {
        let length = good.find(end).expect("it stands there") + behind.len();
        let snapshot = load_bytes_with("file", &good.as_bytes()[..length], &partly(), &Progress::new());
        let snapshot = snapshot.unwrap_or_else(|error| panic!("{error}"));
        let names: Vec<_> =
            snapshot.graph().node_indices().map(|node| snapshot.graph().raw_name(node).to_owned()).collect();
        let warning = snapshot.warnings()[0].0.replace(&heaplens::base::format_count(length as u64), "…");
        let (warning, _) = warning.split_once(';').expect("two sentences");
        format!("{warning}: {}", names.join(","))
    };
    assert_eq!(
        said(",2,3,7,40,0,0,0", ",2,3,7,4"),
        "partial: 3 of 5 objects, 0 of 5 references and 0 names were read before the file ends in nodes at byte …: (missing),(missing),(missing)"
    );
    assert_eq!(
        said(",1,1,14", ",1,1,1"),
        "partial: 5 of 5 objects, 2 of 5 references and 0 names were read before the file ends in edges at byte …: (missing),(missing),(missing),(missing),(missing)"
    );
    assert_eq!(
        said("\"text\"", "\"text\""),
        "partial: 5 of 5 objects, 5 of 5 references and 4 of 8 names were read before the file ends in strings at byte …: ,(GC roots),Foo,text,(missing)"
    );
}

#[test]
fn a_partial_load_of_a_whole_file_is_an_ordinary_load() {
    for file in [good(), with("{\"snapshot\"", &format!("{{{STRINGS},\"snapshot\""))] {
        let load = |options| load_bytes_with("file", file.as_bytes(), &options, &Progress::new());
        let (whole, part) = (load(Options::default()).expect("good"), load(partly()).expect("good"));
        assert!(part.partial().is_none());
        assert_eq!(dump(whole.graph()), dump(part.graph()));
        assert_eq!(whole.warnings(), part.warnings());
    }
}
