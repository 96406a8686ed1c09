import type {Program} from '../support/memory-engine/program.ts'
import {tarOf} from '../support/memory-engine/tar.ts'

/** A build context that a real engine builds into the same program as the memory engine's: a shell script on busybox. */
export const programContext = (program: Program, base: string): Buffer =>
  tarOf({
    Dockerfile: dockerfile(program, base),
    'app.json': JSON.stringify(program),
    'app.sh': `${script(program).join('\n')}\n`,
    'index.html': program.content ?? '',
  })

const dockerfile = ({build, listen, expose, health}: Program, base: string): string => {
  const ports = expose ?? (listen === undefined ? [] : [listen])
  const lines = [`FROM ${build?.fails === 'base' ? build.image : base}`, 'COPY app.sh index.html /']
  if (build?.fails === 'dockerfile') lines.push(build.cause)
  if (build?.fails === 'run') lines.push(build.instruction)
  if (ports.length > 0) lines.push(`EXPOSE ${ports.join(' ')}`)
  if (health) lines.push(`HEALTHCHECK --interval=1s CMD echo looked; ${health === 'healthy' ? 'true' : 'false'}`)
  return [...lines, 'CMD ["sh", "/app.sh"]', ''].join('\n')
}

const script = (program: Program): string[] => {
  const {logs = [], unfinished, printsEnv, countsStartsIn, ignoreSigterm, bootMs, writes} = program
  const lines = logs.map((line) =>
    line.startsWith('!') ? `printf '%s\\n' ${quoted(line.slice(1))} >&2` : `printf '%s\\n' ${quoted(line)}`,
  )
  if (ignoreSigterm) lines.unshift("trap '' TERM")
  if (printsEnv !== undefined) lines.push(`printf '%s\\n' "$${printsEnv}"`)
  if (countsStartsIn !== undefined)
    lines.push(`echo >> ${countsStartsIn}/starts`, `echo start $(cat ${countsStartsIn}/starts | wc -l)`)
  if (unfinished !== undefined) lines.push(`printf '%s' ${quoted(unfinished)}`)
  if (writes) lines.push(`head -c ${writes} /dev/zero > /written`)
  if (bootMs) lines.push(`sleep ${bootMs / 1000}`)
  return [...lines, work(program)]
}

const work = ({listen, loopback, exitCode, outOfMemory}: Program): string => {
  // One block is held in memory as a whole.
  if (outOfMemory) return 'exec dd if=/dev/zero of=/dev/null bs=200M count=1'
  if (exitCode !== undefined) return `exit ${exitCode}`
  return listen === undefined ? 'exec sleep 1000' : `exec httpd -f -h / -p ${loopback ? '127.0.0.1:' : ''}${listen}`
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`
