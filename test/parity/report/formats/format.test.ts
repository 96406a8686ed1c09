import test from 'ava'

import {isImmError} from '../../../../src/errors.ts'
import {wantedReports} from '../../../../src/parity/report/formats/format.ts'

const refused = (...given: string[]): string => {
  try {
    wantedReports(given)
  } catch (error) {
    if (isImmError(error, 'USAGE')) return `${error.message}. ${error.next}`
    throw error
  }
  return 'taken'
}

test('several reports are taken at once, each with its file', (t) => {
  t.deepEqual(wantedReports(['sarif=a=b.sarif', 'junit=out/j.xml', 'github']), [
    {format: 'sarif', file: 'a=b.sarif'},
    {format: 'junit', file: 'out/j.xml'},
    {format: 'github'},
  ])
})

test('what is no report is named, with the one that was meant', (t) => {
  t.is(
    refused('sraif=x'),
    'there is no report sraif. Did you mean sarif? There are sarif, junit, gitlab, markdown, github.',
  )
  t.is(refused('constructor=x'), 'there is no report constructor. There are sarif, junit, gitlab, markdown, github.')
  t.is(refused('sarif'), 'the report sarif needs a file. Write --report sarif=FILE.')
  t.is(refused('sarif='), 'the report sarif needs a file. Write --report sarif=FILE.')
  t.is(refused('github=x'), 'the report github goes to the log, and to no file. Write --report github.')
  t.is(refused('sarif=x', 'junit=x'), 'two reports go to x. Give each a file of its own.')
})
