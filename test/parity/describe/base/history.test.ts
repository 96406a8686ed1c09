import test from 'ava'

import {createdOfBase, layersOfBase} from '../../../../src/parity/describe/base/history.ts'
import type {HistoryStep} from '../../../../src/parity/image/image.ts'

const at = (created: string) => ({
  run: (createdBy: string): HistoryStep => ({created, createdBy, layer: true}),
  set: (createdBy: string): HistoryStep => ({created, createdBy, layer: false}),
})

const [spring, summer, autumn] = ['2026-03-01T00:00:00Z', '2026-06-01T12:00:00Z', '2026-09-01T00:00:00Z'].map(at)
if (!spring || !summer || !autumn) throw new Error('three times')

const debian = [spring.run('/bin/sh -c #(nop) ADD file:3b68 in / '), spring.set('/bin/sh -c #(nop)  CMD ["bash"]')]
const node = [
  summer.run('RUN /bin/sh -c groupadd --gid 1000 node # buildkit'),
  summer.set('ENV NODE_VERSION=24.1.0'),
  summer.run('RUN /bin/sh -c curl node # buildkit'),
  summer.run('COPY docker-entrypoint.sh /usr/local/bin/ # buildkit'),
  summer.set('ENTRYPOINT ["docker-entrypoint.sh"]'),
  summer.set('CMD ["node"]'),
]
const own = [autumn.set('WORKDIR /app'), autumn.run('COPY . . # buildkit'), autumn.set('CMD ["node" "server.js"]')]

test('the base ends with the last command that is followed by layers', (t) => {
  t.is(layersOfBase([...debian, ...node, ...own]), 4)
  t.is(layersOfBase([...debian, ...own]), 1)
})

test('it does also where all times are the same, as in images of reproducible builds', (t) => {
  const same = [...debian, ...node, ...own].map((step) => ({...step, created: '1980-01-01T00:00:01Z'}))
  t.is(layersOfBase(same), 4)
})

test('without commands it is what was built before the first long pause', (t) => {
  const bare = spring.run("# debian.sh --arch 'amd64' out/ 'bookworm' '@1728'")
  t.is(layersOfBase([bare, summer.run('RUN apt-get update'), autumn.run('COPY . .')]), 1)
})

test('an image built in one go from nothing has no base', (t) => {
  t.is(layersOfBase([autumn.run('COPY a /'), autumn.run('COPY b /'), autumn.set('CMD ["/a"]')]), undefined)
  t.is(layersOfBase(debian), undefined)
  t.is(layersOfBase([]), undefined)
})

test('an application that sets an entrypoint and then a command does not end between them', (t) => {
  t.is(layersOfBase([...debian, autumn.set('ENTRYPOINT ["x"]'), autumn.set('CMD ["y"]')]), undefined)
})

test('the base is as old as its last layer', (t) => {
  const history = [...debian, ...node, ...own]
  t.is(createdOfBase(history, 1), '2026-03-01T00:00:00Z')
  t.is(createdOfBase(history, 4), '2026-06-01T12:00:00Z')
  t.is(createdOfBase(history, 9), undefined)
})
