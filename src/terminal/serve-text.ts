import type {ServeEvent} from '../preview/serve/events.ts'
import {counted} from './formats.ts'
import {safeTexts} from './safe-text.ts'
import {painter, type Paint} from './style.ts'

type PreviewEvent = Extract<ServeEvent, {type: 'preview'}>

/** An event of `imm preview serve` as a line for people, or several. */
export const serveText = (given: ServeEvent, stream: NodeJS.WritableStream): string => {
  const event = safeTexts(given, false)
  const paint = painter(stream)
  switch (event.type) {
    case 'serving':
      return [
        `Previews of ${event.origin ?? event.repository} follow its branches.`,
        ...(event.webhooks === undefined ? [] : [`Webhooks are received at ${event.webhooks}`]),
      ].join('\n')
    case 'preview':
      return previewText(event, paint)
    case 'webhook': {
      const {sender, event: name, id} = event.delivery ?? {}
      const from = sender === undefined ? 'webhook' : `webhook ${name} of ${sender} (${id})`
      return event.status < 300
        ? `${from}: ${event.message}`
        : `${paint('yellow', 'refused')} ${from}: ${event.message} (${event.status})`
    }
    case 'settled':
      return `Nothing is to be done about ${counted(event.previews, 'preview')}.`
    case 'warning':
      return `${paint('yellow', 'warning:')} ${event.message}`
    default:
      return event satisfies never
  }
}

const previewText = (event: PreviewEvent, paint: Paint): string => {
  const {state, name, commit, url, ms, why} = event
  const at = commit === undefined ? '' : ` ${commit.slice(0, 7)}`
  const time = ms === undefined ? '' : ` in ${(ms / 1000).toFixed(1)} s`
  switch (state) {
    case 'begun':
      return paint('dim', `${name}${at}: ${begun[event.action]} (${reasons[why]})`)
    case 'live':
      return `${paint('green', name)}${at} is live${time}${url === undefined ? '' : `: ${url}`}`
    case 'unchanged':
      return `${name}${at} is what is live already${url === undefined ? '' : `: ${url}`}`
    case 'removed':
      return `${name} is removed${time} (${reasons[why]})`
    case 'given up':
      return paint('dim', `${name}: given up for something newer`)
    case 'rejected':
    case 'failed':
      return failureText(event, paint)
    default:
      return state satisfies never
  }
}

const failureText = (event: PreviewEvent, paint: Paint): string => {
  const {name, commit = '', state, code, message = '', next, output = [], retryInMs} = event
  const after =
    retryInMs === undefined
      ? 'It is tried again once its branch or the settings move.'
      : `It is tried again in ${Math.ceil(retryInMs / 1000)} s.`
  const head = `${paint('red', name)} ${commit.slice(0, 7)} ${state === 'rejected' ? 'is rejected' : 'failed'}`
  return [
    `${head}: ${code === undefined ? '' : `${code}: `}${message}`,
    ...output.map((line) => `  ${line}`),
    ...(next === undefined ? [] : [next]),
    after,
  ].join('\n')
}

const begun = {up: 'bringing it up', update: 'bringing it up to date', down: 'taking it down'} as const

export const reasons: Readonly<Record<PreviewEvent['why'], string>> = {
  new: 'a branch without a preview',
  moved: 'its branch moved',
  settings: 'the settings changed',
  unfinished: 'the last attempt was cut off',
  retry: 'the last attempt failed for the machine',
  gone: 'its branch is gone',
  unmatched: 'its branch no longer matches previews.branches',
  closed: 'its pull request is closed',
}
