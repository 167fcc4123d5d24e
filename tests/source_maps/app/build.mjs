// Builds the app with every bundler and kind of map: a folder below `out` for each, with `main.js` in it.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import terserPlugin from '@rollup/plugin-terser';
import { rollup } from 'rollup';
import { minify } from 'terser';
import ts from 'typescript';
import { build as vite } from 'vite';
import webpack from 'webpack';

const root = path.dirname(fileURLToPath(import.meta.url));
const out = (...parts) => path.join(root, 'out', ...parts);
const sources = ['main.ts', 'cache.ts', 'events.ts'].map((name) => path.join(root, 'src', name));

async function withEsbuild(name, options) {
  await esbuild.build({
    entryPoints: [sources[0]],
    bundle: true,
    platform: 'node',
    outfile: out(name, 'main.js'),
    logLevel: 'error',
    ...options,
  });
}

/** Compiles into one file per module. */
function withTsc(name, options) {
  const program = ts.createProgram(sources, {
    outDir: out(name),
    rootDir: path.join(root, 'src'),
    sourceMap: true,
    strict: false,
    noEmitOnError: false,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    ...options,
  });
  program.emit();
}

function withWebpack(name, entry, devtool, mode = 'production') {
  const configuration = {
    mode,
    devtool,
    entry,
    target: 'node',
    context: root,
    externalsPresets: { node: true },
    output: { path: out(name), filename: 'main.js' },
  };
  return new Promise((resolve, reject) => {
    webpack(configuration, (error, stats) => {
      if (error || stats.hasErrors()) reject(error ?? new Error(stats.toString('errors-only')));
      else resolve();
    });
  });
}

/** TypeScript with import statements, as bundlers want it. */
function toModules() {
  const text = fs.readFileSync(sources[0], 'utf8').replace("import v8 = require('node:v8')", "import v8 from 'node:v8'");
  fs.mkdirSync(out('modules'), { recursive: true });
  fs.mkdirSync(out('modules-ts'), { recursive: true });
  fs.writeFileSync(out('modules-ts', 'main.ts'), text);
  for (const file of sources.slice(1)) fs.copyFileSync(file, out('modules-ts', path.basename(file)));
  for (const name of ['main', 'cache', 'events']) {
    const file = out('modules-ts', `${name}.ts`);
    const { outputText, sourceMapText } = ts.transpileModule(fs.readFileSync(file, 'utf8'), {
      fileName: file,
      compilerOptions: { sourceMap: true, inlineSources: true, target: 'ES2022', module: 'ES2022', esModuleInterop: true },
    });
    const map = { ...JSON.parse(sourceMapText), sources: [`../modules-ts/${name}.ts`] };
    fs.writeFileSync(out('modules', `${name}.js`), outputText.replace(/from '(\.\/\w+)'/g, "from '$1.js'"));
    fs.writeFileSync(out('modules', `${name}.js.map`), JSON.stringify(map));
  }
}

async function withRollup(name, plugins) {
  const external = ['node:v8'];
  const bundle = await rollup({ input: out('modules', 'main.js'), external, plugins });
  await bundle.write({ file: out(name, 'main.js'), format: 'cjs', sourcemap: true });
}

async function withVite(name, options) {
  await vite({
    root,
    logLevel: 'error',
    configFile: false,
    build: {
      ssr: out('modules-ts', 'main.ts'),
      outDir: out(name),
      sourcemap: true,
      minify: 'esbuild',
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'main.js' } },
      ...options,
    },
  });
}

