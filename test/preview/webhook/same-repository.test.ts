import test from 'ava'

import {isSameRepository} from '../../../src/preview/webhook/same-repository.ts'

test('a repository is known by the end of its address, however that is written', (t) => {
  for (const origin of [
    'git@example.org:team/shop.git',
    'ssh://git@example.org:2222/team/shop.git',
    'https://example.org/team/shop',
    'https://example.org/git/Team/Shop.git/',
    'work:team/shop',
  ])
    t.true(isSameRepository('team/shop', origin), origin)
  for (const origin of [
    'git@example.org:team/other.git',
    'https://example.org/other-team/shop',
    'https://example.org/steam/shop',
    'https://example.org/shop',
  ])
    t.false(isSameRepository('team/shop', origin), origin)
  t.true(isSameRepository('team/sub/shop', 'https://example.org/team/sub/shop.git'))
  t.false(isSameRepository('', 'https://example.org/team/shop'))
})
