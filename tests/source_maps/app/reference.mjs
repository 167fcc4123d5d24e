// What the reference library says of each place: reads `[{map, line, column}]`, lines and columns from 1.
import fs from 'node:fs';
import path from 'node:path';
import { AnyMap, GREATEST_LOWER_BOUND, LEAST_UPPER_BOUND, originalPositionFor } from '@jridgewell/trace-mapping';

const maps = new Map();

/** The map at a path, or inline in the text beside it. */
function mapAt(file) {
  if (!maps.has(file)) {
    let json = null;
    if (fs.existsSync(file)) json = fs.readFileSync(file, 'utf8');
    else if (fs.existsSync(file.replace(/\.map$/, ''))) {
      const text = fs.readFileSync(file.replace(/\.map$/, ''), 'utf8');
      const inline = text.match(/sourceMappingURL=data:application\/json[^,]*;base64,(\S+)\s*$/);
      if (inline) json = Buffer.from(inline[1], 'base64').toString('utf8');
    }
    maps.set(file, json === null ? null : new AnyMap(JSON.parse(json)));
  }
  return maps.get(file);
}

function original(file, line, column, isFurther = false) {
  const map = mapAt(file);
  if (!map) return null;
  let found = originalPositionFor(map, { line, column: column - 1, bias: GREATEST_LOWER_BOUND });
  // Bundlers point at the beginning of a line that the map before begins behind its indentation.
  if (found.source === null && isFurther) {
    found = originalPositionFor(map, { line, column: column - 1, bias: LEAST_UPPER_BOUND });
  }
  if (found.source === null) return null;
  // A source that was made itself has its map beside it.
  const inProject = found.source.match(/^webpack:\/\/[^/]*\/(.*)$/);
  const beside = inProject ? path.resolve(inProject[1]) : path.resolve(path.dirname(file), found.source);
  const further = /\.m?js$/.test(beside) ? original(`${beside}.map`, found.line, found.column + 1, true) : null;
  return further ?? { url: found.source, line: found.line, column: found.column + 1 };
}

const places = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
process.stdout.write(JSON.stringify(places.map(({ map, line, column }) => original(map, line, column))));
