/** Who is asked. */
export interface ReplaySide {
  /** as people named it */
  name: string
  /** `https://staging.example.org`; what is behind it is part of the paths */
  origin: string
  /** where that is reached, if not under its name: `*.localhost` is no name to every system */
  connect?: {host: string; port: number} | undefined
}

/** Takes the address of a side out of a text, which has it where an application makes links to itself. */
export const neutralFor = ({origin}: ReplaySide): ((text: string) => string) => {
  const {host, hostname} = new URL(origin)
  // A bare name such as `web` may be a word.
  const plain = host.includes(':') || hostname.includes('.') ? `|${RegExp.escape(host)}` : ''
  const pattern = new RegExp(`https?:\\/\\/${RegExp.escape(host)}(?![\\w.-])${plain}`, 'gi')
  return (text) => text.replaceAll(pattern, '{side}')
}
