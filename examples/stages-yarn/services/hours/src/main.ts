import { serve } from '@hono/node-server';
import { makeApp } from './app.js';

const port = Number(process.env.PORT ?? 3000);
const server = serve({ fetch: makeApp().fetch, port }, () => console.log(`hours listens on ${port}`));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
