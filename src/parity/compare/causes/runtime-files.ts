/** What a runtime brings, by the file that told its version. */
export const isOfRuntime = (name: string, file: string, path: string): boolean => {
  switch (name) {
    case 'node':
      return below(prefixOf(file, '/bin/'), path, nodeFiles)
    case 'python':
      return below(prefixOf(file, '/bin/'), path, pythonFiles)
    case 'ruby':
      return below(prefixOf(file, '/lib/'), path, rubyFiles)
    case 'java': {
      const home = file.replace(/\/release$/, '')
      // A runtime that `jlink` put beside the application has none of what is around it.
      return below(`${home}/`, path, ownJava.test(home) ? /^./ : javaFiles)
    }
    default:
      return path === file
  }
}

const nodeFiles =
  /^(?:bin\/(?:node|nodejs|npm|npx|corepack)$|include\/node\/|lib\/node_modules\/(?:npm|corepack)\/|share\/(?:doc\/node|man\/man1\/node|systemtap\/)|(?:CHANGELOG|README)\.md$|LICENSE$)/
const pythonFiles =
  /^(?:bin\/(?:python|pip|idle|pydoc|2to3)[\w.-]*$|include\/python|lib\/libpython|lib\/pkgconfig\/python|lib\/python[\d.]+\/(?!(?:site|dist)-packages\/)|share\/man\/man1\/python)/
const rubyFiles =
  /^(?:bin\/(?:ruby|irb|gem|erb|rdoc|ri|bundle|bundler|rake|racc|rbs|typeprof|rdbg|syntax_suggest)$|include\/ruby-|lib\/libruby|lib\/pkgconfig\/ruby|lib\/ruby\/|share\/(?:man\/man1|ri)\/)/

const ownJava = /\/[^/]*(?:java|jdk|jre|jvm|zulu|temurin|corretto|semeru|graal)[^/]*(?:\/|$)/i
const javaFiles =
  /^(?:release$|bin\/(?:java\w*|j(?:ar|cmd|db|deprscan|deps|fr|image|info|link|map|mod|package|ps|shell|stack|stat|statd|webserver)|jarsigner|jconsole|keytool|rmiregistry|serialver)$|conf\/(?:security\/|management\/|(?:net|logging|sound|jaxp)\.properties$)|legal\/|include\/j|jmods\/java\.|lib\/(?:modules$|classlist$|ct\.sym$|j(?:exec|spawnhelper|vm\.cfg|vm\.lib|rt-fs\.jar)$|lib\w+\.(?:so|dylib)$|psfont\w*\.properties|tzdb\.dat$|tzmappings$|src\.zip$|(?:server|client|security|jfr)\/))/

const below = (prefix: string | undefined, path: string, files: RegExp): boolean =>
  prefix !== undefined && path.startsWith(prefix) && files.test(path.slice(prefix.length))

/** `/usr/local/`, of `/usr/local/bin/node` */
const prefixOf = (file: string, at: string): string | undefined => {
  const end = file.indexOf(at)
  return end === -1 ? undefined : file.slice(0, end + 1)
}
