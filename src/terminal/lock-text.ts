import type {CheckedLock, Locked} from '../wiring/parity/lock.ts'
import {counted} from './formats.ts'
import {safeText} from './safe-text.ts'

type Facts = Locked['facts']

export const lockedText = (file: string, {facts, key}: Locked): string =>
  [`${file} has ${summary(facts)}.`, ...(key === undefined ? [] : [`Signed by the key ${key}.`])].join('\n')

export const checkedText = (file: string, {facts, key, checked}: CheckedLock): string => {
  const signed =
    key === undefined ? 'It is not signed.' : `It says that the key ${key} signed it; --key FILE checks that.`
  return [`${file} has ${summary(facts)}.`, checked ? `Signed by the key ${key}, and not changed since.` : signed].join(
    '\n',
  )
}

const summary = ({name, image, run, web}: Facts): string => {
  const packages = image?.packages.reduce((sum, {packages: each}) => sum + each.length, 0) ?? 0
  const parts = [
    ...(image
      ? [
          counted(image.files.count, 'file'),
          counted(packages, 'package'),
          image.dependencies.length === 1 ? '1 library' : `${image.dependencies.length} libraries`,
          counted(image.config.env.length, 'variable'),
        ]
      : []),
    ...(run ? ['how it is run'] : []),
    ...(web ? ['what answers there'] : []),
  ]
  return `the facts of ${safeText(name, false).replaceAll('\n', ' ')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`
}
