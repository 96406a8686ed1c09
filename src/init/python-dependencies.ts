import type {ProjectFiles} from './project-files.ts'

/** How the dependencies of a Python project are installed in its image. */
export interface PythonDependencies {
  /** file that says so */
  source: string
  /** pip, uv or poetry */
  tool: 'pip' | 'uv' | 'poetry'
  /** what the installation reads: arguments of COPY */
  manifests: string
  /** shell command; `/cache` is a cache mount, `/venv` the environment */
  install: string
  /** all that is said about packages, lower case: to look for frameworks in */
  text: string
}

/** undefined where nothing is to be installed. */
export const findPythonDependencies = async (
  files: ProjectFiles,
  signal: AbortSignal,
): Promise<PythonDependencies | undefined> => {
  const project = (await files.text('pyproject.toml', signal)) ?? ''
  for (const tool of ['uv', 'poetry'] as const) if (files.names.has(`${tool}.lock`)) return withTool(tool, project)
  const requirements = await files.text('requirements.txt', signal)
  if (requirements !== undefined && /^\s*[^#\s]/m.test(requirements)) return withRequirements(files, requirements)
  // Only the list is installed, not the project: that would need the sources and so make a new layer at every save.
  if (/^dependencies\s*=\s*\[\s*[^\]\s]/m.test(project))
    return {
      source: 'pyproject.toml',
      tool: 'pip',
      manifests: 'pyproject.toml',
      install: String.raw`python3 -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies']))" > /tmp/requirements.txt \
    && pip install --cache-dir /cache --requirement /tmp/requirements.txt`,
      text: project.toLowerCase(),
    }
  return undefined
}

// Bytecode is made in the build: the image is read-only to the application, which would compile anew at every start.
// The tool lives beside the environment, not in it: `sync` removes from there whatever the lockfile does not name.
const installs = {
  uv: 'UV_CACHE_DIR=/cache UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PROJECT_ENVIRONMENT=/venv /tool/bin/uv sync --frozen --no-dev --no-install-project',
  poetry: 'POETRY_CACHE_DIR=/cache /tool/bin/poetry install --compile --only main --no-root --no-interaction',
}

const withTool = (tool: 'uv' | 'poetry', project: string): PythonDependencies => ({
  source: `${tool}.lock`,
  tool,
  manifests: `pyproject.toml ${tool}.lock`,
  install: `python3 -m venv /tool && /tool/bin/pip install --cache-dir /cache/pip ${tool} && ${installs[tool]}`,
  text: project.toLowerCase(),
})

const withRequirements = (files: ProjectFiles, requirements: string): PythonDependencies => {
  // A line such as `-e .` or `./lib` installs sources.
  const wantsSources = /^\s*(?:-e\b|--editable\b|\.{1,2}(?:\/|\s*$)|-[rc]\s*\S+\/)|\bfile:/m.test(requirements)
  const lists = [...files.names]
    .filter((name) => /^(?:requirements|constraints)[\w.-]*\.(?:txt|in)$/.test(name))
    .toSorted()
  return {
    source: 'requirements.txt',
    tool: 'pip',
    manifests: wantsSources ? '.' : lists.join(' '),
    install: 'pip install --cache-dir /cache --requirement requirements.txt',
    text: requirements.toLowerCase(),
  }
}
