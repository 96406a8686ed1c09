import {note, ok, type Finding} from './finding.ts'

// Requests to imm are http; what HTTPS_PROXY is for never goes to *.localhost.
const proxyNames = ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'] as const

/** Their values are never shown: they may hold a password. */
export const httpProxyFindings = (env: NodeJS.ProcessEnv): Finding[] => {
  const name = proxyNames.find((each) => env[each])
  if (name === undefined) return [ok('http-proxy', 'no HTTP proxy is set')]
  const exceptions = env['no_proxy'] || env['NO_PROXY'] || ''
  if (covers(exceptions)) return [ok('http-proxy', `${name} is set, and NO_PROXY spares *.localhost`)]
  const value = [exceptions, 'localhost,.localhost,127.0.0.1,::1'].filter(Boolean).join(',')
  return [
    note(
      'http-proxy',
      `${name} is set, and NO_PROXY does not spare *.localhost: programs may send their requests for imm to that proxy`,
      `Spare it:\n  export NO_PROXY='${value.replaceAll("'", '')}' no_proxy="$NO_PROXY"`,
    ),
  ]
}

const covers = (exceptions: string): boolean =>
  exceptions.split(/[\s,]+/).some((entry) => /^(?:\*|(?:\*?\.)?localhost)$/i.test(entry))
