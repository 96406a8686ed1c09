import test from 'ava'

import {facts, testProject, written} from './project.ts'

test('Django is started by gunicorn where that is a dependency', async (t) => {
  const manage = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
  await using project = await testProject({
    'manage.py': manage,
    'shop/settings.py': "'NAME': BASE_DIR / 'db.sqlite3',\n",
    'requirements.txt': 'Django==5.1\ngunicorn\n',
  })
  const result = await project.init({dryRun: true})
  t.regex(written(result, 'Dockerfile'), /CMD \["gunicorn","--bind=0\.0\.0\.0:8000","shop\.wsgi"\]/)
  t.regex(written(result, 'Dockerfile'), /ln -s \/data\/db\.sqlite3 db\.sqlite3/)
  t.regex(written(result, 'imm.yaml'), /^volumes:\n {2}- data:\/data$/m)
  await using plain = await testProject({'manage.py': manage, 'requirements.txt': 'Django==5.1\n'})
  const other = await plain.init({dryRun: true})
  t.regex(written(other, 'Dockerfile'), /CMD \["python3","manage\.py","runserver","--noreload","0\.0\.0\.0:8000"\]/)
  t.notRegex(written(other, 'Dockerfile'), /\/data/)
  t.notRegex(written(other, 'imm.yaml'), /^volumes:/m)
})

test('FastAPI is found in a package below src, with the name of its application', async (t) => {
  await using project = await testProject({
    'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["fastapi[standard]>=0.115"]\n',
    'src/shop/__init__.py': '',
    'src/shop/main.py': 'api: FastAPI = FastAPI(title="shop")\n\n@api.get("/healthz")\n',
  })
  const result = await project.init({dryRun: true})
  t.deepEqual(facts(result), [
    'language: Python 3.13 (pyproject.toml)',
    'dependencies: pip (pyproject.toml)',
    'framework: FastAPI (src/shop/main.py)',
    'start: uvicorn --host=0.0.0.0 --port=8000 shop.main:api (src/shop/main.py)',
    'port: 8000 (usual)',
    'health: /healthz (src/shop/main.py:3)',
  ])
  t.regex(written(result, 'Dockerfile'), /PYTHONPATH=\/app:\/app\/src/)
  t.deepEqual(result.notes, [])
})

test('a server that FastAPI needs and nothing names is installed, and said', async (t) => {
  await using project = await testProject({'requirements.txt': 'fastapi\n', 'main.py': 'app = FastAPI()\n'})
  const result = await project.init({dryRun: true})
  t.regex(written(result, 'Dockerfile'), /pip install .* uvicorn$/m)
  t.true(result.notes.some((note) => note.startsWith('uvicorn is not among')))
})

test('Flask is started by gunicorn or by its own server, also from a factory', async (t) => {
  await using own = await testProject({'requirements.txt': 'Flask==3.1\n', 'app.py': 'app = Flask(__name__)\n'})
  t.regex(
    written(await own.init({dryRun: true}), 'Dockerfile'),
    /CMD \["flask","--app=app:app","run","--host=0\.0\.0\.0","--port=8000"\]/,
  )
  await using factory = await testProject({
    'requirements.txt': 'flask\ngunicorn>=22\n',
    'shop/__init__.py': 'def create_app():\n    app = Flask(__name__)\n    return app\n',
  })
  t.regex(
    written(await factory.init({dryRun: true}), 'Dockerfile'),
    /CMD \["gunicorn","--bind=0\.0\.0\.0:8000","shop:create_app\(\)"\]/,
  )
})

test('a plain Python program without dependencies has no stage for them', async (t) => {
  await using project = await testProject({
    'requirements.txt': '# none\n\n',
    'server.py': 'HTTPServer(("0.0.0.0", 9000), Hello)\n',
  })
  const result = await project.init({dryRun: true})
  const dockerfile = written(result, 'Dockerfile')
  t.is(dockerfile.match(/^FROM/gm)?.length, 1)
  t.regex(dockerfile, /CMD \["python3","server\.py"\]/)
  t.true(facts(result).includes('port: 9000 (server.py:1)'))
})

test('locked Python dependencies are installed by the tool that locked them', async (t) => {
  for (const tool of ['uv', 'poetry']) {
    await using project = await testProject({'pyproject.toml': '[project]\n', [`${tool}.lock`]: '', 'main.py': ''})
    const dockerfile = written(await project.init({dryRun: true}), 'Dockerfile')
    t.regex(dockerfile, new RegExp(`^COPY pyproject\\.toml ${tool}\\.lock \\./$`, 'm'))
    t.regex(dockerfile, new RegExp(`/tool/bin/${tool} `))
  }
})

test('requirements that install from the sources get them', async (t) => {
  await using project = await testProject({'requirements.txt': 'flask\n-e .\n', 'app.py': 'app = Flask(__name__)\n'})
  t.regex(written(await project.init({dryRun: true}), 'Dockerfile'), /^COPY \. \.\/\nRUN /m)
})

