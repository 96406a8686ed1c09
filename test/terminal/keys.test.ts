import {EventEmitter} from 'node:events'

import test from 'ava'

import {readKeys, type Keyboard} from '../../src/terminal/keys.ts'

class FakeKeyboard extends EventEmitter {
  isTTY = true
  isRaw = false
  flowing = false

  setRawMode(raw: boolean): this {
    this.isRaw = raw
    return this
  }

  resume(): this {
    this.flowing = true
    return this
  }

  pause(): this {
    this.flowing = false
    return this
  }

  press(text: string): void {
    this.emit('data', Buffer.from(text))
  }
}

test('keys become actions, other keys and pasted text nothing', (t) => {
  const keyboard = new FakeKeyboard()
  const pressed: string[] = []
  const ctrlC = () => void pressed.push('ctrl-c')
  const keys = readKeys(keyboard as unknown as Keyboard, (action) => void pressed.push(action), ctrlC)
  t.teardown(() => keys[Symbol.dispose]())
  for (const key of ['r', 'b', 'o', 'L', 'h', '?', 'x', '\x1b[A', 'rb', '\x03', 'q', '\x04']) keyboard.press(key)
  t.deepEqual(pressed, ['release', 'rollback', 'open', 'logs', 'help', 'help', 'ctrl-c', 'quit', 'quit'])
})

test('disposing gives the terminal back, and twice is fine', (t) => {
  const keyboard = new FakeKeyboard()
  const exits = process.listenerCount('exit')
  const keys = readKeys(keyboard as unknown as Keyboard, () => t.fail())
  t.true(keyboard.isRaw && keyboard.flowing)
  keys[Symbol.dispose]()
  keys[Symbol.dispose]()
  t.false(keyboard.isRaw || keyboard.flowing)
  keyboard.press('r')
  t.is(process.listenerCount('exit'), exits)
})

test('where stdin is no terminal nothing is read', (t) => {
  const keyboard = new FakeKeyboard()
  keyboard.isTTY = false
  const keys = readKeys(keyboard as unknown as Keyboard, () => t.fail())
  t.teardown(() => keys[Symbol.dispose]())
  t.is(keyboard.listenerCount('data'), 0)
  t.false(keyboard.isRaw || keyboard.flowing)
})
