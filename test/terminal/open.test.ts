import test from 'ava'

import {openInBrowser, opener} from '../../src/terminal/open.ts'

const url = 'http://shop.localhost:7070/?a=1&b=$(x)'

test('each platform gets its program with the URL as one argument', (t) => {
  t.deepEqual(opener(url, 'darwin', {}), ['open', url])
  t.deepEqual(opener(url, 'linux', {DISPLAY: ':0'}), ['xdg-open', url])
  t.deepEqual(opener(url, 'linux', {WAYLAND_DISPLAY: 'wayland-0'}), ['xdg-open', url])
  t.deepEqual(opener(url, 'win32', {}), ['rundll32.exe', 'url.dll,FileProtocolHandler', url])
  t.deepEqual(opener(url, 'linux', {WSL_DISTRO_NAME: 'Debian'}), ['rundll32.exe', 'url.dll,FileProtocolHandler', url])
})

test('without a desktop there is no browser to open', (t) => {
  t.is(opener(url, 'linux', {}), undefined)
})

test('only addresses of http are opened', async (t) => {
  t.false(await openInBrowser('file:///etc/passwd', AbortSignal.timeout(1000)))
})
