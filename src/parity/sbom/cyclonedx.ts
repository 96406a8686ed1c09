import type {ImageSide} from '../facts.ts'
import {componentsOf, type Component, type OtherPackage} from './components.ts'
import {purlOf} from './purl.ts'
import {uuidOf} from './uuid.ts'

/** CycloneDX 1.6, as far as it is written here. */
export interface Bom {
  $schema: string
  bomFormat: 'CycloneDX'
  specVersion: '1.6'
  serialNumber: string
  version: 1
  metadata: {timestamp?: string; tools: {components: readonly Component[]}; component: Component}
  components: readonly Component[]
  dependencies: readonly {ref: string; dependsOn?: readonly string[]}[]
}

/**
 * The bill of materials of an image, out of what imm knows of it. The same image gives the same document on every machine and day: its time is
 * that of the image, and its serial number comes from its content. `others`: packages that another tool knows, beside imm's own.
 */
export const cyclonedxOf = (image: ImageSide, immVersion: string, others: readonly OtherPackage[] = []): Bom => {
  const component = containerOf(image)
  const components = componentsOf(image, others)
  const created = timestampOf(image.created)
  const content = {
    version: 1 as const,
    metadata: {
      ...(created !== undefined && {timestamp: created}),
      tools: {
        components: [{type: 'application' as const, 'bom-ref': `imm@${immVersion}`, name: 'imm', version: immVersion}],
      },
      component,
    },
    components,
    dependencies: [{ref: component['bom-ref'], dependsOn: components.map((each) => each['bom-ref'])}],
  }
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`,
    ...content,
  }
}

/** Of no name: the same image has others elsewhere. But people want to see which one it is. */
const containerOf = ({id, manifest, names: [name], platform, layers}: ImageSide): Component => {
  const repository = name?.replace(/@.*$/, '').replace(/:[^/:]+$/, '')
  const short = repository?.split('/').at(-1)
  return {
    type: 'container',
    'bom-ref': `image:${id}`,
    name: repository ?? id,
    version: manifest ?? id,
    ...(short !== undefined &&
      manifest !== undefined && {
        purl: purlOf({
          type: 'oci',
          name: short.toLowerCase(),
          version: manifest,
          qualifiers: {
            arch: platform.split('/')[1],
            repository_url: repository?.includes('/') ? repository : undefined,
          },
        }),
      }),
    properties: [
      {name: 'imm:image:id', value: id},
      {name: 'imm:image:platform', value: platform},
      ...layers.map(({diffId}) => ({name: 'imm:image:layer', value: diffId})),
    ],
  }
}

// RFC 3339 wants at most what Date keeps: Docker writes nanoseconds.
const timestampOf = (created: string | undefined): string | undefined => {
  const ms = created === undefined ? Number.NaN : Date.parse(created)
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}
