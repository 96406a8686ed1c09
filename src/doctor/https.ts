import {stat} from 'node:fs/promises'

import {authorityDueMs, readAuthority} from '../tls/authority.ts'
import type {TlsPlace} from '../tls/place.ts'
import {note, ok, type Finding} from './finding.ts'

export interface HttpsFacts {
  file: string
  /** of the authority; `unusable`: what is there makes no sense; undefined where there is none */
  untilMs: number | 'unusable' | undefined
  /** a store has it */
  trusted: boolean
  /** others than its owner can read the key */
  open: boolean
}

export const httpsFacts = async (place: TlsPlace): Promise<HttpsFacts> => {
  const mode = (await stat(place.authority).catch(() => undefined))?.mode ?? 0
  const trusted = await stat(place.trusted).then(
    () => true,
    () => false,
  )
  return {file: place.authority, untilMs: untilOf(place), trusted, open: (mode & 0o077) !== 0}
}

const untilOf = (place: TlsPlace): HttpsFacts['untilMs'] => {
  try {
    return readAuthority(place)?.untilMs
  } catch {
    return 'unusable'
  }
}

export const httpsFindings = ({file, untilMs, trusted, open}: HttpsFacts, nowMs: number): Finding[] => {
  if (untilMs === undefined) return [ok('https', 'https is not set up; `imm proxy trust` does that')]
  if (untilMs === 'unusable')
    return [
      note(
        'https',
        `https is off: ${file} can't be used`,
        'Run `imm proxy trust`: it makes another authority, or says what is in its way.',
      ),
    ]
  const day = new Date(untilMs).toISOString().slice(0, 10)
  const findings: Finding[] = []
  if (open)
    findings.push(note('https', `other users can read the key of the authority`, `Close it:\n  chmod 600 '${file}'`))
  if (untilMs - nowMs < authorityDueMs)
    findings.push(
      note(
        'https',
        untilMs < nowMs ? `the authority for https ended on ${day}` : `the authority for https ends on ${day}`,
        'Run `imm proxy trust`: it makes another and replaces this one in all stores.',
      ),
    )
  else if (!trusted)
    findings.push(
      note(
        'https',
        'https is on, and no store of this machine has the authority',
        'Run `imm proxy trust`: it says what is left to do.',
      ),
    )
  return findings.length > 0 ? findings : [ok('https', `https is set up, until ${day}`)]
}
