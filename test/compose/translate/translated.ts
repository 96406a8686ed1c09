import {readComposition} from '../../../src/compose/load.ts'
import {kindsOfMounts} from '../../../src/compose/translate/kinds-of-mounts.ts'
import {translate} from '../../../src/compose/translate/translate.ts'
import type {Application} from '../../../src/lifecycle/services/spec.ts'
import {temporaryProject} from '../../config/project.ts'

export interface Given {
  files?: Readonly<Record<string, string>>
  profiles?: readonly string[]
  env?: Readonly<Record<string, string>>
  /** by service */
  exposes?: Readonly<Record<string, readonly number[]>>
}

/** What a Compose file comes to, in environment `main` of project `shop`; `ROOT` in it stands for the directory. */
export const translated = async (
  compose: object | string,
  {files = {}, profiles = [], env = {}, exposes = {}}: Given = {},
): Promise<Application> => {
  const text = typeof compose === 'string' ? compose : JSON.stringify(compose)
  await using project = await temporaryProject({...files, 'compose.yaml': text})
  const {directory} = project
  const {signal} = new AbortController()
  const composition = await readComposition({directory, files: [], profiles, env, warn: () => undefined, signal})
  if (!composition) throw new Error('no Compose file was found')
  const {model, lookup, at} = composition
  const kinds = await kindsOfMounts(model)
  const application = translate(model, {
    id: {project: 'shop', environment: 'main'},
    directory,
    files: composition.files,
    lookup,
    own: (name) => model.services[name]?.['x-imm'] ?? {},
    exposedPorts: (name) => exposes[name] ?? [],
    kindOf: (place) => kinds.get(place),
    place: (path) => `${at(path)}: `,
  })
  return JSON.parse(JSON.stringify(application).replaceAll(directory, 'ROOT')) as Application
}
