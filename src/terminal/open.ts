/** The program and arguments that open a URL on this platform; undefined where there is no browser to open. */
export const opener = (
  url: string,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): readonly [string, ...string[]] | undefined => {
  if (platform === 'darwin') return ['open', url]
  // Not `cmd /c start`: cmd would read `&` and `^` in the URL as its own.
  if (platform === 'win32' || env['WSL_DISTRO_NAME'] !== undefined)
    return ['rundll32.exe', 'url.dll,FileProtocolHandler', url]
  return env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined ? undefined : ['xdg-open', url]
}

/** Opens a URL of http in the browser. False where there is none: then say the URL instead. */
export const openInBrowser = async (url: string, signal: AbortSignal): Promise<boolean> => {
  const {protocol, href} = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return false
  const command = opener(href, process.platform, process.env)
  if (command === undefined) return false
  const {execa} = await import('execa')
  const [program, ...args] = command
  const {failed} = await execa(program, args, {reject: false, stdio: 'ignore', timeout: 10_000, cancelSignal: signal})
  signal.throwIfAborted()
  return !failed
}
