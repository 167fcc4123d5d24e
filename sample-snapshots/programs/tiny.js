'use strict';
// The smallest snapshot worth opening, written by hand: a cache that keeps two users alive.
//
//   (GC roots) ── Window ─┬─ cache ── Cache ── users ── Array ─┬─ 0 ── User Ada ── best friend ── Bob
//                         │                                    └─ 1 ── User Bob
//                         ├─ latest ── Bob
//                         └─ greet ── closure ── context ── greeting
//
// So Ada lives by the cache alone, and Bob would outlive both the cache and Ada.
// Shallow sizes are round numbers, so that retained sizes can be added up in the head.
const nodes = [
  // type, name, id, self size, [edge type, name or index, target id]...
  ['synthetic', '', 1, 0, ['element', 1, 3], ['shortcut', 'window', 5]],
  ['synthetic', '(GC roots)', 3, 0, ['element', 1, 5]],
  ['object', 'Window', 5, 100, ['property', 'cache', 7], ['property', 'latest', 13], ['property', 'greet', 21]],
  ['object', 'Cache', 7, 20, ['property', 'users', 9], ['property', 'hits', 25]],
  ['object', 'Array', 9, 16, ['internal', 'elements', 11], ['element', 0, 15], ['element', 1, 13]],
  ['array', '(object elements)', 11, 24, ['internal', '0', 15], ['internal', '1', 13]],
  ['object', 'User', 13, 40, ['property', 'name', 17]],
  ['object', 'User', 15, 40, ['property', 'name', 19], ['property', 'best friend', 13]],
  ['string', 'Bob', 17, 10],
  ['string', 'Ada', 19, 10],
  ['closure', 'greet', 21, 30, ['internal', 'context', 23], ['weak', 'last greeted', 15]],
  ['object', 'system / Context', 23, 50, ['context', 'greeting', 27]],
  ['number', 'heap number', 25, 12, ['internal', 'value', 29]],
  ['string', 'Hello, "world" 👋', 27, 60],
  ['string', '0.5', 29, 0],
];

const NODE_TYPES = ['hidden', 'array', 'string', 'object', 'code', 'closure', 'regexp', 'number', 'native', 'synthetic',
  'concatenated string', 'sliced string', 'symbol', 'bigint', 'object shape'];
const EDGE_TYPES = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'];
const NODE_FIELDS = ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id', 'detachedness'];
const EDGE_FIELDS = ['type', 'name_or_index', 'to_node'];
const LOCATION_FIELDS = ['object_index', 'script_id', 'line', 'column'];
const greetIsAt = [[21, 1, 3, 16]];           // object id, script, line, column

exports.text = () => {
  const strings = ['<dummy>'];
  const string = text => (strings.includes(text) ? strings.indexOf(text) : strings.push(text) - 1);
  const place = id => nodes.findIndex(node => node[2] === id) * NODE_FIELDS.length;
  const nodeLines = nodes.map(([type, name, id, size, ...edges]) =>
    [NODE_TYPES.indexOf(type), string(name), id, size, edges.length, 0, 0].join(','));
  const edgeLines = nodes.flatMap(node => node.slice(4)).map(([type, name, target]) =>
    [EDGE_TYPES.indexOf(type), typeof name === 'number' ? name : string(name), place(target)].join(','));
  const meta = {
    node_fields: NODE_FIELDS,
    node_types: [NODE_TYPES, 'string', 'number', 'number', 'number', 'number', 'number'],
    edge_fields: EDGE_FIELDS,
    edge_types: [EDGE_TYPES, 'string_or_number', 'node'],
    trace_function_info_fields: ['function_id', 'name', 'script_name', 'script_id', 'line', 'column'],
    trace_node_fields: ['id', 'function_info_index', 'count', 'size', 'children'],
    sample_fields: ['timestamp_us', 'last_assigned_id'],
    location_fields: LOCATION_FIELDS,
  };
  const header = Object.entries(meta).map(([key, value]) => `  ${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',\n');
  const locations = greetIsAt.map(([id, ...where]) => [place(id), ...where].join(','));
  return `{"snapshot":{"meta":{
${header}},
 "node_count":${nodeLines.length},
 "edge_count":${edgeLines.length},
 "trace_function_count":0},
"nodes":[${nodeLines.join('\n,')}],
"edges":[${edgeLines.join('\n,')}],
"trace_function_infos":[],
"trace_tree":[],
"samples":[],
"locations":[${locations.join('\n,')}],
"strings":[${strings.map(text => JSON.stringify(text)).join(',\n')}]}
`;
};
