import { postage } from '@example/parcels';
import { createServer } from 'node:http';

const page = `<!doctype html><title>Parcels</title><p>A parcel of 1 kg costs ${postage({ id: 'p', grams: 1000 })} cents.`;

createServer((_, response) => response.end(page)).listen(8080);
