import test from 'ava'

import {packagesToKeep} from '../../../scripts/setup/debian-packages.ts'

const line = (file: string) => `'http://deb.debian.org/debian/pool/main/x/${file}' ${file} 1234 SHA256:abc`

test('of what a package needs, its own parts and the shared libraries are kept', (t) => {
  const plan = [
    'Reading package lists...',
    line('libc6_2.36-9+deb12u14_amd64.deb'),
    line('zlib1g_1%3a1.2.13.dfsg-1_amd64.deb'),
    line('libldap-2.5-0_2.5.13+dfsg-5_amd64.deb'),
    line('libperl5.36_5.36.0-7+deb12u4_amd64.deb'),
    line('libllvm14_1%3a14.0.6-12_amd64.deb'),
    line('libpam-modules-bin_1.5.2-6+deb12u2_amd64.deb'),
    line('debconf_1.5.82_all.deb'),
    line('postgresql-common_248+deb12u2_all.deb'),
    line('postgresql-15_15.20-0+deb12u1_amd64.deb'),
    '',
  ].join('\n')
  t.deepEqual(packagesToKeep(plan, /^postgresql-\d+$/), ['libc6', 'zlib1g', 'libldap-2.5-0', 'postgresql-15'])
})
