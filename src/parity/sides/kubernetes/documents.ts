import {parseAllDocuments, type ScalarTag} from 'yaml'
import {z} from 'zod'

import {ImmError} from '../../../errors.ts'

/** One object of the API. */
export interface KubernetesObject {
  kind: string
  name: string
  namespace: string | undefined
  annotations: Readonly<Record<string, string>>
  /** all of it */
  content: Readonly<Record<string, unknown>>
}

const object = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
})

const objects = z.looseObject({kind: z.string().regex(/List$/), items: z.array(z.unknown()).nullish()})

/** `defaultMode: 0644` */
const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  format: 'OCT',
  test: /^[-+]?0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
}

/** All objects of rendered manifests, those in lists included. `file` is what messages call it. */
export const readDocuments = (text: string, file: string): KubernetesObject[] => {
  // `<<: *defaults` and 0644 are none of YAML 1.2, and kubectl knows them.
  const documents = parseAllDocuments(text, {
    logLevel: 'error',
    merge: true,
    customTags: (tags) => [octal, ...tags],
  })
  if (!Array.isArray(documents)) return []
  const found: KubernetesObject[] = []
  for (const document of documents) {
    const [error] = document.errors
    if (error) throw unreadable(text, file, error.message.split('\n')[0] ?? 'it is no YAML')
    for (const each of flat(contentOf(document, text, file))) found.push(objectOf(each, text, file))
  }
  return found
}

const contentOf = (document: {toJS(): unknown}, text: string, file: string): unknown => {
  try {
    return document.toJS()
  } catch (error) {
    // Aliases that multiply without end, or lead nowhere.
    throw unreadable(text, file, error instanceof Error ? error.message : 'it is no YAML')
  }
}

/** Depth is the file's to choose, and lists in lists are none that kubectl takes. */
const flat = (content: unknown): unknown[] => {
  if (content === null || content === undefined) return []
  const list = objects.safeParse(content)
  return list.success ? (list.data.items ?? []) : [content]
}

const objectOf = (content: unknown, text: string, file: string): KubernetesObject => {
  const read = object.safeParse(content)
  if (!read.success) throw unreadable(text, file, 'a document in it has no kind, or no metadata.name')
  const {kind, metadata} = read.data
  return {
    kind,
    name: metadata.name,
    namespace: metadata.namespace ?? undefined,
    annotations: metadata.annotations ?? {},
    content: read.data,
  }
}

const unreadable = (text: string, file: string, why: string): ImmError =>
  new ImmError('SIDE_UNREADABLE', `${file} can't be read as Kubernetes manifests: ${why}`, {
    next: text.includes('{{')
      ? 'It is a template: render it first, as with `helm template` or `kustomize build`, and name the result.'
      : 'Correct it, or name a file that `kubectl apply` takes.',
  })
