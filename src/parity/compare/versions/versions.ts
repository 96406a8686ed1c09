import type {PackageManager} from '../../packages/package.ts'
import type {Both} from '../difference.ts'
import {apkOrder} from './apk.ts'
import {dpkgOrder} from './dpkg.ts'
import {rpmOrder} from './rpm.ts'
import {plainOrder, stepOf} from './step.ts'

type By = PackageManager | 'plain'

/** Each manager has an order of its own; below 0 where the first is older. Undefined where it can't be told. */
const orders: Readonly<Record<By, (a: string, b: string) => number | undefined>> = {
  dpkg: dpkgOrder,
  rpm: rpmOrder,
  apk: apkOrder,
  plain: plainOrder,
}

/** `node is 24.1.0 in A and 24.3.0 in B, a newer minor version` */
export const versionMessage = (what: string, by: By, {a, b}: Both<string>, names: Both<string>): string => {
  const order = orders[by](a, b) ?? 0
  const step = stepOf(a, b)
  if (order === 0) return `${what} is ${a} in ${names.a} and ${b} in ${names.b}`
  const which = order < 0 ? 'newer' : 'older'
  const size = step === undefined ? `which is ${which}` : `${which === 'newer' ? 'a' : 'an'} ${which} ${step} version`
  return `${what} is ${a} in ${names.a} and ${b} in ${names.b}, ${size}`
}
