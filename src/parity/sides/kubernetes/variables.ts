import {z} from 'zod'

import type {EnvVar} from '../../facts.ts'
import {byName, concealed} from '../variable.ts'
import type {KubernetesObject} from './documents.ts'
import type {Container} from './pod.ts'

/** A value with where it comes from: what a Secret holds is one, whatever it looks like. */
interface Known {
  value: string
  secret: boolean
}

const texts = z.record(z.string(), z.string()).nullish()
const held = z.object({data: texts, stringData: texts})

/** Variables of a container. What comes from a ConfigMap or Secret of the same file is known; of others only where they come from. */
export const variablesOf = (
  {env, envFrom}: Container,
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
): EnvVar[] => {
  const found = (kind: 'ConfigMap' | 'Secret', name: string): ReadonlyMap<string, Known> | undefined => {
    const object = objects.find((each) => each.kind === kind && each.name === name && each.namespace === namespace)
    return object && contentOf(kind, object)
  }
  const values = new Map<string, Known>()
  const variables: EnvVar[] = []
  const add = (name: string, known: Known) => {
    values.set(name, known)
    variables.push(concealed(name, known.value, known.secret))
  }
  for (const {prefix, configMapRef, secretRef} of envFrom ?? []) {
    const [kind, name] = configMapRef
      ? (['ConfigMap', configMapRef.name] as const)
      : (['Secret', secretRef?.name] as const)
    const content = found(kind, name ?? '')
    if (content === undefined) variables.push({name: `${prefix ?? ''}*`, from: `${kind} ${name ?? ''}`})
    else for (const [key, known] of content) add(`${prefix ?? ''}${key}`, known)
  }
  for (const {name, value, valueFrom} of env ?? []) {
    const [kind, ref] = valueFrom?.secretKeyRef
      ? (['Secret', valueFrom.secretKeyRef] as const)
      : (['ConfigMap', valueFrom?.configMapKeyRef] as const)
    if (!valueFrom) add(name, expanded(value ?? '', values))
    else if (ref) {
      const known = found(kind, ref.name ?? '')?.get(ref.key)
      if (known) add(name, known)
      else variables.push({name, from: `${kind} ${ref.name ?? ''}/${ref.key}`})
    } else variables.push({name, from: placeOf(valueFrom)})
  }
  return byName(variables)
}

const placeOf = ({
  fieldRef,
  resourceFieldRef,
}: NonNullable<NonNullable<Container['env']>[number]['valueFrom']>): string => {
  if (fieldRef) return `field ${fieldRef.fieldPath}`
  return resourceFieldRef ? `resource ${resourceFieldRef.resource}` : 'elsewhere'
}

const contentOf = (
  kind: 'ConfigMap' | 'Secret',
  {content}: KubernetesObject,
): ReadonlyMap<string, Known> | undefined => {
  const read = held.safeParse(content)
  if (!read.success) return undefined
  const secret = kind === 'Secret'
  const {data, stringData} = read.data
  const plain = Object.entries(data ?? {}).map(([key, value]): [string, Known] => [
    key,
    {value: secret ? Buffer.from(value, 'base64').toString('utf8') : value, secret},
  ])
  const written = Object.entries((secret ? stringData : undefined) ?? {}).map(([key, value]): [string, Known] => [
    key,
    {value, secret},
  ])
  return new Map([...plain, ...written])
}

/** `$(NAME)` of variables before it; `$$` is a dollar; what is not known stays as it is (Kubernetes API, EnvVar). */
const expanded = (text: string, values: ReadonlyMap<string, Known>): Known => {
  let secret = false
  const value = text.replaceAll(/\$\$|\$\(([^)]+)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$'
    const known = values.get(name)
    secret ||= known?.secret ?? false
    return known?.value ?? whole
  })
  return {value, secret}
}
