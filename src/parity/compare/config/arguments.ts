import type {Finding} from '../../report/finding.ts'
import type {Rule} from '../../report/rule.ts'
import {type Both, difference, rulesOf} from '../difference.ts'
import {type Effective, saidBy, type Told} from './effective.ts'
import {comparable, imagesOwn} from './settings.ts'

const rule = rulesOf('config')

const entrypoint = rule(
  'config.entrypoint',
  'error',
  'It is started by another entrypoint.',
  'Another program runs, or is wrapped otherwise. Set `ENTRYPOINT` in the Dockerfile and leave it out of how it is run.',
)
const command = rule(
  'config.command',
  'error',
  'It is started with another command.',
  'Another program runs, or with other arguments. Set `CMD` in the Dockerfile and leave it out of how it is run.',
)
const split = rule(
  'config.entrypoint.split',
  'note',
  'The same is started, but entrypoint and command are split otherwise.',
  'It matters where a command is given when it is run: on one side it replaces more than on the other.',
)

export const argumentRules = [entrypoint, command, split]

type Words = readonly string[]

export const compareArguments = ({a, b}: Both<Effective>, names: Both<string>): Finding[] => {
  const found = [
    ...compareOne(entrypoint, 'entrypoint', a.config.entrypoint, b.config.entrypoint, names),
    ...compareOne(command, 'command', a.config.command, b.config.command, names),
  ]
  const whole = {a: argumentsOf(a), b: argumentsOf(b)}
  if (found.length === 0 || whole.a === undefined || whole.a !== whole.b) return found
  const parts = {a: splitOf(a), b: splitOf(b)}
  return [
    difference(split, {
      subject: 'entrypoint',
      message: `entrypoint and command are ${parts.a} in ${names.a} and ${parts.b} in ${names.b}, which starts the same`,
      ...parts,
    }),
  ]
}

const compareOne = (
  which: Rule,
  subject: string,
  a: Told<Words> | undefined,
  b: Told<Words> | undefined,
  names: Both<string>,
): Finding[] => {
  const [left, right] = [wordsOf(a), wordsOf(b)]
  if (left === right || !comparable({a, b})) return []
  return [
    difference(which, {
      subject,
      message: `the ${subject} is ${left} in ${names.a}${saidBy(a, names.a)} and ${right} in ${names.b}${saidBy(b, names.b)}`,
      a: left,
      b: right,
    }),
  ]
}

/** As in a Dockerfile, so that an argument with a space is seen to be one. */
const wordsOf = (words: Told<Words> | undefined): string =>
  words === undefined ? imagesOwn : words.value.length === 0 ? 'none' : JSON.stringify(words.value)

const argumentsOf = ({config}: Effective): string | undefined =>
  config.entrypoint && config.command && JSON.stringify([...config.entrypoint.value, ...config.command.value])

const splitOf = ({config}: Effective): string => `${wordsOf(config.entrypoint)} with ${wordsOf(config.command)}`
