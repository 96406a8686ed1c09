import test from 'ava'

import {facts, testProject, written} from './project.ts'

const server = 'createServer(answer).listen(Number(process.env.PORT ?? 4321))\n'
const lock = {'package-lock.json': {lockfileVersion: 3}}

test('a start script of plain words is run without a shell or npm in between', async (t) => {
  await using project = await testProject({
    'package.json': {scripts: {start: 'NODE_ENV=production node --enable-source-maps server.js'}},
    'server.js': server,
    ...lock,
  })
  const result = await project.init({dryRun: true})
  t.deepEqual(facts(result), [
    'language: Node.js 24 (package.json)',
    'package manager: npm (package-lock.json)',
    'start: node --enable-source-maps server.js (package.json)',
    'port: 4321 (server.js:1)',
  ])
  const dockerfile = written(result, 'Dockerfile')
  t.regex(dockerfile, /^CMD \["node","--enable-source-maps","server\.js"\]$/m)
  t.regex(dockerfile, /^EXPOSE 4321$/m)
  t.regex(dockerfile, /npm ci .*--omit=dev/)
  t.notRegex(dockerfile, /npm run build/)
})

test('a start script that needs a shell is left to npm, and said so', async (t) => {
  await using project = await testProject({
    'package.json': {scripts: {start: 'node migrate.js && node server.js'}},
    ...lock,
  })
  const result = await project.init({dryRun: true})
  t.regex(written(result, 'Dockerfile'), /^CMD \["npm","start"\]$/m)
  t.true(result.notes.some((note) => note.includes('npm starts it')))
})

test('watchers are left out: what a container holds never changes', async (t) => {
  for (const [script, command] of [
    ['nodemon server.js', '["node","server.js"]'],
    ['node --watch server.js', '["node","server.js"]'],
    ['tsx watch src/index.ts', '["tsx","src/index.ts"]'],
  ]) {
    await using project = await testProject({
      'package.json': {scripts: {start: script}, dependencies: {tsx: '4'}},
      ...lock,
    })
    t.true(written(await project.init({dryRun: true}), 'Dockerfile').endsWith(`CMD ${command}\n`), script)
  }
})

test('a TypeScript build is a stage of its own whose tools stay out of the image', async (t) => {
  await using project = await testProject({
    'package.json': {scripts: {build: 'tsc', start: 'node dist/server.js'}, devDependencies: {typescript: '7'}},
    'src/server.ts': 'app.listen(8123)\n',
    'tsconfig.json': '{}',
    ...lock,
  })
  const result = await project.init({dryRun: true})
  const dockerfile = written(result, 'Dockerfile')
  t.true(facts(result).includes('port: 8123 (src/server.ts:1)'))
  t.regex(dockerfile, /FROM \$\{BASE_IMAGE\} AS build\n/)
  t.regex(dockerfile, /npm run build/)
  t.regex(dockerfile, /^COPY --from=dependencies \/app\/node_modules/m)
  t.regex(written(result, '.dockerignore'), /^dist$/m)
})

test('a tool of the start script among the development dependencies keeps those in the image', async (t) => {
  await using project = await testProject({
    'package.json': {scripts: {start: 'tsx server.ts'}, devDependencies: {tsx: '4'}},
    ...lock,
  })
  const result = await project.init({dryRun: true})
  t.notRegex(written(result, 'Dockerfile'), /--omit=dev/)
  t.true(result.notes.some((note) => note.startsWith('tsx is a development dependency')))
})

test('without a start script the entry is main, else the first usual name that is there', async (t) => {
  await using withMain = await testProject({
    'package.json': {main: 'lib/serve.js'},
    'lib/serve.js': server,
    'server.js': '',
  })
  t.true(facts(await withMain.init({dryRun: true})).includes('start: node lib/serve.js (package.json)'))
  await using withoutMain = await testProject({'package.json': {main: 'index.js'}, 'src/app.mjs': server})
  t.true(facts(await withoutMain.init({dryRun: true})).includes('start: node src/app.mjs (src/app.mjs)'))
})

