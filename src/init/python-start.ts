import path from 'node:path'

import type {ProjectFiles} from './project-files.ts'

export interface PythonStart {
  framework: 'Django' | 'FastAPI' | 'Starlette' | 'Flask' | 'none'
  words: readonly string[]
  /** file with the application */
  file: string
  port: number
  /** server that is started and not among the dependencies */
  extra: string | undefined
  /** name of the SQLite file that lies beside the code */
  database: string | undefined
}

const stems = ['main', 'app', 'server', 'wsgi', 'asgi', 'api', 'run', '__main__']

const constructors = [
  ['FastAPI', /^(\w+)\s*(?::[^=\n]+)?=\s*(?:fastapi\.)?FastAPI\(/m],
  ['Starlette', /^(\w+)\s*(?::[^=\n]+)?=\s*Starlette\(/m],
  ['Flask', /^(\w+)\s*(?::[^=\n]+)?=\s*(?:flask\.)?Flask\(/m],
] as const

const factory = /^def (create_app|make_app)\(/m

/** How a Python project is started; undefined where nothing that looks like it is there. */
export const findPythonStart = async (
  files: ProjectFiles,
  dependencies: string,
  signal: AbortSignal,
): Promise<PythonStart | undefined> => {
  const has = (name: string): boolean => new RegExp(String.raw`(?:^|[^\w-])${name}(?![\w-])`, 'm').test(dependencies)
  const django = await files.text('manage.py', signal)
  if (django !== undefined) return startDjango(files, django, has, signal)
  const candidates = await sourceCandidates(files)
  for (const file of candidates) {
    const text = (await files.text(file, signal)) ?? ''
    for (const [framework, pattern] of constructors) {
      const name =
        pattern.exec(text)?.[1] ??
        (framework === 'Flask' && /\bFlask\(/.test(text) ? factory.exec(text)?.[1] : undefined)
      if (name !== undefined) return startFramework(framework, `${moduleOf(file)}:${name}`, file, has)
    }
  }
  // A package's __init__ starts nothing by itself.
  const plain = candidates.find((file) => !file.endsWith('__init__.py'))
  if (plain === undefined) return undefined
  const words = plain.endsWith('/__main__.py')
    ? ['python3', '-m', moduleOf(plain).replace(/\.__main__$/, '')]
    : ['python3', plain]
  return {framework: 'none', words, file: plain, port: 8000, extra: undefined, database: undefined}
}

/** Files that may start something, the likeliest first: at the top, in src, then in packages of both. */
const sourceCandidates = async (files: ProjectFiles): Promise<string[]> => {
  const inSource = (await files.list('src')).filter(isPackageName).map((name) => `src/${name}`)
  const packages = [...files.names].filter((name) => isPackageName(name) && name !== 'src').toSorted(byName)
  const found: string[] = []
  for (const folder of ['.', 'src', ...inSource, ...packages]) {
    const names = new Set(await files.list(folder))
    const here = [...stems, ...(folder === '.' ? [] : ['__init__'])].map((stem) => `${stem}.py`)
    found.push(...here.filter((name) => names.has(name)).map((name) => path.posix.join(folder, name)))
  }
  return found
}

const isPackageName = (name: string): boolean =>
  /^[a-z_]\w*$/i.test(name) && !/^(?:tests?|docs|venv|node_modules)$/.test(name)

const byName = (a: string, b: string): number => (a < b ? -1 : 1)

/** `src` is in PYTHONPATH, so it is no part of a module's name. */
const moduleOf = (file: string): string =>
  file
    .replace(/^src\//, '')
    .replace(/\.py$/, '')
    .replace(/\/__init__$/, '')
    .replaceAll('/', '.')

const startDjango = async (
  files: ProjectFiles,
  manage: string,
  has: (name: string) => boolean,
  signal: AbortSignal,
): Promise<PythonStart> => {
  const project = /['"]([\w.]+)\.settings[\w.]*['"]/.exec(manage)?.[1]
  const settings = project && (await files.text(`${project.replaceAll('.', '/')}/settings.py`, signal))
  const words =
    project !== undefined && has('gunicorn')
      ? ['gunicorn', '--bind=0.0.0.0:8000', `${project}.wsgi`]
      : ['python3', 'manage.py', 'runserver', '--noreload', '0.0.0.0:8000']
  const database = settings?.includes("BASE_DIR / 'db.sqlite3'") || settings?.includes('BASE_DIR / "db.sqlite3"')
  return {
    framework: 'Django',
    words,
    file: 'manage.py',
    port: 8000,
    extra: undefined,
    database: database ? 'db.sqlite3' : undefined,
  }
}

const startFramework = (
  framework: 'FastAPI' | 'Starlette' | 'Flask',
  application: string,
  file: string,
  has: (name: string) => boolean,
): PythonStart => {
  const module = /:(?:create|make)_app$/.test(application) ? `${application}()` : application
  const start = (words: string[], extra?: string): PythonStart => ({
    framework,
    words,
    file,
    port: 8000,
    extra,
    database: undefined,
  })
  if (framework === 'Flask')
    return has('gunicorn')
      ? start(['gunicorn', '--bind=0.0.0.0:8000', module])
      : start(['flask', `--app=${application}`, 'run', '--host=0.0.0.0', '--port=8000'])
  const bundled = has('uvicorn') || has(String.raw`fastapi\[(?:standard|all)[^\]]*\]`)
  return start(['uvicorn', '--host=0.0.0.0', '--port=8000', application], bundled ? undefined : 'uvicorn')
}
