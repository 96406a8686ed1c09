import {findAnswering} from './answering.ts'
import type {Hint} from './hints.ts'
import type {Detect} from './plan.ts'
import type {ProjectFiles} from './project-files.ts'

/** shared libraries that gems find in the large image and miss in the small one */
const libraries: Readonly<Record<string, string>> = {pg: 'libpq5', mysql2: 'libmariadb3', 'ruby-vips': 'libvips42'}
const programs = ['app.rb', 'server.rb', 'main.rb']

export const detectRuby: Detect = async (files, signal) => {
  const gemfile = await files.text('Gemfile', signal)
  if (gemfile === undefined) return undefined
  const lock = await files.text('Gemfile.lock', signal)
  const has = (gem: string): boolean =>
    new RegExp(`^\\s*gem\\(?\\s*["']${gem}["']`, 'm').test(gemfile) ||
    new RegExp(`^ {4}${gem} \\(`, 'm').test(lock ?? '')
  const rails = has('rails') && files.names.has('config')
  const start = await findRubyStart(files, has, rails, signal)
  const version = await findRubyVersion(files, gemfile, lock ?? '', signal)
  const known = start?.port === undefined ? undefined : {value: start.port, source: 'usual'}
  const answering = await findAnswering(files, start ? [start.file] : [], {known, usual: 3000}, signal)
  const routes = rails ? ((await files.text('config/routes.rb', signal)) ?? '') : ''
  const up = /["']?up["']?\s*=>\s*["']rails\/health#show["']/.test(routes)
  return {
    flavour: 'ruby',
    dockerfile: 'Dockerfile',
    values: {
      ...answering.values,
      ...(up ? {healthPath: '/up', healthSource: 'config/routes.rb'} : {}),
      version: version.value,
      manifests: ['Gemfile', 'Gemfile.lock', '.ruby-version'].filter((file) => files.names.has(file)).join(' '),
      locked: lock !== undefined,
      assets: rails && (has('sprockets-rails') || has('propshaft')),
      libraries: Object.keys(libraries)
        .filter(has)
        .map((gem) => libraries[gem])
        .join(' '),
      rails,
      command: JSON.stringify(start?.words ?? ['bundle', 'exec', 'ruby', 'app.rb']),
    },
    findings: [
      {what: 'language', value: `Ruby ${version.value}`, file: version.source === 'usual' ? 'Gemfile' : version.source},
      ...(start ? [{what: 'start', value: start.words.join(' '), file: start.file}] : []),
      ...answering.findings,
      ...(up ? [{what: 'health', value: '/up', file: 'config/routes.rb'}] : []),
    ],
    notes: [
      ...(lock === undefined
        ? ['There is no Gemfile.lock: commit one, so that every build installs the same versions.']
        : []),
      ...(rails
        ? [
            'It runs in production mode: with `config.force_ssl` on, pages redirect to https, which this machine does not serve.',
          ]
        : []),
    ],
    missing: start ? undefined : 'Gemfile is there, and none of config.ru, app.rb, server.rb and main.rb.',
  }
}

interface RubyStart {
  words: readonly string[]
  file: string
  /** undefined: what the program says */
  port: number | undefined
}

const findRubyStart = async (
  files: ProjectFiles,
  has: (gem: string) => boolean,
  rails: boolean,
  signal: AbortSignal,
): Promise<RubyStart | undefined> => {
  const run = ['bundle', 'exec']
  if (rails)
    return {words: [...run, 'rails', 'server', '--binding=0.0.0.0', '--port=3000'], file: 'Gemfile', port: 3000}
  if (files.names.has('config.ru'))
    return {
      words: has('puma')
        ? [...run, 'puma', '--bind=tcp://0.0.0.0:9292']
        : [...run, 'rackup', '--host=0.0.0.0', '--port=9292'],
      file: 'config.ru',
      port: 9292,
    }
  const program = programs.find((name) => files.names.has(name))
  if (program === undefined) return undefined
  // Sinatra's own server answers on the loopback address only, unless told.
  return /require ["']sinatra["']/.test((await files.text(program, signal)) ?? '')
    ? {words: [...run, 'ruby', program, '-o', '0.0.0.0', '-p', '4567'], file: program, port: 4567}
    : {words: [...run, 'ruby', program], file: program, port: undefined}
}

const findRubyVersion = async (
  files: ProjectFiles,
  gemfile: string,
  lock: string,
  signal: AbortSignal,
): Promise<Hint<string>> => {
  const places = [
    ['.ruby-version', /^(?:ruby-)?(\d+\.\d+)/, (await files.text('.ruby-version', signal)) ?? ''],
    ['Gemfile', /^ruby\s+["'](?:~>\s*)?(\d+\.\d+)/m, gemfile],
    ['Gemfile.lock', /^RUBY VERSION\n\s+ruby (\d+\.\d+)/m, lock],
  ] as const
  for (const [source, pattern, text] of places) {
    const value = pattern.exec(text)?.[1]
    if (value !== undefined) return {value, source}
  }
  return {value: '3.4', source: 'usual'}
}
