import type {ServiceSpec} from '../../lifecycle/services/spec.ts'
import {withTmpfs} from './app.ts'
import {attachmentOf} from './attachment.ts'
import type {Part, Translation} from './context.ts'
import {dependenciesOf} from './dependencies.ts'
import {filesOf} from './files.ts'
import {resourcesOf} from './limits.ts'
import {mountsOf} from './mounts.ts'
import {optionsOf} from './options.ts'
import {ownOfService} from './own.ts'
import {portsOf} from './ports.ts'
import type {Kinds} from './sort-out.ts'
import {variablesOf} from './variables.ts'

/** A service that comes as an image. */
export const serviceOf = (part: Part, image: string, kinds: Kinds, translation: Translation): ServiceSpec => {
  const {name, service} = part
  const {volumes, tmpfs, tmpfsOptions, binds} = mountsOf(part, undefined, translation)
  const completes = Object.values(translation.model.services).some(
    ({depends_on: others}) => others?.[name]?.condition === 'service_completed_successfully',
  )
  const options = withTmpfs(optionsOf(part, translation), tmpfsOptions)
  return {
    name,
    image,
    pull: pullOf(service.pull_policy),
    dependsOn: dependenciesOf(name, kinds, translation),
    completes,
    env: variablesOf(service),
    command: service.command?.length ? service.command : undefined,
    user: service.user,
    volumes,
    tmpfs,
    readOnly: service.read_only ?? false,
    resources: resourcesOf(service),
    // What ended as it should is not started again.
    container: {
      attachment: attachmentOf(part, translation),
      binds,
      options: completes && service.restart === undefined ? {...options, restart: 'no'} : options,
    },
    files: filesOf(part, translation),
    published: portsOf(part, translation).published,
    ...ownOfService(name, translation),
  }
}

const pullOf = (policy: string | undefined): ServiceSpec['pull'] =>
  policy === 'always' || policy === 'never' ? policy : 'missing'
