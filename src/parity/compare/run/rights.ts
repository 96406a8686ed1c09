import type {RunSide} from '../../facts.ts'
import type {Finding} from '../../report/finding.ts'
import {type Both, rulesOf, unequal} from '../difference.ts'
import {isImms} from './by-imm.ts'
import {capabilitiesOf} from './capabilities.ts'

const rule = rulesOf('run')

const capabilities = rule(
  'run.capabilities',
  'error',
  'It has other capabilities.',
  'Binding a low port, changing owners or mounting works on one side alone. Add and drop the same on both.',
)
const privileged = rule(
  'run.privileged',
  'error',
  'One side alone is privileged.',
  'It may do all that the machine can, so what works there says nothing of the other. Name the capabilities that are needed instead.',
)
const newPrivileges = rule(
  'run.no-new-privileges',
  'warning',
  'One side alone may gain privileges.',
  'Programs with a setuid bit or file capabilities (sudo, ping) work on one side alone.',
)
const readOnly = rule(
  'run.read-only',
  'error',
  'The root file system is read-only on one side alone.',
  'What writes beside its volumes fails there. Set it on both sides, and give a tmpfs to what has to be written.',
)

export const rightRules = [capabilities, privileged, newPrivileges, readOnly]

export const compareRights = ({a, b}: Both<RunSide>, names: Both<string>): Finding[] => [
  // Who is privileged has them all, which is told as that.
  ...(a.privileged || b.privileged
    ? []
    : unequal(
        capabilities,
        'capabilities',
        'the set of capabilities',
        {a: capabilitiesOf(a), b: capabilitiesOf(b)},
        names,
      )),
  ...unequal(privileged, 'privileged', 'being privileged', {a: yes(a.privileged), b: yes(b.privileged)}, names),
  ...(isImms('no-new-privileges', {a, b})
    ? []
    : unequal(
        newPrivileges,
        'no-new-privileges',
        'no-new-privileges',
        {a: yes(a.noNewPrivileges), b: yes(b.noNewPrivileges)},
        names,
      )),
  ...unequal(readOnly, 'read-only', 'a read-only root', {a: yes(a.readOnlyRoot), b: yes(b.readOnlyRoot)}, names),
]

export const yes = (value: boolean | undefined): string => (value === true ? 'on' : 'off')
