import {readFile} from 'node:fs/promises'

import {note, ok, type Finding} from './finding.ts'

export interface FirewallFacts {
  /** ufw.conf(5): the firewall is on */
  enabled: boolean
  /** what comes to this host and no rule allows is dropped or refused */
  closed: boolean
}

/** What ufw is set to, as everybody may read it; undefined where there is none. */
export const readFirewall = async (directory = '/etc'): Promise<FirewallFacts | undefined> => {
  try {
    const [conf, defaults] = await Promise.all([
      readFile(`${directory}/ufw/ufw.conf`, 'utf8'),
      readFile(`${directory}/default/ufw`, 'utf8'),
    ])
    return firewallFacts(conf, defaults)
  } catch {
    return undefined
  }
}

export const firewallFacts = (conf: string, defaults: string): FirewallFacts => ({
  enabled: /^\s*ENABLED\s*=\s*"?yes"?/im.test(conf),
  closed: !/^\s*DEFAULT_INPUT_POLICY\s*=\s*"?ACCEPT"?/im.test(defaults),
})

/** `reach`: apps of an environment reach each other at this host's address in their network. */
export const firewallFindings = (facts: FirewallFacts | undefined, reach: 'address' | 'published'): Finding[] => {
  if (facts === undefined || reach !== 'address') return []
  if (!facts.enabled || !facts.closed) return [ok('firewall', 'ufw lets containers reach this machine')]
  return [
    note(
      'firewall',
      'ufw is on: unless a rule allows it, containers can’t reach this machine, and apps of a Compose file not each other',
      "Allow what comes from the engine's networks:\n  sudo ufw allow from 172.16.0.0/12",
    ),
  ]
}
