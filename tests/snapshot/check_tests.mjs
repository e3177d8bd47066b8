// Tells what the vendor's importer finds in directories.
// Usage: node check_tests.mjs PACKAGE; a directory a line on standard input, JSON a line as answer.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';

const require = createRequire(path.join(path.resolve(process.argv[2]), 'package.json'));
const Analyzer = require('./src/analyzer');
const { updateIdsMarkdown } = require('./src/updateIds/updateIds-markdown');
const PATTERN = '**/*.test.md';

// Every heading that the part which writes IDs into files looks up: it asks for each by its name.
function headings(directory) {
  const found = { suites: [], tests: [] };
  const asked = names => new Proxy({}, { get: (_, name) => void names.push(name) });
  const map = { suites: asked(found.suites), tests: asked(found.tests) };
  updateIdsMarkdown(map, directory, { pattern: PATTERN });
  return found;
}

// The server takes the text from the file: all after the heading, up to the next marker.
function body(directory, test) {
  const lines = readFileSync(path.join(directory, test.file), 'utf8').split('\n').slice(test.line);
  const marker = /^<!-- (test|suite)/;
  const end = lines.findIndex(line => marker.test(line.trim()));
  return lines.slice(0, end < 0 ? lines.length : end).join('\n');
}

for await (const directory of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const analyzer = new Analyzer('manual', directory);
    analyzer.analyze(PATTERN);
    const tests = analyzer.getDecorator().getTests();
    answer = { tests: tests.map(test => ({ ...test, body: body(directory, test) })), headings: headings(directory) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