test('the version of Python is the one that the project asks for', async (t) => {
  await using project = await testProject({'requirements.txt': '', 'main.py': '', '.python-version': '3.12.4\n'})
  t.regex(written(await project.init({dryRun: true}), 'Dockerfile'), /^ARG BASE_IMAGE=python:3\.12-slim$/m)
})

test('a Go program is compiled in one image and run in a small one', async (t) => {
  await using project = await testProject({
    'go.mod': 'module example.com/acme/shop\n\ngo 1.22\n\nrequire example.com/x v1.0.0\n',
    'go.sum': '',
    'main.go': 'package main\n\nhttp.ListenAndServe(":9090", nil)\n',
    'templates/index.html': '',
  })
  const result = await project.init({dryRun: true})
  const dockerfile = written(result, 'Dockerfile')
  t.regex(dockerfile, /^ARG BUILD_IMAGE=golang:1\.\d+$/m)
  t.regex(dockerfile, /^ARG BASE_IMAGE=gcr\.io\/distroless\/static-debian12:nonroot$/m)
  t.regex(dockerfile, /^COPY go\.mod go\.sum \.\/\nRUN .*go mod download$/m)
  t.regex(dockerfile, /^COPY templates \.\/templates$/m)
  t.regex(dockerfile, /^EXPOSE 9090$/m)
})

test('of several Go programs the one that sounds like a server is taken, and the choice said', async (t) => {
  await using project = await testProject({
    'go.mod': 'module example.com/shop\n\ngo 1.99\n',
    'cmd/admin/main.go': 'package main\n',
    'cmd/server/main.go': 'package main\n',
    'shop.go': 'package shop\n',
  })
  const result = await project.init({dryRun: true})
  t.regex(written(result, 'Dockerfile'), /go build .* \.\/cmd\/server$/m)
  t.regex(written(result, 'Dockerfile'), /golang:1\.99$/m)
  t.deepEqual(result.notes, ['There are 2 programs (./cmd/admin, ./cmd/server); the image runs ./cmd/server.'])
})

test('Rails is started in production mode, with its health check and the libraries of its gems', async (t) => {
  await using project = await testProject({
    Gemfile: 'ruby "3.3.6"\ngem "rails", "~> 8.0"\ngem "pg"\ngem "propshaft"\n',
    'Gemfile.lock': '',
    'config/routes.rb': 'get "up" => "rails/health#show", as: :rails_health_check\n',
    'config.ru': '',
    'package.json': {scripts: {build: 'esbuild app/javascript'}},
  })
  const result = await project.init({dryRun: true})
  const dockerfile = written(result, 'Dockerfile')
  t.is(result.flavour, 'ruby')
  t.regex(dockerfile, /^ARG BASE_IMAGE=ruby:3\.3-slim$/m)
  t.regex(dockerfile, /install .* libpq5 /)
  t.regex(dockerfile, /assets:precompile/)
  t.regex(dockerfile, /CMD \["bundle","exec","rails","server","--binding=0\.0\.0\.0","--port=3000"\]/)
  t.regex(written(result, 'imm.yaml'), /^ {2}path: \/up$/m)
})

test('Rack and Sinatra are started where they are reached from outside the container', async (t) => {
  await using rack = await testProject({Gemfile: "gem 'rack'\ngem 'puma'\n", 'config.ru': 'run App\n'})
  t.regex(written(await rack.init({dryRun: true}), 'Dockerfile'), /"puma","--bind=tcp:\/\/0\.0\.0\.0:9292"/)
  await using sinatra = await testProject({Gemfile: "gem 'sinatra'\n", 'app.rb': "require 'sinatra'\n"})
  t.regex(written(await sinatra.init({dryRun: true}), 'Dockerfile'), /"app\.rb","-o","0\.0\.0\.0","-p","4567"\]/)
})

test('static files are served from where index.html is', async (t) => {
  await using top = await testProject({'index.html': '<h1>', 'style.css': ''})
  t.regex(written(await top.init({dryRun: true}), 'Dockerfile'), /^COPY \. \.\/$/m)
  // Whatever is in the image is served.
  t.regex(written(await top.init({dryRun: true}), '.dockerignore'), /^\*\*\/\.\*$/m)
  await using below = await testProject({'public/index.html': '<h1>', 'notes.txt': ''})
  t.regex(written(await below.init({dryRun: true}), 'Dockerfile'), /^COPY public \.\/$/m)
})

test('a site that a bundler builds is served as static files', async (t) => {
  await using project = await testProject({
    'package.json': {scripts: {dev: 'vite', build: 'vite build'}, devDependencies: {vite: '7'}},
    'package-lock.json': '{}',
    'vite.config.ts': "export default {build: {outDir: './out'}}\n",
    'index.html': '',
    'src/main.js': '',
  })
  const result = await project.init({dryRun: true})
  t.is(result.flavour, 'static')
  t.regex(written(result, 'Dockerfile'), /npm run build/)
  t.regex(written(result, 'Dockerfile'), /^COPY --from=build \/app\/out \.\/$/m)
})
