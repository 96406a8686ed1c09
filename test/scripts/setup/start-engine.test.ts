import {existsSync} from 'node:fs'
import {mkdtempDisposable, readFile, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'

import {removeStalePidFile} from '../../../scripts/setup/start-engine.ts'

// Process names are read from /proc.
const onLinux = process.platform === 'linux' ? test : test.skip

onLinux('a number that no process, or another program, has is taken away', async (t) => {
  await using directory = await mkdtempDisposable(path.join(tmpdir(), 'imm-pid-'))
  const file = path.join(directory.path, 'docker.pid')
  for (const content of [String(process.pid), '999999999', 'garbage', '']) {
    await writeFile(file, content)
    removeStalePidFile(file, 'dockerd')
    t.false(existsSync(file), JSON.stringify(content))
  }
  t.notThrows(() => removeStalePidFile(file, 'dockerd'))
})

onLinux('the number of the running program stays', async (t) => {
  await using directory = await mkdtempDisposable(path.join(tmpdir(), 'imm-pid-'))
  const file = path.join(directory.path, 'docker.pid')
  await writeFile(file, String(process.pid))
  const program = (await readFile(`/proc/${process.pid}/comm`, 'utf8')).trim()
  removeStalePidFile(file, program)
  t.true(existsSync(file))
})
