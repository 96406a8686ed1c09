import test from 'ava'

import type {ImageSide} from '../../../src/parity/facts.ts'
import {cyclonedxOf} from '../../../src/parity/sbom/cyclonedx.ts'
import {imageSide} from '../lint/sides.ts'
import {cyclonedxMistakes} from './cyclonedx-schema.ts'

const mistakes = cyclonedxMistakes()

const full = (own: Partial<ImageSide> = {}): ImageSide =>
  imageSide({
    manifest: `sha256:${'2'.repeat(64)}`,
    names: ['registry.example/team/shop:1'],
    created: '2026-01-02T03:04:05.123456789Z',
    os: {id: 'debian', version: '12', name: 'Debian GNU/Linux 12'},
    packages: [
      {
        manager: 'dpkg',
        packages: [
          {name: 'libc6', version: '2.36-9', architecture: 'amd64'},
          {name: 'libc6', version: '2.36-9', architecture: 'i386'},
        ],
      },
    ],
    runtimes: [{name: 'node', version: '24.1.0', path: '/usr/local/bin/node'}],
    dependencies: [
      {ecosystem: 'npm', name: '@scope/a', version: '1.0.0', scope: '/app', source: 'installed'},
      {ecosystem: 'npm', name: '@scope/a', version: '1.0.0', scope: '/tools', source: 'lock'},
      {ecosystem: 'npm', name: '@scope/a', version: '2.0.0', scope: '/app', source: 'installed'},
    ],
    ...own,
  })

test('the document is valid by the published schema, of an image with everything and of one with nothing', (t) => {
  t.deepEqual(mistakes(cyclonedxOf(full(), '1.2.3')), [])
  t.deepEqual(mistakes(cyclonedxOf(imageSide({layers: [], names: [], created: undefined}), '1.2.3')), [])
  t.deepEqual(mistakes(cyclonedxOf(imageSide({created: 'some day'}), '1.2.3')), [])
  t.not(mistakes({...cyclonedxOf(full(), '1.2.3'), serialNumber: 'one'}).length, 0, 'the schema is looked at')
  t.not(mistakes({...cyclonedxOf(full(), '1.2.3'), metadata: {timestamp: 'some day'}}).length, 0)
})

test('it names the image, its system, packages, runtimes and libraries, each once', (t) => {
  const {metadata, components, dependencies} = cyclonedxOf(full(), '1.2.3')
  t.is(metadata.component.name, 'registry.example/team/shop')
  t.is(
    metadata.component.purl,
    `pkg:oci/shop@sha256:${'2'.repeat(64)}?arch=amd64&repository_url=registry.example%2Fteam%2Fshop`,
  )
  t.is(metadata.timestamp, '2026-01-02T03:04:05.123Z')
  const refs = components.map((each) => each['bom-ref'])
  t.deepEqual(refs, [
    'os:debian@12',
    'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12',
    'pkg:deb/debian/libc6@2.36-9?arch=i386&distro=debian-12',
    'pkg:generic/node@24.1.0',
    'pkg:npm/%40scope/a@1.0.0',
    'pkg:npm/%40scope/a@2.0.0',
  ])
  t.deepEqual(components[4]?.properties, [
    {name: 'imm:scope', value: '/app'},
    {name: 'imm:source', value: 'installed'},
    {name: 'imm:scope', value: '/tools'},
    {name: 'imm:source', value: 'lock'},
  ])
  t.deepEqual(dependencies, [{ref: `image:${full().id}`, dependsOn: refs}])
})

test('the same image gives the same document, and another image another serial number', (t) => {
  const first = cyclonedxOf(full(), '1.2.3')
  t.deepEqual(cyclonedxOf(full(), '1.2.3'), first)
  t.regex(first.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const other = cyclonedxOf(full({runtimes: []}), '1.2.3')
  t.not(other.serialNumber, first.serialNumber)
})

test('packages that another tool found are added where imm does not know them', (t) => {
  const others = [
    {
      name: 'libc6',
      version: '2.36-9',
      purl: 'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12.9&upstream=glibc',
    },
    {name: 'stdlib', version: 'go1.24.1', purl: 'pkg:golang/stdlib@1.24.1', path: '/usr/bin/gosu'},
    {name: 'stdlib', version: 'go1.24.1', purl: 'pkg:golang/stdlib@1.24.1', path: '/usr/bin/other'},
  ]
  const bom = cyclonedxOf(full(), '1.2.3', others)
  t.deepEqual(mistakes(bom), [])
  t.deepEqual(
    bom.components
      .slice(full().dependencies.length + 3)
      .map(({purl, properties}) => [purl, properties?.map(({value}) => value)]),
    [['pkg:golang/stdlib@1.24.1', ['syft', '/usr/bin/gosu', '/usr/bin/other']]],
  )
})
