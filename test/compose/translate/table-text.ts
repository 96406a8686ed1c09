import type {Rules} from '../../../src/compose/translate/table/rule.ts'
import {keyTables} from '../../../src/compose/translate/table/tables.ts'

const headings = {
  service: 'Services',
  build: '`build`',
  deploy: '`deploy`',
  network: 'Networks',
  volume: 'Volumes',
  secret: 'Secrets',
  config: 'Configs',
} as const satisfies Record<keyof typeof keyTables, string>

/** The tables of keys as docs/compose.md has them. */
export const tableText = (): string =>
  Object.entries(keyTables)
    .map(([kind, table]) =>
      [
        `### ${headings[kind as keyof typeof keyTables]}`,
        '',
        '| key | what becomes of it | |',
        '| --- | --- | --- |',
        ...Object.entries(table as Record<string, Rules>).map(([key, rules]) => row(key, rules)),
      ].join('\n'),
    )
    .join('\n\n')

const row = (key: string, rules: Rules): string =>
  'how' in rules
    ? `| \`${key}\` | ${rules.how} | ${rules.reason} |`
    : `| \`${key}\` | app: ${rules.app.how}; backing service: ${rules.service.how} | app: ${rules.app.reason}; backing service: ${rules.service.reason} |`
