const fastify = require('fastify');
const { listening, served } = require('./report.cjs');

const app = fastify();
app.get('/orders/:id', async (request) => {
  served();
  return { id: request.params.id, items: [1, 2, 3] };
});
app.listen({ port: 0, host: '127.0.0.1' }).then(() => listening(app.server.address().port));
