import type {Finding} from '../report/finding.ts'
import type {Secret} from '../secrets/scan/text.ts'
import {find} from './find.ts'
import type {LayerFile, LayerFindings, LayerInstruction} from './layers.ts'
import type {Where} from './where.ts'

type FileSecret = LayerFile & Secret

const mostDetails = 10

export const secretFindings = ({secrets, history}: LayerFindings, where: Where): Finding[] => [
  ...[...Map.groupBy(secrets, ({path}) => path)].map(([path, found]) => inFile(path, found, where)),
  ...[
    ...Map.groupBy(
      history.filter(({layer}) => !where.ofBase(layer)),
      ({kind}) => kind,
    ).values(),
  ].map((each) => inHistory(each, where)),
]

/** One for each file, whatever it has and in how many layers: that is what is to be taken out. */
const inFile = (path: string, found: readonly FileSecret[], where: Where): Finding => {
  const own = found.filter(({layer}) => !where.ofBase(layer))
  const [first = found[0], ...others] = own.length > 0 ? own : found
  if (first === undefined) throw new RangeError('a group is never empty')
  const details = [first, ...others].map((each) => `${described(each)}, ${where.file(each)}`)
  return find(own.length > 0 ? 'lint.secret.layer' : 'lint.secret.base', path, {
    message: `${described(first)} is in ${path}, ${where.file(first)}`,
    next:
      own.length > 0
        ? 'Give it to the build with `RUN --mount=type=secret`, list the file in .dockerignore, and replace the secret by a new one'
        : 'Let nothing of yours depend on it, or use another base',
    ...where.place(first.layer),
    ...(details.length > 1 && {details: details.slice(0, mostDetails)}),
  })
}

const described = ({kind, shown, line}: Secret): string =>
  `${article(kind)} ${kind}${shown === '' || shown === '…' ? '' : ` (${shown})`}${line === undefined ? '' : ` in line ${line}`}`

const article = (kind: string): string => (/^(?:[AEIO]|npm\b|API)/i.test(kind) ? 'an' : 'a')

/** A build argument is kept with each instruction that follows it. */
const inHistory = (found: readonly LayerInstruction[], where: Where): Finding => {
  const [first] = found
  if (first === undefined) throw new RangeError('a group is never empty')
  const {kind, shown, layer} = first
  return find('lint.secret.history', kind, {
    message: `the history keeps ${article(kind)} ${kind}${shown === '…' ? '' : ` (${shown})`}, ${where.layer(layer)}`,
    next: 'Give it to the build with `RUN --mount=type=secret`, and replace the secret by a new one',
    ...where.place(layer),
    ...(found.length > 1 && {details: found.slice(0, mostDetails).map((each) => where.layer(each.layer))}),
  })
}
