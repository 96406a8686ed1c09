import {jsonText} from '../../controls.ts'
import type {Finding, Severity} from '../finding.ts'
import {broughtText, type Entry, outlineOf} from '../outline.ts'
import {fingerprintOf, type Rendering, sentencesOf} from '../rendering.ts'
import type {Rule} from '../rule.ts'

/** SARIF 2.1.0, as GitHub code scanning and editors read it. */
export const sarif = (rendering: Rendering): string => {
  const {report, rules, verdict, version, now} = rendering
  const {groups, allowed} = outlineOf(report, rules)
  const entries = [...groups.flatMap((group) => group.entries), ...allowed]
  const used = [...new Set(entries.map(({finding}) => finding.rule))].toSorted()
  const run = {
    tool: {
      driver: {
        name: 'imm',
        version,
        semanticVersion: version,
        informationUri: 'https://www.npmjs.com/package/@imm-dev/imm',
        rules: used.map((id) =>
          ruleOf(
            id,
            rules.find((rule) => rule.id === id),
          ),
        ),
      },
    },
    automationDetails: {id: `imm/${report.command}/`},
    invocations: [
      {
        executionSuccessful: verdict !== 'incomplete',
        endTimeUtc: now.toISOString(),
        toolExecutionNotifications: report.uncompared.map(({area, reason}) => ({
          level: verdict === 'incomplete' ? 'error' : 'note',
          message: {text: `${area} was not compared: ${reason}`},
        })),
      },
    ],
    results: entries.map((entry) => resultOf(entry, used, rendering)),
    columnKind: 'utf16CodeUnits',
  }
  const $schema = 'https://json.schemastore.org/sarif-2.1.0.json'
  return `${jsonText({$schema, version: '2.1.0', runs: [run]}, 2)}\n`
}

const ruleOf = (id: string, rule: Rule | undefined) => ({
  id,
  ...(rule && {
    shortDescription: {text: rule.title},
    fullDescription: {text: rule.help},
    help: {text: rule.help, markdown: rule.help},
    defaultConfiguration: rule.severity === 'off' ? {enabled: false} : {level: rule.severity},
    properties: {tags: ['imm', rule.area], 'problem.severity': problem[rule.severity]},
  }),
})

/** GitHub's words. */
const problem = {
  off: 'recommendation',
  note: 'recommendation',
  warning: 'warning',
  error: 'error',
} as const satisfies Record<Severity | 'off', string>

const resultOf = (entry: Entry, used: readonly string[], rendering: Rendering) => {
  const {finding, brought} = entry
  const {rule, severity, subject, details = [], exception, a, b} = finding
  const more = broughtText(entry, rendering.rules)
  const lines = [
    sentencesOf(finding),
    ...details.map((detail) => `- ${detail}`),
    ...(more === undefined ? [] : [`It ${more}.`]),
  ]
  const fingerprint = fingerprintOf(finding)
  return {
    ruleId: rule,
    ruleIndex: used.indexOf(rule),
    level: severity,
    message: {text: lines.join('\n')},
    locations: [locationOf(finding, rendering)],
    // The first is what GitHub follows an alert by; it would count lines of the file otherwise.
    partialFingerprints: {primaryLocationLineHash: `${fingerprint.slice(0, 16)}:1`, 'immFinding/v1': fingerprint},
    ...(exception && {
      suppressions: [{kind: 'external', status: 'accepted', justification: justification(exception)}],
    }),
    properties: {
      subject,
      ...(a === undefined ? {} : {a}),
      ...(b === undefined ? {} : {b}),
      ...(brought.length > 0 && {
        brought: brought.map((each) => ({rule: each.rule, subject: each.subject, message: each.message})),
      }),
    },
  }
}

const justification = ({reason, until}: NonNullable<Finding['exception']>): string =>
  until === undefined ? reason : `${reason} (until ${until})`

const locationOf = ({place, subject}: Finding, rendering: Rendering) => ({
  physicalLocation: {
    artifactLocation: {uri: uriOf(place?.file ?? rendering.place.path)},
    region: {startLine: place?.line ?? 1},
  },
  logicalLocations: [{name: subject, fullyQualifiedName: `${rendering.report.a.name}: ${subject}`}],
})

/** Of a path, or of a side such as `image:shop:1`, which is a URI as it stands but for its odd characters. */
const uriOf = (place: string): string =>
  encodeURI(place.replaceAll('\\', '/').toWellFormed())
    .replaceAll('#', '%23')
    .replaceAll('?', '%3F')
    .replaceAll('[', '%5B')
    .replaceAll(']', '%5D')
