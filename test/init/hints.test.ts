import test from 'ava'

import {healthHint, portHint} from '../../src/init/hints.ts'

const ports = [
  ['const port = process.env.PORT || 3000', 3000],
  ["Number(process.env['PORT'] ?? '3001')", 3001],
  ['os.environ.get("PORT", "8001")', 8001],
  ['ENV.fetch("PORT", 4567)', 4567],
  ['ENV["PORT"] || 4568', 4568],
  ['app.listen(5000, ready)', 5000],
  ['serve({port: 5001})', 5001],
  ['app.run(host="0.0.0.0", port=5002)', 5002],
  ['port := "8080"', 8080],
  ['vite preview --port 4173', 4173],
  ['next start -p 3002', 3002],
  ['http.ListenAndServe(":8081", nil)', 8081],
  ['net.Listen("tcp", "0.0.0.0:8082")', 8082],
  ['HTTPServer(("", 8083), Handler)', 8083],
] as const

for (const [text, port] of ports)
  test(`a port is read from ${text}`, (t) => {
    t.deepEqual(portHint(`\n${text}\n`, 'a'), {value: port, source: 'a:2'})
  })

for (const text of [
  '',
  'port = 99999',
  'const report = 3000',
  'listen(socket)',
  'setTimeout(f, 3000)',
  'new Date(2024, 10)',
])
  test(`no port is read from ${text || 'nothing'}`, (t) => {
    t.is(portHint(text, 'a'), undefined)
  })

test('a health check is read from a route, and not from any path', (t) => {
  t.is(healthHint(`app.get('/healthz', ok)`, 'a')?.value, '/healthz')
  t.is(healthHint('mux.HandleFunc("GET /health", ok)', 'a')?.value, '/health')
  t.is(healthHint(`fetch('/healthy-food')`, 'a'), undefined)
})
