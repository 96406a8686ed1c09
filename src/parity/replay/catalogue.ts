import type {Rule} from '../report/rule.ts'

/** What requests that are sent to both sides can tell. */
export const behaviourRules: readonly Rule[] = [
  {
    id: 'behaviour.status',
    area: 'behaviour',
    severity: 'error',
    title: 'The same request is answered with another status.',
    help: 'Clients see this first. Headers and bodies of such answers are not compared. Look into the logs of the side whose status is wrong.',
  },
  {
    id: 'behaviour.header',
    area: 'behaviour',
    severity: 'warning',
    title: 'A header of answers differs, or one side does not have it.',
    help: 'Caching, security and content types depend on headers, which proxies and frameworks add. `parity.replay.ignore.headers` leaves out those that may differ.',
  },
  {
    id: 'behaviour.body.json',
    area: 'behaviour',
    severity: 'error',
    title: 'A field of a JSON answer differs, or one side does not have it.',
    help: 'Times, ids and what differs from answer to answer of one side are not counted. `parity.replay.ignore.fields` leaves out others, and `parity.replay.unordered` names arrays whose order does not matter.',
  },
  {
    id: 'behaviour.body.text',
    area: 'behaviour',
    severity: 'error',
    title: 'The text of a page, or another text, differs.',
    help: 'Of HTML what people read is compared, without tags, scripts and tokens. What differs from answer to answer of one side is not counted.',
  },
  {
    id: 'behaviour.body.bytes',
    area: 'behaviour',
    severity: 'warning',
    title: 'An answer that is no text has other bytes.',
    help: 'Pictures, archives and fonts are compared byte by byte. Something that is made anew with each request belongs to `parity.replay.ignore.paths`.',
  },
  {
    id: 'behaviour.latency',
    area: 'behaviour',
    severity: 'warning',
    title: 'One side answers more slowly.',
    help: 'Told only where there are samples enough to say so, and where the difference is large enough to matter. Both sides should run on like machines.',
  },
  {
    id: 'behaviour.unreachable',
    area: 'behaviour',
    severity: 'error',
    title: 'One side gives no answer to a request that the other answers.',
    help: 'It closed the connection, or took longer than a request may. Its logs of that moment say why.',
  },
]
