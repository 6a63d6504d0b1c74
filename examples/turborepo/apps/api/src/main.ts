import { server } from './server';

void server().listen({ host: '0.0.0.0', port: 3000 });
