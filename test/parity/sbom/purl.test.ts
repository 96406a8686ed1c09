import test from 'ava'

import type {Dependency} from '../../../src/parity/facts.ts'
import {dependencyPurl, packagePurl, runtimePurl} from '../../../src/parity/sbom/purl.ts'

const debian = {id: 'debian', version: '12', name: 'Debian'}

for (const [manager, name, version, architecture, os, purl] of [
  [
    'dpkg',
    'libstdc++6',
    '1:12.2.0-14+deb12u1~x',
    'amd64',
    debian,
    'pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14%2Bdeb12u1~x?arch=amd64&distro=debian-12',
  ],
  [
    'dpkg',
    'curl',
    '7',
    'arm64',
    {id: 'ubuntu', version: '24.04', name: 'Ubuntu'},
    'pkg:deb/ubuntu/curl@7?arch=arm64&distro=ubuntu-24.04',
  ],
  [
    'apk',
    'musl',
    '1.2.5-r0',
    'x86_64',
    {id: 'alpine', version: '3.22.1', name: 'Alpine'},
    'pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.22.1',
  ],
  [
    'rpm',
    'Curl',
    '1:7.50.3-1.fc25',
    'i386',
    {id: 'fedora', version: '25', name: 'Fedora'},
    'pkg:rpm/fedora/Curl@7.50.3-1.fc25?arch=i386&distro=fedora-25&epoch=1',
  ],
  ['dpkg', 'curl', '7', 'amd64', undefined, 'pkg:deb/debian/curl@7?arch=amd64'],
] as const)
  test(`package of a system: ${purl}`, (t) => {
    t.is(packagePurl(manager, {name, version, architecture}, os), purl)
  })

for (const [ecosystem, name, version, purl] of [
  ['npm', 'express', '5.1.0', 'pkg:npm/express@5.1.0'],
  ['npm', '@angular/animation', '12.3.1', 'pkg:npm/%40angular/animation@12.3.1'],
  ['pypi', 'Typing_Extensions', '4.0', 'pkg:pypi/typing-extensions@4.0'],
  ['gem', 'rails', '7.2.1', 'pkg:gem/rails@7.2.1'],
  ['go', 'github.com/Gorilla/Context', 'v1.8.0', 'pkg:golang/github.com/gorilla/context@v1.8.0'],
  ['go', 'golang.org/x/net', 'v0.1.0+incompatible', 'pkg:golang/golang.org/x/net@v0.1.0%2Bincompatible'],
  ['maven', 'org.apache.xmlgraphics:batik-anim', '1.9.1', 'pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1'],
] as const satisfies readonly [Dependency['ecosystem'], string, string, string][])
  test(`library: ${purl}`, (t) => {
    t.is(dependencyPurl({ecosystem, name, version, scope: '/app', source: 'installed'}), purl)
  })

test('a runtime is of no registry', (t) => {
  t.is(runtimePurl({name: 'node', version: '24.1.0', path: '/usr/local/bin/node'}), 'pkg:generic/node@24.1.0')
})
