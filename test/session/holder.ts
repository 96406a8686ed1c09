/** Holds the environment in a process of its own, until that is killed. */
import {holdEnvironment} from '../../src/session/hold.ts'

const id = {project: 'shop', environment: 'main', app: 'web'}
const hold = await holdEnvironment(process.argv[2] ?? '', id, new AbortController().signal)
hold.offer({
  state: () => ({
    ...id,
    pid: process.pid,
    directory: process.cwd(),
    startedAt: new Date().toISOString(),
    url: undefined,
    live: undefined,
    pinned: undefined,
    budgetBytes: undefined,
    underWay: undefined,
    takingOver: undefined,
    rejected: undefined,
  }),
  rollback: async () => ({release: 'r1-0000000', notes: []}),
  unpin: async () => undefined,
  decide: async () => 'r3-0000000',
  touched: () => undefined,
  quit: () => undefined,
})
console.log('held')
