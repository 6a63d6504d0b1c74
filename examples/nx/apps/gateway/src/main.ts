import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';
import type { Parcel } from '@example/shared';
import { page } from './page';

const api = process.env['API_URL'] ?? 'http://localhost:3000';
const server = Fastify({ logger: true });

server.get('/health', () => ({ status: 'ok', service: 'gateway' }));

server.get('/', async (_request, reply) => {
  const answer = await fetch(`${api}/parcels`);
  const parcels = (await answer.json()) as Parcel[];
  return reply.type('text/html').send(page(parcels, new Date().toISOString().slice(0, 10)));
});

server.register(proxy, { upstream: api, prefix: '/api' });

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
void server.listen({ port: Number(process.env['PORT'] ?? 8080), host: '0.0.0.0' });
