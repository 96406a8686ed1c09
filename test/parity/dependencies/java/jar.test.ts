import {existsSync} from 'node:fs'
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'

import test from 'ava'
import {execa} from 'execa'

import {dependencies, gaps, named} from '../found.ts'
import {pom, zipOf} from './zips.ts'

test('a jar that Maven built says its group, artifact and version; a shaded one those of all that is in it', async (t) => {
  t.deepEqual(await dependencies({'app/lib/a.jar': zipOf({...pom('org.x', 'a', '1.0'), 'X.class': 'x'})}), [
    'maven installed /app/lib org.x:a 1.0',
  ])
  t.deepEqual(await named({'a.jar': zipOf({...pom('org.x', 'a', '1.0'), ...pom('org.y', 'b', '2.0')})}), [
    'org.x:a 1.0',
    'org.y:b 2.0',
  ])
})

test('a jar with a script in front, which makes a program of it, is read', async (t) => {
  const script = Buffer.from('#!/bin/sh\nexec java -jar "$0"\n')
  t.deepEqual(await named({'app.jar': Buffer.concat([script, zipOf(pom('org.x', 'a', '1.0'))])}), ['org.x:a 1.0'])
})

test('an application of one file has its libraries one level within, stored or compressed', async (t) => {
  const deep = zipOf(pom('org.z', 'deep', '3.0'))
  const inner = zipOf({...pom('org.y', 'b', '2.0'), 'lib/deep.jar': deep})
  const boot = zipOf({
    ...pom('org.x', 'app', '1.0'),
    'BOOT-INF/lib/b-2.0.jar': {content: inner, stored: true},
    'WEB-INF/lib/slf4j-api-2.0.1.jar': zipOf({x: 'x'}),
    'WEB-INF/lib/broken-7.1.jar': 'no zip',
  })
  for (const name of ['app.jar', 'app.war'])
    t.deepEqual(await named({[name]: boot}), ['broken 7.1', 'org.x:app 1.0', 'org.y:b 2.0', 'slf4j-api 2.0.1'])
})

test('a jar without Maven is called what its manifest says, or its file', async (t) => {
  const manifest =
    'Manifest-Version: 1.0\r\nBundle-SymbolicName: org.osgi.x;singleton:=true\r\nBundle-Version: 1.2.3\r\n\r\nName: y\r\nBundle-Version: 9\r\n'
  t.deepEqual(await named({'x.jar': zipOf({'META-INF/MANIFEST.MF': manifest})}), ['org.osgi.x 1.2.3'])
  t.deepEqual(await named({'guava-33.0-jre.jar': zipOf({'X.class': ''}), 'app.jar': zipOf({'X.class': ''})}), [
    'guava 33.0-jre',
  ])
})

test('of one content at several paths each is called by its own name', async (t) => {
  const jar = zipOf({'X.class': ''})
  t.deepEqual(await named({'a/x-1.0.jar': jar, 'a/y-2.0.jar': jar}), ['x 1.0', 'y 2.0'])
})

test('a jar that is none, or is damaged, is a gap', async (t) => {
  const jar = zipOf(pom('org.x', 'a', '1.0'))
  const directory = jar.indexOf('PK\x01\x02')
  const damaged = Buffer.from(jar).fill(0, directory, directory + 4)
  t.deepEqual(await gaps({'a.jar': 'x', 'b.jar': damaged}), [
    'dependencies: not all files can be read: /a.jar: it is no zip archive; /b.jar: its directory is damaged',
  ])
})

test('what an entry would come to is bounded: one of zeros, and many that share the same bytes', async (t) => {
  const bomb = Buffer.alloc(64 * 1024 * 1024)
  t.deepEqual(await named({'a.jar': zipOf({'lib/bomb-1.0.jar': bomb, ...pom('org.x', 'a', '1.0')})}), [
    'bomb 1.0',
    'org.x:a 1.0',
  ])
  const shared = Object.fromEntries(
    Array.from({length: 2000}, (_, at) => [`lib/${at}.jar`, {content: at === 0 ? bomb : '', offset: 0}]),
  )
  const started = performance.now()
  t.regex((await gaps({'a.jar': zipOf(shared)})).join(''), /more in it than any library/)
  t.true(performance.now() - started < 10_000)
})

test('a gradle.lockfile names artifacts, whatever configuration has them', async (t) => {
  const lock =
    '# This is a Gradle generated file\norg.x:a:1.0=compileClasspath,runtimeClasspath\nempty=annotationProcessor\n'
  t.deepEqual(await dependencies({'app/gradle.lockfile': lock}), ['maven lock /app org.x:a 1.0'])
})

const jarTool = ['/usr/bin/jar', '/usr/lib/jvm/java-17-openjdk-amd64/bin/jar'].find(existsSync)
const withJar = jarTool === undefined ? test.skip : test

withJar('a jar that the tool of a JDK has made is read', async (t) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'imm-jar-'))
  t.teardown(() => rm(directory, {recursive: true}))
  await writeFile(path.join(directory, 'manifest'), 'Implementation-Title: shop\nImplementation-Version: 4.5\n')
  await execa(jarTool ?? '', ['cfm', 'x.jar', 'manifest', 'manifest'], {cwd: directory})
  t.deepEqual(await named({'x.jar': await readFile(path.join(directory, 'x.jar'))}), ['shop 4.5'])
})
