//! What `--help` says of commands whose JSON has fields of its own: every field, what it counts and when it
//! is `null`. Numbers are bytes or counts; `file` and `snapshot` are as in the other answers.

/// Of `heaplens growth`.
pub const GROWTH: &str = "\
Print which containers grew between two snapshots of one process, and where every byte belongs.

Fields of --json:
  baseline, current  file, snapshot
  sizes              chrome or raw
  is_one_process     if false, ids do not match and there are no rows
  delta              bytes by which the heap grew
  gross              bytes of all that grew: what shares are of
  rows               the most growth first: owner, path (both as JavaScript), place, kind, id,
                     entries_before, entries_after, bytes_before, bytes_after, growth,
                     bytes_per_entry, share (0 to 1), new_entries (class, count, retained,
                     example)
  rest               delta less the rows
  attribution        a tree in preorder: depth, owner, id, growth, share; the lines of depth
                     n + 1 below one of depth n add up to it, and the first line is delta";

/// Of `heaplens suspects`.
pub const SUSPECTS: &str = "\
Print what holds a tenth of the heap or more; with a baseline, who has a tenth of the growth or
more, if the heap grew by a hundredth.

Fields of --json:
  baseline           file, snapshot; null without one
  current            file, snapshot
  sizes              chrome or raw
  verdict            a sentence
  suspects           the gravest first: owner, path (both as JavaScript), claim (a sentence),
                     facts (sentences), id, bytes (held, or grown by), share (of the heap, or
                     of all growth)";

/// Of `heaplens trend`.
pub const TREND: &str = "\
Print how constructors and containers went through several snapshots of one process, the steepest
first; of three and more also what was allocated between the first two and is still there in the
last.

Fields of --json:
  snapshots          file, snapshot, in order
  sizes              chrome or raw
  is_one_process     if false, containers are followed by path and script into other processes
  processes          the process of each snapshot, from 1
  note               a sentence; null for one process
  containers         name (as JavaScript), id, counts (entries in each snapshot, null where that
                     cannot be told), bytes (retained, in each), slope (bytes per step),
                     steadiness (the part of the steps that go up)
  classes            name, id (null), counts (objects in each), bytes (shallow, in each), slope,
                     steadiness
  kept               class, count, shallow, retained";
