import { Hono } from 'hono';
import { DateTime } from 'luxon';
import { isOpen } from './schedule.js';
import { SHOPS } from './shops.js';

/** @param now the clock, which a test sets */
export function makeApp(now: () => DateTime = () => DateTime.utc()): Hono {
  const app = new Hono();
  app.get('/health', (context) => context.json({ status: 'ok', service: 'hours' }));
  app.get('/shops/:id', (context) => {
    const shop = SHOPS.get(context.req.param('id'));
    if (shop === undefined) return context.json({ error: 'there is no such shop' }, 404);
    const asked = context.req.query('at');
    const at = asked === undefined ? now() : DateTime.fromISO(asked, { setZone: true });
    if (!at.isValid) return context.json({ error: 'expected an ISO 8601 time as `at`' }, 400);
    return context.json({
      name: shop.name,
      open: isOpen(shop, at),
      localTime: at.setZone(shop.zone).toISO(),
    });
  });
  return app;
}