/** Minifies what tsc made: its map stays a map of its own, so that two lie on the way back. */
async function withTerser(name, from, options) {
  const text = fs.readFileSync(out(from, 'main.js'), 'utf8').replace(/\/\/# sourceMappingURL=.*/, '');
  const { code, map } = await minify({ [`../${from}/main.js`]: text }, { ...options, sourceMap: { url: 'main.js.map' } });
  fs.mkdirSync(out(name), { recursive: true });
  fs.writeFileSync(out(name, 'main.js'), code);
  fs.writeFileSync(out(name, 'main.js.map'), map);
}

/** The map of another build in two sections, and the text with `\r\n` and a byte order mark. */
function asIndex(name, from) {
  const map = JSON.parse(fs.readFileSync(out(from, 'main.js.map'), 'utf8'));
  const lines = map.mappings.split(';');
  const half = lines.length >> 1;
  const empty = { ...map, mappings: lines.slice(0, half).join(';') };
  const rest = { ...map, mappings: rebased(map.mappings, half) };
  const index = {
    version: 3,
    sections: [
      { offset: { line: 0, column: 0 }, map: empty },
      { offset: { line: half, column: 0 }, map: rest },
    ],
  };
  fs.mkdirSync(out(name), { recursive: true });
  const text = fs.readFileSync(out(from, 'main.js'), 'utf8');
  fs.writeFileSync(out(name, 'main.js'), `\ufeff${text.replaceAll('\n', '\r\n')}`);
  fs.writeFileSync(out(name, 'main.js.map'), JSON.stringify(index));
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function numbers(text) {
  const found = [];
  let value = 0;
  let shift = 0;
  for (const letter of text) {
    const digit = DIGITS.indexOf(letter);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit < 32) {
      found.push(value & 1 ? -(value >> 1) : value >> 1);
      value = shift = 0;
    }
  }
  return found;
}

function text(values) {
  let made = '';
  for (const number of values) {
    let rest = number < 0 ? (-number << 1) | 1 : number << 1;
    do {
      made += DIGITS[(rest & 31) | (rest > 31 ? 32 : 0)];
      rest >>>= 5;
    } while (rest > 0);
  }
  return made;
}

/** The lines from `first` on, with their numbers counted from zero again. */
function rebased(mappings, first) {
  const lines = mappings.split(';').map((line) => line.split(',').filter(Boolean).map(numbers));
  const sums = [0, 0, 0, 0];
  for (const segment of lines.slice(0, first).flat()) segment.slice(1).forEach((value, at) => (sums[at] += value));
  const pending = sums.map((value) => value);
  const made = lines.slice(first).map((line) =>
    line.map((segment) => text(segment.map((value, at) => {
      if (at === 0) return value;
      const added = pending[at - 1];
      pending[at - 1] = 0;
      return value + added;
    }))).join(','));
  return made.join(';');
}

fs.rmSync(out(), { recursive: true, force: true });
const plain = { sourcemap: true };
await withEsbuild('esbuild', plain);
await withEsbuild('esbuild-minified', { ...plain, minify: true });
await withEsbuild('esbuild-inline', { minify: true, sourcemap: 'inline' });
await withEsbuild('esbuild-external', { minify: true, sourcemap: 'external' });
await withEsbuild('esbuild-without-texts', { ...plain, minify: true, sourcesContent: false });
await withEsbuild('esbuild-shebang', { ...plain, banner: { js: '#!/usr/bin/env node' } });
await withEsbuild('esbuild-es2015', { ...plain, minify: true, target: 'es2017' });
asIndex('index-map', 'esbuild');
withTsc('tsc', {});
withTsc('tsc-with-texts', { inlineSources: true });
withTsc('tsc-es2015', { target: ts.ScriptTarget.ES2015, inlineSources: true });
withTsc('tsc-one-file-inline', { inlineSourceMap: true, sourceMap: false, inlineSources: true });
toModules();
await withWebpack('webpack', out('modules', 'main.js'), 'source-map');
await withWebpack('webpack-hidden', out('modules', 'main.js'), 'hidden-source-map');
await withWebpack('webpack-development', out('modules', 'main.js'), 'source-map', 'development');
await withWebpack('webpack-inline', out('modules', 'main.js'), 'inline-source-map');
await withRollup('rollup', []);
await withRollup('rollup-terser', [terserPlugin({ module: false })]);
await withVite('vite', {});
await withVite('vite-terser', { minify: 'terser' });
await withTerser('terser-of-tsc', 'tsc-with-texts', { compress: true, mangle: true });
await withTerser('terser-toplevel', 'tsc-with-texts', { toplevel: true, compress: { passes: 2 }, mangle: { toplevel: true } });
for (const name of ['terser-of-tsc', 'terser-toplevel']) {
  for (const file of ['cache.js', 'events.js', 'cache.js.map', 'events.js.map']) {
    fs.copyFileSync(out('tsc-with-texts', file), out(name, file));
  }
}
