import test from 'ava'

import {storesText} from '../../src/terminal/stores-text.ts'

test('each store has a row, with why and what to run below it, as a shell takes it', (t) => {
  const text = storesText([
    {store: 'system', place: '/etc/x.crt', status: 'needs-root', commands: [['sudo', 'rm', '-f', "/it's here/x.crt"]]},
    {store: 'browser', place: '/home/ann/.pki/nssdb', status: 'no-tool', message: 'certutil is not installed'},
    {store: 'browser', place: '/home/ann/.mozilla/firefox/a', status: 'installed'},
  ])
  t.deepEqual(
    text.split('\n').map((line) => line.trim().split(/ {2,}/)),
    [
      ['needs root', 'system', '/etc/x.crt'],
      [String.raw`sudo rm -f '/it'\''s here/x.crt'`],
      ['skipped', 'browser', '/home/ann/.pki/nssdb'],
      ['certutil is not installed'],
      ['installed', 'browser', '/home/ann/.mozilla/firefox/a'],
    ],
  )
})
