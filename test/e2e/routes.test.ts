import {startDev} from '../support/dev.ts'
import {test} from '../support/one-by-one.ts'
import type {TestProject} from '../support/project.ts'
import {read} from '../support/read.ts'
import {answerOf, trafficProject} from '../support/traffic-app.ts'
import {copyOf} from '../support/traffic-neighbours.ts'
import {request} from '../support/traffic-request.ts'
import {until} from '../support/until.ts'

const routed = async (project: TestProject, ...routes: string[]): Promise<void> => {
  const before = await read(project, 'imm.yaml')
  await project.write('imm.yaml', `${before.replace(/^routes:.*\n/m, '')}routes: [${routes.join(', ')}]\n`)
}

test('routes of imm.yaml lead to the project, change without a release, and are nobody else’s', async (t) => {
  await using project = await trafficProject()
  await routed(project, '/api', 'together.localhost/shop')
  await using dev = startDev(project)
  const {url, release} = await dev.next('live')
  const port = new URL(url).port
  t.true(dev.stderr().includes(`at ${url} ${url}/api http://together.localhost:${port}/shop`), dev.stderr())
  const at = async (host: string, path: string) =>
    request({origin: `http://127.0.0.1:${port}`, host: `${host}:${port}`, path})
  t.like(await at('together.localhost', '/shop'), {status: 200, body: answerOf('first')})
  t.is((await at('together.localhost', '/')).status, 404)

  await routed(project, 'together.localhost')
  await until(async () => (await at('together.localhost', '/')).status === 200)
  t.is((await dev.next('unchanged')).release, release)

  const other = await copyOf(project)
  other.name = `${project.name}-api`
  await other.write('imm.yaml', (await read(other, 'imm.yaml')).replace(/^project:.*/m, `project: ${other.name}`))
  await routed(other, 'together.localhost/api', 'together.localhost')
  await using refused = startDev(other)
  t.is(await refused.ended, 1)
  t.like(refused.events.at(-1), {type: 'error', code: 'ROUTE_TAKEN'})
  t.regex(refused.stderr(), new RegExp(`together\\.localhost belongs to ${project.name}/main/app`))
  t.like(await at('together.localhost', '/api'), {status: 200, body: answerOf('first')})
})