test('the lockfile, or the packageManager field before it, names the package manager', async (t) => {
  const start = {scripts: {start: 'node server.js'}}
  const cases = [
    [{'package.json': start}, /RUN .*\n +npm install --no-audit/],
    [
      {'package.json': start, 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n"},
      /pnpm@10 && pnpm install --frozen-lockfile/,
    ],
    [{'package.json': start, 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n"}, /pnpm@8 /],
    [{'package.json': {...start, packageManager: 'pnpm@9.1.2+sha512.abc'}, 'pnpm-lock.yaml': ''}, /pnpm@9\.1\.2 /],
    [{'package.json': start, 'yarn.lock': '# yarn lockfile v1\n'}, /yarn install --frozen-lockfile .*--production\b/],
    [
      {'package.json': start, 'yarn.lock': '__metadata:\n  version: 8\n'},
      /cli-dist@4 .*yarn workspaces focus --all --production/,
    ],
    [
      {'package.json': {...start, packageManager: 'yarn@4.5.0'}, 'yarn.lock': '', 'package-lock.json': '{}'},
      /cli-dist@4\.5\.0/,
    ],
  ] as const
  for (const [files, expected] of cases) {
    await using project = await testProject(files)
    t.regex(written(await project.init({dryRun: true}), 'Dockerfile'), expected)
  }
})

test('a missing lockfile is said', async (t) => {
  await using project = await testProject({'package.json': {scripts: {start: 'node server.js'}}})
  const {notes} = await project.init({dryRun: true})
  t.true(notes.some((note) => note.startsWith('There is no lockfile')))
})

test('the version of Node is the one that the project asks for', async (t) => {
  const cases = [
    [{engines: {node: '>=18'}}, {}, 24],
    [{engines: {node: '^20.1'}}, {}, 20],
    [{engines: {node: '22.x'}}, {}, 22],
    [{}, {'.nvmrc': 'v22.3.0\n'}, 22],
    [{}, {'.nvmrc': 'lts/*\n'}, 24],
  ] as const
  for (const [manifest, files, major] of cases) {
    await using project = await testProject({'package.json': {...manifest, main: 'a.js'}, 'a.js': '', ...files})
    t.regex(
      written(await project.init({dryRun: true}), 'Dockerfile'),
      new RegExp(`^ARG BASE_IMAGE=node:${major}-slim$`, 'm'),
    )
  }
})

test('a token in .npmrc stays out of the image; settings in it go along', async (t) => {
  const manifest = {'package.json': {scripts: {start: 'node server.js'}}, ...lock}
  await using secret = await testProject({...manifest, '.npmrc': '//registry.example/:_authToken=abc123\n'})
  const kept = await secret.init({dryRun: true})
  t.notRegex(written(kept, 'Dockerfile'), /npmrc/)
  t.regex(written(kept, '.dockerignore'), /^\.npmrc$/m)
  await using harmless = await testProject({
    ...manifest,
    '.npmrc': 'legacy-peer-deps=true\n//registry.example/:_authToken=${TOKEN}\n',
  })
  const copied = await harmless.init({dryRun: true})
  t.regex(written(copied, 'Dockerfile'), /^COPY package\.json package-lock\.json \.npmrc \.\/$/m)
  t.notRegex(written(copied, '.dockerignore'), /^\.npmrc$/m)
})

test('workspaces are all there before they are installed', async (t) => {
  await using project = await testProject({
    'package.json': {workspaces: ['packages/*'], scripts: {start: 'node packages/api/server.js'}},
    'packages/api/package.json': {name: 'api'},
    'packages/api/server.js': server,
    ...lock,
  })
  const result = await project.init({dryRun: true})
  t.regex(written(result, 'Dockerfile'), /COPY \. \.\nRUN .*\n +npm ci/)
  t.true(facts(result).includes('port: 4321 (packages/api/server.js:1)'))
})

test('a monorepo without a start script is told to name one of its packages', async (t) => {
  await using project = await testProject({'package.json': {workspaces: ['apps/*']}, 'apps/web/package.json': {}})
  const error = await t.throwsAsync(project.init(), {message: /workspaces \(apps\/\*\)/})
  t.like(error, {code: 'LANGUAGE_UNKNOWN'})
  t.deepEqual(await project.names(), ['apps', 'package.json'])
})

test('a package.json that is not JSON is named', async (t) => {
  await using project = await testProject({'package.json': '{"scripts": }'})
  t.like(await t.throwsAsync(project.init(), {message: /^package\.json is not valid JSON/}), {code: 'CONFIG_INVALID'})
})

test('odd values in package.json are passed over', async (t) => {
  await using project = await testProject({
    'package.json': {name: 7, scripts: [], engines: 'x', main: {}},
    'index.js': '',
  })
  t.is((await project.init({dryRun: true})).project, 'my-shop')
})
