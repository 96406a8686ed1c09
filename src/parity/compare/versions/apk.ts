import {orderOfDigits} from './dpkg.ts'

/** apk's form: numbers with dots, a letter, suffixes of which some come before the release, `-r` and a build's number. */
const form = /^(\d+(?:\.\d+)*)([a-z]?)((?:_[a-z]+\d*)*)(?:~[0-9a-f]+)?(?:-r(\d+))?$/

const suffixes = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p']

/** Undefined where one of them is not of apk's form. */
export const apkOrder = (a: string, b: string): number | undefined => {
  const left = form.exec(a)
  const right = form.exec(b)
  if (left === null || right === null) return undefined
  return (
    orderOfNumbers(left[1] ?? '', right[1] ?? '') ||
    (left[2] ?? '').localeCompare(right[2] ?? '', 'en') ||
    orderOfSuffixes(left[3] ?? '', right[3] ?? '') ||
    orderOfDigits(left[4] ?? '', right[4] ?? '')
  )
}

const orderOfNumbers = (a: string, b: string): number => {
  const left = a.split('.')
  const right = b.split('.')
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = orderOfPart(left[at] ?? '', right[at] ?? '', at)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** After the first dot one that begins with 0 is a fraction: 1.02 is before 1.1. */
const orderOfPart = (a: string, b: string, at: number): number =>
  at > 0 && (a.startsWith('0') || b.startsWith('0')) ? (a === b ? 0 : a < b ? -1 : 1) : orderOfDigits(a, b)

const orderOfSuffixes = (a: string, b: string): number => {
  const left = a.split('_').slice(1)
  const right = b.split('_').slice(1)
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const [name = '', number = ''] = split(left[at])
    const [other = '', otherNumber = ''] = split(right[at])
    const difference = suffixes.indexOf(name) - suffixes.indexOf(other) || orderOfDigits(number, otherNumber)
    if (difference !== 0) return difference
  }
  return 0
}

const split = (suffix = ''): string[] => /^([a-z]*)(\d*)$/.exec(suffix)?.slice(1) ?? []
