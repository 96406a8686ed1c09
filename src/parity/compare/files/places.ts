/** Of packages of the operating system, as long as nobody puts something there by hand. */
const system = /^\/(?:bin|sbin|lib\w*|usr\/(?:bin|sbin|lib\w*|libexec|share|include|games)|var\/lib\/(?:dpkg|apk))\//

/** Indexes of what is installed, which packages make anew by scripts and no package has in its list. */
const made =
  /^\/(?:etc\/ld\.so\.cache|usr\/share\/(?:info\/dir|mime\/.+|icons\/[^/]+\/icon-theme\.cache|applications\/mimeinfo\.cache|glib-2\.0\/schemas\/gschemas\.compiled)|usr\/lib\/(?:[^/]+\/)?(?:gio\/modules\/giomodule\.cache|gdk-pixbuf-2\.0\/[^/]+\/loaders\.cache|gtk-[\d.]+\/[^/]+\/immodules\.cache)|var\/lib\/(?:dpkg\/(?:alternatives\/[^/]+|info\/format|triggers.*)|apt\/extended_states|ucf\/.+|pam\/seen|systemd\/deb-systemd-helper-(?:en|dis)abled\/.+))$/

const documentation = /^\/usr\/(?:local\/)?share\/(?:doc|man|info|locale|licenses|lintian|doc-base)\//

export const isSystem = (path: string): boolean => system.test(path)

export const isMadeByScripts = (path: string): boolean => made.test(path)

/** Nothing acts by it. */
export const isDocumentation = (path: string): boolean => documentation.test(path)

const configuration = /\.(?:cfg|conf|config|env|ini|json5?|jsonc|properties|toml|xml|ya?ml)$/

export interface Shown {
  path: string
  isExecutable: boolean
}

/** The most telling first: the application's own, settings and programs before the rest, what nobody reads last. */
export const tellingFirst =
  (workdir: string) =>
  (a: Shown, b: Shown): number =>
    placeOf(a.path, workdir) - placeOf(b.path, workdir) ||
    natureOf(a) - natureOf(b) ||
    (a.path < b.path ? -1 : a.path === b.path ? 0 : 1)

const placeOf = (path: string, workdir: string): number => {
  if (isDocumentation(path)) return 6
  if (path.includes('/node_modules/') || path.includes('-packages/')) return 3
  if (workdir !== '/' && (path === workdir || path.startsWith(`${workdir}/`))) return 0
  if (path.startsWith('/etc/')) return 2
  if (path.startsWith('/usr/local/')) return 4
  return isSystem(path) ? 5 : 1
}

const natureOf = ({path, isExecutable}: Shown): number => (configuration.test(path) ? 0 : isExecutable ? 1 : 2)
