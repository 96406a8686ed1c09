import {buildContract} from './engine-builds.ts'
import {canonicalContract} from './engine-canonical.ts'
import {containerContract} from './engine-containers.ts'
import {engineBench, type EngineHarness} from './engine-harness.ts'
import {insideContract} from './engine-inside.ts'
import {keepingContract} from './engine-keeping.ts'
import {layerContract} from './engine-layers.ts'
import {networkContract} from './engine-networks.ts'
import {onceContract} from './engine-once.ts'
import {sandboxContract} from './engine-sandboxes.ts'
import {volumeContract} from './engine-volumes.ts'
import {watchingContract} from './engine-watching.ts'

export type ContractPart =
  | 'builds'
  | 'containers'
  | 'keeping'
  | 'watching'
  | 'layers'
  | 'sandboxes'
  | 'once'
  | 'inside'
  | 'networks'
  | 'volumes'

/** What every engine must do, whatever is behind it: run on the memory engine, Docker and Podman alike. */
export const engineContract = (open: () => Promise<EngineHarness>, parts: readonly ContractPart[]): void => {
  const bench = engineBench(open)
  const {test, request} = bench
  if (parts.includes('builds')) buildContract(bench)
  if (parts.includes('builds')) canonicalContract(bench)
  if (parts.includes('containers')) containerContract(bench)
  if (parts.includes('keeping')) keepingContract(bench)
  if (parts.includes('watching')) watchingContract(bench)
  if (parts.includes('layers')) layerContract(bench)
  if (parts.includes('inside')) insideContract(bench)
  if (parts.includes('sandboxes')) sandboxContract(bench)
  if (parts.includes('once')) onceContract(bench)
  if (parts.includes('networks')) networkContract(bench)
  if (parts.includes('volumes')) volumeContract(bench)

  test.serial('every call rejects with the reason of a signal that was aborted before', async (t) => {
    const {engine} = t.context
    const gone = AbortSignal.abort('gone')
    const calls = [
      engine.images({}, gone),
      engine.image('x', gone),
      engine.instances({}, gone),
      engine.instance('x', gone),
      engine.remove('x', 0, gone),
      engine.stop('x', 0, gone),
      engine.startedWith('x', gone),
      engine.written('x', gone),
      engine.imageUsage({}, gone),
      engine.volumes({}, gone),
      engine.networks({}, gone),
      engine.network({name: 'x', labels: {}}, gone),
      engine.removeNetwork('x', gone),
      engine.createVolume({name: 'x', labels: {}}, gone),
      engine.pull({reference: 'x', onProgress: () => {}}, gone),
      engine.listening('x', gone),
      engine.layering(gone),
      engine.sandbox({name: 'x', labels: {}, port: 1}, gone),
      engine.build(request(t.context, {}), gone),
    ]
    for (const outcome of await Promise.allSettled(calls)) t.like(outcome, {status: 'rejected', reason: 'gone'})
  })
}
