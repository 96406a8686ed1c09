import test from 'ava'

import {code, prose} from '../../../../src/parity/report/formats/markdown-text.ts'
import {markdown} from '../../../../src/parity/report/formats/markdown.ts'
import {finding, hostileReport, rendering, report} from '../reports.ts'

test('code holds backticks and bars, on one line', (t) => {
  t.is(code('a|b'), '`a\\|b`')
  t.is(code('a`b``c'), '```a`b``c```')
  t.is(code('`a'), '`` `a ``')
  t.is(code('a\r\nb\u0000c'), '`a b c`')
})

test('prose is no markup, no tag, no name of a person, no link', (t) => {
  t.is(prose('*a* _b_ [c](d) <e> | `f` #12 ~x~'), '\\*a\\* \\_b\\_ \\[c\\](d) &lt;e&gt; \\| \\`f\\` \\#12 \\~x\\~')
  t.is(prose('needs @types/node and me@example.org'), 'needs `@types/node` and `me@example.org`')
  t.is(prose('at https://example.org'), 'at https:&#8203;//example.org')
})

test('every row of every table has as many cells as its heading, whatever the names', (t) => {
  const lines = markdown(rendering(hostileReport)).split('\n')
  const cells = (line: string) => line.replaceAll('\\|', '').split('|').length
  let heading = 0
  for (const [index, line] of lines.entries()) {
    if (lines[index + 1]?.startsWith('| ---')) heading = cells(line)
    if (line.startsWith('|')) t.is(cells(line), heading, line)
  }
  t.true(heading > 0)
})

test('it says what came out, by areas, what is allowed and what was not compared', (t) => {
  const findings = [
    finding('image.base', 'node:24', {severity: 'error', message: 'the base is older', next: 'Pull it.'}),
    finding('os.package.version', 'zlib', {cause: {rule: 'image.base', subject: 'node:24'}}),
    finding('files.content', '/a', {exception: {reason: 'built anew', until: '2026-12-31'}}),
  ]
  const uncompared = [{area: 'run', reason: 'not said'}]
  t.is(
    markdown(rendering(report(findings, {uncompared}))),
    [
      '## imm parity: different',
      '',
      '- `image:shop:1` linux/amd64, Debian GNU/Linux 12',
      '- `lock:staging.lock` linux/amd64, Debian GNU/Linux 12',
      '',
      '1 error, 1 allowed, 1 brought by others',
      '',
      '### image',
      '',
      '| | rule | subject | what | to do |',
      '| --- | --- | --- | --- | --- |',
      '| error | `image.base` | `node:24` | the base is older; brings 1 other (1 in os) | Pull it. |',
      '',
      '### allowed',
      '',
      '| rule | subject | reason | until |',
      '| --- | --- | --- | --- |',
      '| `files.content` | `/a` | built anew | 2026-12-31 |',
      '',
      '### not compared',
      '',
      '- `run`: not said',
      '',
    ].join('\n'),
  )
})

test('of an area fifty are shown, and the rest is counted', (t) => {
  const many = Array.from({length: 60}, (_, index) => finding('files.content', `/file-${index}`, {details: ['x']}))
  const text = markdown(rendering(report(many)))
  t.is(text.match(/^\| warning/gm)?.length, 50)
  t.true(text.includes('and 10 more: `imm parity --json` lists all'))
})
