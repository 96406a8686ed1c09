import test from 'ava'

import {isDebian} from '../../../scripts/setup/machine.ts'

test('Debian and what derives from it are recognised by os-release', (t) => {
  t.true(isDebian('NAME="Debian GNU/Linux"\nID=debian\n'))
  t.true(isDebian('ID=linuxmint\nID_LIKE="ubuntu debian"\n'))
  t.false(isDebian('ID=fedora\nID_LIKE="rhel"\nHOME_URL="https://debian.example"\n'))
  t.false(isDebian(''))
})
