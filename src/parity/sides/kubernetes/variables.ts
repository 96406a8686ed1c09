import {allOf, fetched} from '../../env-source.ts'
import type {EnvVar} from '../../facts.ts'
import {byName, concealed} from '../variable.ts'
import type {KubernetesObject} from './documents.ts'
import {heldBy, type HeldKind, type Known} from './held.ts'
import type {Container} from './pod.ts'

export interface Variables {
  variables: EnvVar[]
  /** Puts variables into the words of a command; what a Secret holds is left as it is written. */
  expand: (words: readonly string[]) => string[]
}

/** Variables of a container. What comes from a ConfigMap or Secret of the same file is known; of others only where they come from. */
export const variablesOf = (
  {env, envFrom}: Container,
  objects: readonly KubernetesObject[],
  namespace: string | undefined,
): Variables => {
  const found = (kind: HeldKind, name: string): ReadonlyMap<string, Known> | undefined =>
    heldBy(kind, name, objects, namespace)
  const values = new Map<string, Known>()
  const variables: EnvVar[] = []
  const add = (name: string, known: Known) => {
    values.set(name, known)
    variables.push(concealed(name, known.value, known.secret))
  }
  // What it was before counts no more, and what it is now is not known.
  const addUnknown = (name: string, from: string, mayLack: boolean) => {
    values.delete(name)
    variables.push(fetched(name, from, mayLack))
  }
  for (const {prefix, configMapRef, secretRef} of envFrom ?? []) {
    const [kind, ref] = configMapRef ? (['ConfigMap', configMapRef] as const) : (['Secret', secretRef] as const)
    const name = ref?.name ?? ''
    const content = found(kind, name)
    if (content === undefined) variables.push(allOf(prefix ?? '', `${kind} ${name}`, ref?.optional ?? false))
    else for (const [key, known] of content) add(`${prefix ?? ''}${key}`, known)
  }
  for (const {name, value, valueFrom} of env ?? []) {
    const [kind, ref] = valueFrom?.secretKeyRef
      ? (['Secret', valueFrom.secretKeyRef] as const)
      : (['ConfigMap', valueFrom?.configMapKeyRef] as const)
    if (!valueFrom) add(name, expanded(value ?? '', values))
    else if (ref) {
      const content = found(kind, ref.name ?? '')
      const known = content?.get(ref.key)
      if (known) add(name, known)
      // What is optional and not there is not set.
      else if (content === undefined || !ref.optional)
        addUnknown(name, `${kind} ${ref.name ?? ''}/${ref.key}`, ref.optional ?? false)
    } else addUnknown(name, placeOf(valueFrom), false)
  }
  const expand = (word: string): string => {
    const {value, secret} = expanded(word, values)
    return secret ? word : value
  }
  return {variables: byName(variables), expand: (words) => words.map(expand)}
}

const placeOf = ({
  fieldRef,
  resourceFieldRef,
}: NonNullable<NonNullable<Container['env']>[number]['valueFrom']>): string => {
  if (fieldRef) return `field ${fieldRef.fieldPath}`
  if (!resourceFieldRef) return 'elsewhere'
  const {resource, containerName, divisor} = resourceFieldRef
  const parts = [resource, containerName && `of ${containerName}`, divisor && divisor !== '0' && `by ${divisor}`]
  return `resource ${parts.filter(Boolean).join(' ')}`
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
