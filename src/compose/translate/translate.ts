import type {Application, AppSpec, ServiceSpec} from '../../lifecycle/services/spec.ts'
import {slug} from '../../release/names.ts'
import type {Model} from '../model.ts'
import {appOf} from './app.ts'
import {applyToService, applyToShared} from './apply-table.ts'
import {gatherNotes, refusing, type Around, type Part, type Translation} from './context.ts'
import {serviceOf} from './service.ts'
import {networksOf, volumesOf} from './shared.ts'
import {sortOut} from './sort-out.ts'

/**
 * A Compose model in imm's words. Nothing is dropped silently: what is done otherwise, or not at all, is a note, and what can't be done
 * COMPOSE_UNSUPPORTED, as the table of keys has it.
 */
export const translate = (model: Model, around: Around): Application => {
  const {notes, note} = gatherNotes()
  const translation: Translation = {...around, model, note, refusal: refusing(around)}
  const kinds = sortOut(translation)
  const apps: AppSpec[] = []
  const services: ServiceSpec[] = []
  const parts: Part[] = []
  for (const [name, service] of Object.entries(model.services)) {
    const kind = kinds.get(name)
    if (kind === undefined || kind.kind === 'off') continue
    const part: Part = {name, service, role: kind.kind === 'service' ? 'service' : 'app'}
    // Of a job one note says all.
    applyToService(part, kind.kind === 'job' ? {...translation, note: () => undefined} : translation)
    if (kind.kind === 'job') continue
    parts.push(part)
    if (kind.kind === 'app') apps.push(appOf(part, kind.build, kinds, translation))
    else services.push(serviceOf(part, kind.image, kinds, translation))
  }
  for (const kind of ['secrets', 'configs'] as const)
    for (const key of Object.keys(model[kind] ?? {}))
      if (parts.some((part) => uses(part, kind, key))) applyToShared(kind, key, translation)
  const volumes = [...apps.flatMap(({settings}) => settings.volumes), ...services.flatMap((one) => one.volumes)]
  return {
    name: slug(model.name),
    directory: around.directory,
    files: around.files,
    apps,
    services,
    networks: networksOf(parts, translation),
    volumes: volumesOf(volumes, translation),
    notes: notes(),
  }
}

const uses = ({service}: Part, kind: 'secrets' | 'configs', key: string): boolean =>
  [
    ...(service[kind] ?? []),
    ...(kind === 'secrets' ? (service.build && 'secrets' in service.build ? (service.build.secrets ?? []) : []) : []),
  ].some(({source}) => source === key)
