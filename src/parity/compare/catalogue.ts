import type {Rule} from '../report/rule.ts'
import {baseRules} from './causes/base.ts'
import {argumentRules} from './config/arguments.ts'
import {configEnvRules, runEnvRules} from './config/env.ts'
import {healthcheckRules} from './config/healthcheck.ts'
import {settingRules} from './config/settings.ts'
import {fileRules} from './files/files.ts'
import {unlistedRules} from './files/unlisted.ts'
import {identityRules} from './image/identity.ts'
import {imageRules} from './image/image.ts'
import {labelRules} from './image/labels.ts'
import {dependencyRules} from './libraries/dependencies.ts'
import {lockRules} from './libraries/locks.ts'
import {runtimeRules} from './libraries/runtimes.ts'
import {packageRules} from './os/packages.ts'
import {osReleaseRules} from './os/release.ts'
import {byImmRules} from './run/by-imm.ts'
import {runImageRules} from './run/image.ts'
import {lifeRules} from './run/life.ts'
import {limitRules} from './run/limits.ts'
import {mountRules} from './run/mounts.ts'
import {networkRules} from './run/networks.ts'
import {otherRules} from './run/others.ts'
import {rightRules} from './run/rights.ts'
import {tlsRules} from './web/tls.ts'
import {webRules} from './web/web.ts'

/** All rules by which two sides are compared, area by area. */
export const comparisonRules: readonly Rule[] = [
  ...imageRules,
  ...baseRules,
  ...labelRules,
  ...identityRules,
  ...argumentRules,
  ...settingRules,
  ...healthcheckRules,
  ...configEnvRules,
  ...osReleaseRules,
  ...packageRules,
  ...runtimeRules,
  ...dependencyRules,
  ...lockRules,
  ...fileRules,
  ...unlistedRules,
  ...runImageRules,
  ...runEnvRules,
  ...limitRules,
  ...rightRules,
  ...mountRules,
  ...networkRules,
  ...lifeRules,
  ...otherRules,
  ...byImmRules,
  ...webRules,
  ...tlsRules,
]
