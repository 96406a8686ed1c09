import {rpmDatabase, rpmHeader} from '../packages/rpm/databases.ts'
import {apkInstalled} from './contents.ts'
import {type Pair, twoImages} from './pair.ts'
import type {Files, Shop} from './shop.ts'

const of = (base: Files, packages: Files): Shop => ({
  base,
  packages,
  app: {'app/run': 'run'},
  config: {Cmd: ['/app/run']},
})

const alpine = (versions: Record<string, string>): Shop =>
  of(
    {'etc/os-release': 'ID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME="Alpine Linux v3.22"\n'},
    {'lib/apk/db/installed': apkInstalled(versions)},
  )

const apk = {musl: '1.2.5-r10', busybox: '1.37.0-r18', libcrypto3: '3.5.1-r0'}

const fedora = (versions: readonly (readonly [string, string, string])[]): Shop =>
  of(
    {'etc/os-release': 'ID=fedora\nVERSION_ID=42\nPRETTY_NAME="Fedora Linux 42"\n'},
    {
      'usr/lib/sysimage/rpm/rpmdb.sqlite': rpmDatabase(
        versions.map(([name, version, release]) => rpmHeader({name, version, release, architecture: 'x86_64'})),
      ),
    },
  )

const rpm = [
  ['glibc', '2.41', '5.fc42'],
  ['openssl-libs', '3.2.4', '3.fc42'],
  ['zlib-ng-compat', '2.2.4', '3.fc42'],
] as const

export const systemPairs: readonly Pair[] = [
  twoImages('another version of a package of apk', 'os.package.version', [
    alpine(apk),
    alpine({...apk, libcrypto3: '3.5.2-r0'}),
  ]),
  twoImages('a package of apk that is missing', 'os.package.missing', [
    alpine(apk),
    alpine({musl: apk.musl, busybox: apk.busybox}),
  ]),
  twoImages('another version of a package of rpm', 'os.package.version', [
    fedora(rpm),
    fedora([rpm[0], ['openssl-libs', '3.2.6', '1.fc42'], rpm[2]]),
  ]),
  twoImages('a package of rpm that is missing', 'os.package.missing', [fedora(rpm), fedora(rpm.slice(0, 2))]),
]

export const sameSystemPairs: readonly Pair[] = [
  twoImages("apk's database in another order", undefined, [
    alpine(apk),
    alpine(Object.fromEntries(Object.entries(apk).toReversed())),
  ]),
  twoImages("rpm's database in another order", undefined, [fedora(rpm), fedora(rpm.toReversed())]),
]
