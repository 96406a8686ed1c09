import {libraryFiles, lockFile, npmLibrary, program} from './contents.ts'
import {images, type Pair} from './pair.ts'
import {libraries, nodeHeader} from './shop.ts'

const node = (version: string) => ({
  packages: {
    'usr/local/bin/node': {content: program(`node-v${version}.tar.gz`), mode: 0o755},
    'usr/local/include/node/node_version.h': nodeHeader(version),
  },
})

const without = (name: string) => ({
  [`app/node_modules/${name}/package.json`]: null,
  [`app/node_modules/${name}/index.js`]: null,
})

export const libraryPairs: readonly Pair[] = [
  images('another major version of Node.js', 'runtime.version', node('22.17.0')),
  images('another patch of Node.js', 'runtime.version.patch', node('24.1.1')),
  images('a second Node.js', 'runtime.missing', {
    packages: {'opt/node/bin/node': {content: program('node-v20.1.0.tar.gz'), mode: 0o755}},
  }),
  images('Node.js at another place', 'runtime.path', {
    packages: {'usr/local/bin/.wh.node': '', 'opt/bin/node': {content: program('node-v24.1.0.tar.gz'), mode: 0o755}},
  }),
  images('another version of an installed library', 'dependency.version', {app: npmLibrary('qs', '6.15.0')}),
  images('another patch of an installed library', 'dependency.version.patch', {app: npmLibrary('qs', '6.14.1')}),
  images('an installed library that is missing', 'dependency.missing', {app: without('left-pad')}),
  images('a library for development that is installed', 'dependency.missing', {app: npmLibrary('nodemon', '3.1.10')}),
  images('a lock file that demands another version, and that version', 'dependency.lock', {
    app: {
      'app/package-lock.json': lockFile({...libraries, qs: '6.15.0'}),
      ...libraryFiles({...libraries, qs: '6.15.0'}),
    },
  }),
  images('a lock file that demands another version than what is installed', 'dependency.lock', {
    app: {'app/package-lock.json': lockFile({...libraries, qs: '6.15.0'})},
  }),
]

export const filePairs: readonly Pair[] = [
  images("another content of one of the application's files", 'files.content', {app: {'app/server.js': 'serve(1)'}}),
  images('other contents of many files of the application', 'files.content', {
    app: {'app/server.js': 'serve(1)', 'app/config/default.json': '{}', 'app/public/index.html': '<h1>Store</h1>'},
  }),
  images('a file of a package that somebody changed by hand', 'files.content', {
    packages: {'usr/bin/curl': {content: program('curl patched'), mode: 0o755}},
  }),
  images('a file that is missing', 'files.missing', {app: {'app/public/index.html': null}}),
  images('a directory more with what is in it', 'files.missing', {
    app: {'app/drafts/': 'directory', 'app/drafts/a.html': 'a', 'app/drafts/b.html': 'b'},
  }),
  images('other permissions', 'files.mode', {
    app: {'app/start.sh': {content: '#!/bin/sh\nexec node server.js\n', mode: 0o644}},
  }),
  images('another owner', 'files.owner', {app: {'app/server.js': {content: 'serve()', uid: 1000, gid: 1000}}}),
  images('a link that leads elsewhere', 'files.link', {app: {'app/public/current': {to: 'next.html'}}}),
  images('a file in the place of a link', 'files.kind', {app: {'app/public/current': '<h1>Shop</h1>'}}),
  images('an entrypoint that can not be run', 'files.executable', {
    packages: {'usr/local/bin/node': {content: program('node-v24.1.0.tar.gz'), mode: 0o644}},
  }),
  images('a program that is setuid', 'files.privileges', {
    packages: {'usr/bin/curl': {content: program('curl 7.88.1'), mode: 0o4755}},
  }),
  images('an extended attribute', 'files.attributes', {
    packages: {'usr/bin/curl': {content: program('curl 7.88.1'), mode: 0o755, pax: {'SCHILY.xattr.user.note': 'x'}}},
  }),
  images('a file capability', 'files.privileges', {
    packages: {
      'usr/bin/curl': {content: program('curl 7.88.1'), mode: 0o755, pax: {'SCHILY.xattr.security.capability': 'cap'}},
    },
  }),
  images('another manual page', 'files.documentation', {packages: {'usr/share/man/man1/curl.1.gz': 'curl(1)'}}),
]
