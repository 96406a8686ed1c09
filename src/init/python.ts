import {findAnswering} from './answering.ts'
import type {Hint} from './hints.ts'
import type {Detect} from './plan.ts'
import type {ProjectFiles} from './project-files.ts'
import {findPythonDependencies} from './python-dependencies.ts'
import {findPythonStart} from './python-start.ts'

const marks = ['requirements.txt', 'pyproject.toml', 'manage.py']

export const detectPython: Detect = async (files, signal, named) => {
  const mark = marks.find((name) => files.names.has(name))
  if (mark === undefined && !named) return undefined
  const dependencies = await findPythonDependencies(files, signal)
  const start = await findPythonStart(files, dependencies?.text ?? '', signal)
  if (mark === undefined && !start) return undefined
  const version = await findPythonVersion(files, signal)
  const command = start?.words ?? ['python3', 'main.py']
  // A framework's server is told its port; a plain program tells it.
  const own = start?.framework === 'none'
  const known = own ? undefined : {value: start?.port ?? 8000, source: 'usual'}
  const answering = await findAnswering(files, start ? [start.file] : [], {known, usual: 8000}, signal)
  const extra = start?.extra
  const install =
    dependencies &&
    (extra === undefined
      ? dependencies.install
      : `${dependencies.install} \\\n    && pip install --cache-dir /cache/pip ${extra}`)
  return {
    flavour: 'python',
    dockerfile: 'Dockerfile',
    values: {
      ...answering.values,
      version: version.value,
      manifests: dependencies?.manifests,
      install,
      cache: dependencies?.tool,
      pythonPath: files.names.has('src') ? '/app:/app/src' : '/app',
      database: start?.database,
      command: JSON.stringify(command),
    },
    findings: [
      {
        what: 'language',
        value: `Python ${version.value}`,
        file: version.source === 'usual' ? (mark ?? start?.file) : version.source,
      },
      ...(dependencies ? [{what: 'dependencies', value: dependencies.tool, file: dependencies.source}] : []),
      ...(start && !own ? [{what: 'framework', value: start.framework, file: start.file}] : []),
      ...(start ? [{what: 'start', value: command.join(' '), file: start.file}] : []),
      ...answering.findings,
    ],
    notes: [
      ...(dependencies || !start || own
        ? []
        : [
            `No list of dependencies is there, so the image has no ${start.framework}: name it in requirements.txt, then \`imm init --force\`.`,
          ]),
      ...(extra === undefined || !dependencies
        ? []
        : [
            `${extra} is not among the dependencies, so the image installs the newest one: add it, to have a version that you chose.`,
          ]),
      ...(command.includes('runserver') || command[0] === 'flask'
        ? [
            'It is started with the development server of the framework: with gunicorn among the dependencies, `imm init --force` uses that.',
          ]
        : []),
    ],
    missing: start
      ? undefined
      : `${mark} is there, and none of manage.py, main.py, app.py, server.py, wsgi.py, asgi.py, api.py, run.py and __main__.py, here, in src or in a package.`,
  }
}

const findPythonVersion = async (files: ProjectFiles, signal: AbortSignal): Promise<Hint<string>> => {
  for (const file of ['.python-version', 'runtime.txt']) {
    const version = /^(?:python-)?(3\.\d+)/.exec((await files.text(file, signal)) ?? '')?.[1]
    if (version !== undefined) return {value: version, source: file}
  }
  const project = (await files.text('pyproject.toml', signal)) ?? ''
  const pinned = /^requires-python\s*=\s*["'](?:==|~=)\s*(3\.\d+)/m.exec(project)?.[1]
  return pinned === undefined ? {value: '3.13', source: 'usual'} : {value: pinned, source: 'pyproject.toml'}
}
