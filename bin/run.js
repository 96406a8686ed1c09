#!/usr/bin/env node
// Plain JavaScript without static imports: it must parse, and say so, on any old Node.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (!(major >= 26 || (major === 24 && minor >= 12))) {
  console.error(`imm needs Node.js 24.12 or newer (24 or 26); this is ${process.version} (${process.execPath}).`)
  process.exit(1)
}
const {enableCompileCache} = await import('node:module')
enableCompileCache()
const {execute, settings} = await import('@oclif/core')
settings.enableAutoTranspile = false // else NODE_ENV=development prints "Could not find typescript" to users
void execute({dir: import.meta.url}) // awaited, `imm --help | head -1` would end with 13: unsettled top-level await
