import {ImmError} from '../../errors.ts'
import {referredNumber, type ReleaseRef} from '../../release/identity.ts'
import {ambiguous, unknownKind} from './unknown.ts'

/** One side of a comparison, as it was asked for. Files are relative to where imm runs. */
export type Reference =
  | {kind: 'image'; name: string; platform: string | undefined}
  | {kind: 'release'; release: ReleaseRef; environment: string}
  | {kind: 'env'; environment: string; app: string | undefined}
  | {kind: 'container'; id: string}
  /** `file` as given, for what is told of it; its files are separated by commas */
  | {kind: 'compose'; file: string; files: readonly string[]; service: string | undefined}
  | {kind: 'k8s'; file: string; workload: WorkloadName | undefined; container: string | undefined}
  | {kind: 'archive'; file: string; image: string | undefined; platform: string | undefined}
  | {kind: 'lock'; file: string}
  | {kind: 'git'; ref: string; app: string | undefined}
  | {kind: 'tree'; directory: string; app: string | undefined}
  | {kind: 'url'; url: string}

export interface WorkloadName {
  kind: string
  name: string
}

/** What each kind of reference looks like; the first word is what is written before its colon. */
export const referenceForms = {
  image: 'image:REF',
  release: 'release:r12',
  env: 'env:main',
  container: 'container:ID',
  compose: 'compose:FILE#service',
  k8s: 'k8s:FILE#Deployment/name',
  archive: 'archive:FILE',
  lock: 'lock:FILE',
  git: 'git:REF',
  tree: 'tree:DIRECTORY',
} as const

export type ReferenceKind = keyof typeof referenceForms

/** SIDE_UNKNOWN, with what may have been meant, for what is no reference. */
export const parseReference = (text: string): Reference => {
  if (/^https?:\/\//i.test(text)) return urlOf(text)
  if (text === '.') return {kind: 'tree', directory: '.', app: undefined}
  const [, kind, rest = ''] = /^([a-z0-9]+):(.*)$/s.exec(text) ?? []
  if (kind === undefined) throw ambiguous(text)
  if (!Object.hasOwn(referenceForms, kind)) throw unknownKind(text, kind, Object.keys(referenceForms))
  if (rest === '') throw malformed(text, kind as ReferenceKind, 'names nothing')
  return readers[kind as ReferenceKind](rest, text)
}

const readers: Readonly<Record<ReferenceKind, (rest: string, text: string) => Reference>> = {
  image(rest, text) {
    const [name, platform] = withPlatform(rest)
    const at = name.indexOf('@')
    if (at !== -1 && !digest.test(name.slice(at + 1)))
      throw new ImmError('SIDE_UNKNOWN', `"${text}" has behind its @ neither a digest nor a platform`, {
        next: `Write a platform as image:${name.slice(0, at)}@linux/arm64, and a digest as @sha256: with 64 digits.`,
      })
    return {kind: 'image', name, platform}
  },
  release(rest, text) {
    const [environment, release] = rest.includes('/') ? cut(rest, rest.lastIndexOf('/')) : ['main', rest]
    if (release === undefined || environment === '' || referredNumber(release) === undefined)
      throw malformed(text, 'release', 'names no release')
    return {kind: 'release', release: release as ReleaseRef, environment}
  },
  env(rest, text) {
    const [environment, app] = cut(rest, rest.indexOf('#'))
    if (environment === '') throw malformed(text, 'env', 'names no environment')
    return {kind: 'env', environment, app}
  },
  container: (id) => ({kind: 'container', id}),
  compose(rest, text) {
    const [file, service] = inFile(rest, text, 'compose')
    if (service?.includes('/') === true) throw cutInName(rest, text, 'compose')
    const files = file.split(',').map(plainFile)
    if (files.includes('')) throw malformed(text, 'compose', 'names no file beside a comma')
    return {kind: 'compose', file, files, service}
  },
  k8s(rest, text) {
    const [file, named] = inFile(rest, text, 'k8s')
    if (named === undefined) return {kind: 'k8s', file: plainFile(file), workload: undefined, container: undefined}
    const [kind, name, container, ...more] = named.split('/')
    if (!kind || !name || container === '' || more.length > 0)
      throw malformed(text, 'k8s', 'names no workload as Deployment/name, or Deployment/name/container')
    return {kind: 'k8s', file: plainFile(file), workload: {kind, name}, container}
  },
  archive(rest, text) {
    const [plain, platform] = withPlatform(rest)
    const [file, image] = inFile(plain, text, 'archive')
    return {kind: 'archive', file: plainFile(file), image, platform}
  },
  lock: (file) => ({kind: 'lock', file: plainFile(file)}),
  git(rest, text) {
    // A pull request may be written as #7: what names an app stands behind a ref.
    const [ref, app] = cut(rest, rest.indexOf('#', 1))
    if (app === '') throw malformed(text, 'git', 'names no app behind its #')
    return {kind: 'git', ref, app}
  },
  tree(rest, text) {
    const [directory, app] = inFile(rest, text, 'tree')
    if (app?.includes('/') === true) throw cutInName(rest, text, 'tree')
    return {kind: 'tree', directory: plainFile(directory), app}
  },
}

const urlOf = (text: string): Reference => {
  const url = URL.parse(text)
  if (!url) throw new ImmError('SIDE_UNKNOWN', `"${withoutUser(text)}" is no URL`)
  if (url.username !== '' || url.password !== '')
    throw new ImmError('SIDE_UNKNOWN', `${withoutUser(text)} has a user or a password in it, and imm sends none`, {
      next: 'Leave it out: what answers without is compared.',
    })
  url.hash = ''
  return {kind: 'url', url: url.href}
}

/** What is shown of a URL that may have a password in it. */
const withoutUser = (text: string): string => text.replace(/\/\/[^/]*@/, '//')

/** `FILE#what`: the last # counts, so that a file may have one in its name. */
const inFile = (rest: string, text: string, kind: ReferenceKind): [file: string, named: string | undefined] => {
  const [file, named] = cut(rest, rest.lastIndexOf('#'))
  if (file === '' || named === '') throw malformed(text, kind, file === '' ? 'names no file' : 'names nothing in it')
  return [file, named]
}

/** What means something in a reference may be written as in a URL where it is in a file's name. */
const plainFile = (file: string): string => file.replaceAll(/%(?:23|25|2c|40)/gi, decodeURIComponent)

const cutInName = (rest: string, text: string, kind: ReferenceKind): ImmError =>
  new ImmError('SIDE_UNKNOWN', `"${text}" has a / behind its #, as no name of a service or an app has`, {
    next: `Write a # in the name of a file as %23: ${kind}:${rest.replaceAll('#', '%23')}.`,
  })

/** As the specification of images has it: sha256 with 64 digits, others with 32 or more. */
const digest = /^(?:sha256:[0-9a-f]{64}|(?!sha256:)[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,})$/

/** `…@linux/arm64`; a digest has an @ as well, and no slash behind it. */
const withPlatform = (rest: string): [rest: string, platform: string | undefined] => {
  const [, before, platform] = /^(.+)@([a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?)$/.exec(rest) ?? []
  return before === undefined ? [rest, undefined] : [before, platform]
}

const cut = (text: string, at: number): [before: string, after: string | undefined] =>
  at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]

const malformed = (text: string, kind: ReferenceKind, what: string): ImmError =>
  new ImmError('SIDE_UNKNOWN', `"${text}" ${what}`, {next: `Write it as ${referenceForms[kind]}.`})
