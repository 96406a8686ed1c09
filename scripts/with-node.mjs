#!/usr/bin/env node
// node scripts/with-node.mjs <command> [args…]: makes a fresh clone ready, then runs the command under a new enough Node. No dependencies; any Node >= 14.8.
import {spawn, spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const toolchain = path.join(root, 'toolchain') // package.json + package-lock.json with one optional Node per platform; never published
const read = (...p) => JSON.parse(readFileSync(path.join(...p), 'utf8'))
const fail = (message) => {
  console.error(`imm: ${message}`)
  process.exit(1)
}
const newEnough = (version) => {
  // await using and AsyncDisposableStack are native from 24 on; 25 has reached its end
  const [major, minor] = version.split('.').map(Number)
  return major >= 26 || (major === 24 && minor >= 12)
}
const npmCi = (node, cwd, what) => {
  // the npm that started us, run by the given Node; its npm_config_* (global npmrc, cafile, prefix) stay in the environment
  const cli = /npm-cli\.c?js$/.test(process.env.npm_execpath || '') ? process.env.npm_execpath : undefined
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  const env = {...process.env, PATH: path.dirname(node) + path.delimiter + process.env.PATH}
  for (const key of Object.keys(env)) if (/^npm_(package|lifecycle)_/.test(key)) delete env[key]
  console.error(`imm: fetching ${what} (npm ci in ${cwd})`)
  const started = Date.now()
  const {status, stdout, stderr, error} = spawnSync(cli ? node : 'npm', cli ? [cli, ...args] : args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    shell: !cli && process.platform === 'win32',
  })
  // npm's warnings are about other people's packages: they matter only where it failed
  if (status === 0) console.error(`imm: done in ${((Date.now() - started) / 1000).toFixed(0)} s`)
  else console.error(`${stdout || ''}${stderr || ''}${error ? error.message : ''}`)
  return status === 0
}
const complete = (directory) => existsSync(path.join(directory, 'node_modules', '.package-lock.json')) // npm writes it last
const findNode = () => {
  const modules = path.join(toolchain, 'node_modules')
  const wanted = read(toolchain, 'package.json').optionalDependencies
  for (const name of complete(toolchain) ? readdirSync(modules) : []) {
    const {version, bin} = wanted[name] ? read(modules, name, 'package.json') : {}
    if (version && version === wanted[name] && existsSync(path.join(modules, name, bin.node)))
      return path.join(modules, name, bin.node)
  }
  return undefined
}
const installed = () => {
  // npm's own hidden lockfile says what is there; optional packages of other platforms are not
  if (!complete(root)) return false
  const have = read(root, 'node_modules', '.package-lock.json').packages
  return Object.entries(read(root, 'package-lock.json').packages).every(
    ([name, w]) =>
      !name || w.optional || w.devOptional || w.peer || w.link || (have[name] && have[name].version === w.version),
  )
}
const alive = (pid) => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}
const lock = path.join(root, '.imm', 'install.lock')
const abandoned = () => {
  try {
    if (existsSync(path.join(lock, 'pid'))) return !alive(Number(readFileSync(path.join(lock, 'pid'), 'utf8')))
    return Date.now() - statSync(lock).mtimeMs > 5000 // its holder died between the directory and the number in it
  } catch {
    return false // given back meanwhile
  }
}
// Two first runs in one clone: npm ci begins by removing node_modules, under the feet of the other.
const alone = (work) => {
  mkdirSync(path.dirname(lock), {recursive: true})
  for (let said = false; ;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (abandoned()) rmSync(lock, {recursive: true, force: true})
    else if (!said) said = !console.error('imm: waiting for another run that fetches the dependencies')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
  const release = () => rmSync(lock, {recursive: true, force: true})
  process.once('exit', release) // fail() ends the process past any finally
  writeFileSync(path.join(lock, 'pid'), String(process.pid))
  const result = work()
  release()
  process.removeListener('exit', release)
  return result
}
const ready = () => {
  const node = newEnough(process.versions.node) ? process.execPath : findNode()
  return node && installed() ? node : undefined
}
const makeReady = () => {
  const node = newEnough(process.versions.node)
    ? process.execPath
    : findNode() ||
      (npmCi(process.execPath, toolchain, `a Node newer than ${process.version}, for this clone alone`) && findNode())
  if (!node || spawnSync(node, ['-v']).status !== 0)
    fail(
      `needs Node.js 24.12+ or 26+; this is ${process.version} and none could be fetched for ${process.platform}-${process.arch} (glibc). See https://nodejs.org`,
    )
  if (!installed() && !npmCi(node, root, 'the dependencies')) fail('npm ci did not succeed')
  return node
}

const node = ready() || alone(makeReady)
const [command, ...args] = process.argv.slice(2)
const child = spawn(command === 'node' ? node : command, args, {
  stdio: 'inherit',
  shell: process.platform === 'win32' && command !== 'node',
  env: {
    ...process.env,
    NODE: node,
    npm_node_execpath: node,
    PATH: [path.dirname(node), path.join(root, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter),
  },
})
process.on('SIGINT', () => {}) // ^C reaches the whole foreground group: the child decides
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => fail(error.message))
child.on('exit', (code, signal) => {
  if (!signal) process.exit(code)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
})
