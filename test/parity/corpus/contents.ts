/** Something that no text editor would have written, with that text in it. */
export const program = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), Buffer.alloc(64), Buffer.from(`${text}\0`)])

export const osRelease = (version: string, codename: string, name = 'Debian GNU/Linux'): string =>
  [
    `PRETTY_NAME="${name} ${version} (${codename})"`,
    `NAME="${name}"`,
    `VERSION_ID="${version}"`,
    `VERSION="${version} (${codename})"`,
    'ID=debian',
    'HOME_URL="https://www.debian.org/"',
    '',
  ].join('\n')

type Versions = Readonly<Record<string, string>>

/** As dpkg writes it. */
export const dpkgStatus = (packages: Versions, architecture = 'amd64'): string =>
  Object.entries(packages)
    .map(([name, version]) =>
      [
        `Package: ${name}`,
        'Status: install ok installed',
        'Priority: optional',
        'Section: libs',
        'Installed-Size: 123',
        'Maintainer: Debian <debian@example.org>',
        `Architecture: ${architecture}`,
        'Multi-Arch: same',
        `Version: ${version}`,
        `Description: what ${name} is for`,
        ' A longer text,',
        ' Version: 0 of which is no field.',
        '',
      ].join('\n'),
    )
    .join('\n')

/** As apk writes it. */
export const apkInstalled = (packages: Versions): string =>
  `${Object.entries(packages)
    .map(([name, version]) =>
      [`C:Q1${name}=`, `P:${name}`, `V:${version}`, 'A:x86_64', 'S:1', `T:what ${name} is for`, 'F:usr/lib', ''].join(
        '\n',
      ),
    )
    .join('\n')}\n`

/** package-lock.json, version 3. */
export const lockFile = (libraries: Versions): string =>
  JSON.stringify(
    {
      name: 'shop',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': {name: 'shop', version: '1.0.0'},
        ...Object.fromEntries(
          Object.entries(libraries).map(([name, version]) => [
            `node_modules/${name}`,
            {version, resolved: `https://registry.npmjs.org/${name}/-/${name}-${version}.tgz`},
          ]),
        ),
      },
    },
    undefined,
    2,
  )

export const npmLibrary = (name: string, version: string): Record<string, string> => ({
  [`app/node_modules/${name}/package.json`]: JSON.stringify({name, version, main: 'index.js'}),
  [`app/node_modules/${name}/index.js`]: `exports.version = '${version}'`,
})

export const libraryFiles = (libraries: Versions): Record<string, string> =>
  Object.assign({}, ...Object.entries(libraries).map(([name, version]) => npmLibrary(name, version))) as Record<
    string,
    string
  >
