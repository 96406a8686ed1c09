import test from 'ava'

import {isLockFile, libraryFinder} from '../../../../src/parity/compare/causes/library-files.ts'
import {isOfRuntime} from '../../../../src/parity/compare/causes/runtime-files.ts'
import type {Dependency} from '../../../../src/parity/facts.ts'

const of =
  (ecosystem: Dependency['ecosystem'], name: string, scope: string) =>
  (path: string, target?: string): boolean =>
    libraryFinder([{ecosystem, name, scope}])(path, target) !== undefined

test("npm's libraries are in node_modules, nested, in pnpm's store, or linked by .bin", (t) => {
  const isOf = of('npm', '@acme/tool', '/app')
  t.true(isOf('/app/node_modules/@acme/tool/index.js'))
  t.true(isOf('/app/node_modules/x/node_modules/@acme/tool/index.js'))
  t.true(isOf('/app/node_modules/.pnpm/@acme+tool@1.0.0/node_modules/@acme/tool/index.js'))
  t.true(isOf('/app/node_modules/.bin/tool', '../@acme/tool/bin.js'))
  t.false(isOf('/app/node_modules/.bin/other', '../other/bin.js'))
  t.false(isOf('/app/node_modules/@acme/toolbox/index.js'))
  t.false(isOf('/application/node_modules/@acme/tool/index.js'))
})

test('of libraries in each other the inner one has the file', (t) => {
  const find = libraryFinder(['outer', 'inner'].map((name) => ({ecosystem: 'npm' as const, name, scope: '/app'})))
  t.is(find('/app/node_modules/outer/node_modules/inner/index.js')?.name, 'inner')
  t.is(find('/app/node_modules/outer/node_modules/same/index.js')?.name, 'outer')
  t.is(find('/app/node_modules/.package-lock.json')?.name, 'inner')
})

test("Python's are directories of the same name, with what pip notes beside them, and none whose name is in theirs", (t) => {
  const packages = '/usr/local/lib/python3.12/site-packages'
  const isOf = of('pypi', 'flask-appbuilder', '/usr/local')
  t.true(isOf(`${packages}/flask_appbuilder/__init__.py`))
  t.true(isOf(`${packages}/Flask_AppBuilder-4.5.0.dist-info/METADATA`))
  t.false(isOf(`${packages}/app/prices.py`))
  t.false(isOf(`${packages}/build/x.py`))
  t.false(isOf('/usr/lib/python3/dist-packages/flask_appbuilder/__init__.py'))
  t.true(of('pypi', 'gunicorn', '/usr/local')('/usr/local/bin/gunicorn'))
})

test('gems, modules of Go and jars are known by their names with versions, and a program of Go is its modules', (t) => {
  t.true(of('gem', 'rack', '/usr/local/bundle')('/usr/local/bundle/gems/rack-3.1.0/lib/rack.rb'))
  t.true(of('gem', 'rack', '/usr/local/bundle')('/usr/local/bundle/specifications/rack-3.1.0.gemspec'))
  t.false(of('gem', 'rack', '/usr/local/bundle')('/usr/local/bundle/gems/rack-test-2.0/lib/x.rb'))
  t.true(of('go', 'golang.org/x/net', '/app/server')('/app/server'))
  t.false(of('go', 'golang.org/x/net', '/app/server')('/app/server.conf'))
  t.true(of('maven', 'org.acme:tool', '/app/lib')('/app/lib/tool-1.0.jar'))
  t.false(of('maven', 'org.acme:tool', '/app/lib')('/app/lib/toolbox-1.0.jar'))
})

test('a lock file is that of its ecosystem in its own directory', (t) => {
  t.true(isLockFile({ecosystem: 'npm', scope: '/app'}, '/app/package-lock.json'))
  t.true(isLockFile({ecosystem: 'pypi', scope: '/'}, '/requirements.txt'))
  t.false(isLockFile({ecosystem: 'npm', scope: '/app'}, '/app/web/package-lock.json'))
  t.false(isLockFile({ecosystem: 'npm', scope: '/app'}, '/app/yarn.json'))
})

const isOfRuby = (path: string) => isOfRuntime('ruby', '/usr/local/lib/ruby/3.4.0/x86_64-linux/rbconfig.rb', path)

const isOfPython = (path: string) => isOfRuntime('python', '/usr/local/bin/python3.12', path)

const isOfNode = (path: string) => isOfRuntime('node', '/usr/local/bin/node', path)

test('a runtime brings its program, headers and standard library, and no library that was installed into it', (t) => {
  t.true(
    isOfNode('/usr/local/bin/npx') &&
      isOfNode('/usr/local/include/node/node.h') &&
      isOfNode('/usr/local/lib/node_modules/npm/index.js'),
  )
  t.false(
    isOfNode('/usr/local/lib/node_modules/pm2/index.js') ||
      isOfNode('/usr/bin/node') ||
      isOfNode('/usr/local/bin/tool'),
  )
  t.true(isOfPython('/usr/local/lib/python3.12/json/decoder.py') && isOfPython('/usr/local/lib/libpython3.12.so.1.0'))
  t.false(isOfPython('/usr/local/lib/python3.12/site-packages/flask/app.py'))
  t.true(isOfRuby('/usr/local/bin/ruby') && isOfRuby('/usr/local/lib/ruby/3.4.0/set.rb'))
  t.false(isOfRuby('/usr/local/bundle/gems/rack-3.1.0/lib/rack.rb'))
  t.true(isOfRuntime('java', '/opt/java/openjdk/release', '/opt/java/openjdk/bin/java'))
  t.false(isOfRuntime('java', '/opt/java/openjdk/release', '/opt/java/tool.jar'))
  t.true(isOfRuntime('java', '/app/release', '/app/lib/server/libjvm.so'))
  t.false(isOfRuntime('java', '/app/release', '/app/config/prices.json'), 'beside the application it has its own alone')
  t.false(isOfRuntime('java', '/app/release', '/app/lib/shop.jar'))
  t.true(isOfRuntime('go', '/app/server', '/app/server'))
})
