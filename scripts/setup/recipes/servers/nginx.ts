import {entrypointChange, entrypoint, type ServerRecipe} from './recipe.ts'

const main = `user nginx;
worker_processes auto;
error_log /dev/stderr notice;
pid /run/nginx.pid;
events {
  worker_connections 1024;
}
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /dev/stdout combined;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
`

const site = `server {
  listen 80;
  server_name localhost;
  location / {
    root /usr/share/nginx/html;
    index index.html index.htm;
  }
}
`

export const nginx: ServerRecipe = {
  registry: 'nginx:1',
  packages: {wanted: 'nginx', kept: /^nginx(?:-common)?$/},
  user: {name: 'nginx', id: 101},
  skip: ['/etc/nginx/nginx.conf', '/etc/nginx/sites-', '/etc/nginx/modules-'],
  entries: [
    entrypoint('nginx.sh'),
    {kind: 'text', path: '/etc/nginx/nginx.conf', text: main},
    {kind: 'text', path: '/etc/nginx/conf.d/default.conf', text: site},
    {kind: 'text', path: '/usr/share/nginx/html/index.html', text: '<h1>Welcome to nginx!</h1>\n'},
    {kind: 'directory', path: '/run', mode: 0o755},
    {kind: 'directory', path: '/var/lib/nginx', mode: 0o755},
    {kind: 'directory', path: '/var/log/nginx', mode: 0o755},
  ],
  changes: ['EXPOSE 80', 'STOPSIGNAL SIGQUIT', entrypointChange, `CMD ["nginx", "-g", "daemon off;"]`],
}
