import test from 'ava'

import {environmentNames, environmentOf} from '../../src/preview/names.ts'

const branch = (name: string) => ({ref: `refs/heads/${name}`, name})

const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/

test('whatever git allows as a name comes to labels of DNS', (t) => {
  const names = ['feature/x', 'Ünïcode/ß', '日本語', '🎉', 'a'.repeat(200), '-', 'x--y', 'UPPER', 'a.b_c@d', 'main']
  for (const name of names)
    for (const environment of environmentNames(branch(name))) {
      t.regex(environment, label, name)
      t.true(environment.length <= 63, name)
      t.false(environment.includes('--'), name)
    }
})

test('main is never a preview’s, whatever is called so', (t) => {
  for (const name of ['main', 'Main', 'main/', '-main-']) {
    const environment = environmentOf(branch(name), () => false)
    t.not(environment, 'main')
    t.true(environment.startsWith('main-'))
  }
})

const taken = (one: string) => one === 'feature-x'

test('two refs that come to the same slug are told apart, the same way each time', (t) => {
  const [slash, dash] = [branch('feature/x'), branch('feature-x')]
  t.is(
    environmentOf(slash, () => false),
    'feature-x',
  )
  const other = environmentOf(dash, taken)
  t.regex(other, /^feature-x-[0-9a-f]{4}$/)
  t.is(environmentOf(dash, taken), other)
  t.not(environmentOf(slash, taken), other)
  t.regex(
    environmentOf(dash, (one) => taken(one) || one === other),
    /^feature-x-[0-9a-f]{8}$/,
  )
})

test('a branch and a tag of one name are two', (t) => {
  const [ofBranch, ofTag] = [environmentNames(branch('v1')), environmentNames({ref: 'refs/tags/v1', name: 'v1'})]
  t.is(ofBranch[0], ofTag[0])
  t.not(ofBranch[1], ofTag[1])
})
