import test from 'ava'

import {dependencyFile, readDependencies} from '../../../src/parity/dependencies/dependencies.ts'
import {treeOf} from '../../../src/parity/image/tree.ts'
import {mutationsOf} from '../mutations.ts'
import {reducedTo} from '../reductions.ts'
import {goProgram} from '../runtimes/go/programs.ts'
import {pom, zipOf} from './java/zips.ts'

const jar = zipOf({
  ...pom('org.x', 'a', '1.0'),
  'META-INF/MANIFEST.MF': 'Implementation-Title: x\nImplementation-Version: 1\n',
  'lib/b-2.0.jar': {content: zipOf({...pom('org.y', 'b', '2.0')}), stored: true},
  'lib/c-3.0.jar': zipOf({'X.class': 'x'}),
})

const files: Readonly<Record<string, Buffer | string>> = {
  '/node_modules/a/package.json': '{"name": "a", "version": "1.0.0", "dependencies": {"b": "^1"}}',
  '/package-lock.json':
    '{"packages": {"": {"version": "1"}, "node_modules/a": {"version": "1.0.0"}, "node_modules/@b/c": {"version": "2"}}}',
  '/npm-shrinkwrap.json': '{"dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": {"version": "2"}}}}}',
  '/yarn.lock': '"@a/b@^1", "@a/b@^2":\n  version "1.0.0"\n\nc@1:\n  version: 2.0.0\n',
  '/pnpm-lock.yaml': "packages:\n\n  '@a/b@1.0.0(c@1.0.0)':\n    x: y\n\n  /d/1.0.0_e@2.0.0: {}\n",
  '/x.dist-info/METADATA': 'Metadata-Version: 2.1\nName: Flask\nVersion: 3.0.0\n\ntext\n',
  '/requirements.txt': 'flask==3.0.0\nuvicorn[standard] == 0.30.1 ; python_version >= "3.9" \\\n  --hash=sha256:x\n',
  '/uv.lock':
    '[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "x" }\n\n[[package]]\nname = "b"\nversion = "2"\n',
  '/Pipfile.lock': '{"_meta": {}, "default": {"Flask": {"version": "==3.0.0"}}}',
  '/Gemfile.lock': 'GEM\n  remote: https://x/\n  specs:\n    a (1.0.0-x86_64-linux)\n      b (~> 1)\n    b (1.0)\n',
  '/go.mod': 'module x\n\nrequire a v1\n\nrequire (\n\tb v2 // indirect\n)\n\nreplace b => ./b\nreplace a v1 => c v3\n',
  '/go.sum': 'a v1 h1:x=\na v1/go.mod h1:y=\n',
  '/bin/app': goProgram({text: 'mod\tx\tv1\t\ndep\ta\tv1\th1:x=\n=>\tb\tv2\t\n'}),
  '/a.jar': jar,
  '/gradle.lockfile': '# x\norg.x:a:1.0=compileClasspath\nempty=\n',
}

/** The dependencies of an image of that one file. */
const namesOf = (path: string, value: unknown): readonly {name: string; version: string}[] => {
  const fact = {path, kind: 'file', mode: 0o644, uid: 0, gid: 0, size: 1} as const
  const tree = treeOf([{steps: [{does: 'put', fact}]}])
  const content = () => (value === undefined ? undefined : Buffer.from(JSON.stringify(value)))
  return readDependencies({tree, content}).dependencies
}

for (const [path, content] of Object.entries(files))
  test(`whatever is changed in ${path}, names are read from it, or it is a problem`, (t) => {
    t.true(namesOf(path, reducedTo(dependencyFile(path), content)).length > 0)
    const started = performance.now()
    for (const {changed, pieces} of mutationsOf(Buffer.from(content), 300))
      for (const {name, version} of namesOf(path, reducedTo(dependencyFile(path), changed, pieces))) {
        t.regex(name, /^\S{1,256}$/)
        t.regex(version, /^\S{1,256}$/)
      }
    t.true(performance.now() - started < 20_000)
  })

/** What a reader by expressions, or one that calls itself, would take very long over or break on. */
const hostile: Readonly<Record<string, (size: number) => string>> = {
  blanks: (size) => ' '.repeat(size),
  'a name and blanks in each line': (size) => `a${' '.repeat(4000)}\n`.repeat(size / 4002),
  brackets: (size) => 'a['.repeat(size / 2),
  'nested arrays': (size) => '['.repeat(size),
  'nested objects': (size) => '{"dependencies":{"a":'.repeat(size / 21),
  'nested objects to their end': (size) => `${'{"dependencies":{"a":'.repeat(size / 24)}0${'}}'.repeat(size / 24)}`,
  quotes: (size) => '"'.repeat(size),
  'at signs': (size) => '  @'.repeat(size / 3),
  'empty lines': (size) => '\n'.repeat(size),
  'keys in lines': (size) => "packages:\n  'a':\n[[package]]\nname = ".repeat(size / 40),
  parentheses: (size) => '  specs:\n    (('.repeat(size / 15),
  'replacements of everything': (size) => 'replace a => b\nrequire a v1\n'.repeat(size / 28),
}

for (const [name, contentOf] of Object.entries(hostile))
  test(`files of a megabyte of ${name} are read in little time`, (t) => {
    const content = contentOf(1024 * 1024 - 100)
    for (const path of Object.keys(files)) {
      const started = performance.now()
      namesOf(path, reducedTo(dependencyFile(path), content, 65_536))
      const took = performance.now() - started
      t.true(took < 3000, `${path}: ${Math.round(took)} ms`)
    }
  })
