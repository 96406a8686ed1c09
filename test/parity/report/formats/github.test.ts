import test from 'ava'

import {githubAnnotations} from '../../../../src/parity/report/formats/github.ts'
import {finding, hostileReport, rendering, report} from '../reports.ts'

test('each finding is a command with its level, place, title and what to do', (t) => {
  const findings = [
    finding('os.package.version', 'libc6:amd64', {
      message: 'libc6 is older',
      next: 'Pull the base.',
      details: ['100% of it'],
    }),
    finding('files.content', '/a,b', {severity: 'error', place: {file: 'src/a:b.ts', line: 3}}),
    finding('image.base', 'x', {severity: 'note'}),
  ]
  t.is(
    githubAnnotations(rendering(report(findings, {uncompared: [{area: 'run', reason: 'not said'}]}))),
    [
      '::error file=src/a%3Ab.ts,line=3,title=files.content%3A /a%2Cb::/a,b differs.',
      '::warning file=Dockerfile,title=os.package.version%3A libc6%3Aamd64::libc6 is older. Pull the base.%0A100%25 of it',
      '::notice file=Dockerfile,title=image.base%3A x::x differs.',
      '::notice title=not compared%3A run::not said',
      '',
    ].join('\n'),
  )
})

test('no name makes a line or a command of its own', (t) => {
  const lines = githubAnnotations(rendering(hostileReport)).split('\n')
  t.is(lines.pop(), '')
  for (const line of lines) t.regex(line, /^::(error|warning|notice) [^:]*::[^\r]*$/)
})

test('what was compared is no file', (t) => {
  const away = {place: {path: 'image:shop:1', isFile: false}}
  t.regex(githubAnnotations(rendering(report([finding('image.base', 'x')]), away)), /^::warning title=/)
})

test('of each level ten are told, as GitHub shows no more of a step', (t) => {
  const many = Array.from({length: 25}, (_, index) => finding('files.content', `/file-${index}`, {severity: 'error'}))
  const lines = githubAnnotations(rendering(report([...many, finding('image.base', 'x')])))
    .trimEnd()
    .split('\n')
  t.is(lines.filter((line) => line.startsWith('::error')).length, 10)
  t.is(lines.filter((line) => line.startsWith('::warning')).length, 1)
})
