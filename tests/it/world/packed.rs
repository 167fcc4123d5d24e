//! Compressed files and archives, whole, cut short, and made to fill the memory.

use std::io::Write as _;

use heaplens::base::Progress;
use heaplens::graph::GraphBuilder;
use heaplens::snapshot::{Options, load, load_partial, load_with};

use super::{good, gzip, read, said, saved, zstd};

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        let method = if content.len() > 100 {
            zip::CompressionMethod::Deflated
        } else {
            zip::CompressionMethod::Stored
        };
        let options = zip::write::SimpleFileOptions::default().compression_method(method);
        archive.start_file(*name, options).expect("writing to memory");
        archive.write_all(content).expect("writing to memory");
    }
    archive.finish().expect("writing to memory").into_inner()
}

#[test]
fn compressed_files_are_told_by_their_first_bytes() {
    let good = good();
    loads_from_disk(&good);
    loads_from_disk(&gzip(&good));
    loads_from_disk(&zstd(&good));
    let (one, two) = good.split_at(500);
    loads_from_disk(&[gzip(one), gzip(two)].concat());
}

#[track_caller]
fn loads_from_disk(bytes: &[u8]) {
    let (_folder, path) = saved("any-name", bytes);
    let snapshot = load(&path, &Progress::new(), |_| {}).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(snapshot.total_size(), 100);
    assert_eq!(snapshot.source().bytes, bytes.len() as u64);
}

#[test]
fn a_compressed_file_cut_short_is_refused() {
    for compressed in [gzip(&good()), zstd(&good())] {
        for length in [5, 40, compressed.len() / 2, compressed.len() - 1] {
            let (_folder, path) = saved("any-name", &compressed[..length]);
            let error = load(&path, &Progress::new(), |_| {}).err().map(|error| error.to_string());
            let error = error.unwrap_or_else(|| panic!("loads with {length} of {}", compressed.len()));
            let begins = ["cannot read the file: ", "cannot decompress the file: ", "cut short: "];
            assert!(begins.iter().any(|begin| error.starts_with(begin)), "{length}: {error}");
        }
    }
}

#[test]
fn frames_of_zstd_follow_each_other() {
    let good = good();
    let (one, two) = good.split_at(300);
    let skipped = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    assert_eq!(said(&[zstd(one), skipped.to_vec(), zstd(two)].concat()), "100 bytes");
}

#[test]
fn a_compressed_file_cut_short_is_offered_in_part() {
    let good: Vec<u8> = {
        let mut heap = GraphBuilder::new();
        for at in 0..20_000_u64 {
            heap.node("object", &format!("Thing {}", at * at % 977), at % 90);
        }
        heap.to_json().into_bytes()
    };
    let packed = gzip(&good);
    let (_folder, path) = saved("file", &packed[..packed.len() * 3 / 4]);
    let error = read(&path).err().expect("cut short");
    assert!(error.opens_partly(), "{error}");
    let snapshot = load_partial(&path, &Progress::new(), |_| {}).unwrap_or_else(|error| panic!("{error}"));
    let partial = snapshot.partial().expect("not all there");
    assert!(partial.nodes > 1000 && partial.nodes < 20_001, "{partial:?}");
}

#[test]
fn an_archive_of_one_snapshot_is_opened() {
    let good = good();
    let packed = gzip(&good);
    let opens = |files: &[(&str, &[u8])]| assert_eq!(said(&zip(files)), "100 bytes", "{:?}", files[0].0);
    opens(&[("a.heapsnapshot", &good)]);
    opens(&[("any name", &good)]);
    opens(&[("logs/a.heaptimeline", &good), ("__MACOSX/logs/._a.heaptimeline", b"x"), ("notes.txt", b"x")]);
    opens(&[("a.heapsnapshot.gz", &packed)]);
}

#[test]
fn an_archive_of_anything_else_is_explained() {
    let good = good();
    let whole = zip(&[("a.heapsnapshot", &good)]);
    let mut damaged = whole.clone();
    damaged[100] ^= 0x55;
    for (what, bytes, expected) in [
        (
            "two",
            zip(&[("a.heapsnapshot", &good), ("b\n.heapsnapshot", &good)]),
            "cannot open the zip archive: it holds 2 files, such as \"a.heapsnapshot\" and \"b\\n.heapsnapshot\": extract the one to open",
        ),
        (
            "no snapshot, two files",
            zip(&[("a", b"x"), ("b", b"y")]),
            "cannot open the zip archive: it holds 2 files, such as",
        ),
        (
            "zip in zip",
            zip(&[("a.zip", &whole)]),
            "cannot open the zip archive: it holds another zip archive: extract that first",
        ),
        (
            "cut short",
            whole[..whole.len() / 2].to_vec(),
            "cannot open the zip archive: its list of files at the end is missing or damaged: fetch or copy it again",
        ),
        ("text", zip(&[("a.txt", b"hello")]), "not a V8 heap snapshot: it begins with 'h'"),
    ] {
        let said = said(&bytes);
        assert!(said.starts_with(expected), "{what}\n  expected: {expected}\n  found:    {said}");
    }
    let said = said(&damaged);
    assert!(said.contains("damaged") || said.contains("cannot"), "{said}");
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let blanks = [b"{\"snapshot\":".to_vec(), vec![b' '; 4 << 20]].concat();
    for bomb in [gzip(&blanks), zstd(&blanks), zip(&[("a.heapsnapshot", &blanks)])] {
        let (_folder, path) = saved("bomb", &bomb);
        let limited = |limit| {
            let options = Options { max_decompressed: Some(limit), ..Options::default() };
            load_with(&path, &options, &Progress::new(), |_| {}).err().expect("no snapshot").sentence()
        };
        let said = limited(1 << 20);
        assert!(said.starts_with("too large: decompressed, the file has more than 1.0 MB"), "{said}");
        assert!(limited(5 << 20).starts_with("cut short: "), "{}", limited(5 << 20));
    }
}
