import test from 'ava'

import {findStage, readDockerfile} from '../../src/config/dockerfile.ts'

const exposes = test.macro({
  title: (title, text: string) => title ?? `finds the ports of ${JSON.stringify(text)}`,
  exec(t, text: string, ports: number[], options?: Parameters<typeof readDockerfile>[1]) {
    t.deepEqual(readDockerfile(text, options).ports, ports)
  },
})

test(exposes, 'FROM x\nEXPOSE 3000', [3000])
test(exposes, 'FROM x\nEXPOSE 443/tcp 80/TCP "90"\nEXPOSE 80', [80, 90, 443])
test(exposes, 'FROM x\nEXPOSE 53/udp 3000-3002 8000-8001/udp', [3000, 3001, 3002])
test(exposes, 'FROM x\nexpose 80 \\\n  81', [80, 81])
test(exposes, 'FROM x', [])
test(exposes, 'FROM x\nEXPOSE $NOTHING 70000 x', [])
test(exposes, 'FROM x\n# EXPOSE 1\nRUN <<EOF\nEXPOSE 2\nEOF\nEXPOSE 3', [3])
test(exposes, 'FROM x\nARG PORT=80\nENV WEB=$PORT\nEXPOSE ${WEB} ${OTHER:-81}', [80, 81])
test('lets ENV win over ARG, as the builder does', exposes, 'FROM x\nARG P=1\nENV P=2\nEXPOSE $P', [2])
test(
  'gives a stage the ARG before FROM only where it asks for it',
  exposes,
  'ARG P=80\nARG Q=81\nFROM x\nARG P\nEXPOSE $P $Q',
  [80],
)
test(
  'forgets an ARG at the end of its stage, and keeps ENV',
  exposes,
  'FROM x AS a\nARG P=1\nENV E=2\nFROM a\nEXPOSE $P $E',
  [2],
)
test('lets build arguments win over defaults', exposes, 'ARG Q=1\nFROM x\nARG P=80\nARG Q\nEXPOSE $P $Q', [90, 91], {
  args: {P: '90', Q: '91'},
})
test(
  'counts the last stage and what it stands on',
  exposes,
  'FROM x AS base\nEXPOSE 1\nFROM x AS other\nEXPOSE 2\nFROM base\nEXPOSE 3',
  [1, 3],
)
test('counts the target where one is set', exposes, 'FROM x AS a\nEXPOSE 1\nFROM x AS b\nEXPOSE 2', [1], {target: 'A'})

test('names the stages, and finds one in any case and by its position', (t) => {
  const {stages} = readDockerfile('FROM x AS Build\nFROM y\nFROM build AS run\n')
  t.deepEqual(
    stages.map(({name}) => name),
    ['build', undefined, 'run'],
  )
  t.is(findStage(stages, 'BUILD'), stages[0])
  t.is(findStage(stages, '1'), stages[1])
  t.is(stages[2]?.parent, stages[0])
  t.is(findStage(stages, 'none'), undefined)
  t.is(findStage(stages, '3'), undefined)
})

for (const text of ['', '\n \n', '# only a comment\n', '\uFEFF'])
  test(`refuses ${JSON.stringify(text)} as empty`, (t) => {
    t.throws(() => readDockerfile(text), {code: 'DOCKERFILE_INVALID', message: /empty/})
  })

test('leaves mistakes to the engine', (t) => {
  t.notThrows(() => readDockerfile('FRM x\nEXPOSE\nRUN'))
})
