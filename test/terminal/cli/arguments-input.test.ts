import {readdirSync} from 'node:fs'
import path from 'node:path'

import test from 'ava'

const commands = new URL('../../../src/commands/', import.meta.url)

interface Command {
  default: {args?: Record<string, {ignoreStdin?: boolean}>}
}

test('no command takes what comes from its input for an argument: that is for the program that it runs, or for whoever calls it', async (t) => {
  const files = readdirSync(commands, {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.ts'))
  t.true(files.length > 20)
  for (const file of files) {
    const {default: command} = (await import(path.join(commands.pathname, file))) as Command
    for (const [name, arg] of Object.entries(command.args ?? {})) t.true(arg.ignoreStdin, `${file}: ${name}`)
  }
})
