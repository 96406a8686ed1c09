// Claims a project's name as one imm process among several: home, slug, directory.
import {claimProject} from '../../src/state/projects.ts'

const [home = '', slug = '', directory = ''] = process.argv.slice(2)
console.log(JSON.stringify(await claimProject({home, slug, directory, signal: AbortSignal.timeout(60_000)})))
