import type {Engine} from '../../lifecycle/ports.ts'
import {baseOf, imageOfCommit, toCiImage, type Base} from '../../preview/ci/base.ts'
import type {CiApp} from '../../preview/ci/result.ts'
import {writeCi, type WrittenCi} from '../../preview/ci/write.ts'
import {statePaths} from '../../state/paths.ts'
import {openEngine} from '../engine.ts'
import type {UpResult} from './up.ts'

/** Tells the pipeline that imm runs in about a preview: outputs, a summary, and the comment at the request. */
export const tellCi = async (
  {record, url, outcome, timings, error}: UpResult,
  signal: AbortSignal,
): Promise<WrittenCi> => {
  const {project, environment, name, commit, subject, apps} = record
  const {engine} = await openEngine(statePaths(), signal)
  const base = await baseOf(process.env, signal)
  const startMs = timings && timings.launch + timings.verify
  return writeCi(
    {
      project,
      environment,
      ref: name,
      commit,
      subject,
      outcome,
      url,
      apps: await Promise.all(
        apps.map(async (app) => ({
          ...(await imagesOf({project, environment, app, commit}, base, engine, signal)),
          // It is known of the slowest alone.
          ...(apps.length === 1 ? {startMs} : {}),
        })),
      ),
      ...(error ? {error: {code: error.code, message: error.message, next: error.next}} : {}),
    },
    process.env,
    signal,
  )
}

const imagesOf = async (
  {project, environment, app, commit}: {project: string; environment: string; app: string; commit: string},
  base: Base | undefined,
  engine: Engine,
  signal: AbortSignal,
): Promise<CiApp> => {
  const all = await engine.images({'imm.project': project, 'imm.app': app}, signal)
  const image = imageOfCommit(
    all.filter(({labels}) => labels['imm.environment'] === environment),
    commit,
  )
  const before = base?.commit === undefined ? undefined : imageOfCommit(all, base.commit)
  return {
    app,
    ...(image ? {image: toCiImage(image)} : {}),
    ...(base && before ? {base: {ref: base.ref, image: toCiImage(before)}} : {}),
  }
}
