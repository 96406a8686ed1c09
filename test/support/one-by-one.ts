import ava, {type TestFn} from 'ava'

/**
 * AVA's `test` for files that share an engine: within a file one test after the other, while other files run beside it. AVA's own setting `serial`
 * would run one file after another as well, whatever its `concurrency` says.
 */
export const test = Object.assign(ava.serial, {serial: ava.serial, macro: ava.macro, meta: ava.meta}) as TestFn
