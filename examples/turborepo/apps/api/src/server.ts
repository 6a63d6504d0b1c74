import { postage, type Parcel } from '@example/parcels';
import fastify, { type FastifyInstance } from 'fastify';

export function server(): FastifyInstance {
  const app = fastify();
  app.get<{ Params: { grams: string } }>('/postage/:grams', ({ params }) => {
    const parcel: Parcel = { id: 'new', grams: Number(params.grams) };
    return { cents: postage(parcel) };
  });
  return app;
}
