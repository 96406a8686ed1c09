import {isDeepStrictEqual} from 'node:util'

import type {Path} from '../tree.ts'
import type {Part, Translation} from './context.ts'
import {buildTable, configTable, deployTable, networkTable, secretTable, volumeTable} from './table/other-keys.ts'
import type {Rule, Rules} from './table/rule.ts'
import {serviceTable} from './table/service-keys.ts'

/** Says what is translated or ignored of an object's keys, and refuses what is refused, as the table has it. */
const apply = (
  table: Readonly<Record<string, Rules>>,
  object: object,
  path: Path,
  role: Part['role'],
  {note, refusal}: Translation,
): void => {
  for (const [key, value] of Object.entries(object)) {
    const rule = ruleOf(table[key], role)
    if (rule === undefined || rule.how === 'supported' || isNothing(value)) continue
    if (isSame(rule, value)) continue
    if (rule.how === 'refused') throw refusal([...path, key], rule.reason)
    note(rule.how, [...path, key], rule.reason)
  }
}

const ruleOf = (rules: Rules | undefined, role: Part['role']): Rule | undefined =>
  rules === undefined || 'how' in rules ? rules : rules[role]

const isSame = ({unless = []}: Rule, value: unknown): boolean =>
  typeof unless === 'function' ? unless(value) : unless.some((one) => isDeepStrictEqual(one, value))

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'object' && (Array.isArray(value) ? value : Object.keys(value)).length === 0)

export const applyToService = ({name, service, role}: Part, translation: Translation): void => {
  const at = ['services', name]
  apply(serviceTable, service, at, role, translation)
  if (service.build) apply(buildTable, service.build, [...at, 'build'], role, translation)
  if (service.deploy) apply(deployTable, service.deploy, [...at, 'deploy'], role, translation)
  for (const key of ['cpus', 'generic_resources'] as const)
    if (service.deploy?.resources?.reservations?.[key] !== undefined)
      translation.note('ignored', [...at, 'deploy', 'resources', 'reservations', key], 'there is one machine')
}

const tables = {networks: networkTable, volumes: volumeTable, secrets: secretTable, configs: configTable}

/** Of a network, volume, secret or config that some service uses. */
export const applyToShared = (kind: keyof typeof tables, key: string, translation: Translation): void => {
  const {model} = translation
  const {name, ...object} = model[kind]?.[key] ?? {}
  // The model has a name for each: what it is by itself was not written.
  const own = name === `${model.name}_${key}` || object.external ? {} : {name}
  apply(tables[kind], {...object, ...own}, [kind, key], 'service', translation)
}
