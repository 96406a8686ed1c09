import type {ReadStream} from 'node:tty'

export type KeyAction = 'release' | 'rollback' | 'open' | 'logs' | 'quit' | 'help'

const actions: Readonly<Record<string, KeyAction>> = {
  r: 'release',
  b: 'rollback',
  o: 'open',
  l: 'logs',
  q: 'quit',
  h: 'help',
  '?': 'help',
  /** Ctrl-D */
  '\x04': 'quit',
}

/** The keys of `imm dev`, one line each. */
export const keyHelp = [
  'r  build without the cache and release again',
  'b  roll back to the previous release',
  'o  open in the browser',
  'l  application logs on or off',
  'q  quit (or Ctrl-C)',
]

/** A part of `tty.ReadStream`. */
export type Keyboard = Pick<ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause' | 'isRaw'>

/**
 * Reads single keys until it is disposed, then gives the terminal back as it was, also when the process ends otherwise.
 * Where stdin is no terminal it does nothing. Ctrl-C, which a raw terminal no longer turns into a signal, is sent as one.
 */
export const readKeys = (
  keyboard: Keyboard,
  onKey: (action: KeyAction) => void,
  onCtrlC: () => void = () => process.kill(process.pid, 'SIGINT'),
): Disposable => {
  if (!keyboard.isTTY) return {[Symbol.dispose]() {}}

  const onData = (data: Buffer | string) => {
    const text = data.toString()
    // An arrow key or a paste is several characters at once, and none of ours.
    if (text === '\x03') return onCtrlC()
    const action = actions[text.toLowerCase()]
    if (action !== undefined) onKey(action)
  }
  const restore = () => {
    keyboard.setRawMode(false)
  }

  keyboard.setRawMode(true)
  keyboard.on('data', onData)
  keyboard.resume()
  process.on('exit', restore)
  return {
    [Symbol.dispose]() {
      process.off('exit', restore)
      keyboard.off('data', onData)
      keyboard.pause()
      restore()
    },
  }
}
