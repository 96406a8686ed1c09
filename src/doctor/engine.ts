import type {EngineFacts} from '../lifecycle/ports.ts'
import {note, ok, type Finding} from './finding.ts'

/** What imm is written for and tested on goes back to Docker 20.10 (API 1.41); 1.40 is Docker 19.03. */
const oldestApi = 40

/** About an engine that answers. `asked`: IMM_REACH decided how containers are reached. */
export const engineFindings = (facts: EngineFacts, asked: boolean): Finding[] => {
  const {name, version, apiVersion, endpoint, builder} = facts
  const summary = `${name} ${version} (API ${apiVersion}) at ${endpoint}`
  const builds = builder === 'buildkit' ? 'BuildKit' : 'its classic builder'
  const findings = [ok('engine', `${summary}; builds with ${builds}; ${reachOf(facts, asked)}`)]
  if (Number(apiVersion.slice(2)) < oldestApi)
    findings.push(
      note(
        'engine',
        `API ${apiVersion} is older than 1.${oldestApi}, the oldest that imm is made for: builds or health checks may fail`,
        'Update the engine: Docker 20.10 or Podman 4 at least.',
      ),
    )
  return findings
}

const reachOf = ({reach, dataRoot}: EngineFacts, asked: boolean): string => {
  const way =
    reach === 'address' ? 'containers are reached by their address' : 'containers are reached by a loopback port'
  if (asked) return `${way}, as IMM_REACH says`
  if (reach === 'address') return `${way}, since the engine shares this machine's network`
  // The engine adapter gives a data root only where the engine runs on this machine's kernel.
  return dataRoot === undefined
    ? `${way} each, since the engine runs in a virtual machine or elsewhere`
    : `${way} each, since the engine runs rootless`
}
