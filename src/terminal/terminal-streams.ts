import type {ReadStream, WriteStream} from 'node:tty'

import type {TerminalSize} from '../lifecycle/ports.ts'

/** Keyboard and screen while a command elsewhere has them. */
export interface BorrowedTerminal extends Disposable {
  readonly size: TerminalSize
  /** Called with each new size until it is disposed. */
  onResize(listener: (size: TerminalSize) => void): void
}

type Keyboard = Pick<ReadStream, 'setRawMode' | 'pause'>
type Screen = Pick<WriteStream, 'columns' | 'rows' | 'on' | 'off'>

/** Passes every key on as it is, Ctrl-C included, until it is disposed; the terminal is given back also when the process ends otherwise. */
export const borrowTerminal = (keyboard: Keyboard, screen: Screen): BorrowedTerminal => {
  const sizeNow = (): TerminalSize => ({columns: screen.columns, rows: screen.rows})
  const listeners = new Set<() => void>()
  const restore = () => void keyboard.setRawMode(false)
  keyboard.setRawMode(true)
  process.on('exit', restore)
  return {
    size: sizeNow(),
    onResize(listener) {
      const tell = () => listener(sizeNow())
      listeners.add(tell)
      screen.on('resize', tell)
    },
    [Symbol.dispose]() {
      for (const tell of listeners) screen.off('resize', tell)
      process.off('exit', restore)
      restore()
      keyboard.pause()
    },
  }
}
