import type {ModifiableInstruction} from 'dockerfile-ast'

import {findStage, stagesOf, type Stage} from './dockerfile.ts'
import type {BuildSettings} from './settings.ts'

/**
 * The Dockerfile that is built: what is copied on top is the last of the built stage, so that what comes after that is cut off. `user`: who
 * the application runs as, where the settings say.
 */
export const effectiveDockerfile = (
  text: string,
  {target, copies = []}: Pick<BuildSettings, 'target' | 'copies'>,
  user: string | undefined,
): string => {
  if (copies.length === 0) return text
  const {stages} = stagesOf(text)
  const named = target === undefined ? undefined : findStage(stages, target)
  const built = named ?? stages.at(-1)
  const next = built && stages[stages.indexOf(built) + 1]
  const end = next?.instructions[0]?.getRange().start.line
  const kept = text.split('\n').slice(0, end).join('\n').trimEnd()
  const owner = user ?? (built && userOf(built, built))
  return `${kept}\n${copies.map((copy) => `${instruction(copy, owner)}\n`).join('')}`
}

/** Whether a RUN asks for a secret of the build. */
export const mountsSecrets = (text: string): boolean => {
  const all = stagesOf(text).stages.flatMap(({instructions}) => [...instructions])
  const flags = all.flatMap((each) => (each.getKeyword() === 'RUN' ? (each as ModifiableInstruction).getFlags() : []))
  return flags.some((flag) => flag.getName() === 'mount' && /(?:^|,)type=secret(?:,|$)/.test(flag.getValue() ?? ''))
}

/** The last USER of a stage, or of what it stands on. A variable means there what it means only in its own stage. */
const userOf = (stage: Stage, built: Stage): string | undefined => {
  const last = stage.instructions.findLast((each) => each.getKeyword() === 'USER')
  const user = last?.getArgumentsContent()?.trim()
  if (user === undefined) return stage.parent && userOf(stage.parent, built)
  return /[\s"'\\]/.test(user) || (stage !== built && user.includes('$')) ? undefined : user
}

/**
 * A mount shows the files of whoever edits them, and an application that may write there would often be that user's. The owner is who the
 * application runs as: nobody else in the image needs them.
 */
const instruction = ({from, to}: {from: string; to: string}, owner: string | undefined): string => {
  const isRoot = owner === undefined || /^(?:root|0)(?::(?:root|0))?$/.test(owner)
  const chown = isRoot ? '' : `--chown=${owner} `
  const source = from.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '') || '.'
  const words = [source.replaceAll(/[*?[\\]/g, wild), to].map((word) => word.replaceAll('$', String.raw`\$`))
  const isPlain = words.every((word) => /^[\w@%+=:,./-]+$/.test(word) && !word.includes('<<'))
  return `COPY ${chown}${isPlain ? words.join(' ') : JSON.stringify(words)}`
}

/** Sources of a COPY are patterns. */
const wild = (character: string): string => (character === '\\' ? String.raw`\\` : `[${character}]`)
